/* align_check.c - one span under a close look: names, coverage, values, negation, in this order, since a name that is
 * there in another form ("Curie" for "Marie Curie") counts as covered. */
#include "evidence/align_inner.h"

#include <math.h>

/* Shares of the claim's weight. Measured on sentences of encyclopedia pages, true ones and changed ones. */
static const double SUPPORTED_FROM = 0.70;
static const double AGAINST_FROM = 0.80; /* to say that a page contradicts takes more */
/* Pairs of characters across two words change with the order of words; a run of them that is missing is looked at
 * apart. */
static const double CJK_SUPPORTED_FROM = 0.55, CJK_AGAINST_FROM = 0.65, CJK_BESIDE_FROM = 0.30, CJK_ASKED_FROM = 0.30;
/* Of what the title does not say, the span itself has to. */
static const double BESIDE_TITLE_FROM = 0.50, AGAINST_BESIDE_FROM = 0.65;
static const double SUBJECT_FROM = 0.60, ASKED_FROM = 0.40,
                    AGAINST_ASKED_FROM = 0.45; /* of a value's question and name */
static const double AROUND_WORTH = 0.9, PAIR_WORTH = 0.97;
/* German writes every noun with a capital, Chinese none: there a word counts as a name when it is this rare. */
static const double RARE = 0.60;

struct part {
    const struct sentence *s;
    size_t number; /* of the sentence in the view */
    struct words words;
    struct stated *stated; /* see read_stated */
    int16_t *terms;        /* by word: the claim's term, or -1 */
};

struct look {
    struct aligner *al;
    const struct claimed *c;
    struct span *span;
    struct part parts[2], before; /* before.s NULL: none */
    size_t part_count;
    const struct view_passage *in;
    struct words title_words;
    struct stated *title; /* see read_stated */
};

enum failure { FAILS_NOT, FAILS_WITH_ANOTHER, FAILS };

/* --- opening the span ----------------------------------------------------------------------------------------- */

static int16_t term_of_word(const struct look *l, uint32_t number, const struct word *w)
{
    if (l->al->term_of[number] >= 0)
        return l->al->term_of[number];
    if (w->flags & (WORD_CJK | WORD_STOP | WORD_NUMBER))
        return -1;
    for (size_t t = 0; t < l->c->term_count; t++) {
        const struct term *term = &l->c->terms[t];
        if (!term->cjk && !term->digits && stems_alike(term->stem, w->stem))
            return (int16_t)t;
    }
    return -1;
}

static struct part open_part(struct look *l, size_t sentence, struct term_set *into)
{
    const struct sentence *s = &l->al->view->sentences[sentence];
    struct part out = {s, sentence, align_words(l->al, sentence), NULL, arena_array(l->al->scratch, int16_t, s->words.n)};
    for (size_t i = 0; i < s->words.n; i++) {
        out.terms[i] = term_of_word(l, view_word_stem(l->al->view, sentence, i), &out.words.at[i]);
        if (out.terms[i] >= 0)
            add_term(into, (size_t)out.terms[i]);
    }
    return out;
}

static struct look look_at(struct aligner *al, const struct claimed *c, struct span *span)
{
    struct look l = {.al = al, .c = c, .span = span};
    size_t rank = al->view->sentences[span->first].passage_rank;
    l.in = &al->view->passages[rank];
    l.title_words = align_title(al, rank);
    l.parts[l.part_count++] = open_part(&l, span->first, &span->own);
    if (span->second != NOWHERE)
        l.parts[l.part_count++] = open_part(&l, span->second, &span->own);
    span->whole = join_terms(&span->whole, &span->own);
    if (al->before[span->first] != NOWHERE)
        l.before = open_part(&l, al->before[span->first], &span->whole);
    for (size_t i = 0; i < l.title_words.n; i++) {
        int16_t t = term_of_word(&l, view_title_stem(al->view, rank, i), &l.title_words.at[i]);
        if (t >= 0)
            add_term(&span->title, (size_t)t);
    }
    span->whole = join_terms(&span->whole, &span->title);
    return l;
}

/* What the parts and the title state: words alone rule most spans out, and this takes longer than they do. */
static void read_stated(struct look *l)
{
    for (size_t k = 0; k < l->part_count; k++)
        l->parts[k].stated = align_stated(l->al, l->parts[k].number);
    if (l->before.s)
        l->before.stated = align_stated(l->al, l->before.number);
    l->title = align_title_stated(l->al, l->parts[0].s->passage_rank);
}

/* --- names ---------------------------------------------------------------------------------------------------- */

static bool is_german(const struct lang *lang)
{
    return slice_is(slice_of(lang->code), "de");
}

/* Whether the claim's word, written with a capital, is a name for it. */
static bool is_name_word(const struct look *l, size_t word)
{
    int16_t t = l->c->term_of_word[word];
    if (t < 0 || !(l->c->words.at[word].flags & WORD_CAPITAL))
        return false;
    const struct term *term = &l->c->terms[t];
    unsigned seen = term->number ? l->al->seen[term->number] : 0;
    if (is_german(l->c->lang))
        return !(seen & SEEN_LOWER) && term->weight >= RARE * l->c->unknown;
    return word > 0 || (!(seen & SEEN_LOWER) && ((seen & SEEN_CAPITAL) || !term->number));
}

static bool same_start(struct slice one, struct slice other)
{
    return one.n && other.n && one.p[0] == other.p[0] &&
           ((unsigned char)one.p[0] < 0x80 || (one.n > 1 && other.n > 1 && one.p[1] == other.p[1]));
}

static bool is_initial(struct slice fold)
{
    return fold.n == 1 || (fold.n == 2 && (unsigned char)fold.p[0] >= 0xC3);
}

static bool fits_given(struct slice given, struct slice fold)
{
    return slice_eq(given, fold) || ((is_initial(given) || is_initial(fold)) && same_start(given, fold));
}

/* Whether the words before the surname at i can be the name's given names. The first one decides: "Boris T. Pash" is no
 * "Tarnwick T. Pash". */
static bool given_fit(const struct look *l, const struct name *name, struct words words, size_t i)
{
    struct slice given = {"", 0};
    for (size_t k = name->first; k + 1 < name->first + name->count && !given.n; k++)
        if (is_initial(l->c->words.at[k].fold) || is_name_word(l, k)) /* not the first of "Architect Anna Holt" */
            given = l->c->words.at[k].fold;
    bool two = i > 1 && (words.at[i - 2].flags & WORD_CAPITAL) && !(words.at[i - 2].flags & WORD_STOP);
    struct slice near = words.at[i - 1].fold, far = two ? words.at[i - 2].fold : near;
    if (is_initial(near) && !is_initial(far))
        return fits_given(given, far);
    return fits_given(given, near) || fits_given(given, far);
}

/* Looks for the surname with a given name before it. *against: with another one; *there: at all. */
static void look_for_surname(const struct look *l, const struct name *name, struct words words, struct slice surname,
                             bool *fits, bool *against, bool *there)
{
    for (size_t i = 0; i < words.n; i++) {
        if (!slice_eq(words.at[i].stem, surname))
            continue;
        *there = true;
        if (i == 0 || !(words.at[i - 1].flags & WORD_CAPITAL) || (words.at[i - 1].flags & WORD_STOP) ||
            words.at[i - 1].start + words.at[i - 1].n + 2 < words.at[i].start)
            continue;
        if (given_fit(l, name, words, i))
            *fits = true;
        else
            *against = true;
    }
}

/* "Curie" or "M. Curie" for "Marie Curie", when the passage knows no other Curie. */
static bool by_surname(const struct look *l, const struct name *name)
{
    size_t last = name->first + name->count - 1;
    int16_t t = l->c->term_of_word[last];
    if (name->count < 2 || name->count > 4 || t < 0 || !has_term(&l->span->whole, (size_t)t))
        return false;
    const struct term *surname = &l->c->terms[t];
    if (surname->number && (l->al->seen[surname->number] & SEEN_LOWER))
        return false;
    for (size_t i = name->first; i <= last; i++)
        if (!(l->c->words.at[i].flags & WORD_CAPITAL))
            return false;
    bool fits = false, against = false, there = false;
    look_for_surname(l, name, l->title_words, surname->stem, &fits, &against, &there);
    for (size_t i = l->in->first; i < l->in->first + l->in->count; i++)
        look_for_surname(l, name, align_words(l->al, i), surname->stem, &fits, &against, &there);
    return there && (fits || !against);
}

/* The first name that is not there: its first missing word, or SIZE_MAX. *missing: how many names. */
static size_t check_names(struct look *l, const struct name **which, size_t *missing)
{
    size_t out = SIZE_MAX;
    *missing = 0;
    for (size_t k = 0; k < l->c->stated->names.n; k++) {
        const struct name *name = &l->c->stated->names.at[k];
        size_t gap = SIZE_MAX;
        for (size_t i = name->first; i < name->first + name->count && gap == SIZE_MAX; i++)
            if (is_name_word(l, i) && !has_term(&l->span->whole, (size_t)l->c->term_of_word[i]))
                gap = i;
        if (gap == SIZE_MAX)
            continue;
        if (!is_german(l->c->lang) && by_surname(l, name)) {
            bool own = has_term(&l->span->own, (size_t)l->c->term_of_word[name->first + name->count - 1]);
            for (size_t i = name->first; i < name->first + name->count; i++)
                if (l->c->term_of_word[i] >= 0)
                    add_term(own ? &l->span->own : &l->span->whole, (size_t)l->c->term_of_word[i]);
            l->span->whole = join_terms(&l->span->whole, &l->span->own);
            continue;
        }
        (*missing)++;
        out = gap;
        *which = name;
    }
    return out;
}

/* A run of rare character pairs that the span does not have is a name or a thing it does not speak of. */
static size_t missing_run(const struct look *l, size_t *last)
{
    enum { RUN = 2, RARE_ONES = 2 };
    size_t run = 0, rare = 0;
    for (size_t i = 0; i <= l->c->words.n; i++) {
        int16_t t = i < l->c->words.n ? l->c->term_of_word[i] : -1;
        bool gone = t >= 0 && l->c->terms[t].cjk && !has_term(&l->span->whole, (size_t)t);
        if (!gone) {
            if (run >= RUN && rare >= RARE_ONES) {
                *last = i - 1;
                return i - run;
            }
            run = rare = 0;
            continue;
        }
        run++;
        rare += l->c->terms[t].weight >= RARE * l->c->unknown;
    }
    return SIZE_MAX;
}

/* --- values --------------------------------------------------------------------------------------------------- */

static bool same_bytes(const struct stated_number *one, const struct stated_number *other)
{
    return one->ordinal == other->ordinal && slice_eq(one->text, other->text);
}

static bool number_fits(const struct stated_number *claim, const struct stated_number *other)
{
    /* "80 to 600" is not said by a page that says 200, true as it may be. */
    bool single = claim->high > claim->low && other->high == other->low;
    return (!single && number_agrees(claim, other)) || same_bytes(claim, other);
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

/* "September 6, 2012" is not said by "the 2012 festival opened on September 8, 2012". */
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

/* The claim's word, or name, nearest to the value that is not in the page's title: what the value belongs to. What is
 * counted may be a name ("8 Oscars"). */
static int16_t anchor_of(const struct look *l, const struct part *p, struct place_in at, bool counts, enum anchor kind)
{
    enum { REACH = 4, NAME_REACH = 6, AGAIN = 100 };
    size_t best = SIZE_MAX, reach = kind == ANCHOR_NAME ? NAME_REACH : REACH;
    int16_t out = -1;
    for (size_t i = 0; i < l->c->words.n; i++) {
        int16_t t = l->c->term_of_word[i];
        bool named =
            (l->c->words.at[i].flags & WORD_CAPITAL) && !is_german(l->c->lang) && !(counts && i == at.last + 1);
        if (t < 0 || named != (kind == ANCHOR_NAME) || !has_term(&l->span->own, (size_t)t))
            continue;
        bool in_title = false;
        for (size_t k = 0; k < l->title_words.n && !in_title; k++)
            in_title = slice_eq(l->title_words.at[k].stem, l->c->terms[t].stem);
        size_t apart = places_apart(l->c->text, l->c->words, (struct place_in){i, i}, at);
        if (in_title || apart > reach)
            continue;
        /* Of "the Kestrel Hall and the Falcon Hall" the word that is there once tells them apart. */
        for (size_t k = 0; k < p->words.n && kind == ANCHOR_NAME; k++)
            apart += p->terms[k] == t ? AGAIN : 0;
        if (apart < best) {
            best = apart;
            out = t;
        }
    }
    return out;
}

static size_t nearest(const struct part *p, int16_t anchor, struct place_in at)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < p->words.n; i++)
        if (p->terms[i] == anchor) {
            size_t apart = places_apart(p->s->text, p->words, (struct place_in){i, i}, at);
            best = apart < best ? apart : best;
        }
    return best;
}

/* In "born in 1879, died in 1955" a claim that died and 1879 belong together is wrong. */
static bool number_misplaced(const struct look *l, const struct stated_number *n, const struct part *p,
                             enum anchor kind)
{
    int16_t anchor = anchor_of(l, p, n->at, !n->unit, kind);
    size_t right = SIZE_MAX, wrong = SIZE_MAX;
    for (size_t i = 0; i < p->stated->number_count && anchor >= 0; i++) {
        const struct stated_number *other = &p->stated->numbers[i];
        size_t apart = nearest(p, anchor, other->at);
        if (number_fits(n, other))
            right = apart < right ? apart : right;
        else if (numbers_alike(n, other) && !claim_has_number(l, other))
            wrong = apart < wrong ? apart : wrong;
    }
    return right != SIZE_MAX && wrong < right;
}

static bool date_misplaced(const struct look *l, const struct stated_date *d, const struct part *p, enum anchor kind)
{
    int16_t anchor = anchor_of(l, p, d->at, false, kind);
    size_t right = SIZE_MAX, wrong = SIZE_MAX;
    for (size_t i = 0; i < p->stated->date_count && anchor >= 0; i++) {
        const struct stated_date *other = &p->stated->dates[i];
        size_t apart = nearest(p, anchor, other->at);
        if (dates_agree(d, other))
            right = apart < right ? apart : right;
        else if (!claim_has_date(l, other))
            wrong = apart < wrong ? apart : wrong;
    }
    return right != SIZE_MAX && wrong < right;
}

static size_t terms_of(const struct part *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->words.n; i++)
        n += p->terms[i] >= 0;
    return n;
}

/* Of two sentences the one that has more of the claim has a value of the kind, and another one: the neighbour's is of
 * something else. */
static bool number_of_neighbour(const struct look *l, const struct stated_number *n, size_t k)
{
    const struct part *other = &l->parts[1 - k];
    if (l->part_count < 2 || terms_of(other) <= terms_of(&l->parts[k]))
        return false;
    for (size_t i = 0; i < other->stated->number_count; i++)
        if (numbers_alike(n, &other->stated->numbers[i]) && !claim_has_number(l, &other->stated->numbers[i]))
            return true;
    return false;
}

static bool date_of_neighbour(const struct look *l, size_t k)
{
    const struct part *other = &l->parts[1 - k];
    if (l->part_count < 2 || terms_of(other) <= terms_of(&l->parts[k]))
        return false;
    for (size_t i = 0; i < other->stated->date_count; i++)
        if (!claim_has_date(l, &other->stated->dates[i]))
            return true;
    return false;
}

/* A claim with the same number twice ("9 officers, 9 drummers") is held against a span with it as often. */
static bool too_often(const struct look *l, const struct stated_number *n)
{
    size_t claimed = 0, there = 0;
    for (size_t i = 0; i < l->c->stated->number_count; i++)
        claimed += numbers_alike(n, &l->c->stated->numbers[i]) && n->low == l->c->stated->numbers[i].low;
    for (size_t k = 0; k < l->part_count && claimed > 1; k++) {
        for (size_t i = 0; i < l->parts[k].stated->number_count; i++)
            there += number_fits(n, &l->parts[k].stated->numbers[i]);
        for (size_t i = 0; i < l->parts[k].stated->date_count; i++)
            there += date_agrees_with_number(&l->parts[k].stated->dates[i], n);
    }
    return claimed > 1 && there > 0 && there < claimed;
}

/* The stem of the word that a count counts; empty: none. */
static struct slice counted(struct words words, struct place_in at)
{
    for (size_t i = at.last + 1; i < words.n && i <= at.last + 3; i++)
        if (!(words.at[i].flags & WORD_STOP))
            return words.at[i].stem;
    return SLICE("");
}

static bool same_count(const struct look *l, const struct stated_number *n, const struct part *p,
                       const struct stated_number *other)
{
    struct slice one = counted(l->c->words, n->at), two = counted(p->words, other->at);
    return n->unit || (l->c->leaf && one.n == 0) || (one.n && stems_alike(one, two));
}

static enum failure check_number(const struct look *l, const struct stated_number *n, struct slice *reason)
{
    struct arena *a = l->al->scratch;
    const struct stated_number *only = NULL;
    size_t alike = 0;
    bool told = false;
    for (size_t k = 0; k < l->part_count; k++) {
        const struct part *p = &l->parts[k];
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
    if (alike == 0 && (stated_has_number(l->title, n) || (l->before.s && stated_has_number(l->before.stated, n))))
        return FAILS_NOT;
    if (alike == 1 && only) {
        *reason = arena_printf(a, "the page says %.*s, not %.*s", SLICE_ARGS(only->text), SLICE_ARGS(n->text));
        return FAILS_WITH_ANOTHER;
    }
    *reason = arena_printf(a, "the page does not say %.*s", SLICE_ARGS(n->text));
    return FAILS;
}

static enum failure check_date(const struct look *l, const struct stated_date *d, struct slice *reason)
{
    struct arena *a = l->al->scratch;
    const struct stated_date *only = NULL;
    size_t others = 0;
    bool told = false;
    for (size_t k = 0; k < l->part_count; k++) {
        const struct part *p = &l->parts[k];
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
    if (others == 0 && (stated_has_date(l->title, d) || (l->before.s && stated_has_date(l->before.stated, d))))
        return FAILS_NOT;
    if (others == 1 && !only->decade) {
        *reason = arena_printf(a, "the page says %.*s, not %.*s", SLICE_ARGS(only->text), SLICE_ARGS(d->text));
        return FAILS_WITH_ANOTHER;
    }
    *reason = arena_printf(a, "the page does not say %.*s", SLICE_ARGS(d->text));
    return FAILS;
}

/* --- negation ------------------------------------------------------------------------------------------------- */

/* Whether the span has little that the claim has not: then they differ by no more than what is compared. */
static bool same_sentence(const struct look *l)
{
    const double FROM = 0.9;
    size_t known = 0, all = 0;
    for (size_t k = 0; k < l->part_count; k++)
        for (size_t i = 0; i < l->parts[k].words.n; i++) {
            if ((l->parts[k].words.at[i].flags & (WORD_STOP | WORD_NUMBER)) || l->parts[k].stated->in_value[i])
                continue;
            all++;
            known += l->parts[k].terms[i] >= 0;
        }
    return (double)known >= FROM * (double)all;
}

/* The negations of the span that the claim could know of: about its words, or about none that is known. */
static size_t negations_in(const struct part *p)
{
    enum { BACK = 3, AHEAD = 6 };
    size_t count = 0;
    for (size_t k = 0; k < p->stated->negations; k++) {
        size_t at = p->stated->negation_at[k], marked = 0, known = 0;
        for (size_t i = at > BACK ? at - BACK : 0; i < p->words.n && i < at + AHEAD; i++) {
            marked += p->stated->negated[i];
            known += p->stated->negated[i] && p->terms[i] >= 0;
        }
        count += known > 0 || marked == 0;
    }
    return count;
}

static enum failure check_negation(const struct look *l, struct slice *reason)
{
    unsigned there[ALIGN_TERMS_MAX] = {0};
    size_t negations = 0;
    bool agree = false, differ = false, claim_says_not = false;
    for (size_t k = 0; k < l->part_count; k++) {
        negations += negations_in(&l->parts[k]);
        for (size_t i = 0; i < l->parts[k].words.n; i++)
            if (l->parts[k].terms[i] >= 0)
                there[l->parts[k].terms[i]] |= l->parts[k].stated->negated[i] ? NEGATED : POSITIVE;
    }
    for (size_t t = 0; t < l->c->term_count; t++) {
        unsigned here = l->c->terms[t].polarity;
        if (!there[t] || !here || here == (POSITIVE | NEGATED))
            continue;
        if (here & there[t] & NEGATED)
            agree = true;
        else if (!(here & there[t])) {
            differ = true;
            claim_says_not = here == NEGATED;
        }
    }
    /* "Not" about something that the span does not mention. */
    if (!agree && !differ && l->c->stated->negations && !negations) {
        *reason = SLICE("the page does not say \"not\"");
        return FAILS;
    }
    if ((agree || !differ) && (l->c->stated->negations + negations) % 2 && same_sentence(l)) {
        *reason = SLICE("one says \"not\" where the other does not");
        return FAILS;
    }
    if (agree || !differ)
        return FAILS_NOT;
    *reason = claim_says_not ? SLICE("the page says that it is so, not that it is not")
                             : SLICE("the page says that it is not so");
    return FAILS_WITH_ANOTHER;
}

/* -------------------------------------------------------------------------------------------------------------- */

/* "designed by B" against "designed by A": another name behind the same word, one that names the one who did or is it.
 */
static enum failure against_name(const struct look *l, const struct name *name, struct slice *reason)
{
    static const char leading[] = " by von durch por par door da is was ist war es era named called ";
    if (name->first == 0 || name->opens)
        return FAILS;
    struct slice lead = l->c->words.at[name->first - 1].fold;
    if (!need_lists(leading, lead))
        return FAILS;
    for (size_t k = 0; k < l->part_count; k++) {
        const struct part *p = &l->parts[k];
        struct names names = names_read(l->al->scratch, p->s->text, p->words);
        for (size_t i = 0; i < names.n; i++) {
            const struct name *other = &names.at[i];
            bool led = other->first > 0 && slice_eq(p->words.at[other->first - 1].fold, lead);
            bool shares = false;
            for (size_t w = other->first; w < other->first + other->count; w++)
                shares = shares || p->terms[w] >= 0;
            if (led && !shares) {
                *reason = arena_printf(l->al->scratch, "the page says %.*s, not %.*s", SLICE_ARGS(other->text),
                                       SLICE_ARGS(name->text));
                return FAILS_WITH_ANOTHER;
            }
        }
    }
    return FAILS;
}

/* Figures that are no numbers (clock times, versions, "H2O") have to be there as they are. */
static size_t missing_figure(const struct look *l)
{
    for (size_t i = 0; i < l->c->words.n; i++) {
        int16_t t = l->c->term_of_word[i];
        if (t >= 0 && l->c->terms[t].digits && !has_term(&l->span->whole, (size_t)t))
            return i;
    }
    return SIZE_MAX;
}

struct failures {
    size_t with_another, plain;
    struct slice against, missing;
};

static void count_failure(struct failures *f, enum failure found, struct slice reason)
{
    if (found == FAILS_WITH_ANOTHER && f->with_another++ == 0)
        f->against = reason;
    if (found == FAILS && f->plain++ == 0)
        f->missing = reason;
}

static void check_names_and_words(struct look *l, struct failures *f, double *missing_weight)
{
    const struct name *which = NULL;
    struct slice reason = {"", 0};
    size_t count, last, word = check_names(l, &which, &count);
    *missing_weight = 0;
    if (word != SIZE_MAX) {
        enum failure found = count == 1 ? against_name(l, which, &reason) : FAILS;
        if (found == FAILS)
            reason = arena_printf(l->al->scratch, "the page does not mention %.*s", SLICE_ARGS(which->text));
        count_failure(f, found, reason);
        for (size_t i = which->first; i < which->first + which->count; i++)
            if (l->c->term_of_word[i] >= 0 && !has_term(&l->span->whole, (size_t)l->c->term_of_word[i]))
                *missing_weight += l->c->terms[l->c->term_of_word[i]].weight;
    }
    word = missing_figure(l);
    if (word != SIZE_MAX) {
        struct slice figure = slice_sub(l->c->text, l->c->words.at[word].start, l->c->words.at[word].n);
        count_failure(f, FAILS, arena_printf(l->al->scratch, "the page does not say %.*s", SLICE_ARGS(figure)));
    }
    word = missing_run(l, &last);
    if (word != SIZE_MAX) {
        size_t start = l->c->words.at[word].start, end = l->c->words.at[last].start + l->c->words.at[last].n;
        reason = arena_printf(l->al->scratch, "the page does not mention %.*s",
                              SLICE_ARGS(slice_sub(l->c->text, start, end - start)));
        count_failure(f, FAILS, reason);
    }
}

static double share(const struct look *l, enum term_role role, double missing_weight)
{
    double all = l->c->weight[role] - missing_weight;
    double own = terms_weight(l->c, &l->span->own, role), whole = terms_weight(l->c, &l->span->whole, role);
    return all > 0 ? (own + AROUND_WORTH * (whole - own)) / all : 1;
}

/* Share of what was said and the title does not say that the span's own sentences have. */
static double share_beside_title(const struct look *l, double missing_weight)
{
    struct term_set beside = l->span->own;
    for (size_t i = 0; i < TERM_SET_WORDS; i++)
        beside.bits[i] &= ~l->span->title.bits[i];
    double all = l->c->weight[TERM_SAID] - missing_weight - terms_weight(l->c, &l->span->title, TERM_SAID);
    return all > 1e-9 ? terms_weight(l->c, &beside, TERM_SAID) / all : 1;
}

/* Of the question's other words or the field's name, whichever is covered better: they say the same. */
static double share_asked(const struct look *l)
{
    const double *weight = l->c->weight;
    double asked = weight[TERM_ASKED] > 0 ? share(l, TERM_ASKED, 0) : -1,
           named = weight[TERM_NAMED] > 0 ? share(l, TERM_NAMED, 0) : -1;
    double best = fmax(asked, named);
    return best < 0 ? 1 : best;
}

/* "1 024" in an English claim is two numbers, or one where that is what the page says. */
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
            count_failure(f, check_number(l, &s->numbers[i], &reason), reason);
    }
}

static void check_values(const struct look *l, struct failures *f)
{
    check_numbers(l, f);
    for (size_t i = 0; i < l->c->stated->date_count; i++) {
        struct slice reason = {"", 0};
        count_failure(f, check_date(l, &l->c->stated->dates[i], &reason), reason);
    }
    struct slice reason = {"", 0};
    count_failure(f, check_negation(l, &reason), reason);
}

enum finding span_check(struct aligner *al, const struct claimed *c, struct span *s, double *score,
                        struct slice *reason)
{
    struct look l = look_at(al, c, s);
    struct failures f = {0};
    double names, all = 0, covered = 0;
    check_names_and_words(&l, &f, &names);
    names = f.with_another ? names : 0;
    double said = share(&l, TERM_SAID, names), beside = share_beside_title(&l, names);
    double subject = share(&l, TERM_SUBJECT, 0), asked = share_asked(&l);
    for (int role = 0; role < TERM_ROLES; role++) {
        all += c->weight[role];
        covered += share(&l, role, 0) * c->weight[role];
    }
    *score = (all > 0 ? covered / all : 0) * (s->second == NOWHERE ? 1 : PAIR_WORTH);
    *reason = f.plain ? f.missing : SLICE("no sentence says enough of it");
    if (said < (c->cjk ? CJK_SUPPORTED_FROM : SUPPORTED_FROM) ||
        beside < (c->cjk ? CJK_BESIDE_FROM : BESIDE_TITLE_FROM) || subject < SUBJECT_FROM ||
        asked < (c->cjk ? CJK_ASKED_FROM : ASKED_FROM))
        return FOUND_NOTHING;
    read_stated(&l);
    check_values(&l, &f);
    if (f.with_another + f.plain == 0) {
        *reason = SLICE("");
        return FOUND_SUPPORT;
    }
    bool sure = said >= (c->cjk ? CJK_AGAINST_FROM : AGAINST_FROM) &&
                beside >= (c->cjk ? CJK_BESIDE_FROM : AGAINST_BESIDE_FROM) &&
                asked >= (c->cjk ? CJK_ASKED_FROM : AGAINST_ASKED_FROM) && (!c->leaf || subject >= AGAINST_FROM);
    *reason = f.with_another ? f.against : f.missing;
    return sure && f.with_another == 1 && f.plain == 0 ? FOUND_AGAINST : FOUND_NOTHING;
}
