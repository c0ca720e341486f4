/* chat_text.c - the older Completions: a prompt in place of messages. It is the user's only message; the rest of the
 * request is read as Chat's. */
#include "api/chat_inner.h"

/* A text, or an array of one text. Arrays of tokens have no meaning here, since there is no vocabulary. */
static bool read_prompt(const struct fields *body, struct slice *prompt, struct err *e)
{
    const struct value *v = fields_get(body, "prompt");
    if (!v)
        return err_set_param(e, ERR_MISSING_FIELD, "prompt", "'prompt' is required: the question, as a text.");
    if (v->kind == VALUE_ARRAY && v->array.n == 1 && v->array.at[0].kind == VALUE_STRING)
        v = &v->array.at[0];
    if (v->kind == VALUE_ARRAY && v->array.n > 0)
        return err_set_param(e, ERR_UNSUPPORTED_VALUE, "prompt",
                             "'prompt' must be one text: several prompts, and arrays of tokens, cannot be answered.");
    if (v->kind != VALUE_STRING)
        return fields_wrong(body, "prompt", "a string, or an array of one string", e);
    *prompt = v->string;
    return slice_trim(*prompt).n || fields_wrong(body, "prompt", "a text that is not empty", e);
}

static bool warn_of_unused(const struct fields *body, struct chat_request *out, struct err *e)
{
    bool echo = false;
    struct slice suffix = {NULL, 0};
    int64_t best_of = 1;
    if (!fields_bool(body, "echo", &echo, e) || !fields_string(body, "suffix", &suffix, e) ||
        !fields_integer(body, "best_of", INT32_MIN, INT32_MAX, &best_of, e))
        return false;
    if (echo)
        chat_warn(body->arena, out, SLICE("'echo' was ignored: the text is the answer alone."));
    if (suffix.n)
        chat_warn(body->arena, out, SLICE("'suffix' was ignored: questions are answered, and no text is filled in."));
    if (best_of != 1)
        chat_warn(body->arena, out, SLICE("'best_of' was ignored: every question has one answer here."));
    return true;
}

bool chat_read_prompt(const struct fields *body, struct chat_request *out, struct err *e)
{
    struct turn *turn = arena_array(body->arena, struct turn, 1);
    turn->role = ROLE_USER;
    if (!read_prompt(body, &turn->text, e))
        return false;
    out->question.turns = turn;
    out->question.turn_count = 1;
    return warn_of_unused(body, out, e);
}
