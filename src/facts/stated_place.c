/* stated_place.c - finds a value's place among the words, and the distance between two places. */
#include "facts/read_chars.h"
#include "facts/stated_inner.h"
#include "text/marks.h"

struct place_in stated_place(struct words words, size_t start, size_t n)
{
    struct place_in at = {0, 0};
    while (at.first + 1 < words.n && words.at[at.first].start + words.at[at.first].n <= start)
        at.first++;
    at.last = at.first;
    while (at.last + 1 < words.n && words.at[at.last + 1].start < start + n)
        at.last++;
    return at;
}

bool stated_breaks(struct slice text, const struct word *left, const struct word *right)
{
    /* Runs for all pairs of words of a sentence. The gap is nearly always a single space. */
    for (size_t i = left->start + left->n; i < right->start; i++)
        if (text.p[i] != ' ' && mark_starts(text_from(text, i), MARKS_CLAUSE))
            return true;
    return false;
}

size_t places_apart(struct slice text, struct words words, struct place_in one, struct place_in other)
{
    enum { CLAUSE = 3 };
    if (one.first > other.first) {
        struct place_in swap = one;
        one = other;
        other = swap;
    }
    size_t apart = 0;
    for (size_t i = one.last; i < other.first; i++)
        apart += 1 + (stated_breaks(text, &words.at[i], &words.at[i + 1]) ? CLAUSE : 0);
    return apart;
}
