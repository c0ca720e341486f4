/* model_plan.c - one call of the small model: conversation in, question and queries out, as JSON. */
#include "ask/model_plan.h"

#include "base/utf8.h"
#include "prompts/texts.h"
#include "session/model.h"
#include "session/prompts.h"

enum { QUERY_BYTES_MAX = 300, QUESTION_BYTES_MAX = 2000, TURNS_MAX = 8, TURN_BYTES_MAX = 2000, FIELDS_MAX = 30 };

static size_t user_turns(const struct session *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->question->turn_count; i++)
        n += s->question->turns[i].role == ROLE_USER;
    return n;
}

/* Earlier turns may need a rewriting. Queries are needed where search services are asked more than once. */
static bool needs_plan(const struct session *s)
{
    bool searches = session_asks_web(s) && s->question->tier->queries > 1;
    return s->world->model && (user_turns(s) > 1 || searches);
}

static struct slice plan_conversation(struct session *s)
{
    const struct question *q = s->question;
    struct arena_text out = {.arena = s->arena};
    for (size_t i = q->turn_count > TURNS_MAX ? q->turn_count - TURNS_MAX : 0; i < q->turn_count; i++) {
        struct slice text = utf8_cut(q->turns[i].text, TURN_BYTES_MAX);
        if (q->turns[i].role != ROLE_SYSTEM)
            arena_text_printf(&out, "%s: %.*s\n", q->turns[i].role == ROLE_USER ? "User" : "Assistant",
                              SLICE_ARGS(text));
    }
    return arena_text_slice(&out);
}

static struct slice plan_fields(struct session *s)
{
    const struct shape *shape = s->question->shape ? shape_resolve(s->question->shape) : NULL;
    struct arena_text names = {.arena = s->arena};
    for (size_t i = 0; shape && i < shape->property_count && i < FIELDS_MAX; i++)
        arena_text_printf(&names, "%s%.*s", i ? ", " : "", SLICE_ARGS(shape->properties[i].name));
    if (names.n == 0)
        return SLICE("");
    return arena_printf(s->arena, "The answer will be a document with these fields: %.*s.",
                        SLICE_ARGS(arena_text_slice(&names)));
}

/* The text as one line of at most `most` bytes, which a search service can be asked; else empty. */
static struct slice line_of(const struct value *v, size_t most)
{
    if (!v || v->kind != VALUE_STRING)
        return SLICE("");
    struct slice text = slice_trim(v->string);
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ')
            return SLICE("");
    return text.n <= most ? text : SLICE("");
}

bool model_plan(struct session *s, struct model_queries *out)
{
    const struct tier *tier = s->question->tier;
    int64_t most = tier->queries < MODEL_QUERIES_MAX ? tier->queries : MODEL_QUERIES_MAX;
    out->n = 0;
    if (!needs_plan(s) || tier->plan_ms == 0)
        return false;
    const struct prompt_word words[] = {{"most", arena_printf(s->arena, "%d", (int)most)},
                                        {"today", model_today(s)},
                                        {"fields", plan_fields(s)},
                                        {NULL, {"", 0}}};
    const struct value *reply =
        model_ask(s, model_small(s), prompt_make(s->arena, PROMPT_PLAN, words), plan_conversation(s),
                  SLICE(PROMPT_FILE_plan_json), clock_ms() + tier->plan_ms);
    const struct value *queries = reply ? value_member(reply, SLICE("queries")) : NULL;
    struct slice question = line_of(reply ? value_member(reply, SLICE("question")) : NULL, QUESTION_BYTES_MAX);
    for (size_t i = 0; queries && queries->kind == VALUE_ARRAY && i < queries->array.n && (int64_t)out->n < most; i++) {
        struct slice one = line_of(&queries->array.at[i], QUERY_BYTES_MAX);
        if (one.n)
            out->at[out->n++] = one;
    }
    if (out->n == 0 || question.n == 0)
        return false;
    if (user_turns(s) > 1)
        s->query = question;
    return true;
}
