#include "api/chat_turns.h"

#include "api/json_out.h"
#include "base/utf8.h"

static const char *const role_names[] = {
    [ROLE_SYSTEM] = "system", [ROLE_USER] = "user", [ROLE_ASSISTANT] = "assistant"};

static json_t *turn_json(enum role role, struct slice text)
{
    return json_pack("{s:s, s:o}", "role", role_names[role], "content", json_text(text));
}

size_t chat_turns_print(const struct question *q, struct slice answer, size_t max_chars, struct buf *out)
{
    size_t first = q->turn_count, chars = utf8_count(answer);
    while (first > 0 && chars + utf8_count(q->turns[first - 1].text) <= max_chars)
        chars += utf8_count(q->turns[--first].text);
    json_t *list = json_array();
    for (size_t i = first; i < q->turn_count; i++)
        json_array_append_new(list, turn_json(q->turns[i].role, q->turns[i].text));
    json_array_append_new(list, turn_json(ROLE_ASSISTANT, answer));
    size_t printed = json_array_size(list);
    json_out(list, out);
    return printed;
}

static bool read_turn(const struct value *v, struct turn *turn)
{
    const struct value *role = value_member(v, SLICE("role")), *content = value_member(v, SLICE("content"));
    if (!role || role->kind != VALUE_STRING || !content || content->kind != VALUE_STRING)
        return false;
    for (int i = ROLE_SYSTEM; i <= ROLE_ASSISTANT; i++)
        if (slice_is(role->string, role_names[i])) {
            *turn = (struct turn){(enum role)i, content->string};
            return true;
        }
    return false;
}

bool chat_turns_go_on(struct arena *a, struct slice kept, struct question *q, struct err *e)
{
    const struct value *list;
    if (!value_parse(a, kept, &list, NULL, e) || list->kind != VALUE_ARRAY)
        return err_set(e, ERR_CORRUPT, "The interaction cannot be read.");
    struct turn *turns = arena_array(a, struct turn, list->array.n + q->turn_count);
    for (size_t i = 0; i < list->array.n; i++)
        if (!read_turn(&list->array.at[i], &turns[i]))
            return err_set(e, ERR_CORRUPT, "The interaction cannot be read.");
    memcpy(turns + list->array.n, q->turns, q->turn_count * sizeof *turns);
    q->turns = turns;
    q->turn_count += list->array.n;
    return true;
}
