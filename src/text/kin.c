#include "text/kin.h"

#include "base/ascii.h"
#include "base/utf8.h"

static bool kin_is_figure(struct slice stem)
{
    return stem.n > 0 && ascii_is_digit(stem.p[0]);
}

/* Bytes of the common start, whole letters only, and how many letters these are. */
static size_t kin_common(struct slice one, struct slice other, size_t *letters)
{
    size_t at = 0;
    for (*letters = 0;; ++*letters) {
        size_t n = utf8_next(slice_sub(one, at, one.n - at), NULL);
        if (n == 0 || at + n > other.n || memcmp(one.p + at, other.p + at, n) != 0)
            return at;
        at += n;
    }
}

bool stems_alike(struct slice one, struct slice other)
{
    if (slice_eq(one, other))
        return true;
    if (kin_is_figure(one) || one.n == 0 || other.n == 0 || one.p[0] != other.p[0])
        return false;
    size_t letters, n = kin_common(one, other, &letters);
    return letters >= KIN_LETTERS && utf8_count(slice_sub(one, n, one.n - n)) <= KIN_ENDING &&
           utf8_count(slice_sub(other, n, other.n - n)) <= KIN_ENDING;
}

struct slice stem_start(struct slice stem)
{
    size_t at = 0;
    for (int i = 0; i < KIN_LETTERS; i++) {
        size_t n = kin_is_figure(stem) ? 0 : utf8_next(slice_sub(stem, at, stem.n - at), NULL);
        if (n == 0)
            return SLICE("");
        at += n;
    }
    return slice_sub(stem, 0, at);
}

bool stems_share_start(struct slice one, struct slice other)
{
    if (slice_eq(one, other))
        return true;
    struct slice start = stem_start(one);
    return start.n > 0 && slice_starts(other, start);
}
