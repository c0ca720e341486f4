/* table.h - a hash table of numbers: it finds things by a key, and the things stay where their owner has them.
 *
 * The owner keeps its things in an array and gives each a number from 1. The table knows hashes and numbers only, so
 * it serves any kind of key. To look something up, walk over the numbers whose hash is that of the key, and compare:
 *
 *     uint32_t hash = slice_hash(name), number;
 *     for (struct table_walk w = table_walk(&t, hash); (number = table_next(&w));)
 *         if (slice_eq(things[number - 1].name, name))
 *             return &things[number - 1];
 *     things[n++] = ...;
 *     table_add(&t, hash, n);
 *
 * DESIGN: open addressing with linear probing, at most half full, so that a look-up reads one or two slots. A slot
 * holds the whole hash beside the number: a walk skips things with another hash, and the table grows without asking
 * its owner. The low bits of FNV-1a are weak, so bits from above are mixed in here and not by the callers. Nothing is
 * removed: an owner that forgets things clears the table and adds those that stay. Hashes are not keyed: where a
 * stranger chooses the keys, the owner bounds their number.
 * OWNERSHIP: slots lie in the arena, or on the heap when there is none (then table_release).
 * THREADS: one at a time; several may look up at once while nobody adds. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/arena.h"

struct table_slot {
    uint32_t hash, number; /* 0: free */
};

struct table {
    struct arena *arena; /* NULL: the heap */
    struct table_slot *slots;
    size_t room, count; /* room: a power of two, or 0 */
};

/* expected: how many things will come, when that is known; the table grows beyond it. Nothing is allocated for 0. */
void table_init(struct table *t, struct arena *a, size_t expected);
/* Gives the slots back when they are on the heap; the table is empty and can be used again. */
void table_release(struct table *t);
void table_clear(struct table *t); /* forgets all numbers, keeps the memory */
/* number: from 1. The owner has looked before whether the key is there. */
void table_add(struct table *t, uint32_t hash, uint32_t number);

struct table_walk {
    const struct table *table;
    size_t at;
    uint32_t hash;
};

static inline size_t table_start(const struct table *t, uint32_t hash)
{
    return (hash ^ hash >> 15) & (t->room - 1);
}

static inline struct table_walk table_walk(const struct table *t, uint32_t hash)
{
    return (struct table_walk){t, table_start(t, hash), hash};
}

/* The next number that was added with this hash; 0: there is no further one. */
static inline uint32_t table_next(struct table_walk *w)
{
    const struct table *t = w->table;
    if (t->room == 0)
        return 0;
    for (;;) {
        struct table_slot slot = t->slots[w->at];
        if (slot.number == 0)
            return 0;
        w->at = (w->at + 1) & (t->room - 1);
        if (slot.hash == w->hash)
            return slot.number;
    }
}

/* A set of texts. They are borrowed; what the set needs lies in its arena, which there must be. */
struct slice_set {
    struct table table;
    struct slice *at; /* in the order in which they came */
    size_t n, room;
};

void slice_set_init(struct slice_set *s, struct arena *a, size_t expected);
/* False: it was there. */
bool slice_set_add(struct slice_set *s, struct slice text);

#endif
