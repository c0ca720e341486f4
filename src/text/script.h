/* script.h - characters of Chinese, Japanese and Korean, by code point and by the first byte of their UTF-8; and those
 * of South-East Asia whose words are not written apart either.
 *
 * These scripts do not separate words (in Korean, particles stick to nouns), so code that counts, cuts or compares
 * words has rules of its own for them. The ranges are those of Unicode 15 (Blocks.txt and Scripts.txt). A block counts
 * as a whole, even if it has unassigned places or a few signs (the hexagrams of the Book of Changes, U+4DC0).
 * Punctuation and squared units such as U+33A1 do not count, except in script_in_cjk_blocks(). */
#ifndef TEXT_SCRIPT_H
#define TEXT_SCRIPT_H

#include "base/slice.h"

enum {
    SCRIPT_MIDDLE_DOT = 0x30FB, /* between the parts of foreign names: always in Japanese, sometimes in Chinese */
    SCRIPT_CJK_BLOCKS = 0x2E80, /* the first block of East Asian characters and punctuation */
    SCRIPT_CJK_BYTE = 0xE3,     /* first byte of U+3000 to U+3FFF; this and higher bytes begin mostly East Asian text */
    SCRIPT_HAN_BYTE = 0xE9,     /* first byte of U+9000 to U+9FFF, where the first block of Han ends */
};

/* Hiragana and Katakana with their extensions and half-width forms, without the middle dot. */
static inline bool script_is_kana(uint32_t c)
{
    return (c >= 0x3041 && c <= 0x30FF && c != 0x30A0 && c != SCRIPT_MIDDLE_DOT) || (c >= 0x31F0 && c <= 0x31FF) ||
           (c >= 0xFF66 && c <= 0xFF9F);
}

/* Ideographs, the iteration mark and the zero. */
static inline bool script_is_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || c == 0x3005 || c == 0x3007 || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x323AF);
}

/* Syllables only; single jamo occur in dictionaries, not in text. */
static inline bool script_is_hangul(uint32_t c)
{
    return c >= 0xAC00 && c <= 0xD7A3;
}

static inline bool script_is_cjk(uint32_t c)
{
    return c >= 0x3005 && (script_is_kana(c) || script_is_han(c) || script_is_hangul(c));
}

/* All characters from kana to the compatibility ideographs, with signs. For rough lengths. */
static inline bool script_in_cjk_blocks(uint32_t c)
{
    return c >= 0x3040 && c < 0xFB00;
}

/* Whether the character of three bytes at `at`, whose first is 0xE0 or 0xE1, is of Thai, Lao, Tibetan, Burmese or
 * Khmer: they write blanks between phrases, not between words. */
static inline bool script_is_unspaced_asian(const unsigned char *at)
{
    return at[0] == 0xE0 ? at[1] >= 0xB8
                         : at[1] <= 0x81 || (at[1] == 0x82 && at[2] < 0xA0) || at[1] == 0x9E || at[1] == 0x9F;
}

#endif
