/* arena.h - memory for one lifetime (a session, a page, a command), freed all at once.
 *
 * Other resources can be tied to the same lifetime with arena_defer.
 *
 * DESIGN: in SAN builds (-DARENA_MALLOC) every allocation is a malloc of its own, so that the sanitizers see each
 * overrun.
 * ERRORS: allocation never fails. When the system has no memory the process ends with a message; every input has a
 * ceiling far below that.
 * THREADS: one at a time. */
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
/* Joins the pieces; the result is NUL-terminated. Faster than arena_printf. */
struct slice arena_join(struct arena *a, const struct slice *pieces, size_t count);
#define ARENA_JOIN(a, ...)                                                                                             \
    arena_join(a, (const struct slice[]){__VA_ARGS__}, COUNT_OF(((const struct slice[]){__VA_ARGS__})))
/* Formats; the result is NUL-terminated. */
struct slice arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A text that is put together piece by piece: a piece costs its own length, where arena_printf("%.*s...") of all that
 * is there would copy it each time. Begins as {.arena = a}. What bounds the pieces bounds the text. */
struct arena_text {
    struct arena *arena;
    char *p;
    size_t n, room;
};

void arena_text_add(struct arena_text *t, struct slice more);
void arena_text_printf(struct arena_text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* What there is so far. Later pieces leave its bytes as they are; the NUL behind them is there until the next one. */
struct slice arena_text_slice(const struct arena_text *t);

/* release(thing) will run in arena_free. */
void arena_defer(struct arena *a, void (*release)(void *thing), void *thing);

/* Makes room for one more element in an arena array: *items (a T *) holds `count` elements and has room for *room.
 * Returns the new element (a T *), zeroed; the caller counts it. Each argument is evaluated once. A macro, because the
 * pointer must be read and written as a T *: the compiler takes a void ** for a pointer to another type. */
#define arena_push(a, items, count, room)                                                                              \
    ({                                                                                                                 \
        __typeof__(items) push_items_ = (items);                                                                       \
        size_t push_count_ = (count);                                                                                  \
        *push_items_ = arena_widen((a), *push_items_, push_count_, (room), sizeof **push_items_);                      \
        *push_items_ + push_count_;                                                                                    \
    })
/* For arena_push: where the elements are now. */
void *arena_widen(struct arena *a, const void *items, size_t count, size_t *room, size_t size);

size_t arena_bytes(const struct arena *a); /* bytes handed out so far */

#endif
