/* align_check_values.c - checks the claim's numbers and dates. The span must have each value, and the value must belong
 * to the same word or name as in the claim. */
#include "evidence/align_check_inner.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "text/kin.h"
#include "text/letters.h"

static bool same_bytes(const struct stated_number *one, const struct stated_number *other)
{
    return one->ordinal == other->ordinal && slice_eq(one->text, other->text);
}

/* A page that says "ruling from 998 to 1030" states either year by itself. */
static bool ends_range(const struct stated_number *claim, const struct stated_number *other)
{
    return other->high > other->low && claim->high == claim->low && !claim->unit && !other->unit && !claim->ordinal &&
           (claim->low == other->low || claim->low == other->high);
}

static bool number_fits(const struct stated_number *claim, const struct stated_number *other)
{
    /* A page that says 200 does not state "80 to 600", though both may be true. */
    bool single = claim->high > claim->low && other->high == other->low;
    return (!single && number_agrees(claim, other)) || same_bytes(claim, other) || ends_range(claim, other);
}

static bool stated_has_number(const struct stated *s, const struct stated_number *n)
{
    for (size_t i = 0; i < s->number_count; i++)
        if (number_fits(n, &s->numbers[i]))
            return true;
    for (size_t i = 0; i < s->date_count; i++)
        if (date_agrees_with_number(&s->dates[i], n))
            return true;
    return false;
}

/* "The 2012 festival opened on September 8, 2012" does not state September 6, 2012, though it has the year. */
static bool stated_has_date(const struct stated *s, const struct stated_date *d)
{
    bool by_year = false, other_day = false;
    for (size_t i = 0; i < s->date_count; i++) {
        const struct stated_date *other = &s->dates[i];
        bool agrees = dates_agree(d, other);
        if (agrees && (!d->date.month || other->date.month))
            return true;
        by_year = by_year || agrees;
        other_day =
            other_day || (!agrees && other->date.month && (!other->date.year || other->date.year == d->date.year));
    }
    if (by_year)
        return !other_day;
    for (size_t i = 0; i < s->number_count; i++)
        if (date_agrees_with_number(d, &s->numbers[i]))
            return true;
    return false;
}

static bool claim_has_number(const struct look *l, const struct stated_number *n)
{
    for (size_t i = 0; i < l->c->stated->number_count; i++)
        if (number_fits(&l->c->stated->numbers[i], n))
            return true;
    return false;
}

static bool claim_has_date(const struct look *l, const struct stated_date *d)
{
    return stated_has_date(l->c->stated, d);
}

enum anchor { ANCHOR_WORD, ANCHOR_NAME };

/* The word or name that a value belongs to: the claim's nearest one that is not in the page's title. A counted name ("8
 * Oscars") is taken for a word. The reaches are set by hand. */
static int16_t anchor_of(const struct look *l, const struct span_sentence *p, struct place_in at, bool counts,
                         enum anchor kind)
{
    enum { REACH = 4, NAME_REACH = 6, AGAIN = 100 };
    size_t best = SIZE_MAX, reach = kind == ANCHOR_NAME ? NAME_REACH : REACH;
    int16_t out = -1;
    for (size_t i = 0; i < l->c->words.n; i++) {
        int16_t t = l->c->term_of_word[i];
        bool named =
            (l->c->words.at[i].flags & WORD_CAPITAL) && !l->c->lang->nouns_capital && !(counts && i == at.last + 1);
        if (t < 0 || named != (kind == ANCHOR_NAME) || !has_term(&l->span->own, (size_t)t))
            continue;
        bool in_title = false;
        for (size_t k = 0; k < l->title_words.n && !in_title; k++)
            in_title = slice_eq(l->title_words.at[k].stem, l->c->terms[t].stem);
        size_t apart = places_apart(l->c->text, l->c->words, (struct place_in){i, i}, at);
        if (in_title || apart > reach)
            continue;
        /* In "the Kestrel Hall and the Falcon Hall" only words that occur once tell the two apart. */
        for (size_t k = 0; k < p->words.n && kind == ANCHOR_NAME; k++)
            apart += p->terms[k] == t ? AGAIN : 0;
        if (apart < best) {
            best = apart;
            out = t;
        }
    }
    return out;
}

static size_t anchor_nearest(const struct span_sentence *p, int16_t anchor, struct place_in at)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < p->words.n; i++)
        if (p->terms[i] == anchor) {
            size_t apart = places_apart(p->s->text, p->words, (struct place_in){i, i}, at);
            best = apart < best ? apart : best;
        }
    return best;
}

/* "Born in 1879, died in 1955" does not support "died in 1879": another number is nearer to "died". */
static bool number_misplaced(const struct look *l, const struct stated_number *n, const struct span_sentence *p,
                             enum anchor kind)
{
    int16_t anchor = anchor_of(l, p, n->at, !n->unit, kind);
    size_t right = SIZE_MAX, wrong = SIZE_MAX;
    for (size_t i = 0; i < p->stated->number_count && anchor >= 0; i++) {
        const struct stated_number *other = &p->stated->numbers[i];
        size_t apart = anchor_nearest(p, anchor, other->at);
        if (number_fits(n, other))
            right = apart < right ? apart : right;
        else if (numbers_alike(n, other) && !claim_has_number(l, other))
            wrong = apart < wrong ? apart : wrong;
    }
    return right != SIZE_MAX && wrong < right;
}

static bool date_misplaced(const struct look *l, const struct stated_date *d, const struct span_sentence *p,
                           enum anchor kind)
{
    int16_t anchor = anchor_of(l, p, d->at, false, kind);
    size_t right = SIZE_MAX, wrong = SIZE_MAX;
    for (size_t i = 0; i < p->stated->date_count && anchor >= 0; i++) {
        const struct stated_date *other = &p->stated->dates[i];
        size_t apart = anchor_nearest(p, anchor, other->at);
        if (dates_agree(d, other))
            right = apart < right ? apart : right;
        else if (!claim_has_date(l, other))
            wrong = apart < wrong ? apart : wrong;
    }
    return right != SIZE_MAX && wrong < right;
}

static size_t terms_of(const struct span_sentence *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->words.n; i++)
        n += p->terms[i] >= 0;
    return n;
}

/* Whether the span's other sentence is closer to the claim and has a different number of that kind. Then the number of
 * sentence k belongs to something else. */
static bool number_of_neighbour(const struct look *l, const struct stated_number *n, size_t k)
{
    const struct span_sentence *other = &l->sentences[1 - k];
    if (l->sentence_count < 2 || terms_of(other) <= terms_of(&l->sentences[k]))
        return false;
    for (size_t i = 0; i < other->stated->number_count; i++)
        if (numbers_alike(n, &other->stated->numbers[i]) && !claim_has_number(l, &other->stated->numbers[i]))
            return true;
    return false;
}

static bool date_of_neighbour(const struct look *l, size_t k)
{
    const struct span_sentence *other = &l->sentences[1 - k];
    if (l->sentence_count < 2 || terms_of(other) <= terms_of(&l->sentences[k]))
        return false;
    for (size_t i = 0; i < other->stated->date_count; i++)
        if (!claim_has_date(l, &other->stated->dates[i]))
            return true;
    return false;
}

/* A claim that has a number twice ("9 officers, 9 drummers") needs a span that has it twice. */
static bool too_often(const struct look *l, const struct stated_number *n)
{
    size_t claimed = 0, there = 0;
    for (size_t i = 0; i < l->c->stated->number_count; i++)
        claimed += numbers_alike(n, &l->c->stated->numbers[i]) && n->low == l->c->stated->numbers[i].low;
    for (size_t k = 0; k < l->sentence_count && claimed > 1; k++) {
        for (size_t i = 0; i < l->sentences[k].stated->number_count; i++)
            there += number_fits(n, &l->sentences[k].stated->numbers[i]);
        for (size_t i = 0; i < l->sentences[k].stated->date_count; i++)
            there += date_agrees_with_number(&l->sentences[k].stated->dates[i], n);
    }
    return claimed > 1 && there > 0 && there < claimed;
}

/* The stem of the noun behind a count, or empty. */
static struct slice counted_stem(struct words words, struct place_in at)
{
    for (size_t i = at.last + 1; i < words.n && i <= at.last + 3; i++)
        if (!(words.at[i].flags & WORD_STOP))
            return words.at[i].stem;
    return SLICE("");
}

static bool same_count(const struct look *l, const struct stated_number *n, const struct span_sentence *p,
                       const struct stated_number *other)
{
    struct slice one = counted_stem(l->c->words, n->at), two = counted_stem(p->words, other->at);
    return n->unit || ((l->c->leaf || l->c->brief) && one.n == 0) || (one.n && stems_alike(one, two));
}

/* "Its two voyages, in 1642 and 1644": a writer counts what the page lists. */
static bool is_couple(const struct look *l, const struct stated_number *n)
{
    enum { COUPLE = 2 };
    return compares_meaning(l->al, l->c) && !n->unit && !n->ordinal && n->low == n->high && n->low >= 1 &&
           n->low <= COUPLE && !ascii_is_digit(n->text.p[0]);
}

static enum failure check_number(const struct look *l, const struct stated_number *n, struct slice *reason)
{
    struct arena *a = l->al->scratch;
    const struct stated_number *only = NULL;
    size_t alike = 0;
    bool told = false;
    for (size_t k = 0; k < l->sentence_count; k++) {
        const struct span_sentence *p = &l->sentences[k];
        if (stated_has_number(p->stated, n)) {
            if (!number_misplaced(l, n, p, ANCHOR_WORD) && !number_misplaced(l, n, p, ANCHOR_NAME) &&
                !number_of_neighbour(l, n, k) && !too_often(l, n))
                return FAILS_NOT;
            *reason = arena_printf(a, "the page says %.*s of something else", SLICE_ARGS(n->text));
            told = true;
        }
        for (size_t i = 0; i < p->stated->number_count; i++) {
            const struct stated_number *other = &p->stated->numbers[i];
            if (other->guess || !numbers_alike(n, other) || claim_has_number(l, other))
                continue;
            alike++;
            only = same_count(l, n, p, other) && !numbers_compatible(n, other) ? other : only;
        }
    }
    if (told)
        return FAILS;
    if (alike == 0 && is_couple(l, n))
        return FAILS_NOT;
    if (alike == 0 && (stated_has_number(l->title, n) || (l->before.s && stated_has_number(l->before.stated, n))))
        return FAILS_NOT;
    if (alike == 1 && only) {
        *reason = arena_printf(a, "the page says %.*s, not %.*s", SLICE_ARGS(only->text), SLICE_ARGS(n->text));
        return FAILS_WITH_ANOTHER;
    }
    *reason = arena_printf(a, "the page does not say %.*s", SLICE_ARGS(n->text));
    return FAILS;
}

/* "The 1300s" for "the 14th century". */
static bool same_century(const struct look *l, const struct stated_date *d)
{
    if (!compares_meaning(l->al, l->c) || !d->decade || d->date.year <= 0 || d->date.year % 100)
        return false;
    for (size_t k = 0; k < l->sentence_count; k++)
        for (size_t i = 0; i < l->sentences[k].stated->number_count; i++) {
            const struct stated_number *n = &l->sentences[k].stated->numbers[i];
            if (n->ordinal && (int)n->low == d->date.year / 100 + 1)
                return true;
        }
    return false;
}

static enum failure check_date(const struct look *l, const struct stated_date *d, struct slice *reason)
{
    struct arena *a = l->al->scratch;
    const struct stated_date *only = NULL;
    size_t others = 0;
    bool told = false;
    for (size_t k = 0; k < l->sentence_count; k++) {
        const struct span_sentence *p = &l->sentences[k];
        if (stated_has_date(p->stated, d)) {
            if (!date_misplaced(l, d, p, ANCHOR_WORD) && !date_misplaced(l, d, p, ANCHOR_NAME) &&
                !date_of_neighbour(l, k))
                return FAILS_NOT;
            *reason = arena_printf(a, "the page says %.*s of something else", SLICE_ARGS(d->text));
            told = true;
        }
        for (size_t i = 0; i < p->stated->date_count; i++)
            if (!claim_has_date(l, &p->stated->dates[i])) {
                others++;
                only = &p->stated->dates[i];
            }
    }
    if (told)
        return FAILS;
    if (same_century(l, d))
        return FAILS_NOT;
    if (others == 0 && (stated_has_date(l->title, d) || (l->before.s && stated_has_date(l->before.stated, d))))
        return FAILS_NOT;
    if (others == 1 && !only->decade) {
        *reason = arena_printf(a, "the page says %.*s, not %.*s", SLICE_ARGS(only->text), SLICE_ARGS(d->text));
        return FAILS_WITH_ANOTHER;
    }
    *reason = arena_printf(a, "the page does not say %.*s", SLICE_ARGS(d->text));
    return FAILS;
}

/* "1 024" in an English claim is read as one number if the page says 1024, else as two. */
static void check_numbers(const struct look *l, struct failures *f)
{
    const struct stated *s = l->c->stated;
    for (size_t i = 0; i < s->number_count; i++) {
        struct slice reason = {"", 0};
        bool one = i + 2 < s->number_count && s->numbers[i + 2].guess &&
                   check_number(l, &s->numbers[i + 2], &reason) == FAILS_NOT;
        if (one)
            i += 2;
        else if (!s->numbers[i].guess)
            look_failed(f, check_number(l, &s->numbers[i], &reason), reason);
    }
}

void look_values(const struct look *l, struct failures *f)
{
    check_numbers(l, f);
    for (size_t i = 0; i < l->c->stated->date_count; i++) {
        struct slice reason = {"", 0};
        look_failed(f, check_date(l, &l->c->stated->dates[i], &reason), reason);
    }
}
