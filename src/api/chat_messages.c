/* chat_messages.c - messages[] → turns. */
#include "api/chat_parts.h"

static bool read_role(const struct fields *f, enum role *role, struct err *e)
{
    static const struct {
        const char *name;
        enum role role;
    } roles[] = {
        {"system", ROLE_SYSTEM}, {"developer", ROLE_SYSTEM}, {"user", ROLE_USER}, {"assistant", ROLE_ASSISTANT}};
    struct slice name = {NULL, 0};
    if (!fields_string(f, "role", &name, e))
        return false;
    if (!name.p)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(f, "role"), "'%s' is required.", fields_path(f, "role"));
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (slice_is(name, roles[i].name)) {
            *role = roles[i].role;
            return true;
        }
    return fields_wrong(f, "role", "one of 'system', 'developer', 'user', 'assistant'", e);
}

static bool read_part(struct arena *a, const struct value *part, const char *path, struct slice *text, struct err *e)
{
    struct fields f = {a, part, path};
    struct slice type = {NULL, 0};
    if (part->kind != VALUE_OBJECT)
        return err_set_param(e, ERR_BAD_VALUE, path, "'%s' must be an object with 'type' and 'text'.", path);
    if (!fields_string(&f, "type", &type, e))
        return false;
    if (!type.p)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(&f, "type"), "'%s' is required.",
                             fields_path(&f, "type"));
    if (!slice_is(type, "text"))
        return err_set_param(e, ERR_UNSUPPORTED_CONTENT, fields_path(&f, "type"),
                             "'%s' is a part of type '%.*s'; only parts of type 'text' can be read.", path,
                             (int)(type.n < 64 ? type.n : 64), type.p);
    if (!fields_get(&f, "text"))
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(&f, "text"), "'%s' is required.",
                             fields_path(&f, "text"));
    return fields_string(&f, "text", text, e);
}

static bool read_parts(const struct fields *f, const struct value *parts, struct slice *text, struct err *e)
{
    struct slice *pieces = arena_array(f->arena, struct slice, 2 * parts->array.n); /* each with the line end before it */
    for (size_t i = 0; i < parts->array.n; i++) {
        const char *path = arena_printf(f->arena, "%s.content[%zu]", f->path, i).p;
        pieces[2 * i] = i ? SLICE("\n") : SLICE("");
        pieces[2 * i + 1] = SLICE("");
        if (!read_part(f->arena, &parts->array.at[i], path, &pieces[2 * i + 1], e))
            return false;
    }
    *text = arena_join(f->arena, pieces, 2 * parts->array.n);
    return true;
}

static bool read_message(const struct fields *f, struct turn *turn, struct err *e)
{
    struct slice name;
    if (!read_role(f, &turn->role, e) || !fields_string(f, "name", &name, e))
        return false;
    const struct value *content = fields_get(f, "content");
    turn->text = (struct slice){"", 0};
    if (!content && turn->role == ROLE_ASSISTANT)
        return true; /* an assistant's turn of tool calls has none */
    if (!content)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(f, "content"), "'%s' is required.",
                             fields_path(f, "content"));
    if (content->kind == VALUE_STRING)
        turn->text = content->string;
    else if (content->kind != VALUE_ARRAY)
        return fields_wrong(f, "content", "a string or an array of text parts", e);
    else if (!read_parts(f, content, &turn->text, e))
        return false;
    if (turn->role == ROLE_USER && slice_trim(turn->text).n == 0)
        return fields_wrong(f, "content", "a text that is not empty", e);
    return true;
}

bool chat_read_messages(const struct fields *body, struct question *q, struct err *e)
{
    const struct value *messages = fields_get(body, "messages");
    if (!messages)
        return err_set_param(e, ERR_MISSING_FIELD, "messages", "'messages' is required.");
    if (messages->kind != VALUE_ARRAY || messages->array.n == 0)
        return fields_wrong(body, "messages", "an array of at least one message", e);
    struct turn *turns = arena_array(body->arena, struct turn, messages->array.n);
    bool asked = false;
    for (size_t i = 0; i < messages->array.n; i++) {
        struct fields f = {body->arena, &messages->array.at[i], arena_printf(body->arena, "messages[%zu]", i).p};
        if (f.object->kind != VALUE_OBJECT)
            return err_set_param(e, ERR_BAD_VALUE, f.path, "'%s' must be an object.", f.path);
        if (!read_message(&f, &turns[i], e))
            return false;
        asked |= turns[i].role == ROLE_USER;
    }
    if (!asked)
        return err_set_param(e, ERR_MISSING_FIELD, "messages", "'messages' has no message of role 'user'.");
    q->turns = turns;
    q->turn_count = messages->array.n;
    return true;
}
