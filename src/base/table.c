#include "base/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { TABLE_ROOM_LEAST = 16 };

static struct table_slot *table_slots(struct arena *a, size_t room)
{
    if (a)
        return arena_array(a, struct table_slot, room);
    struct table_slot *slots = calloc(room, sizeof *slots);
    if (!slots) {
        fputs("footnote: out of memory\n", stderr);
        abort();
    }
    return slots;
}

void table_init(struct table *t, struct arena *a, size_t expected)
{
    *t = (struct table){.arena = a};
    if (expected == 0)
        return;
    for (t->room = TABLE_ROOM_LEAST; t->room < 2 * expected; t->room *= 2)
        ;
    t->slots = table_slots(a, t->room);
}

void table_release(struct table *t)
{
    if (!t->arena)
        free(t->slots);
    *t = (struct table){.arena = t->arena};
}

void table_clear(struct table *t)
{
    if (t->room)
        memset(t->slots, 0, t->room * sizeof *t->slots);
    t->count = 0;
}

static void table_place(struct table *t, struct table_slot slot)
{
    size_t at = table_start(t, slot.hash);
    while (t->slots[at].number)
        at = (at + 1) & (t->room - 1);
    t->slots[at] = slot;
}

static void table_grow(struct table *t)
{
    struct table old = *t;
    t->room = old.room ? old.room * 2 : TABLE_ROOM_LEAST;
    t->slots = table_slots(t->arena, t->room);
    for (size_t i = 0; i < old.room; i++)
        if (old.slots[i].number)
            table_place(t, old.slots[i]);
    if (!t->arena)
        free(old.slots);
}

void table_add(struct table *t, uint32_t hash, uint32_t number)
{
    if (2 * (t->count + 1) > t->room)
        table_grow(t);
    table_place(t, (struct table_slot){hash, number});
    t->count++;
}

void slice_set_init(struct slice_set *s, struct arena *a, size_t expected)
{
    *s = (struct slice_set){.room = expected, .at = arena_array(a, struct slice, expected)};
    table_init(&s->table, a, expected);
}

bool slice_set_add(struct slice_set *s, struct slice text)
{
    uint32_t hash = slice_hash(text), number;
    for (struct table_walk w = table_walk(&s->table, hash); (number = table_next(&w));)
        if (slice_eq(s->at[number - 1], text))
            return false;
    *arena_push(s->table.arena, &s->at, s->n++, &s->room) = text;
    table_add(&s->table, hash, (uint32_t)s->n);
    return true;
}
