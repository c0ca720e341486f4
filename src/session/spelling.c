#include "session/spelling.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "index/index.h"
#include "text/words.h"

enum {
    SPELLING_WORDS = 60, /* of a text; a longer one has enough right words */
    MENDED_MAX = 4,
    LETTERS_LEAST = 4,
    LETTERS_DOUBLED = 5, /* the shortest word in which a letter may be doubled */
    LETTERS_OF_ONE = 6, /* the shortest one with another mistake, and with two; set by hand on questions of real people,
                         * half of which have names that no page has */
    LETTERS_OF_TWO = 9,
    PASSAGES_READ = 3, /* for each stem that is like the word */
    /* A short form of a name: its least letters, and by how many it is shorter; how many passages have the name at
     * least, and how many times as many as have the short form. Set by hand. */
    SHORT_LETTERS = 5,
    SHORT_BY_MOST = 6,
    LONG_PASSAGES = 20,
    LONG_TIMES = 5,
};

static bool spelling_is_word(struct slice word)
{
    for (size_t i = 0; i < word.n; i++)
        if (!ascii_is_lower(word.p[i]))
            return false;
    return true;
}

/* A question word whose apostrophe is missing: "whats". */
static struct slice spelling_elided(const struct lang *lang, struct slice word)
{
    const struct lang_entries stops = lang_entries(lang, LANG_STOP);
    for (size_t i = 0; i < stops.n; i++) {
        struct slice stop = stops.at[i].word;
        size_t mark = slice_find(stop, SLICE("'"));
        if (mark < stop.n && stop.n == word.n + 1 && lang_has(lang, LANG_QUESTION_WORDS, slice_sub(stop, 0, mark)) &&
            slice_starts(word, slice_sub(stop, 0, mark)) && index_mistakes(stop, word, false) == 1)
            return stop;
    }
    return (struct slice){"", 0};
}

/* A stop word whose last two letters are in the other order: "teh". */
static struct slice spelling_swapped(const struct lang *lang, struct slice word)
{
    const struct lang_entries stops = lang_entries(lang, LANG_STOP);
    for (size_t i = 0; i < stops.n && word.n >= 3; i++) {
        struct slice stop = stops.at[i].word;
        if (stop.n == word.n && stop.p[stop.n - 1] == word.p[word.n - 2] && stop.p[stop.n - 2] == word.p[word.n - 1] &&
            slice_starts(word, slice_sub(stop, 0, stop.n - 2)))
            return stop;
    }
    return (struct slice){"", 0};
}

static bool spelling_is_vowel(int c)
{
    return strchr("aeiouy", c) != NULL;
}

/* How the letters of two words differ. */
struct spelling_letters {
    bool same;    /* the same letters in another order: "Einstien" */
    bool doubled; /* a double letter in one word is single in the other: "Obamma" */
    bool apart;   /* each has a consonant that the other lacks: simba is not samsa */
};

static struct spelling_letters spelling_compare(struct slice right, struct slice wrong)
{
    int difference[256] = {0}, kinds = 0, more = 0, less = 0;
    for (size_t i = 0; i < right.n; i++)
        difference[(unsigned char)right.p[i]]++;
    for (size_t i = 0; i < wrong.n; i++)
        difference[(unsigned char)wrong.p[i]]--;
    for (int c = 0; c < (int)COUNT_OF(difference); c++) {
        kinds += difference[c] != 0;
        more += difference[c] > 0 && !spelling_is_vowel(c);
        less += difference[c] < 0 && !spelling_is_vowel(c);
    }
    struct spelling_letters found = {.same = kinds == 0, .apart = more && less};
    const struct slice longer = right.n > wrong.n ? right : wrong;
    for (size_t i = 0; i + 1 < longer.n && kinds == 1; i++)
        found.doubled |= longer.p[i] == longer.p[i + 1] && abs(difference[(unsigned char)longer.p[i]]) == 1;
    return found;
}

/* Whether somebody who wrote `wrong` may have meant `right`. Most words that no page has are names, and a name is as
 * near to a word as a mistake is: Kevin and kelvin, Sacramento and sacrament, Gondor and Gondar. So short words, words
 * with a capital and words beside another unknown one are only mended where letters changed places or were doubled. */
static bool spelling_fits(struct slice right, const struct word *wrong, bool unsure)
{
    struct spelling_letters letters = spelling_compare(right, wrong->fold);
    unsigned most = wrong->fold.n >= LETTERS_OF_TWO ? 2 : 1;
    if (letters.same)
        return true;
    if (unsure || wrong->fold.n < LETTERS_DOUBLED)
        return false;
    if (letters.doubled)
        return true;
    return wrong->fold.n >= LETTERS_OF_ONE && !(wrong->flags & WORD_CAPITAL) && !letters.apart &&
           right.n + 1 >= wrong->fold.n && right.n <= wrong->fold.n + 1 && right.p[0] == wrong->fold.p[0] &&
           right.p[right.n - 1] == wrong->fold.p[wrong->fold.n - 1] &&
           index_mistakes(right, wrong->fold, false) <= most;
}

/* The word of the passages that has the stem and is most like the wrong one, where that is nearer than *least. */
static struct slice spelling_surface(struct session *s, const struct index_near *near, const struct word *wrong,
                                     bool unsure, const struct lang *lang, unsigned *least)
{
    struct err ignored;
    struct index_hits hits;
    struct slice best = {"", 0};
    const struct index_query query = {
        .text = near->stem, .lang = slice_of(lang->code), .limit = PASSAGES_READ, .passages_per_page = 1};
    if (!index_search(s->world->index, &query, s->workings, &hits, &ignored))
        return best;
    for (size_t i = 0; i < hits.n; i++) {
        struct words words = words_split(s->workings, hits.at[i].text, lang);
        for (size_t k = 0; k < words.n; k++) {
            const struct word *w = &words.at[k];
            unsigned mistakes = slice_eq(w->stem, near->stem) ? index_mistakes(w->fold, wrong->fold, false) : *least;
            if (mistakes < *least && spelling_fits(w->fold, wrong, unsure)) {
                *least = mistakes;
                best = wrong->flags & WORD_CAPITAL ? slice_sub(hits.at[i].text, w->start, w->n) : w->fold;
            }
        }
    }
    return best;
}

static struct slice spelling_like(struct session *s, const struct word *w, bool unsure, const struct lang *lang)
{
    struct err ignored;
    struct index_near near[INDEX_NEAR_MAX];
    size_t n = 0;
    unsigned most = w->fold.n >= LETTERS_OF_TWO ? 2 : 1, least = most + 1;
    struct slice best = {"", 0};
    if (w->fold.n < LETTERS_LEAST || !index_near(s->world->index, w->fold, most, s->workings, near, &n, &ignored))
        return best;
    for (size_t i = 0; i < n; i++) {
        struct slice found = spelling_surface(s, &near[i], w, unsure, lang, &least);
        best = found.n ? found : best;
    }
    return best;
}

/* Which words no page has. */
static void spelling_unknown(struct session *s, struct words words, const struct lang *lang,
                             bool unknown[SPELLING_WORDS])
{
    struct slice stems[SPELLING_WORDS];
    uint64_t having[SPELLING_WORDS], passages = 0;
    struct err ignored;
    for (size_t i = 0; i < words.n; i++) {
        stems[i] = words.at[i].stem;
        unknown[i] = false;
    }
    if (!index_counts(s->world->index, stems, words.n, &passages, having, &ignored) || passages == 0)
        return;
    for (size_t i = 0; i < words.n; i++)
        unknown[i] = having[i] == 0 && !(words.at[i].flags & WORD_STOP) && spelling_is_word(words.at[i].fold) &&
                     !lang_has(lang, LANG_ASKING, words.at[i].fold); /* "explain" */
}

static struct slice spelling_right(struct session *s, const struct word *w, bool unknown, bool unsure,
                                   const struct lang *lang)
{
    struct slice right = spelling_elided(lang, w->fold);
    right = right.n || !unknown ? right : spelling_swapped(lang, w->fold);
    return right.n || !unknown ? right : spelling_like(s, w, unsure, lang);
}

struct slice spelling_mend(struct session *s, struct slice text, const struct lang *lang)
{
    bool unknown[SPELLING_WORDS];
    struct words words = words_split(s->workings, text, lang);
    struct slice out = text;
    size_t mended = 0;
    if (words.n > SPELLING_WORDS)
        return text;
    spelling_unknown(s, words, lang, unknown);
    for (size_t i = words.n; i-- > 0 && mended < MENDED_MAX;) { /* from the end: earlier offsets stay right */
        const struct word *w = &words.at[i];
        bool unsure = (i > 0 && unknown[i - 1]) || (i + 1 < words.n && unknown[i + 1]);
        struct slice right = w->flags & WORD_STOP ? SLICE("") : spelling_right(s, w, unknown[i], unsure, lang);
        if (!right.n)
            continue;
        out = arena_printf(s->arena, "%.*s%.*s%.*s", (int)w->start, out.p, SLICE_ARGS(right),
                           (int)(out.n - w->start - w->n), out.p + w->start + w->n);
        s->heard = arena_printf(s->arena, "Read \"%.*s\" as \"%.*s\".%s%.*s", (int)w->n, text.p + w->start,
                                SLICE_ARGS(right), s->heard.n ? " " : "", SLICE_ARGS(s->heard));
        mended++;
    }
    return out;
}

/* The name as the passages write it, if it is one: it has a capital wherever it stands. */
static struct slice spelling_name(struct session *s, struct slice stem, const struct lang *lang)
{
    struct err ignored;
    struct index_hits hits;
    struct slice name = {"", 0};
    const struct index_query query = {
        .text = stem, .lang = slice_of(lang->code), .limit = PASSAGES_READ, .passages_per_page = 1};
    if (!index_search(s->world->index, &query, s->workings, &hits, &ignored))
        return name;
    for (size_t i = 0; i < hits.n; i++) {
        struct words words = words_split(s->workings, hits.at[i].text, lang);
        for (size_t k = 0; k < words.n; k++) {
            if (!slice_eq(words.at[k].stem, stem))
                continue;
            if (!(words.at[k].flags & WORD_CAPITAL))
                return (struct slice){"", 0};
            name = slice_sub(hits.at[i].text, words.at[k].start, words.at[k].n);
        }
    }
    return name;
}

static struct slice spelling_written_out(struct session *s, const struct word *w, uint64_t having,
                                         const struct lang *lang)
{
    struct err ignored;
    struct index_near longer;
    bool word = w->fold.n >= SHORT_LETTERS && !(w->flags & WORD_STOP) && spelling_is_word(w->fold);
    if (!word || !index_longer(s->world->index, w->fold, s->workings, &longer, &ignored) ||
        longer.having < LONG_PASSAGES || longer.having < LONG_TIMES * having ||
        longer.stem.n > w->fold.n + SHORT_BY_MOST)
        return (struct slice){"", 0};
    return spelling_name(s, longer.stem, lang);
}

struct slice spelling_longer(struct session *s, struct slice text, const struct lang *lang, struct slice *heard)
{
    struct err ignored;
    struct slice stems[SPELLING_WORDS];
    uint64_t having[SPELLING_WORDS], passages;
    struct words words = words_split(s->workings, text, lang);
    *heard = SLICE("");
    for (size_t i = 0; i < words.n && i < SPELLING_WORDS; i++)
        stems[i] = words.at[i].stem;
    if (!session_asks_index(s) || words.n > SPELLING_WORDS ||
        !index_counts(s->world->index, stems, words.n, &passages, having, &ignored))
        return text;
    for (size_t i = 0; i < words.n; i++) {
        const struct word *w = &words.at[i];
        struct slice name = spelling_written_out(s, w, having[i], lang), rest;
        if (!name.n)
            continue;
        rest = slice_sub(text, w->start + w->n, text.n - w->start - w->n);
        *heard = arena_printf(s->arena, "Read \"%.*s\" as \"%.*s\".", (int)w->n, text.p + w->start, SLICE_ARGS(name));
        return arena_printf(s->arena, "%.*s%.*s%.*s", (int)w->start, text.p, SLICE_ARGS(name), SLICE_ARGS(rest));
    }
    return text;
}
