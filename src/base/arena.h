/* arena.h - memory of one lifetime (a session, a page, a command), given back at once.
 *
 * Allocation never fails: when the system has no memory the process ends with a message, since every input has a
 * ceiling of its own long before that. Other resources can be tied to the same lifetime with arena_defer.
 * One thread at a time. Built with -DARENA_MALLOC (SAN builds) every allocation is a malloc of its own, so that
 * the sanitizers see each overrun. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>

#include "base/slice.h"

struct arena;

struct arena *arena_new(void);
/* Runs the deferred releases, last one first, then frees everything. NULL is fine. */
void arena_free(struct arena *a);

/* Zeroed, aligned for any type. n may be 0. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc, returns_nonnull));
#define arena_array(a, type, count) ((type *)arena_alloc_array((a), sizeof(type), (count)))
/* Ends the process when size * count overflows. */
void *arena_alloc_array(struct arena *a, size_t size, size_t count) __attribute__((malloc, returns_nonnull));

/* Copies; the copy is NUL-terminated as well (the NUL is not counted). */
struct slice arena_dup(struct arena *a, struct slice text);
/* Formats; the result is NUL-terminated. */
/* The parts one after the other, NUL-terminated; arena_printf for where it is called often. */
struct slice arena_join(struct arena *a, const struct slice *parts, size_t count);
#define ARENA_JOIN(a, ...)                                                                                             \
    arena_join(a, (const struct slice[]){__VA_ARGS__},                                                                 \
               sizeof((const struct slice[]){__VA_ARGS__}) / sizeof(struct slice))
struct slice arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* release(thing) will run in arena_free. */
void arena_defer(struct arena *a, void (*release)(void *thing), void *thing);

/* Grows an arena array: *items holds `count` elements of `size` bytes with room for *room; afterwards there is
 * room for one more. Returns where the new element goes (zeroed). */
void *arena_push(struct arena *a, void **items, size_t count, size_t *room, size_t size) __attribute__((returns_nonnull));

size_t arena_bytes(const struct arena *a); /* handed out so far */

#endif
