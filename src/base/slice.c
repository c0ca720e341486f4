#include "base/slice.h"

#include "base/ascii.h"

#include <strings.h>

bool slice_eq_nocase(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

bool slice_starts(struct slice a, struct slice prefix)
{
    return a.n >= prefix.n && memcmp(a.p, prefix.p, prefix.n) == 0;
}

bool slice_ends(struct slice a, struct slice suffix)
{
    return a.n >= suffix.n && memcmp(a.p + a.n - suffix.n, suffix.p, suffix.n) == 0;
}

struct slice slice_trim(struct slice a)
{
    while (a.n > 0 && ascii_is_space(a.p[0]))
        a = slice_sub(a, 1, a.n - 1);
    while (a.n > 0 && ascii_is_space(a.p[a.n - 1]))
        a.n--;
    return a;
}

size_t slice_find(struct slice hay, struct slice needle)
{
    if (needle.n == 0)
        return 0;
    if (hay.n < needle.n) /* hay.p may be NULL then, which memmem does not take */
        return hay.n;
    const char *hit = memmem(hay.p, hay.n, needle.p, needle.n);
    return hit ? (size_t)(hit - hay.p) : hay.n;
}

int slice_cmp(struct slice a, struct slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    if (order != 0)
        return order;
    return (a.n > b.n) - (a.n < b.n);
}
