#include "text/match.h"

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>

#include "base/utf8.h"
#include "text/script.h"

enum { MATCH_MAX_BYTES = 1 << 30 };

static bool is_word_character(uint32_t code)
{
    UChar32 c = (UChar32)code;
    return c == '_' || (U_GET_GC_MASK(c) & U_GC_L_MASK) != 0 ||
           u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) != U_NT_NONE;
}

/* Lower-casing makes text at most three times as long. */
static struct slice match_lower(struct arena *a, struct slice text)
{
    UErrorCode status = U_ZERO_ERROR;
    UCaseMap *map = ucasemap_open("", 0, &status);
    int32_t room = (int32_t)(text.n / 2 + text.n + 16);
    char *out = arena_alloc(a, (size_t)room);
    int32_t n = ucasemap_utf8ToLower(map, out, room, text.p, (int32_t)text.n, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
        status = U_ZERO_ERROR;
        room = n + 1;
        out = arena_alloc(a, (size_t)room);
        n = ucasemap_utf8ToLower(map, out, room, text.p, (int32_t)text.n, &status);
    }
    ucasemap_close(map);
    return U_FAILURE(status) ? text : (struct slice){out, (size_t)n};
}

struct slice match_key(struct arena *a, struct slice text)
{
    struct slice low = match_lower(a, utf8_cut(text, MATCH_MAX_BYTES));
    char *out = arena_alloc(a, low.n + 1);
    size_t n = 0, step;
    bool apart = false;
    for (size_t i = 0; i < low.n; i += step) {
        uint32_t code = 0;
        step = utf8_next(slice_sub(low, i, low.n - i), &code);
        if (step == 0 || !is_word_character(code)) {
            step = step ? step : 1;
            apart = true;
            continue;
        }
        if (apart && n > 0)
            out[n++] = ' ';
        apart = false;
        memcpy(out + n, low.p + i, step);
        n += step;
    }
    return (struct slice){out, n};
}

bool match_is_unspaced(struct slice text)
{
    for (size_t i = 0, step; i < text.n; i += step) {
        uint32_t code = 0;
        step = utf8_next(slice_sub(text, i, text.n - i), &code);
        if (step && (script_is_kana(code) || script_is_han(code)))
            return true;
        step = step ? step : 1;
    }
    return false;
}
