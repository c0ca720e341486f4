/* align_check_names.c - checks that the span has the names, the figures and the runs of characters that the claim has.
 * A name may be in another form: "Curie" or "M. Curie" for "Marie Curie". */
#include "evidence/align_check_inner.h"
#include "base/utf8.h"
#include "text/kin.h"
#include "text/letters.h"

/* Capitals tell no names in German, which capitalises all nouns, nor in Chinese, which has none. There a word counts as
 * a name if its weight is at least this share of the weight of a word that no page has. Set by hand. */
static const double RARE = 0.60;

/* Whether a capitalised word of the claim is part of a name. */
bool look_is_name(const struct look *l, size_t word)
{
    int16_t t = l->c->term_of_word[word];
    if (t < 0 || !(l->c->words.at[word].flags & WORD_CAPITAL))
        return false;
    const struct term *term = &l->c->terms[t];
    unsigned seen = term->number ? l->al->seen[term->number] : 0;
    if (l->c->lang->nouns_capital)
        return !(seen & SEEN_LOWER) && term->weight >= RARE * l->c->unknown;
    if (word == 0 && compares_meaning(l->al, l->c) && lang_has(l->c->lang, LANG_OPENERS, l->c->words.at[word].fold))
        return (seen & SEEN_CAPITAL) && !(seen & SEEN_LOWER);
    return word > 0 || (!(seen & SEEN_LOWER) && ((seen & SEEN_CAPITAL) || !term->number));
}

static bool same_start(struct slice one, struct slice other)
{
    return one.n && letter_first(one) == letter_first(other);
}

static bool is_initial(struct slice fold)
{
    return fold.n == 1 || (letter_at(fold, 0) && utf8_count(fold) == 1);
}

static bool fits_given(struct slice given, struct slice fold)
{
    return slice_eq(given, fold) || ((is_initial(given) || is_initial(fold)) && same_start(given, fold));
}

/* Whether the words before the surname at i can be the name's given names. The first given name decides: "Boris T.
 * Pash" is not "Tarnwick T. Pash". */
static bool given_fit(const struct look *l, const struct name *name, struct words words, size_t i)
{
    struct slice given = {"", 0};
    for (size_t k = name->first; k + 1 < name->first + name->count && !given.n; k++)
        if (is_initial(l->c->words.at[k].fold) || look_is_name(l, k)) /* skips the title in "Architect Anna Holt" */
            given = l->c->words.at[k].fold;
    bool two = i > 1 && (words.at[i - 2].flags & WORD_CAPITAL) && !(words.at[i - 2].flags & WORD_STOP);
    struct slice near = words.at[i - 1].fold, far = two ? words.at[i - 2].fold : near;
    if (is_initial(near) && !is_initial(far))
        return fits_given(given, far);
    return fits_given(given, near) || fits_given(given, far);
}

/* Looks for the surname. *fits: with a fitting given name before it. *against: with another one. *there: at all. */
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

/* Accepts "Curie" or "M. Curie" for "Marie Curie", unless the passage names only another Curie. */
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
        look_for_surname(l, name, align_line(l->al, i)->words, surname->stem, &fits, &against, &there);
    return there && (fits || !against);
}

/* Whether a list of words separated by blanks has the word. */
static bool listed_in(struct slice list, struct slice word)
{
    for (size_t at = 0; at < list.n;) {
        size_t n = 0;
        while (at + n < list.n && list.p[at + n] != ' ')
            n++;
        if (slice_eq(slice_sub(list, at, n), word))
            return true;
        at += n + 1;
    }
    return false;
}

/* "Spain" for "Spanish", or the other way round, or "Spaniards" for "Spanish". */
static bool of_one_people(const struct lang *lang, struct slice one, struct slice other)
{
    struct lang_entries all = lang_entries(lang, LANG_PEOPLES);
    for (size_t i = 0; i < all.n; i++)
        if ((slice_eq(all.at[i].word, one) || listed_in(all.at[i].value, one)) &&
            (slice_eq(all.at[i].word, other) || listed_in(all.at[i].value, other)))
            return true;
    return false;
}

/* "Aristotelian" for "Aristotle": a longer name is the shorter one, without its last vowels, and an ending. */
static bool name_derived(const struct lang *lang, struct slice one, struct slice other)
{
    enum { SHORTEST = 4, VOWELS = 2 };
    if (one.n > other.n)
        return name_derived(lang, other, one);
    size_t same = 0;
    while (same < one.n && one.p[same] == other.p[same])
        same++;
    return same >= SHORTEST && one.n - same <= VOWELS &&
           lang_has(lang, LANG_DERIVED_ENDINGS, slice_sub(other, same, other.n - same));
}

static bool by_people(const struct look *l, size_t word)
{
    if (!compares_meaning(l->al, l->c))
        return false;
    for (size_t k = 0; k < l->sentence_count; k++)
        for (size_t i = 0; i < l->sentences[k].words.n; i++)
            if ((l->sentences[k].words.at[i].flags & WORD_CAPITAL) &&
                (of_one_people(l->c->lang, l->c->words.at[word].fold, l->sentences[k].words.at[i].fold) ||
                 name_derived(l->c->lang, l->c->words.at[word].fold, l->sentences[k].words.at[i].fold))) {
                add_term(&l->span->forms, (size_t)l->c->term_of_word[word]);
                add_term(&l->span->own, (size_t)l->c->term_of_word[word]);
                add_term(&l->span->whole, (size_t)l->c->term_of_word[word]);
                return true;
            }
    return false;
}

/* The first missing word of the last missing name, or SIZE_MAX. *missing: how many names are missing. */
static size_t check_names(struct look *l, const struct name **which, size_t *missing)
{
    size_t out = SIZE_MAX;
    *missing = 0;
    for (size_t k = 0; k < l->c->stated->names.n; k++) {
        const struct name *name = &l->c->stated->names.at[k];
        size_t gap = SIZE_MAX;
        for (size_t i = name->first; i < name->first + name->count && gap == SIZE_MAX; i++)
            if (look_is_name(l, i) && !has_term(&l->span->whole, (size_t)l->c->term_of_word[i]) && !by_people(l, i))
                gap = i;
        if (gap == SIZE_MAX)
            continue;
        if (!l->c->lang->nouns_capital && by_surname(l, name)) {
            bool own = has_term(&l->span->own, (size_t)l->c->term_of_word[name->first + name->count - 1]);
            for (size_t i = name->first; i < name->first + name->count; i++)
                if (l->c->term_of_word[i] >= 0) {
                    add_term(&l->span->forms, (size_t)l->c->term_of_word[i]);
                    add_term(own ? &l->span->own : &l->span->whole, (size_t)l->c->term_of_word[i]);
                }
            l->span->whole = join_terms(&l->span->whole, &l->span->own);
            continue;
        }
        (*missing)++;
        out = gap;
        *which = name;
    }
    return out;
}

/* A run of rare pairs of characters that the span lacks is a name, or a thing that the span does not mention. */
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

/* "designed by B" against "designed by A": the span has another name behind the same word of LANG_NAMING. */
static enum failure against_name(const struct look *l, const struct name *name, struct slice *reason)
{
    const struct lang *lang = lang_with(l->c->lang, LANG_NAMING);
    if (name->first == 0 || name->opens)
        return FAILS;
    struct slice lead = l->c->words.at[name->first - 1].fold;
    if (!lang_has(lang, LANG_NAMING, lead))
        return FAILS;
    for (size_t k = 0; k < l->sentence_count; k++) {
        const struct span_sentence *p = &l->sentences[k];
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

/* Figures that are not numbers (clock times, versions, "H2O") must be in the span unchanged. */
static size_t missing_figure(const struct look *l)
{
    for (size_t i = 0; i < l->c->words.n; i++) {
        int16_t t = l->c->term_of_word[i];
        if (t >= 0 && l->c->terms[t].digits && !has_term(&l->span->whole, (size_t)t))
            return i;
    }
    return SIZE_MAX;
}

void look_names(struct look *l, struct failures *f, double *missing_weight)
{
    const struct name *which = NULL;
    struct slice reason = {"", 0};
    size_t count, last, word = check_names(l, &which, &count);
    *missing_weight = 0;
    if (word != SIZE_MAX) {
        enum failure found = count == 1 ? against_name(l, which, &reason) : FAILS;
        if (found == FAILS)
            reason = arena_printf(l->al->scratch, "the page does not mention %.*s", SLICE_ARGS(which->text));
        look_failed(f, found, reason);
        for (size_t i = which->first; i < which->first + which->count; i++)
            if (l->c->term_of_word[i] >= 0 && !has_term(&l->span->whole, (size_t)l->c->term_of_word[i]))
                *missing_weight += l->c->terms[l->c->term_of_word[i]].weight;
    }
    word = missing_figure(l);
    if (word != SIZE_MAX) {
        struct slice figure = slice_sub(l->c->text, l->c->words.at[word].start, l->c->words.at[word].n);
        look_failed(f, FAILS, arena_printf(l->al->scratch, "the page does not say %.*s", SLICE_ARGS(figure)));
    }
    word = missing_run(l, &last);
    if (word != SIZE_MAX) {
        size_t start = l->c->words.at[word].start, end = l->c->words.at[last].start + l->c->words.at[last].n;
        reason = arena_printf(l->al->scratch, "the page does not mention %.*s",
                              SLICE_ARGS(slice_sub(l->c->text, start, end - start)));
        look_failed(f, FAILS, reason);
    }
}
