#include "text/letters.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

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

/* Letters that Unicode does not take apart, and how they are written without what they have. */
static struct slice bare_whole(uint32_t c)
{
    static const struct {
        uint32_t letter;
        const char *bare;
    } whole[] = {{0xC6, "AE"}, {0xD0, "D"},  {0xD8, "O"},  {0xDE, "Th"}, {0xDF, "ss"},  {0xE6, "ae"},
                 {0xF0, "d"},  {0xF8, "o"},  {0xFE, "th"}, {0x110, "D"}, {0x111, "d"},  {0x126, "H"},
                 {0x127, "h"}, {0x131, "i"}, {0x141, "L"}, {0x142, "l"}, {0x152, "OE"}, {0x153, "oe"},
                 {0x18F, "E"}, {0x259, "e"}, {0x2BB, ""},  {0x2BC, ""},  {0x2BF, ""}};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (whole[i].letter == c)
            return slice_of(whole[i].bare);
    return (struct slice){NULL, 0};
}

/* The letter that an accented Latin one is made of; 0: it is none. */
static uint32_t bare_letter(uint32_t c)
{
    enum { PARTS = 8 };
    UChar parts[PARTS];
    UChar32 base;
    int32_t at = 0;
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    int32_t n = U_SUCCESS(status) ? unorm2_getDecomposition(nfd, (UChar32)c, parts, PARTS, &status) : -1;
    if (n < 2 || U_FAILURE(status))
        return 0;
    U16_NEXT(parts, at, n, base);
    return uscript_getScript(base, &status) == USCRIPT_LATIN ? (uint32_t)base : 0;
}

struct slice letters_bare(struct arena *a, struct slice text)
{
    enum { LONGER = 2 }; /* a letter gives at most twice its bytes */
    size_t i = 0, n = 0;
    while (i < text.n && (unsigned char)text.p[i] < 0x80)
        i++;
    if (i == text.n)
        return text;
    char *out = arena_alloc(a, text.n * LONGER);
    bool changed = false, latin = false;
    for (i = 0; i < text.n;) {
        uint32_t c = 0;
        size_t used = utf8_next(slice_sub(text, i, text.n - i), &c);
        struct slice as = slice_sub(text, i, used ? used : 1);
        struct slice whole = used > 1 ? bare_whole(c) : (struct slice){NULL, 0};
        uint32_t base = used > 1 && !whole.p ? bare_letter(c) : 0;
        bool mark = used > 1 && c >= 0x300 && c < 0x370 && latin;
        latin = mark ? latin : used == 1 ? letter_is_ascii((unsigned char)c) : base != 0;
        i += as.n;
        changed = changed || whole.p || base || mark;
        if (mark)
            continue;
        if (base) {
            n += utf8_put(out + n, base);
            continue;
        }
        as = whole.p ? whole : as;
        memcpy(out + n, as.p, as.n);
        n += as.n;
    }
    return changed ? (struct slice){out, n} : text;
}
