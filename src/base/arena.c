/* arena.c - a chain of blocks. Each is twice as large as the one before, up to a limit; big requests get their own
 * block. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reserve.h"

enum { FIRST_BLOCK_BYTES = 4 * 1024, LARGEST_BLOCK_BYTES = 8 * 1024, ALIGN_BYTES = 16, FIRST_ITEMS_BYTES = 64 };

struct block {
    struct block *next;
    size_t used, room;
    _Alignas(ALIGN_BYTES) char bytes[];
};

struct release {
    struct release *next;
    void (*run)(void *thing);
    void *thing;
};

struct arena {
    struct block *blocks;
    struct release *releases;
    size_t handed_out, next_block_bytes;
};

static void arena_die(const char *what)
{
    fprintf(stderr, "footnote: %s\n", what);
    abort();
}

struct arena *arena_new(void)
{
    struct arena *a = reserve_calloc(sizeof *a);
    if (!a)
        arena_die("out of memory");
    a->next_block_bytes = FIRST_BLOCK_BYTES;
    return a;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    for (struct release *r = a->releases; r; r = r->next)
        r->run(r->thing);
    for (struct block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

static struct block *add_block(struct arena *a, size_t room)
{
    struct block *b = reserve_calloc(sizeof *b + room);
    if (!b)
        arena_die("out of memory");
    b->room = room;
    b->next = a->blocks;
    a->blocks = b;
    return b;
}

/* align_bytes: ALIGN_BYTES, or 1 for text, of which there is more than of anything else. */
static void *arena_reserve(struct arena *a, size_t n, size_t align_bytes)
{
    if (n > SIZE_MAX / 2)
        arena_die("an allocation is too large");
    a->handed_out += n;
#ifdef ARENA_MALLOC
    (void)align_bytes;
    return add_block(a, n)->bytes;
#else
    struct block *b = a->blocks;
    size_t at = b ? (b->used + align_bytes - 1) & ~(align_bytes - 1) : 0;
    if (!b || at > b->room || b->room - at < n) {
        size_t room = a->next_block_bytes;
        if (n > room / 4) {
            /* A big request's own block goes after the current block, whose room can still be used. */
            b = add_block(a, n);
            b->used = n;
            if (b->next) {
                struct block *current = b->next;
                b->next = current->next;
                current->next = b;
                a->blocks = current;
            }
            return b->bytes;
        }
        b = add_block(a, room);
        if (a->next_block_bytes < LARGEST_BLOCK_BYTES)
            a->next_block_bytes *= 2;
        at = 0;
    }
    b->used = at + n;
    return b->bytes + at;
#endif
}

void *arena_alloc(struct arena *a, size_t n)
{
    return arena_reserve(a, n, ALIGN_BYTES);
}

void *arena_alloc_array(struct arena *a, size_t size, size_t count)
{
    size_t n;
    if (__builtin_mul_overflow(size, count, &n))
        arena_die("an allocation is too large");
    return arena_alloc(a, n);
}

struct slice arena_dup(struct arena *a, struct slice text)
{
    char *copy = arena_reserve(a, text.n + 1, 1);
    if (text.n)
        memcpy(copy, text.p, text.n);
    return (struct slice){copy, text.n};
}

struct slice arena_join(struct arena *a, const struct slice *pieces, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += pieces[i].n;
    char *text = arena_reserve(a, n + 1, 1), *at = text;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].n)
            memcpy(at, pieces[i].p, pieces[i].n);
        at += pieces[i].n;
    }
    return (struct slice){text, n};
}

struct slice arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        arena_die("a format cannot be printed");
    char *text = arena_reserve(a, (size_t)n + 1, 1);
    vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct slice){text, (size_t)n};
}

/* Room for `more` bytes and the NUL behind them. */
static char *text_room(struct arena_text *t, size_t more)
{
    enum { FIRST_TEXT_BYTES = 64 };
    if (more >= SIZE_MAX / 4 - t->n)
        arena_die("an allocation is too large");
    if (t->room - t->n <= more) {
        size_t room = t->room ? t->room : FIRST_TEXT_BYTES;
        while (room - t->n <= more)
            room *= 2;
        char *p = arena_reserve(t->arena, room, 1);
        if (t->n)
            memcpy(p, t->p, t->n);
        t->p = p;
        t->room = room;
    }
    return t->p + t->n;
}

void arena_text_add(struct arena_text *t, struct slice more)
{
    char *to = text_room(t, more.n);
    if (more.n)
        memcpy(to, more.p, more.n);
    to[more.n] = '\0';
    t->n += more.n;
}

void arena_text_printf(struct arena_text *t, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        arena_die("a format cannot be printed");
    vsnprintf(text_room(t, (size_t)n), (size_t)n + 1, fmt, again);
    va_end(again);
    t->n += (size_t)n;
}

struct slice arena_text_slice(const struct arena_text *t)
{
    return (struct slice){t->p ? t->p : "", t->n};
}

void arena_defer(struct arena *a, void (*release)(void *thing), void *thing)
{
    struct release *r = arena_alloc(a, sizeof *r);
    *r = (struct release){a->releases, release, thing};
    a->releases = r;
}

void *arena_widen(struct arena *a, const void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return (void *)(uintptr_t)items;
    size_t first = size < FIRST_ITEMS_BYTES ? FIRST_ITEMS_BYTES / size : 1;
    size_t wider = *room ? *room * 2 : first;
    char *moved = arena_alloc_array(a, size, wider);
    if (count)
        memcpy(moved, items, size * count);
    *room = wider;
    return moved;
}

size_t arena_bytes(const struct arena *a)
{
    return a->handed_out;
}
