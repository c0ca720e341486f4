/* quote.c - the quote writer: see quote.h. It never writes a word of its own, except for three sentences (that nothing
 * was found, that nothing is sure, and the reply to a greeting) and the page's title in brackets before a pronoun. */
#include "write/quote.h"

#include "base/utf8.h"
#include "evidence/unit.h"
#include "session/compose.h"

/* Of an answer with the terms, lead-ins and lists that its sentences need. Set by hand: a list of ten lines fits. */
enum { UNITS_WORDS = 220 };

static void write_nothing(struct session *s, struct compose *c, const struct claim *all)
{
    compose_text(c, lang_say(s->lang, LANG_NOTHING_FOUND));
    session_claim(s, (struct claim){.field = SLICE("output"),
                                    .probability = all->probability,
                                    .inputs = all->inputs,
                                    .note = SLICE("No sentence of the pages that were searched covers enough of the "
                                                  "question, so nothing is cited.")});
}

static bool is_in(const struct sentence *const *list, size_t n, const struct sentence *one)
{
    for (size_t i = 0; i < n; i++)
        if (slice_eq(list[i]->text, one->text))
            return true;
    return false;
}

/* Of a doubtful answer, all parts together; but one for each part. More would only look like an answer. */
enum { DOUBTFUL_SENTENCES = 2 };

static bool quote_doubts(const struct session *s, const struct claim *all)
{
    return all->support_count && claim_level(s, all) == CONFIDENCE_LOW;
}

/* The sentences that answer a part, `most` of them; where pages disagree, also the best sentence for each other value.
 */
static size_t sentences_of(struct session *s, const struct part *p, size_t most, const struct sentence ***out)
{
    size_t n = 0;
    *out = arena_array(s->arena, const struct sentence *, p->taken_count + AGREE_VALUES_MAX);
    for (size_t i = 0; i < p->taken_count && i < most; i++) {
        (*out)[n++] = p->taken[i];
        for (size_t v = 1; i == 0 && p->agreement.conflict && v < p->agreement.n; v++)
            if (!is_in(p->taken, p->taken_count, p->agreement.values[v].sentences[0]))
                (*out)[n++] = p->agreement.values[v].sentences[0];
    }
    return n;
}

struct picked { /* what answers one part */
    struct unit *at;
    size_t n;
};

struct quoting {
    struct session *s;
    struct claim *all;
    size_t words, room; /* of the whole answer */
    size_t support_room;
};

static bool quote_has(const struct quoting *q, const struct sentence *one)
{
    return is_in(q->all->support, q->all->support_count, one);
}

static void quote_support(struct quoting *q, const struct sentence *one)
{
    if (one && !quote_has(q, one))
        *arena_push(q->s->arena, &q->all->support, q->all->support_count++, &q->support_room) = one;
}

/* The sentence with what makes it understood, without what was said already. False: it was. */
static bool quote_unit(struct quoting *q, const struct view *view, const struct sentence *one, struct unit *out)
{
    if (quote_has(q, one))
        return false;
    size_t room = q->room > q->words ? q->room - q->words : 0, kept = 0;
    *out = unit_of(q->s->arena, view, one, room);
    if (out->name && quote_has(q, out->name))
        out->name = NULL;
    if (out->lead && quote_has(q, out->lead))
        out->lead = NULL;
    for (size_t i = 0; i < out->count; i++)
        if (!quote_has(q, out->said[i]))
            out->said[kept++] = out->said[i];
    out->count = kept;
    q->words += out->words;
    quote_support(q, out->name);
    quote_support(q, out->lead);
    for (size_t i = 0; i < out->count; i++)
        quote_support(q, out->said[i]);
    return true;
}

/* That all parts are answered; *found: that those are for which something was found. */
static double quote_probability(const struct session *s, double *found)
{
    double all = 1;
    *found = 1;
    for (size_t p = 0; p < s->part_count; p++) {
        const struct part *part = &s->parts[p];
        *found *= part->taken_count ? part->probability : 1;
        all *= part->taken_count ? part->probability : s->confidence->answer_from;
    }
    return all;
}

static void pick_parts(struct session *s, struct picked *parts, struct claim *all)
{
    struct arena_text missing = {.arena = s->arena};
    struct quoting q = {.s = s, .all = all, .room = s->wishes.max_words ? s->wishes.max_words : UNITS_WORDS};
    double found;
    all->probability = quote_probability(s, &found);
    if (found < s->confidence->answer_from) /* each part may be likely enough and all of them together are not */
        return;
    size_t most = SIZE_MAX;
    if (all->probability < s->confidence->medium_from)
        most = s->part_count < DOUBTFUL_SENTENCES ? DOUBTFUL_SENTENCES / s->part_count : 1;
    for (size_t p = 0; p < s->part_count; p++) {
        const struct part *part = &s->parts[p];
        const struct sentence **said;
        size_t n = sentences_of(s, part, most, &said);
        parts[p] = (struct picked){arena_array(s->arena, struct unit, n), 0};
        for (size_t i = 0; i < n; i++)
            parts[p].n += quote_unit(&q, part->view, said[i], &parts[p].at[parts[p].n]);
        if (part->taken_count == 0)
            arena_text_printf(&missing, "%s\"%.*s\"", missing.n ? ", " : "", SLICE_ARGS(part->text));
    }
    if (missing.n && all->support_count)
        all->note = arena_printf(s->arena, "Nothing was found for %.*s.", SLICE_ARGS(arena_text_slice(&missing)));
    for (size_t p = 0; p < s->part_count; p++)
        claim_agreement(s, all, &s->parts[p]);
}

/* Whether a pronoun is the first word, and so only the page says what the sentence is about. */
static bool quote_leans(struct session *s, const struct sentence *one)
{
    enum { FIRST_WORD_BYTES = 40 };
    const struct lang *lang = lang_find(one->passage->passage->lang);
    const struct words words = words_split(s->arena, utf8_cut(one->text, FIRST_WORD_BYTES), lang);
    return words.n > 0 &&
           (lang_has(lang, LANG_PERSONS, words.at[0].fold) || lang_has(lang, LANG_THINGS, words.at[0].fold));
}

/* "[Alexander Graham Bell] He ...": in our words, outside of the quotation, since it would be read of the sentence
 * before. */
static void quote_name_subject(struct session *s, struct compose *c, const struct sentence *one,
                               const struct source *before)
{
    const struct source *source = one->passage->source;
    struct slice title = compose_flat(s->arena, source->title);
    if (title.n && source != before && quote_leans(s, one))
        compose_text(c, arena_printf(s->arena, "[%.*s] ", SLICE_ARGS(title)));
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

/* "## History" without its marks. */
static struct slice quote_bare(struct slice name)
{
    while (name.n && name.p[0] == '#')
        name = slice_sub(name, 1, name.n - 1);
    return slice_trim(name);
}

static void quote_code(struct compose *c, struct slice code)
{
    const char *fence = slice_find(code, SLICE("```")) < code.n ? "````" : "```";
    compose_text(c, slice_of(fence));
    compose_text(c, SLICE("\n"));
    compose_text(c, code);
    compose_text(c, SLICE("\n"));
    compose_text(c, slice_of(fence));
}

/* The line of Markdown that makes a table of the rows around it. */
static void quote_rule(struct session *s, struct compose *c, struct slice header)
{
    struct arena_text rule = {.arena = s->arena};
    arena_text_printf(&rule, "\n---");
    while (slice_find(header, SLICE(" | ")) < header.n) {
        size_t at = slice_find(header, SLICE(" | ")) + 3;
        arena_text_printf(&rule, " | ---");
        header = slice_sub(header, at, header.n - at);
    }
    compose_text(c, arena_text_slice(&rule));
}

static bool quote_own_line(const struct sentence *one)
{
    return one->kind == BLOCK_ITEM || one->kind == BLOCK_ROW || one->kind == BLOCK_CODE || one->kind == BLOCK_TERM;
}

static void quote_one(struct session *s, struct compose *c, const struct sentence *one)
{
    if (one->kind == BLOCK_CODE)
        quote_code(c, one->text);
    else if (one->kind == BLOCK_TERM) /* one of those that a ":" announces */
        compose_text(c, ARENA_JOIN(s->arena, SLICE("- "), compose_flat(s->arena, one->text)));
    else
        compose_quote(c, one->text);
}

/* Name, lead-in and what is said, each on a line of its own where that is what the page does. */
static void write_unit(struct session *s, struct compose *c, const struct unit *unit)
{
    const struct sentence *before = NULL;
    if (unit->name) {
        compose_quote(c, quote_bare(unit->name->text));
        compose_text(c, SLICE(": "));
    }
    if (unit->lead) {
        quote_one(s, c, unit->lead);
        if (unit->lead->kind == BLOCK_ROW)
            quote_rule(s, c, unit->lead->text);
        before = unit->lead;
    }
    for (size_t i = 0; i < unit->count; i++) {
        const struct sentence *one = unit->said[i];
        bool item_goes_on = before && before->kind == BLOCK_ITEM && one->kind == BLOCK_ITEM &&
                            before->number + 1 == one->number && one->run_first == before->run_first && !one->opens;
        if (before || (unit->name && quote_own_line(one)))
            compose_text(c, !item_goes_on && quote_own_line(one) ? SLICE("\n") : SLICE(" "));
        quote_one(s, c, one);
        before = one;
    }
    if (before && before->kind == BLOCK_CODE)
        compose_text(c, SLICE("\n"));
}

static void write_units(struct session *s, struct compose *c, const struct picked *parts)
{
    const struct source *before = NULL;
    bool first = true;
    for (size_t p = 0; p < s->part_count; p++)
        for (size_t i = 0; i < parts[p].n; i++, first = false) {
            const struct unit *unit = &parts[p].at[i];
            const struct sentence *one = unit->lead && !quote_own_line(unit->lead) ? unit->lead : unit->said[0];
            bool own_line = s->wishes.list || quote_own_line(one);
            if (!first)
                compose_text(c, own_line ? SLICE("\n") : i == 0 ? SLICE("\n\n") : SLICE(" "));
            if (s->wishes.list && !quote_own_line(one))
                compose_text(c, SLICE("- "));
            if (!unit->name)
                quote_name_subject(s, c, one, before);
            write_unit(s, c, unit);
            compose_mark(c, one->passage->source);
            before = one->passage->source;
        }
}

/* Says why: no model is set up, or it wrote nothing this time. */
static void warn_of_wishes(struct session *s)
{
    struct slice why = SLICE("No language model is set up");
    if (s->world->model)
        why = s->unwritten ? arena_printf(s->arena, "The language model wrote nothing (%s)", s->unwritten)
                           : SLICE("The language model wrote nothing");
    session_warn(s, arena_printf(s->arena,
                                 "%.*s: the system prompt's wishes beyond length and lists were not applied. "
                                 "The answer quotes its sources word for word.",
                                 SLICE_ARGS(why)));
}

/* The best sentence is quoted whole, even if it is longer than asked for. */
static void warn_of_length(struct session *s, const struct picked *parts)
{
    size_t words = 0;
    for (size_t p = 0; p < s->part_count; p++)
        for (size_t i = 0; i < parts[p].n; i++)
            words += parts[p].at[i].words;
    if (s->wishes.max_words && words > s->wishes.max_words)
        session_warn(s,
                     arena_printf(s->arena,
                                  "The answer has more words than the %zu that were wished for: sentences are quoted "
                                  "whole.",
                                  s->wishes.max_words));
}

static bool write_small_talk(struct session *s, struct compose *c, struct err *e)
{
    compose_text(c, lang_say(s->lang, LANG_SMALL_TALK_REPLY));
    session_claim(s, (struct claim){.field = SLICE("output"),
                                    .note = SLICE("This asks nothing of any page, so nothing was searched.")});
    compose_limit(c, s->question);
    return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
}

bool quote_write(struct session *s, struct err *e)
{
    struct compose *c = compose_new(s->arena, s->evidence);
    if (s->small_talk)
        return write_small_talk(s, c, e);
    struct picked *parts = arena_array(s->arena, struct picked, s->part_count);
    struct claim all = {.field = SLICE("output"), .note = SLICE("")};
    pick_parts(s, parts, &all);
    if (s->part_count == 1)
        all.inputs = s->parts[0].ranking.inputs; /* with several parts, their probabilities are multiplied */
    if (all.support_count == 0)
        write_nothing(s, c, &all);
    else
        session_claim(s, all);
    if (quote_doubts(s, &all) && !s->wishes.max_words && !s->wishes.max_sentences) {
        compose_text(c, lang_say(s->lang, LANG_UNSURE));
        compose_text(c, SLICE("\n\n"));
    }
    if (s->wishes.unmarked)
        compose_without_marks(c);
    write_units(s, c, parts);
    warn_of_length(s, parts);
    if (s->wishes.unmet)
        warn_of_wishes(s);
    compose_limit(c, s->question);
    return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
}
