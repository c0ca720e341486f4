#include "facts/read_name.h"

#include "base/utf8.h"
#include "facts/read_chars.h"
#include "text/letters.h"
#include "text/listed.h"
#include "text/marks.h"

static struct slice word_text(struct slice text, const struct word *w)
{
    return slice_sub(text, w->start, w->n);
}

/* The text between two words; empty if they overlap, as pairs of Chinese characters do. */
static struct slice gap_between(struct slice text, const struct word *left, const struct word *right)
{
    size_t end = left->start + left->n;
    return slice_sub(text, end, right->start > end ? right->start - end : 0);
}

/* Whether a name may go on from word i to the next one. */
static bool name_joined(struct slice text, struct words words, size_t i)
{
    const struct word *left = &words.at[i], *right = &words.at[i + 1];
    struct slice gap = gap_between(text, left, right);
    if (slice_is(gap, " ") || slice_is(gap, "-") || slice_is(gap, "'") || slice_is(gap, MARK_APOSTROPHE) ||
        slice_is(gap, "\xC2\xA0") || slice_is(gap, " & "))
        return true;
    bool initial =
        utf8_count(word_text(text, left)) <= 2 || listed(lang_any(), LANG_NAME_TITLES, word_text(text, left));
    return (slice_is(gap, ". ") || slice_is(gap, ".")) && initial;
}

/* "Brian May": a month behind a name, with no day or year behind it, is a surname. */
static bool name_is_surname(struct slice text, struct words words, size_t i)
{
    bool day = i + 1 < words.n && (words.at[i + 1].flags & WORD_NUMBER);
    return !day && (words.at[i].flags & WORD_CAPITAL) &&
           slice_is(gap_between(text, &words.at[i - 1], &words.at[i]), " ");
}

static bool may_start(struct slice text, const struct word *w)
{
    return (w->flags & WORD_CAPITAL) && !listed(lang_any(), LANG_CALENDAR, word_text(text, w));
}

/* How many words the name has that starts at word i. */
static size_t name_run(struct slice text, struct words words, size_t i)
{
    size_t n = 1;
    while (i + n < words.n && name_joined(text, words, i + n - 1)) {
        const struct word *next = &words.at[i + n];
        bool figure = (next->flags & WORD_NUMBER) && next->n <= 3;
        if (may_start(text, next) || figure || name_is_surname(text, words, i + n)) {
            n++;
            continue;
        }
        size_t skip = listed(lang_any(), LANG_NAME_PARTICLES, word_text(text, next)) ? 1 : 0;
        if (skip && i + n + 1 < words.n &&
            lang_has(lang_any(), LANG_NAME_ARTICLES, word_text(text, &words.at[i + n + 1])))
            skip = 2;
        bool goes_on = skip && i + n + skip < words.n && name_joined(text, words, i + n) &&
                       name_joined(text, words, i + n + skip - 1) && may_start(text, &words.at[i + n + skip]);
        if (!goes_on)
            break;
        n += skip + 1;
    }
    return n;
}

/* Whether word i is the first of the sentence, or the first behind a colon or a quotation mark. */
static bool name_opens(struct slice text, struct words words, size_t i)
{
    if (i == 0)
        return true;
    struct slice gap = gap_between(text, &words.at[i - 1], &words.at[i]);
    return slice_find(gap, SLICE(". ")) < gap.n || slice_find(gap, SLICE(": ")) < gap.n;
}

struct names names_read(struct arena *a, struct slice text, struct words words)
{
    struct names out = {NULL, 0};
    size_t room = 0;
    for (size_t i = 0; i < words.n; i++) {
        bool first = name_opens(text, words, i);
        if (!may_start(text, &words.at[i]) || (first && (words.at[i].flags & WORD_STOP)))
            continue;
        size_t n = name_run(text, words, i);
        const struct word *last = &words.at[i + n - 1];
        /* A possessive 's is not part of the name. */
        size_t end = last->start + last->n;
        if (slice_ends(word_text(text, last), SLICE("'s")))
            end -= 2;
        else if (slice_ends(word_text(text, last), SLICE(MARK_APOSTROPHE "s")))
            end -= strlen(MARK_APOSTROPHE "s");
        struct slice found = slice_sub(text, words.at[i].start, end - words.at[i].start);
        *arena_push(a, &out.at, out.n, &room) = (struct name){found, i, n, first && n == 1};
        out.n++;
        i += n - 1;
    }
    return out;
}

/* Whether the word is a form of "to be" only in another language: "was" is German for "what". False for languages
 * without LANG_BE. */
static bool tie_is_foreign(struct slice word, const struct lang *lang)
{
    return lang_entries(lang, LANG_BE).n > 0 && !listed(lang, LANG_BE, word) && listed(lang_any(), LANG_BE, word);
}

static bool name_listed(struct slice text, const struct word *w, const struct lang *lang, enum lang_list list)
{
    return listed(lang_with(lang, list), list, word_text(text, w)) != NULL;
}

static bool is_tie(struct slice text, const struct word *w, const struct lang *lang)
{
    return name_listed(text, w, lang, LANG_TIES) && !tie_is_foreign(word_text(text, w), lang);
}

struct slice phrase_before_copula(struct slice text, struct words words, size_t at, const struct lang *lang)
{
    /* How far the verb may be from the word, and how long the phrase. Set by hand. */
    enum { FARTHEST_WORDS = 5, LONGEST_WORDS = 4 };
    const struct slice nothing = {"", 0};
    size_t copula = at;
    while (copula > 0 && copula + FARTHEST_WORDS > at && !is_tie(text, &words.at[copula], lang))
        copula--;
    if (copula == 0 || copula == at || !is_tie(text, &words.at[copula], lang))
        return nothing;
    size_t first = name_listed(text, &words.at[0], lang, LANG_DETERMINERS) ? 1 : 0;
    if (copula <= first || copula - first > LONGEST_WORDS)
        return nothing;
    for (size_t i = first; i < copula; i++)
        if ((words.at[i].flags & WORD_STOP) || (i > first && !name_joined(text, words, i - 1)))
            return nothing;
    const struct word *last = &words.at[copula - 1];
    return slice_sub(text, words.at[first].start, last->start + last->n - words.at[first].start);
}

struct slice phrase_after_copula(struct slice text, struct words words, size_t after, const struct lang *lang)
{
    /* As above. Set by hand. */
    enum { FARTHEST_WORDS = 8, LONGEST_WORDS = 5 };
    const struct slice nothing = {"", 0};
    size_t i = after;
    while (i < words.n && i < after + FARTHEST_WORDS && !is_tie(text, &words.at[i], lang))
        i++;
    if (i >= words.n || i >= after + FARTHEST_WORDS)
        return nothing;
    for (i++; i < words.n && name_listed(text, &words.at[i], lang, LANG_TIE_OPENERS); i++)
        ;
    size_t first = i;
    for (; i < words.n && !(words.at[i].flags & WORD_STOP); i++)
        if (i > first && !name_joined(text, words, i - 1))
            break;
    if (i == first || i - first > LONGEST_WORDS)
        return nothing;
    const struct word *last = &words.at[i - 1];
    return slice_sub(text, words.at[first].start, last->start + last->n - words.at[first].start);
}
