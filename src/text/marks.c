#include "text/marks.h"

/* The bytes of the character at p. p is valid UTF-8. */
static size_t mark_bytes(const char *p)
{
    size_t n = 1;
    while (((unsigned char)p[n] & 0xC0) == 0x80)
        n++;
    return n;
}

size_t mark_starts(struct slice text, const char *set)
{
    for (size_t n; *set; set += n) {
        n = mark_bytes(set);
        if (n <= text.n && memcmp(text.p, set, n) == 0)
            return n;
    }
    return 0;
}

size_t mark_ends(struct slice text, const char *set)
{
    for (size_t n; *set; set += n) {
        n = mark_bytes(set);
        if (n <= text.n && memcmp(text.p + text.n - n, set, n) == 0)
            return n;
    }
    return 0;
}

size_t mark_find(struct slice text, const char *set)
{
    for (size_t at = 0; at < text.n; at++)
        if (mark_starts(slice_sub(text, at, text.n - at), set))
            return at;
    return text.n;
}
