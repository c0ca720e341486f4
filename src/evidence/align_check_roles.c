/* align_check_roles.c - checks who did what to whom: the same words, said of one another the other way round.
 *
 *   names      "A defeated B" for "B defeated A", or what the span says of A is said of B
 *   heads      "the fusion of helium" for "the fusion of hydrogen" of a span that speaks of helium elsewhere
 *   compared   "A is larger than B" for "A is smaller than B" or for "B is larger than A"; "larger than some" for "the
 *              largest"
 *
 * DESIGN: words that occur once in each are looked at by their order alone; nothing is parsed. */
#include "evidence/align_check_inner.h"

/* Where a term of the claim is in a sentence; SIZE_MAX: nowhere, or more than once. */
static size_t only_place(const int16_t *terms, size_t n, int16_t t)
{
    size_t at = SIZE_MAX;
    for (size_t i = 0; i < n; i++)
        if (terms[i] == t) {
            if (at != SIZE_MAX)
                return SIZE_MAX;
            at = i;
        }
    return at;
}

static bool has_agent(const struct look *l, struct words words, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++)
        if (lang_has(l->c->lang, LANG_AGENTS, words.at[i].fold))
            return true;
    return false;
}

static bool term_of_name(const struct look *l, int16_t t)
{
    for (size_t i = 0; i < l->c->words.n; i++)
        if (l->c->term_of_word[i] == t && look_is_name(l, i))
            return true;
    return false;
}

/* The first term behind a name, or -1: what it does, or what is done to it. */
static int16_t term_behind(const struct look *l, const int16_t *terms, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++)
        if (terms[i] >= 0 && !term_of_name(l, terms[i]))
            return terms[i];
    return -1;
}

/* Two names of the claim, one behind the other, with a word between them. The span has the same three words, with the
 * names the other way round and the same voice, or the same way round and the other voice. */
static bool names_swapped(const struct look *l, const struct span_sentence *p, size_t a, size_t b)
{
    const int16_t *said = l->c->term_of_word;
    size_t a_there = only_place(p->terms, p->words.n, said[a]), b_there = only_place(p->terms, p->words.n, said[b]);
    if (a_there == SIZE_MAX || b_there == SIZE_MAX)
        return false;
    size_t from = a_there < b_there ? a_there : b_there, to = a_there < b_there ? b_there : a_there;
    int16_t verb = term_behind(l, said, a, b);
    bool same_voice = has_agent(l, l->c->words, a, b) == has_agent(l, p->words, from, to);
    return verb >= 0 && verb == term_behind(l, p->terms, from, to) && same_voice != (a_there < b_there);
}

/* How far the nearest mention of a term is from a word of the span's sentence; SIZE_MAX: there is none. */
static size_t term_apart(const struct span_sentence *p, int16_t t, size_t from)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < p->words.n; i++)
        if (p->terms[i] == t) {
            size_t apart = places_apart(p->s->text, p->words, (struct place_in){i, i}, (struct place_in){from, from});
            best = apart < best ? apart : best;
        }
    return best;
}

/* In the claim the word at i is next to name a, not b; in the span it is next to b by far. */
static bool word_moved(const struct look *l, const struct span_sentence *p, size_t i, size_t a, size_t b)
{
    enum { REACH = 3, CLEARLY = 3 };
    struct place_in word = {i, i};
    size_t to_a = places_apart(l->c->text, l->c->words, (struct place_in){a, a}, word);
    size_t to_b = places_apart(l->c->text, l->c->words, (struct place_in){b, b}, word);
    size_t there = only_place(p->terms, p->words.n, l->c->term_of_word[i]);
    if (to_a > REACH || to_b < to_a + CLEARLY || there == SIZE_MAX)
        return false;
    size_t a_there = term_apart(p, l->c->term_of_word[a], there), b_there = term_apart(p, l->c->term_of_word[b], there);
    return a_there != SIZE_MAX && b_there <= REACH && a_there >= b_there + CLEARLY;
}

static bool pair_swapped(const struct look *l, const struct span_sentence *p, size_t a, size_t b)
{
    const int16_t *said = l->c->term_of_word;
    size_t n = l->c->words.n;
    if (b == a + 1 || only_place(said, n, said[a]) == SIZE_MAX || only_place(said, n, said[b]) == SIZE_MAX ||
        only_place(p->terms, p->words.n, said[a]) == SIZE_MAX || only_place(p->terms, p->words.n, said[b]) == SIZE_MAX)
        return false;
    if (names_swapped(l, p, a, b))
        return true;
    for (size_t i = 0; i < n; i++)
        if (said[i] >= 0 && !look_is_name(l, i) && (word_moved(l, p, i, a, b) || word_moved(l, p, i, b, a)))
            return true;
    return false;
}

/* --- heads ----------------------------------------------------------------------------------------------------- */

struct headed { /* "fusion of helium": the head's term, and the word between */
    int16_t head;
    struct slice link;
    size_t at; /* of the head */
};

static bool is_link(const struct look *l, struct slice fold)
{
    return lang_has(l->c->lang, LANG_LINKS, fold) || lang_has(l->c->lang, LANG_IN, fold) ||
           lang_has(l->c->lang, LANG_AGENTS, fold);
}

/* What the word at i depends on: the term before it, with a preposition and nothing but small words between. */
static struct headed headed_by(const struct look *l, struct slice text, struct words words, const int16_t *terms,
                               size_t i)
{
    enum { REACH = 4 };
    struct headed out = {.head = -1};
    for (size_t k = i; k-- > 0 && i - k <= REACH;) {
        if (places_apart(text, words, (struct place_in){k, k}, (struct place_in){i, i}) != i - k)
            break; /* a comma */
        if (is_link(l, words.at[k].fold))
            out.link = words.at[k].fold;
        else if (!(words.at[k].flags & WORD_STOP)) {
            if (out.link.n) {
                out.head = terms[k];
                out.at = k;
            }
            break;
        }
    }
    return out;
}

/* The claim has "fusion of helium", and the sentence "fusion of hydrogen", with helium before it or far behind. */
static bool head_swapped(const struct look *l, const struct span_sentence *p, size_t i)
{
    enum { LISTED = 6 };
    const int16_t *said = l->c->term_of_word;
    struct headed here = headed_by(l, l->c->text, l->c->words, said, i);
    size_t there = only_place(p->terms, p->words.n, said[i]);
    if (here.head < 0 || there == SIZE_MAX || only_place(p->terms, p->words.n, here.head) == SIZE_MAX)
        return false;
    for (size_t k = 0; k < p->words.n; k++) {
        if (p->terms[k] < 0 || p->terms[k] == said[i])
            continue;
        struct headed other = headed_by(l, p->s->text, p->words, p->terms, k);
        if (other.head == here.head && slice_eq(other.link, here.link))
            return there < other.at || there > k + LISTED;
    }
    return false;
}

/* --- comparisons ----------------------------------------------------------------------------------------------- */

struct compared { /* "is larger than": the words' places and their direction; than SIZE_MAX: there is none */
    size_t than;
    struct slice way;
};

/* Not of "less than 1 %", which bounds a number. */
static struct compared compared_in(const struct look *l, struct words words, const struct stated *stated)
{
    enum { REACH = 8 };
    struct compared out = {.than = SIZE_MAX, .way = {"", 0}};
    for (size_t i = 0; i < words.n && out.than == SIZE_MAX; i++)
        if (lang_has(l->c->lang, LANG_THAN, words.at[i].fold) && i + 1 < words.n && !stated->in_value[i + 1])
            out.than = i;
    for (size_t i = out.than; out.than != SIZE_MAX && i-- > 0 && out.than - i <= REACH && !out.way.n;) {
        const struct lang_entry *e = lang_entry(l->c->lang, LANG_DEGREES, words.at[i].fold);
        out.way = e ? e->value : out.way;
    }
    return out;
}

static bool are_opposite(struct slice one, struct slice other)
{
    static const char *const pairs[][2] = {{"up", "down"}, {"early", "late"}, {"good", "bad"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if ((slice_is(one, pairs[i][0]) && slice_is(other, pairs[i][1])) ||
            (slice_is(one, pairs[i][1]) && slice_is(other, pairs[i][0])))
            return true;
    return false;
}

/* Both compare: the claim turns it round if its two sides are swapped or its direction is another one, but not both. */
static bool comparison_turned(const struct look *l, const struct span_sentence *p, struct compared here,
                              struct compared there)
{
    const int16_t *said = l->c->term_of_word;
    size_t same = 0, crossed = 0;
    for (size_t i = 0; i < l->c->words.n; i++) {
        size_t at = said[i] < 0 ? SIZE_MAX : only_place(p->terms, p->words.n, said[i]);
        if (at == SIZE_MAX || only_place(said, l->c->words.n, said[i]) == SIZE_MAX ||
            lang_has(l->c->lang, LANG_DEGREES, l->c->words.at[i].fold))
            continue;
        same += (i > here.than) == (at > there.than);
        crossed += (i > here.than) != (at > there.than);
    }
    if (same == crossed)
        return false;
    bool opposite = are_opposite(here.way, there.way);
    return (opposite || slice_eq(here.way, there.way)) && opposite != (crossed > same);
}

/* "Fewer inhabitants than any other" for "the largest". */
static bool superlative_turned(const struct look *l, const struct span_sentence *p, struct compared here)
{
    bool same = false, opposite = false;
    for (size_t i = 0; i < p->words.n; i++) {
        const struct lang_entry *e = lang_entry(l->c->lang, LANG_DEGREES, p->words.at[i].fold);
        same = same || (e && slice_eq(e->value, here.way));
        opposite = opposite || (e && are_opposite(e->value, here.way));
    }
    return opposite && !same;
}

static bool said_turned(const struct look *l)
{
    struct compared here = compared_in(l, l->c->words, l->c->stated);
    for (size_t k = 0; k < l->sentence_count && here.way.n; k++) {
        struct compared there = compared_in(l, l->sentences[k].words, l->sentences[k].stated);
        if (there.way.n ? comparison_turned(l, &l->sentences[k], here, there)
                        : superlative_turned(l, &l->sentences[k], here))
            return true;
    }
    return false;
}

static bool names_moved(const struct look *l)
{
    enum { NAMES = 12 };
    size_t names[NAMES], n = 0;
    for (size_t i = 0; i < l->c->words.n && n < NAMES; i++)
        if (look_is_name(l, i))
            names[n++] = i;
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n; b++)
            for (size_t k = 0; k < l->sentence_count; k++)
                if (pair_swapped(l, &l->sentences[k], names[a], names[b]))
                    return true;
    return false;
}

bool look_roles_swapped(const struct look *l)
{
    for (size_t k = 0; k < l->sentence_count; k++)
        for (size_t i = 0; i < l->c->words.n; i++)
            if (l->c->term_of_word[i] >= 0 && head_swapped(l, &l->sentences[k], i))
                return true;
    return names_moved(l) || said_turned(l);
}
