/* read_chars.h - small helpers that look at single bytes of a text, for the readers of numbers, dates, lists and names.
 *
 * Bytes are enough for digits, marks and fixed words. Callers that need to know what a letter is use text/letters.h. */
#ifndef FACTS_READ_CHARS_H
#define FACTS_READ_CHARS_H

#include "base/ascii.h"
#include "base/slice.h"

/* The byte at i, 0 beyond the end. */
static inline char char_at(struct slice text, size_t i)
{
    return i < text.n ? text.p[i] : 0;
}

/* A quick test before two words are compared without regard to case: false if their first bytes, a and b, show that the
 * words differ. Two bytes beyond ASCII always pass, since the two cases of a letter may begin with different bytes. */
static inline bool char_may_match(char a, char b)
{
    return (a | 0x20) == (b | 0x20) || ((unsigned char)a >= 0x80 && (unsigned char)b >= 0x80);
}

static inline struct slice text_from(struct slice text, size_t i)
{
    return i < text.n ? slice_sub(text, i, text.n - i) : (struct slice){"", 0};
}

static inline bool text_has_at(struct slice text, size_t i, const char *what)
{
    return slice_starts(text_from(text, i), slice_of(what));
}

#endif
