#include "text/read_name.h"

#include "text/read_chars.h"

static bool listed(struct slice word, const char *const *list)
{
    for (; *list; list++)
        if (char_may_match(**list, char_at(word, 0)) && slice_eq_nocase(word, slice_of(*list)))
            return true;
    return false;
}

/* Lower-case words that names have inside. */
static const char *const inside[] = {"of", "de",  "la",  "le",    "du", "des", "von", "van", "der", "den", "di", "da",
                                     "do", "dos", "del", "della", "el", "al",  "bin", "ibn", "y",   "zu",  NULL};
static const char *const calendar[] = {"january", "february", "march",     "april",    "may",      "june",
                                       "july",    "august",   "september", "october",  "november", "december",
                                       "monday",  "tuesday",  "wednesday", "thursday", "friday",   "saturday",
                                       "sunday",  "januar",   "februar",   "märz",     "mai",      "juni",
                                       "juli",    "oktober",  "dezember",  NULL};

static struct slice word_text(struct slice text, const struct word *w)
{
    return slice_sub(text, w->start, w->n);
}

/* What is between two words; nothing where they overlap, as the pairs of characters of Chinese do. */
static struct slice gap_between(struct slice text, const struct word *left, const struct word *right)
{
    size_t end = left->start + left->n;
    return slice_sub(text, end, right->start > end ? right->start - end : 0);
}

/* Whether only what may stand inside of a name is between word i and the next one. */
static bool joined(struct slice text, struct words words, size_t i)
{
    const struct word *left = &words.at[i], *right = &words.at[i + 1];
    struct slice gap = gap_between(text, left, right);
    if (slice_is(gap, " ") || slice_is(gap, "-") || slice_is(gap, "'") || slice_is(gap, "’") ||
        slice_is(gap, "\xC2\xA0"))
        return true;
    bool initial = left->n <= 2 || slice_is(word_text(text, left), "Dr") || slice_is(word_text(text, left), "St") ||
                   slice_is(word_text(text, left), "Mrs");
    return (slice_is(gap, ". ") || slice_is(gap, ".")) && initial;
}

static bool may_start(struct slice text, const struct word *w)
{
    return (w->flags & WORD_CAPITAL) && !listed(word_text(text, w), calendar);
}

/* The run that starts at word i: how many words. */
static size_t run(struct slice text, struct words words, size_t i)
{
    size_t n = 1;
    while (i + n < words.n && joined(text, words, i + n - 1)) {
        const struct word *next = &words.at[i + n];
        bool figure = (next->flags & WORD_NUMBER) && next->n <= 3;
        if (may_start(text, next) || figure) {
            n++;
            continue;
        }
        size_t skip = listed(word_text(text, next), inside) ? 1 : 0;
        if (skip && i + n + 1 < words.n && slice_is(word_text(text, &words.at[i + n + 1]), "the"))
            skip = 2;
        bool goes_on = skip && i + n + skip < words.n && joined(text, words, i + n) &&
                       joined(text, words, i + n + skip - 1) && may_start(text, &words.at[i + n + skip]);
        if (!goes_on)
            break;
        n += skip + 1;
    }
    return n;
}

/* Whether word i starts the sentence, or what follows a colon or a quotation mark. */
static bool opens(struct slice text, struct words words, size_t i)
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
        bool first = opens(text, words, i);
        if (!may_start(text, &words.at[i]) || (first && (words.at[i].flags & WORD_STOP)))
            continue;
        size_t n = run(text, words, i);
        const struct word *last = &words.at[i + n - 1];
        /* A possessive s is not of the name. */
        size_t end = last->start + last->n;
        if (slice_ends(word_text(text, last), SLICE("'s")))
            end -= 2;
        else if (slice_ends(word_text(text, last), SLICE("’s")))
            end -= strlen("’s");
        struct slice found = slice_sub(text, words.at[i].start, end - words.at[i].start);
        *(struct name *)arena_push(a, (void **)&out.at, out.n, &room, sizeof *out.at) =
            (struct name){found, i, n, first && n == 1};
        out.n++;
        i += n - 1;
    }
    return out;
}

static const char *const copulas[] = {"is", "are", "was", "were", "called", "named", "means", NULL};

struct slice phrase_before_copula(struct slice text, struct words words, size_t at)
{
    static const char *const determiners[] = {"the", "a", "an", NULL};
    enum { FARTHEST_WORDS = 5, LONGEST_WORDS = 4 };
    const struct slice nothing = {"", 0};
    size_t copula = at;
    while (copula > 0 && copula + FARTHEST_WORDS > at && !listed(word_text(text, &words.at[copula]), copulas))
        copula--;
    if (copula == 0 || copula == at || !listed(word_text(text, &words.at[copula]), copulas))
        return nothing;
    size_t first = listed(word_text(text, &words.at[0]), determiners) ? 1 : 0;
    if (copula <= first || copula - first > LONGEST_WORDS)
        return nothing;
    for (size_t i = first; i < copula; i++)
        if ((words.at[i].flags & WORD_STOP) || (i > first && !joined(text, words, i - 1)))
            return nothing;
    const struct word *last = &words.at[copula - 1];
    return slice_sub(text, words.at[first].start, last->start + last->n - words.at[first].start);
}

struct slice phrase_after_copula(struct slice text, struct words words, size_t after)
{
    static const char *const openers[] = {"the", "a", "an", "called", "named", "known", "as", NULL};
    enum { FARTHEST_WORDS = 8, LONGEST_WORDS = 5 };
    const struct slice nothing = {"", 0};
    size_t i = after;
    while (i < words.n && i < after + FARTHEST_WORDS && !listed(word_text(text, &words.at[i]), copulas))
        i++;
    if (i >= words.n || i >= after + FARTHEST_WORDS)
        return nothing;
    for (i++; i < words.n && listed(word_text(text, &words.at[i]), openers); i++)
        ;
    size_t first = i;
    for (; i < words.n && !(words.at[i].flags & WORD_STOP); i++)
        if (i > first && !joined(text, words, i - 1))
            break;
    if (i == first || i - first > LONGEST_WORDS)
        return nothing;
    const struct word *last = &words.at[i - 1];
    return slice_sub(text, words.at[first].start, last->start + last->n - words.at[first].start);
}
