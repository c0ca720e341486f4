/* align_check_said.c - checks what neither the share of common words nor the cosine of two vectors sees: small words
 * and the order of names.
 *
 *   stricter   the claim says "all" or "only" where the span does not
 *   contrary   the claim says "north" where the span says "south"
 *   swapped    align_check_roles.c
 *   elsewhere  a name of the claim is in a neighbouring sentence that says nothing else of the claim
 *
 * They need words of the language (LANG_STRICT, LANG_OPPOSITES), and are asked of sentences in languages that the
 * encoder knows, with an encoder and without. */
#include "evidence/align_check_inner.h"

struct said_in {
    const struct span_sentence *at;
    size_t n;
};

static size_t terms_beside(const struct span_sentence *one, const struct span_sentence *other)
{
    size_t n = 0;
    for (size_t i = 0; i < one->words.n; i++) {
        bool new = one->terms[i] >= 0;
        for (size_t k = 0; k < other->words.n && new; k++)
            new = other->terms[k] != one->terms[i];
        n += new;
    }
    return n;
}

/* The sentences that the claim's words are looked for in: both, unless one of them adds a single word to the other.
 * What is found there is said of something else. */
static struct said_in said_in(const struct look *l)
{
    enum { ADDS = 2 };
    if (l->sentence_count == 2 && terms_beside(&l->sentences[1], &l->sentences[0]) < ADDS)
        return (struct said_in){l->sentences, 1};
    if (l->sentence_count == 2 && terms_beside(&l->sentences[0], &l->sentences[1]) < ADDS)
        return (struct said_in){l->sentences + 1, 1};
    return (struct said_in){l->sentences, l->sentence_count};
}

static bool span_has_word(struct said_in in, struct slice fold)
{
    for (size_t k = 0; k < in.n; k++)
        for (size_t i = 0; i < in.at[k].words.n; i++)
            if (slice_eq(in.at[k].words.at[i].fold, fold))
                return true;
    return false;
}

static bool span_has_term(struct said_in in, int16_t t)
{
    for (size_t k = 0; k < in.n; k++)
        for (size_t i = 0; i < in.at[k].words.n; i++)
            if (in.at[k].terms[i] == t)
                return true;
    return false;
}

static bool claim_has_word(const struct look *l, struct slice fold)
{
    for (size_t i = 0; i < l->c->words.n; i++)
        if (slice_eq(l->c->words.at[i].fold, fold))
            return true;
    return false;
}

/* What makes a statement stricter: the group of a word of LANG_STRICT, "most" for any other superlative; else empty. */
static struct slice strict_group(const struct lang *lang, struct slice fold)
{
    enum { SHORTEST = 6 };
    const struct lang_entry *e = lang_entry(lang, LANG_STRICT, fold);
    if (e)
        return e->value;
    bool superlative = fold.n >= SHORTEST && lang_ends(lang, LANG_SUPERLATIVE_ENDINGS, fold) > 0 &&
                       !lang_has(lang, LANG_NOT_SUPERLATIVE, fold);
    return superlative ? SLICE("most") : SLICE("");
}

static bool span_as_strict(const struct look *l, struct said_in in, struct slice group)
{
    for (size_t k = 0; k < in.n; k++)
        for (size_t i = 0; i < in.at[k].words.n; i++)
            if (slice_eq(strict_group(l->c->lang, in.at[k].words.at[i].fold), group))
                return true;
    return false;
}

static bool said_stricter(const struct look *l, struct said_in in)
{
    for (size_t i = 0; i < l->c->words.n; i++) {
        struct slice group = strict_group(l->c->lang, l->c->words.at[i].fold);
        if (group.n && !span_as_strict(l, in, group))
            return true;
    }
    return false;
}

/* The span has "8th", which is the 8th of LANG_ORDINALS. */
static bool span_counts(struct said_in in, size_t nth)
{
    for (size_t k = 0; k < in.n; k++)
        for (size_t i = 0; i < in.at[k].stated->number_count; i++)
            if (in.at[k].stated->numbers[i].ordinal && in.at[k].stated->numbers[i].low == (double)nth)
                return true;
    return false;
}

/* "The second city" of a span that speaks of no second one. "First" is a word of LANG_STRICT, with others that say it.
 */
static bool said_nth(const struct look *l, struct said_in in)
{
    struct lang_entries all = lang_entries(l->c->lang, LANG_ORDINALS);
    for (size_t i = 1; i < all.n; i++)
        if (!lang_has(l->c->lang, LANG_STRICT, all.at[i].word) && claim_has_word(l, all.at[i].word) &&
            !span_has_word(in, all.at[i].word) && !span_counts(in, i + 1))
            return true;
    return false;
}

static struct slice first_word(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ')
        n++;
    struct slice out = slice_sub(*rest, 0, n);
    *rest = slice_sub(*rest, n < rest->n ? n + 1 : n, rest->n - (n < rest->n ? n + 1 : n));
    return out;
}

/* One is the claim's alone, the other the span's alone. "Every … but" is not the claim's alone where the
 * span says "all … except". */
static bool said_instead(const struct look *l, struct said_in in, struct slice one, struct slice other)
{
    if (!claim_has_word(l, one) || claim_has_word(l, other) || !span_has_word(in, other) || span_has_word(in, one))
        return false;
    struct slice group = strict_group(l->c->lang, one);
    return !group.n || strict_group(l->c->lang, other).n || !span_as_strict(l, in, group);
}

static bool has_listed(const struct look *l, struct words words, enum lang_list list)
{
    for (size_t i = 0; i < words.n; i++)
        if (lang_has(l->c->lang, list, words.at[i].fold))
            return true;
    return false;
}

/* "A is longer than B" and "B is shorter than A" are left to align_check_roles.c. */
static bool both_compare(const struct look *l, struct said_in in)
{
    bool there = false;
    for (size_t k = 0; k < in.n; k++)
        there = there || has_listed(l, in.at[k].words, LANG_THAN);
    return there && has_listed(l, l->c->words, LANG_THAN);
}

static bool said_contrary(const struct look *l, struct said_in in)
{
    struct lang_entries all = lang_entries(l->c->lang, LANG_OPPOSITES);
    bool compare = both_compare(l, in);
    for (size_t i = 0; i < all.n; i++) {
        if (compare && lang_has(l->c->lang, LANG_DEGREES, all.at[i].word))
            continue;
        struct slice rest = all.at[i].value;
        while (rest.n) {
            struct slice word = first_word(&rest);
            if (said_instead(l, in, all.at[i].word, word) || said_instead(l, in, word, all.at[i].word))
                return true;
        }
    }
    return false;
}

bool look_denies_alike(const struct look *l)
{
    struct said_in all = {l->sentences, l->sentence_count};
    size_t there = 0, here = l->c->stated->negations;
    bool denying = false;
    for (size_t k = 0; k < l->sentence_count; k++) {
        there += l->sentences[k].stated->negations;
        denying = denying || has_listed(l, l->sentences[k].words, LANG_DENYING);
    }
    if (here == 1 && there == 0)
        return denying || (has_listed(l, l->c->words, LANG_THAN) && span_as_strict(l, all, SLICE("most")));
    return here == 0 && there == 1 && has_listed(l, l->c->words, LANG_DENYING);
}

/* One of the two has a "not", the other has none. */
static bool said_denied(const struct look *l)
{
    size_t there = 0;
    for (size_t k = 0; k < l->sentence_count; k++)
        there += l->sentences[k].stated->negations;
    return (l->c->stated->negations > 0) != (there > 0) && !look_denies_alike(l);
}

/* Two dates of the claim are in one sentence of the span, the other way round: "begun in 1869, finished in 1865". */
static bool dates_swapped(const struct look *l, const struct span_sentence *p)
{
    const struct stated *said = l->c->stated, *there = p->stated;
    for (size_t i = 0; i + 1 < said->date_count; i++) {
        const struct stated_date *one = &said->dates[i], *other = &said->dates[i + 1];
        bool same = false, swapped = false;
        for (size_t k = 0; k + 1 < there->date_count; k++) {
            same = same || (dates_agree(one, &there->dates[k]) && dates_agree(other, &there->dates[k + 1]));
            swapped = swapped || (dates_agree(one, &there->dates[k + 1]) && dates_agree(other, &there->dates[k]));
        }
        if (swapped && !same)
            return true;
    }
    return false;
}

/* A name that only the sentence before has may be what the claim is about, and so begins it. */
static bool said_elsewhere(const struct look *l, struct said_in in)
{
    enum { ABOUT = 3 };
    for (size_t i = ABOUT; i < l->c->words.n; i++) {
        int16_t t = look_is_name(l, i) ? l->c->term_of_word[i] : -1;
        if (t >= 0 && !span_has_term(in, t) && !has_term(&l->span->title, (size_t)t) &&
            !has_term(&l->span->forms, (size_t)t))
            return true;
    }
    return false;
}

bool look_said_changed(const struct look *l)
{
    struct said_in in = said_in(l);
    for (size_t k = 0; k < l->sentence_count; k++)
        if (dates_swapped(l, &l->sentences[k]))
            return true;
    return said_elsewhere(l, in) || said_stricter(l, in) || said_nth(l, in) || said_contrary(l, in) ||
           look_roles_swapped(l);
}

bool look_said_otherwise(const struct look *l)
{
    return said_denied(l) || look_said_changed(l);
}
