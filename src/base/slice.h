/* slice.h - a borrowed piece of text: pointer and length in bytes, not NUL-terminated.
 *
 * Law of base/: nothing here includes a header of another folder; everything else may include base/.
 * A slice owns nothing. Whoever hands one out says how long it lives (static, arena, or the call). */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

struct slice {
    const char *p;
    size_t n; /* bytes */
};

/* For printf: printf("%.*s", SLICE_ARGS(s)). */
#define SLICE_ARGS(s) (int)(s).n, (s).p
/* A slice over a string literal. */
#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

/* NULL becomes the empty slice. */
static inline struct slice slice_of(const char *text)
{
    return (struct slice){text ? text : "", text ? strlen(text) : 0};
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
    return slice_eq(a, slice_of(text));
}

static inline struct slice slice_sub(struct slice a, size_t start, size_t n)
{
    return (struct slice){a.p + start, n};
}

/* FNV-1a, 32 bits: for tables of this process and for comparing quickly; not keyed. Its low bits alone are weak: mix them
 * with higher ones ("h ^ h >> 15") where a table is a power of two. */
static inline uint32_t slice_hash(struct slice a)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < a.n; i++)
        h = (h ^ (unsigned char)a.p[i]) * 16777619u;
    return h;
}

/* ASCII case ignored; for protocol words and host names, not for prose. */
bool slice_eq_nocase(struct slice a, struct slice b);
bool slice_starts(struct slice a, struct slice prefix);
bool slice_ends(struct slice a, struct slice suffix);
/* ASCII white space removed at both ends. */
struct slice slice_trim(struct slice a);
/* Byte position of needle in hay, or hay.n when it is not there. */
size_t slice_find(struct slice hay, struct slice needle);
/* memcmp order, the shorter first when one is a prefix of the other. */
int slice_cmp(struct slice a, struct slice b);

#endif
