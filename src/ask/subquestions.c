#include "ask/subquestions.h"

#include "text/marks.h"
#include "text/sentences.h"

enum { THING_WORDS_MAX = 8, ATTRIBUTE_WORDS_MAX = 4, NAMES_MAX = 12 /* of the first question, added to a later one */ };

struct asked {
    struct arena *arena;
    struct slice text;
    const struct lang *lang;
    struct words words;
};

static bool in_list(const struct asked *q, size_t i, enum lang_list list)
{
    return i < q->words.n && lang_has(q->lang, list, q->words.at[i].fold);
}

static bool subquestion_asks(const struct asked *q, size_t i)
{
    return in_list(q, i, LANG_QUESTION_WORDS);
}

/* From the start of word i to the end of word j. */
static struct slice subquestion_span(const struct asked *q, size_t i, size_t j)
{
    size_t start = q->words.at[i].start;
    return slice_sub(q->text, start, q->words.at[j].start + q->words.at[j].n - start);
}

static size_t subquestion_telling(const struct asked *q, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += !(q->words.at[i].flags & WORD_STOP) && !subquestion_asks(q, i);
    return n;
}

/* The first NAMES_MAX capitalised words (other than the first word) and numbers. */
static struct slice names_of(struct arena *a, struct slice text, const struct lang *lang, size_t *count)
{
    struct words words = words_split(a, text, lang);
    struct arena_text out = {.arena = a};
    *count = 0;
    for (size_t i = 1; i < words.n && *count < NAMES_MAX; i++) {
        const struct word *w = &words.at[i];
        if (!(w->flags & (WORD_CAPITAL | WORD_NUMBER)) || (w->flags & WORD_STOP))
            continue;
        arena_text_printf(&out, "%s%.*s", out.n ? " " : "", (int)w->n, text.p + w->start);
        ++*count;
    }
    return arena_text_slice(&out);
}

/* A later question without a name of its own is about the names of the first. In languages that write every noun with a
 * capital, a capital is no name, so there the names are always added. */
static struct slice subquestion_lean(const struct asked *q, struct slice later, struct slice first)
{
    size_t own, given;
    (void)names_of(q->arena, later, q->lang, &own);
    struct slice names = names_of(q->arena, first, q->lang, &given);
    bool there = own > 0 && !q->lang->nouns_capital;
    return there || given == 0 ? later : arena_printf(q->arena, "%.*s (%.*s)", SLICE_ARGS(later), SLICE_ARGS(names));
}

static size_t by_sentences(const struct asked *q, struct slice *out)
{
    struct sentences all = sentences_split(q->arena, q->text, q->lang);
    struct slice before = SLICE("");
    size_t n = 0, names = 0; /* of `before` */
    for (size_t i = 0; i < all.n && n < SUBQUESTIONS_MAX; i++) {
        struct slice one = slice_trim(all.at[i]);
        if (mark_ends(one, MARKS_QUESTION))
            out[n++] = before.n ? subquestion_lean(q, one, before) : one;
        if (names == 0) {
            before = one;
            (void)names_of(q->arena, before, q->lang, &names);
        }
    }
    return n;
}

static size_t by_question_words(const struct asked *q, struct slice *out)
{
    size_t n = 0, start = 0;
    for (size_t i = 1; i < q->words.n && n + 1 < SUBQUESTIONS_MAX; i++) {
        bool joined = in_list(q, i - 1, LANG_JOINING) && subquestion_asks(q, i);
        if (!joined || !subquestion_asks(q, start) || i < start + 3 || subquestion_telling(q, start, i - 1) == 0)
            continue;
        if (subquestion_telling(q, i, q->words.n) == 0 && i + 2 >= q->words.n) /* "and why?" */
            continue;
        out[n++] = subquestion_span(q, start, i - 2);
        start = i;
    }
    if (n == 0)
        return 0;
    out[n++] = subquestion_span(q, start, q->words.n - 1);
    for (size_t k = 1; k < n; k++)
        out[k] = subquestion_lean(q, out[k], out[0]);
    return n;
}

/* A question in the language's own wording, with the things it is about put in for "{}". */
static struct slice question_about(const struct asked *q, enum lang_list sentence, struct slice first,
                                   struct slice second)
{
    struct slice text = lang_say(q->lang, sentence), hole = SLICE("{}"), out = SLICE("");
    for (size_t at, n = 0; (at = slice_find(text, hole)) < text.n; n++) {
        out = ARENA_JOIN(q->arena, out, slice_sub(text, 0, at), n ? second : first);
        text = slice_sub(text, at + hole.n, text.n - at - hole.n);
    }
    return ARENA_JOIN(q->arena, out, text);
}

/* "What are the population, the area and the mayor of X?" */
static size_t by_attributes(const struct asked *q, struct slice *out)
{
    size_t of = 3, n = 0, start = 2;
    if (!in_list(q, 1, LANG_BE) || !in_list(q, 0, LANG_ASKS_WHICH) || q->words.n < 6)
        return 0;
    while (of < q->words.n && !in_list(q, of, LANG_OF))
        of++;
    if (of + 1 >= q->words.n)
        return 0;
    struct slice thing = subquestion_span(q, of + 1, q->words.n - 1);
    for (size_t i = 2; i <= of && n < SUBQUESTIONS_MAX; i++) {
        const struct word *w = &q->words.at[i - 1];
        size_t end = w->start + w->n;
        bool comma = i < of && end < q->text.n && q->text.p[end] == ',';
        bool ends = i == of || in_list(q, i, LANG_JOINING) || comma;
        if (!ends)
            continue;
        while (start < i && (in_list(q, start, LANG_THE) || in_list(q, start, LANG_JOINING)))
            start++;
        if (start >= i) {
            start = i;
            continue;
        }
        if (i - start > ATTRIBUTE_WORDS_MAX || subquestion_telling(q, start, i) == 0)
            return 0;
        out[n++] = question_about(q, LANG_ASK_ATTRIBUTE, subquestion_span(q, start, i - 1), thing);
        start = i;
    }
    return n;
}

/* The two things at the end of "…, X or Y?" and "… between X and Y". */
static bool two_things(const struct asked *q, size_t from, enum lang_list between, struct slice *one,
                       struct slice *other)
{
    size_t at = from + 1;
    while (at < q->words.n && !in_list(q, at, between))
        at++;
    if (at + 1 >= q->words.n || at - from > THING_WORDS_MAX || q->words.n - at - 1 > THING_WORDS_MAX)
        return false;
    *one = subquestion_span(q, from, at - 1);
    *other = subquestion_span(q, at + 1, q->words.n - 1);
    return true;
}

static size_t by_comparison(const struct asked *q, struct slice *out)
{
    struct slice one, other;
    for (size_t i = 0; i + 2 < q->words.n; i++) {
        if (in_list(q, i, LANG_DIFFERENCES))
            return 0;
        size_t end = q->words.at[i].start + q->words.at[i].n;
        if (end >= q->text.n || (q->text.p[end] != ',' && q->text.p[end] != ':'))
            continue;
        for (size_t w = 1; w <= i; w++) {
            const struct lang_entry *compares = lang_entry(q->lang, LANG_COMPARES, q->words.at[w].fold);
            if (compares && two_things(q, i + 1, LANG_ONE_OR_OTHER, &one, &other)) {
                out[0] = arena_printf(q->arena, "%.*s %.*s?", SLICE_ARGS(compares->value), SLICE_ARGS(one));
                out[1] = arena_printf(q->arena, "%.*s %.*s?", SLICE_ARGS(compares->value), SLICE_ARGS(other));
                return 2;
            }
        }
    }
    return 0;
}

/* "Is the Nile longer than the Amazon?" */
static size_t by_than(const struct asked *q, struct slice *out)
{
    for (size_t i = 2; i + 2 < q->words.n && in_list(q, 0, LANG_BE); i++) {
        const struct lang_entry *compares = lang_entry(q->lang, LANG_COMPARES, q->words.at[i].fold);
        if (!compares || !in_list(q, i + 1, LANG_THAN) || i > THING_WORDS_MAX || q->words.n - i - 2 > THING_WORDS_MAX ||
            subquestion_telling(q, 1, i) == 0 || subquestion_telling(q, i + 2, q->words.n) == 0)
            continue;
        struct slice one = subquestion_span(q, 1, i - 1), other = subquestion_span(q, i + 2, q->words.n - 1);
        out[0] = arena_printf(q->arena, "%.*s %.*s?", SLICE_ARGS(compares->value), SLICE_ARGS(one));
        out[1] = arena_printf(q->arena, "%.*s %.*s?", SLICE_ARGS(compares->value), SLICE_ARGS(other));
        return 2;
    }
    return 0;
}

/* "Compare the populations of X and Y", "compare X with Y", "X vs Y". */
static size_t by_request(const struct asked *q, struct slice *out)
{
    bool compares = in_list(q, 0, LANG_COMPARE);
    size_t first = compares, of = first, end = first;
    struct slice one, other;
    while (compares && of < q->words.n && !in_list(q, of, LANG_OF) && !in_list(q, of, LANG_COMPARED_WITH))
        of++;
    bool attribute = compares && in_list(q, of, LANG_OF) && of > first;
    first = attribute ? of + 1 : first;
    if (!two_things(q, first, compares ? LANG_COMPARED_WITH : LANG_VERSUS, &one, &other))
        return 0;
    for (end = first; end < q->words.n; end++)
        if (subquestion_asks(q, end))
            return 0;
    size_t noun = 1;
    while (noun < of && in_list(q, noun, LANG_THE))
        noun++;
    if (attribute && (noun == of || of - noun > ATTRIBUTE_WORDS_MAX))
        return 0;
    struct slice what = attribute ? subquestion_span(q, noun, of - 1) : SLICE("");
    out[0] = attribute ? question_about(q, LANG_ASK_ATTRIBUTE, what, one) : question_about(q, LANG_ASK_THING, one, one);
    out[1] = attribute ? question_about(q, LANG_ASK_ATTRIBUTE, what, other)
                       : question_about(q, LANG_ASK_THING, other, other);
    return 2;
}

size_t subquestions_split(struct arena *a, struct slice question, const struct lang *lang,
                          struct slice out[SUBQUESTIONS_MAX])
{
    struct asked q = {.arena = a, .text = question, .lang = lang, .words = words_split(a, question, lang)};
    if (lang_entries(lang, LANG_QUESTION_WORDS).n && q.words.n > 0) {
        size_t n = by_sentences(&q, out);
        n = n > 1 ? n : by_question_words(&q, out);
        n = n > 1 ? n : by_comparison(&q, out);
        n = n > 1 ? n : by_than(&q, out);
        n = n > 1 ? n : by_request(&q, out);
        n = n > 1 ? n : by_attributes(&q, out);
        if (n > 1)
            return n;
    }
    out[0] = question;
    return 1;
}
