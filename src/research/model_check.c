#include "research/model_check.h"

#include "research/model.h"
#include "research/prompts.h"

enum { STATEMENTS_MAX = 16, CHECK_MS = 20 * 1000, EXCERPT_TOKENS = 3000, QUOTE_BYTES_MIN = 12 };

static const char schema[] =
    "{\"type\":\"object\",\"properties\":{\"verdicts\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"statement\":{\"type\":\"integer\"},\"verdict\":{\"type\":\"string\",\"enum\":[\"supported\",\"contradicted\",\"not "
    "stated\"]},\"quote\":{\"type\":\"string\"}},\"required\":[\"statement\",\"verdict\",\"quote\"],"
    "\"additionalProperties\":false}}},\"required\":[\"verdicts\"],\"additionalProperties\":false}";

static struct slice question_of(struct session *s, const struct scribe *draft, const size_t *which, size_t n)
{
    const struct briefing *b = draft->briefing;
    struct slice out = arena_printf(s->arena, "Excerpts, between the two lines of %.*s:\n%.*s\n", SLICE_ARGS(b->fence),
                                    SLICE_ARGS(b->fence));
    size_t used = 0;
    for (size_t i = 0; i < b->text_count && used < EXCERPT_TOKENS; i++) {
        used += llm_estimate(b->texts[i]);
        out = arena_printf(s->arena, "%.*s%.*s\n\n", SLICE_ARGS(out), SLICE_ARGS(b->texts[i]));
    }
    out = arena_printf(s->arena, "%.*s%.*s\n\nStatements:\n", SLICE_ARGS(out), SLICE_ARGS(b->fence));
    for (size_t i = 0; i < n; i++)
        out = arena_printf(s->arena, "%.*s%zu. %.*s\n", SLICE_ARGS(out), i + 1,
                           SLICE_ARGS(slice_trim(draft->said[which[i]].text)));
    return out;
}

/* The sentence of the evidence that has the quotation, white space set aside. */
static const struct sentence *witness(struct session *s, const struct view *view, struct slice quote)
{
    struct slice wanted = compose_flat(s->arena, quote);
    while (wanted.n && (slice_ends(wanted, SLICE(".")) || slice_ends(wanted, SLICE("\""))))
        wanted.n--;
    if (wanted.n < QUOTE_BYTES_MIN)
        return NULL;
    for (size_t i = 0; i < view->sentence_count; i++) {
        struct slice text = compose_flat(s->arena, view->sentences[i].text);
        if (slice_find(text, wanted) < text.n)
            return &view->sentences[i];
    }
    return NULL;
}

static void take_verdict(struct session *s, struct scribe *draft, const struct value *v, const size_t *which, size_t n)
{
    const struct value *number = value_member(v, SLICE("statement")), *verdict = value_member(v, SLICE("verdict"));
    const struct value *quote = value_member(v, SLICE("quote"));
    if (!number || number->kind != VALUE_INT || number->integer < 1 || (size_t)number->integer > n || !verdict ||
        verdict->kind != VALUE_STRING || !slice_is(verdict->string, "supported") || !quote || quote->kind != VALUE_STRING)
        return;
    struct said *said = &draft->said[which[number->integer - 1]];
    const struct sentence *found = witness(s, draft->briefing->view, quote->string);
    /* Words that contradict are not outvoted by a model. */
    if (!found || said->mark_count || said->alignment.verdict == ALIGN_CONTRADICTED)
        return;
    said->settled = true;
    said->witness = found;
    said->at[said->mark_count] = said->text.n;
    said->marks[said->mark_count++] = found->passage->source;
}

void model_check(struct session *s, struct scribe *draft)
{
    size_t which[STATEMENTS_MAX], n = 0;
    for (size_t i = 0; i < draft->said_count && n < STATEMENTS_MAX; i++)
        if (draft->said[i].claims && draft->said[i].mark_count == 0)
            which[n++] = i;
    if (n == 0)
        return;
    const struct value *reply = model_ask(s, model_small(s), prompt_make(s->arena, PROMPT_CHECK, NULL),
                                          question_of(s, draft, which, n), SLICE(schema), clock_ms() + CHECK_MS);
    const struct value *verdicts = reply ? value_member(reply, SLICE("verdicts")) : NULL;
    for (size_t i = 0; verdicts && verdicts->kind == VALUE_ARRAY && i < verdicts->array.n; i++)
        take_verdict(s, draft, &verdicts->array.at[i], which, n);
}
