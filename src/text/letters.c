#include "text/letters.h"

#include <unicode/uchar.h>

#include "base/utf8.h"

static bool letter_is_ascii(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Uses Unicode's classes for breaking lines, which know the scripts that are written without spaces. */
static bool letter_is_unspaced(UChar32 c)
{
    switch (u_getIntPropertyValue(c, UCHAR_LINE_BREAK)) {
    case U_LB_COMPLEX_CONTEXT:
    case U_LB_IDEOGRAPHIC:
    case U_LB_NONSTARTER:
    case U_LB_CONDITIONAL_JAPANESE_STARTER:
    case U_LB_H2:
    case U_LB_H3:
    case U_LB_JL:
    case U_LB_JV:
    case U_LB_JT:
        return true;
    default:
        return false;
    }
}

static bool letter_is_wide(UChar32 c)
{
    bool letter = u_isalpha(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
    return letter && !letter_is_unspaced(c);
}

bool letter_at(struct slice text, size_t i)
{
    uint32_t c;
    if (i >= text.n)
        return false;
    if ((unsigned char)text.p[i] < 0x80)
        return letter_is_ascii((unsigned char)text.p[i]);
    return utf8_next(slice_sub(text, i, text.n - i), &c) > 0 && letter_is_wide((UChar32)c);
}

bool letter_before(struct slice text, size_t i)
{
    size_t start = i;
    if (i == 0 || i > text.n)
        return false;
    do
        start--;
    while (start > 0 && i - start < 4 && ((unsigned char)text.p[start] & 0xC0) == 0x80);
    return letter_at(slice_sub(text, 0, i), start);
}

uint32_t letter_first(struct slice word)
{
    uint32_t c;
    return utf8_next(word, &c) ? c : 0;
}

bool starts_capital(struct slice word)
{
    UChar32 c = (UChar32)letter_first(word);
    return u_isupper(c) || u_istitle(c);
}

bool starts_small(struct slice word)
{
    return u_islower((UChar32)letter_first(word));
}

size_t letters_start_nocase(struct slice text, struct slice word)
{
    size_t at = 0, of = 0;
    while (of < word.n) {
        uint32_t c, d;
        size_t n = utf8_next(slice_sub(text, at, text.n - at), &c), m = utf8_next(slice_sub(word, of, word.n - of), &d);
        bool same =
            n > 0 && m > 0 &&
            (c == d || u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT) == u_foldCase((UChar32)d, U_FOLD_CASE_DEFAULT));
        if (!same)
            return 0;
        at += n;
        of += m;
    }
    return at;
}

bool letters_eq_nocase(struct slice one, struct slice other)
{
    return one.n == 0 || other.n == 0 ? one.n == other.n : letters_start_nocase(one, other) == one.n;
}
