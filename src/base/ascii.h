/* ascii.h - kinds of ASCII characters, the same in every locale.
 *
 * Each function takes a byte or a code point, and says no to everything outside ASCII. There are three sets of white
 * space, since formats differ; use the one of the format that is read. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool ascii_is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_lower(uint32_t c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_is_upper(uint32_t c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool ascii_is_letter(uint32_t c)
{
    return ascii_is_lower(c) || ascii_is_upper(c);
}

/* Space, \t \n \v \f \r: isspace of the C locale. */
static inline bool ascii_is_space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Space, \t \n \f \r: HTML's. */
static inline bool ascii_is_html_space(uint32_t c)
{
    return ascii_is_space(c) && c != '\v';
}

/* Space, \t \n \r: JSON's. */
static inline bool ascii_is_json_space(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* 0 to 15; -1: no hexadecimal digit. */
static inline int ascii_hex(uint32_t c)
{
    if (ascii_is_digit(c))
        return (int)c - '0';
    uint32_t lower = c | 32;
    return lower >= 'a' && lower <= 'f' && ascii_is_letter(c) ? (int)lower - 'a' + 10 : -1;
}

#endif
