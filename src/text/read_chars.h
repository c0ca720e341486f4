/* read_chars.h - looking at single characters of a text, for the readers of numbers, dates, lists and names. */
#ifndef TEXT_READ_CHARS_H
#define TEXT_READ_CHARS_H

#include "base/slice.h"

/* The byte at i, 0 beyond the end. */
static inline char char_at(struct slice text, size_t i)
{
    return i < text.n ? text.p[i] : 0;
}

static inline bool char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool char_is_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* An ASCII letter, or the first byte of a character from U+00C0 on. */
static inline bool char_is_letter(char c)
{
    return char_is_ascii_letter(c) || (unsigned char)c >= 0xC3;
}

/* False: they differ by more than case, and so do the words that start with them. Rules most words of a list out before
 * they are compared. */
static inline bool char_may_match(char a, char b)
{
    return (a | 0x20) == (b | 0x20);
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
