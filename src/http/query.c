#include "http/query.h"

#include "base/ascii.h"

bool query_decode(struct slice text, bool plus, struct arena *a, struct slice *out)
{
    char *to = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++, n++) {
        to[n] = plus && text.p[i] == '+' ? ' ' : text.p[i];
        if (text.p[i] != '%')
            continue;
        int high = i + 2 < text.n ? ascii_hex(text.p[i + 1]) : -1, low = i + 2 < text.n ? ascii_hex(text.p[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0)
            return false;
        to[n] = (char)(high << 4 | low);
        i += 2;
    }
    to[n] = '\0';
    *out = (struct slice){to, n};
    return true;
}

bool query_next(struct slice *rest, struct arena *a, struct slice *name, struct slice *value)
{
    while (rest->n) {
        size_t n = slice_find(*rest, SLICE("&"));
        struct slice pair = slice_sub(*rest, 0, n);
        *rest = n < rest->n ? slice_sub(*rest, n + 1, rest->n - n - 1) : SLICE("");
        size_t equals = slice_find(pair, SLICE("="));
        struct slice right = equals < pair.n ? slice_sub(pair, equals + 1, pair.n - equals - 1) : SLICE("");
        if (pair.n && query_decode(slice_sub(pair, 0, equals), true, a, name) && query_decode(right, true, a, value))
            return true;
    }
    return false;
}
