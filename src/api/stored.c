#include "api/stored.h"

#include "api/fields.h"
#include "api/json_out.h"
#include "base/json_nodes.h"
#include "base/utf8.h"

enum { UPDATE_NODES_MAX = 1000, METADATA_BYTES = 64 * 1024 };

bool stored_metadata_read(const struct fields *body, const struct value **out, struct err *e)
{
    struct fields object;
    bool found;
    *out = NULL;
    if (!fields_object(body, "metadata", &object, &found, e))
        return false;
    if (!found)
        return true;
    const struct value *v = object.object;
    if (v->object.n > METADATA_PAIRS_MAX)
        return fields_wrong(body, "metadata", "an object of at most 16 strings", e);
    for (size_t i = 0; i < v->object.n; i++) {
        const struct value_member *m = &v->object.at[i];
        if (m->value.kind != VALUE_STRING || utf8_count(m->name) > METADATA_NAME_CHARS ||
            utf8_count(m->value.string) > METADATA_VALUE_CHARS)
            return fields_wrong(body, "metadata", "strings of at most 512 characters under names of at most 64", e);
    }
    *out = v;
    return true;
}

bool stored_update_read(struct arena *a, struct slice body, struct slice *json, struct err *e)
{
    const struct value *root, *metadata;
    struct buf out;
    if (!json_nodes_fit(body, UPDATE_NODES_MAX, e) || !value_parse(a, body, &root, NULL, e))
        return false;
    struct fields fields = {a, root, ""};
    if (root->kind != VALUE_OBJECT || !value_member(root, SLICE("metadata")))
        return err_set_param(e, ERR_MISSING_FIELD, "metadata", "The body must have 'metadata', an object or null.");
    if (!stored_metadata_read(&fields, &metadata, e))
        return false;
    buf_init(&out, METADATA_BYTES);
    stored_metadata_print(metadata, &out);
    *json = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return true;
}

void stored_metadata_print(const struct value *metadata, struct buf *out)
{
    if (metadata)
        (void)value_print(metadata, out);
    else
        buf_add(out, SLICE("{}"));
}

void stored_messages_keep(const struct question *q, struct buf *out)
{
    static const char *const roles[] = {[ROLE_SYSTEM] = "system", [ROLE_USER] = "user", [ROLE_ASSISTANT] = "assistant"};
    json_t *list = json_array();
    for (size_t i = 0; i < q->turn_count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:o}", "role", roles[q->turns[i].role], "content", json_text(q->turns[i].text)));
    json_out(list, out);
}

void stored_print(struct slice reply, struct slice metadata, struct buf *out)
{
    /* Both are objects that were printed here. */
    buf_add(out, slice_sub(reply, 0, reply.n - 1));
    buf_add(out, SLICE(",\"metadata\":"));
    buf_add(out, metadata);
    buf_add_char(out, '}');
}

void stored_list_begin(struct buf *out)
{
    buf_add(out, SLICE("{\"object\":\"list\",\"data\":["));
}

static void print_id(const char *name, struct slice id, struct buf *out)
{
    buf_printf(out, ",\"%s\":", name);
    if (id.n)
        (void)value_print_string(id, out);
    else
        buf_add(out, SLICE("null"));
}

void stored_list_end(struct slice first_id, struct slice last_id, bool more, struct buf *out)
{
    buf_add_char(out, ']');
    print_id("first_id", first_id, out);
    print_id("last_id", last_id, out);
    buf_printf(out, ",\"has_more\":%s}", more ? "true" : "false");
}

void stored_deleted_print(struct slice id, struct buf *out)
{
    json_out(json_pack("{s:s, s:o, s:b}", "object", "chat.completion.deleted", "id", json_text(id), "deleted", 1), out);
}

/* Names of messages are made of the completion's and their place: "chatcmpl-...-0". */
static struct slice message_id(struct arena *a, struct slice id, size_t at)
{
    return arena_printf(a, "%.*s-%zu", SLICE_ARGS(id), at);
}

bool stored_messages_print(struct arena *a, struct slice id, struct slice kept, struct slice after, size_t limit,
                           bool backwards, struct buf *out, struct err *e)
{
    const struct value *list;
    struct slice first = SLICE(""), last = SLICE("");
    if (!value_parse(a, kept, &list, NULL, e) || list->kind != VALUE_ARRAY)
        return err_set(e, ERR_CORRUPT, "The stored messages cannot be read.");
    size_t n = list->array.n, begin = 0, printed = 0;
    for (size_t i = 0; after.n && i < n; i++)
        if (slice_eq(after, message_id(a, id, backwards ? n - 1 - i : i)))
            begin = i + 1;
    stored_list_begin(out);
    for (size_t i = begin; i < n && printed < limit; i++, printed++) {
        size_t at = backwards ? n - 1 - i : i;
        const struct value *role = value_member(&list->array.at[at], SLICE("role")),
                           *content = value_member(&list->array.at[at], SLICE("content"));
        last = message_id(a, id, at);
        first = printed ? first : last;
        if (printed)
            buf_add_char(out, ',');
        json_out(json_pack("{s:o, s:o, s:o, s:n, s:n}", "id", json_text(last), "role",
                           json_text(role ? role->string : SLICE("user")), "content",
                           json_text(content ? content->string : SLICE("")), "name", "content_parts"),
                 out);
    }
    stored_list_end(first, last, begin + printed < n, out);
    return true;
}
