#include "write/model_check.h"

#include "base/utf8.h"
#include "prompts/texts.h"
#include "session/model.h"
#include "session/prompts.h"
#include "text/token_estimate.h"

enum {
    STATEMENTS_MAX = 16,
    STATEMENT_BYTES_MAX = 1000,
    VERDICTS_MAX = 2 * STATEMENTS_MAX, /* of a reply that are read */
    CHECK_MS = 20 * 1000,
    EXCERPT_TOKENS = 3000,
    QUOTE_BYTES_MIN = 12,
    QUESTION_BYTES_MAX = 256 * 1024
};

static struct slice question_of(struct session *s, const struct scribe *draft, const size_t *which, size_t n)
{
    const struct briefing *b = draft->briefing;
    struct buf out;
    size_t used = 0;
    buf_init(&out, QUESTION_BYTES_MAX);
    buf_printf(&out, "Excerpts, between the two lines of %.*s:\n%.*s\n", SLICE_ARGS(b->fence), SLICE_ARGS(b->fence));
    for (size_t i = 0; i < b->text_count && used < EXCERPT_TOKENS; i++) {
        used += token_estimate(b->texts[i], TOKENS_AT_MOST);
        buf_add(&out, b->texts[i]);
        buf_add(&out, SLICE("\n\n"));
    }
    buf_printf(&out, "%.*s\n\nStatements:\n", SLICE_ARGS(b->fence));
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "%zu. %.*s\n", i + 1,
                   SLICE_ARGS(utf8_cut(slice_trim(draft->said[which[i]].text), STATEMENT_BYTES_MAX)));
    struct slice text = arena_dup(s->arena, buf_slice(&out));
    buf_release(&out);
    return text;
}

/* The view's sentences, flattened by compose_flat; quotations are searched in these. */
static const struct slice *flat_sentences(struct session *s, const struct view *view)
{
    struct slice *flat = arena_array(s->arena, struct slice, view->sentence_count);
    for (size_t i = 0; i < view->sentence_count; i++)
        flat[i] = compose_flat(s->arena, view->sentences[i].text);
    return flat;
}

/* The sentence of the evidence that contains the quotation; NULL: none. */
static const struct sentence *check_witness(struct session *s, const struct view *view, const struct slice *flat,
                                            struct slice quote)
{
    struct slice wanted = compose_flat(s->arena, quote);
    while (wanted.n && (slice_ends(wanted, SLICE(".")) || slice_ends(wanted, SLICE("\""))))
        wanted.n--;
    if (wanted.n < QUOTE_BYTES_MIN)
        return NULL;
    for (size_t i = 0; i < view->sentence_count; i++)
        if (slice_find(flat[i], wanted) < flat[i].n)
            return &view->sentences[i];
    return NULL;
}

/* Whether the quoted sentence has every figure of the statement. */
static bool has_figures(struct session *s, const struct view *view, const struct sentence *found, struct slice text)
{
    const struct words said = words_split(s->arena, text, s->lang);
    const struct words quoted = view_line(s->arena, view, view_line_of(view, found)).words;
    for (size_t i = 0; i < said.n; i++) {
        bool there = !(said.at[i].flags & WORD_NUMBER);
        for (size_t k = 0; k < quoted.n && !there; k++)
            there = slice_eq(said.at[i].fold, quoted.at[k].fold);
        if (!there)
            return false;
    }
    return true;
}

static void take_verdict(struct session *s, struct scribe *draft, const struct slice *flat, const struct value *v,
                         const size_t *which, size_t n)
{
    const struct value *number = value_member(v, SLICE("statement")), *verdict = value_member(v, SLICE("verdict"));
    const struct value *quote = value_member(v, SLICE("quote"));
    if (!number || number->kind != VALUE_INT || number->integer < 1 || (size_t)number->integer > n || !verdict ||
        verdict->kind != VALUE_STRING || !slice_is(verdict->string, "supported") || !quote ||
        quote->kind != VALUE_STRING)
        return;
    struct said *said = &draft->said[which[number->integer - 1]];
    /* A model cannot outvote words that contradict. */
    if (said->mark_count || said->alignment.verdict == ALIGN_CONTRADICTED)
        return;
    const struct sentence *found = check_witness(s, draft->briefing->view, flat, quote->string);
    if (!found || !has_figures(s, draft->briefing->view, found, said->text))
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
    const struct value *reply =
        model_ask(s, model_small(s), prompt_make(s->arena, PROMPT_CHECK, NULL), question_of(s, draft, which, n),
                  SLICE(PROMPT_FILE_check_json), clock_ms() + CHECK_MS);
    const struct value *verdicts = reply ? value_member(reply, SLICE("verdicts")) : NULL;
    if (!verdicts || verdicts->kind != VALUE_ARRAY)
        return;
    const struct slice *flat = flat_sentences(s, draft->briefing->view);
    for (size_t i = 0; i < verdicts->array.n && i < VERDICTS_MAX; i++)
        take_verdict(s, draft, flat, &verdicts->array.at[i], which, n);
}
