/* chat_messages.c - messages[] → turns, and the results of tools as pages.
 *
 * Clients send their whole history again, with whatever models and users have put into it. Only the user's last turn
 * is the question, so that only there a part that cannot be read is an error; elsewhere it is left out. */
#include "api/chat_inner.h"

enum message_role {
    MESSAGE_SYSTEM = ROLE_SYSTEM,
    MESSAGE_USER = ROLE_USER,
    MESSAGE_ASSISTANT = ROLE_ASSISTANT,
    MESSAGE_RESULT
};

static bool read_role(const struct fields *f, enum message_role *role, struct err *e)
{
    static const struct {
        const char *name;
        enum message_role role;
    } roles[] = {{"system", MESSAGE_SYSTEM},       {"developer", MESSAGE_SYSTEM}, {"user", MESSAGE_USER},
                 {"assistant", MESSAGE_ASSISTANT}, {"tool", MESSAGE_RESULT},      {"function", MESSAGE_RESULT}};
    struct slice name = {NULL, 0};
    if (!fields_string(f, "role", &name, e))
        return false;
    if (!name.p)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(f, "role"), "'%s' is required.", fields_path(f, "role"));
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (slice_is(name, roles[i].name)) {
            *role = roles[i].role;
            return true;
        }
    return fields_wrong(f, "role", "one of 'system', 'developer', 'user', 'assistant', 'tool', 'function'", e);
}

/* asked: the part belongs to the question. */
static bool read_item(struct arena *a, const struct value *item, const char *path, bool asked, struct slice *text,
                      struct err *e)
{
    struct fields f = {a, item, path};
    struct slice type = {NULL, 0};
    if (item->kind != VALUE_OBJECT)
        return err_set_param(e, ERR_BAD_VALUE, path, "'%s' must be an object with 'type' and 'text'.", path);
    if (!fields_string(&f, "type", &type, e))
        return false;
    if (!type.p)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(&f, "type"), "'%s' is required.",
                             fields_path(&f, "type"));
    if (!slice_is(type, "text") && !slice_is(type, "input_text") && !slice_is(type, "output_text"))
        return !asked || err_set_param(e, ERR_UNSUPPORTED_CONTENT, fields_path(&f, "type"),
                                       "'%s' is a part of type '%.*s'; only parts of type 'text' can be read.", path,
                                       (int)(type.n < 64 ? type.n : 64), type.p);
    if (asked && !fields_get(&f, "text"))
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(&f, "text"), "'%s' is required.",
                             fields_path(&f, "text"));
    return fields_string(&f, "text", text, e);
}

static bool read_items(const struct fields *f, const char *name, const struct value *items, bool asked,
                       struct slice *text, struct err *e)
{
    struct slice *pieces = arena_array(f->arena, struct slice, 2 * items->array.n); /* each with the line end before */
    size_t n = 0;
    for (size_t i = 0; i < items->array.n; i++) {
        const char *path = arena_printf(f->arena, "%s.%s[%zu]", f->path, name, i).p;
        struct slice piece = {NULL, 0};
        if (!read_item(f->arena, &items->array.at[i], path, asked, &piece, e))
            return false;
        if (!piece.p)
            continue;
        pieces[n] = n ? SLICE("\n") : SLICE("");
        pieces[n + 1] = piece;
        n += 2;
    }
    *text = arena_join(f->arena, pieces, n);
    return true;
}

bool chat_read_content(const struct fields *f, const char *name, bool asked, struct slice *text, struct err *e)
{
    const struct value *content = fields_get(f, name);
    *text = (struct slice){"", 0};
    if (!content)
        return !asked ||
               err_set_param(e, ERR_MISSING_FIELD, fields_path(f, name), "'%s' is required.", fields_path(f, name));
    if (content->kind == VALUE_STRING)
        *text = content->string;
    else if (content->kind != VALUE_ARRAY)
        return fields_wrong(f, name, "a string or an array of text parts", e);
    else if (!read_items(f, name, content, asked, text, e))
        return false;
    return !asked || slice_trim(*text).n || fields_wrong(f, name, "a text that is not empty", e);
}

size_t chat_last_of_user(const struct value *messages)
{
    size_t n = messages->array.n;
    for (size_t i = n; i-- > 0;) {
        const struct value *role = value_member(&messages->array.at[i], SLICE("role"));
        if (role && role->kind == VALUE_STRING && slice_is(role->string, "user"))
            return i;
    }
    return n;
}

bool chat_ask_system(const char *name, struct turn *turns, size_t n, struct err *e)
{
    for (size_t i = n; i-- > 0;)
        if (turns[i].role == ROLE_SYSTEM) {
            turns[i].role = ROLE_USER;
            return true;
        }
    return err_set_param(e, ERR_MISSING_FIELD, name, "'%s' has no message of role 'user'.", name);
}

bool chat_read_message(const struct fields *f, bool asked, struct turn *turn, bool *is_turn, struct chat_request *out,
                       struct err *e)
{
    enum message_role role = MESSAGE_USER;
    struct slice name;
    if (!read_role(f, &role, e) || !fields_string(f, "name", &name, e) ||
        !chat_read_content(f, "content", asked, &turn->text, e))
        return false;
    *is_turn = role != MESSAGE_RESULT && slice_trim(turn->text).n > 0;
    turn->role = (enum role)role;
    if (role == MESSAGE_USER)
        out->made_count = 0;
    if (role == MESSAGE_ASSISTANT)
        return chat_note_calls(f, out, e);
    return role != MESSAGE_RESULT || chat_note_result(f, turn->text, out, e);
}

bool chat_read_messages(const struct fields *body, struct chat_request *out, struct err *e)
{
    struct question *q = &out->question;
    const struct value *messages = fields_get(body, "messages");
    if (!messages)
        return err_set_param(e, ERR_MISSING_FIELD, "messages", "'messages' is required.");
    if (messages->kind != VALUE_ARRAY || messages->array.n == 0)
        return fields_wrong(body, "messages", "an array of at least one message", e);
    struct turn *turns = arena_array(body->arena, struct turn, messages->array.n);
    size_t last = chat_last_of_user(messages), n = 0;
    for (size_t i = 0; i < messages->array.n; i++) {
        struct fields f = {body->arena, &messages->array.at[i], arena_printf(body->arena, "messages[%zu]", i).p};
        bool is_turn = false;
        if (f.object->kind != VALUE_OBJECT)
            return err_set_param(e, ERR_BAD_VALUE, f.path, "'%s' must be an object.", f.path);
        if (!chat_read_message(&f, i == last, &turns[n], &is_turn, out, e))
            return false;
        n += is_turn;
    }
    if (last == messages->array.n && !chat_ask_system("messages", turns, n, e))
        return false;
    q->turns = turns;
    q->turn_count = n;
    return true;
}
