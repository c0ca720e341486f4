/* slice.h - a borrowed piece of text: pointer and length in bytes, not NUL-terminated.
 *
 * Law of base/: no file of it includes a header of another folder; every other folder may include base/.
 *
 * OWNERSHIP: a slice owns nothing. A function that returns one says how long its bytes live (static, arena, or the
 * call). */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Of a struct: it is initialised by the names of its members only. For records that look like others whose members are
 * in another order; the compiler says where one is not. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__cplusplus)
#define BY_NAME __attribute__((designated_init))
#else
#define BY_NAME
#endif
#define MUST_USE __attribute__((warn_unused_result))
/* How many elements an array has; not for pointers, which the compiler refuses. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
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

/* Whether c is one of the set's characters. NUL never is; strchr would find the set's end. */
static inline bool char_in(char c, const char *set)
{
    return c && strchr(set, c);
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
    return (struct slice){start ? a.p + start : a.p, n}; /* NULL + 0 is undefined in C11 */
}

/* FNV-1a, 32 bits, not keyed: for tables of this process and for quick comparisons. Its low bits alone are weak;
 * table.h mixes them with higher ones. */
#define SLICE_HASH_START 2166136261u
static inline uint32_t slice_hash_on(uint32_t hash, char next)
{
    return (hash ^ (unsigned char)next) * 16777619u;
}
static inline uint32_t slice_hash(struct slice a)
{
    uint32_t h = SLICE_HASH_START;
    for (size_t i = 0; i < a.n; i++)
        h = slice_hash_on(h, a.p[i]);
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
