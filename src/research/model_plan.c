/* model_plan.c - the question rewritten with the conversation, and queries, by a language model. */
#include "base/utf8.h"
#include "research/model.h"
#include "research/prompts.h"
#include "research/web.h"

enum { QUERY_BYTES_MAX = 300, QUESTION_BYTES_MAX = 2000, TURNS_MAX = 8, TURN_BYTES_MAX = 2000, FIELDS_MAX = 30 };

static const char schema[] =
    "{\"type\":\"object\",\"properties\":{\"question\":{\"type\":\"string\"},\"queries\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"string\"},\"minItems\":1,\"maxItems\":8}},\"required\":[\"question\",\"queries\"],"
    "\"additionalProperties\":false}";

static size_t user_turns(const struct session *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->question->turn_count; i++)
        n += s->question->turns[i].role == ROLE_USER;
    return n;
}

/* A single turn that one search is made for needs no planning; our own pages alone need none but a rewriting. */
static bool needs_plan(const struct session *s)
{
    bool searches = web_is_there(s) && s->question->tier->queries > 1;
    return s->world->model && (user_turns(s) > 1 || searches);
}

static struct slice conversation(struct session *s)
{
    const struct question *q = s->question;
    struct slice out = SLICE("");
    for (size_t i = q->turn_count > TURNS_MAX ? q->turn_count - TURNS_MAX : 0; i < q->turn_count; i++) {
        struct slice text = utf8_cut(q->turns[i].text, TURN_BYTES_MAX);
        if (q->turns[i].role != ROLE_SYSTEM)
            out = arena_printf(s->arena, "%.*s%s: %.*s\n", SLICE_ARGS(out),
                               q->turns[i].role == ROLE_USER ? "User" : "Assistant", SLICE_ARGS(text));
    }
    return out;
}

static struct slice fields(struct session *s)
{
    const struct shape *shape = s->question->shape ? shape_resolve(s->question->shape) : NULL;
    struct slice names = SLICE("");
    for (size_t i = 0; shape && i < shape->property_count && i < FIELDS_MAX; i++)
        names = arena_printf(s->arena, "%.*s%s%.*s", SLICE_ARGS(names), i ? ", " : "",
                             SLICE_ARGS(shape->properties[i].name));
    return names.n ? arena_printf(s->arena, "The answer will be a document with these fields: %.*s.", SLICE_ARGS(names))
                   : names;
}

/* A line that a search service can be asked, or empty. */
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
                                        {"fields", fields(s)},
                                        {NULL, {"", 0}}};
    const struct value *reply = model_ask(s, model_small(s), prompt_make(s->arena, PROMPT_PLAN, words), conversation(s),
                                          SLICE(schema), clock_ms() + tier->plan_ms);
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
