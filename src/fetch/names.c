#include "fetch/names.h"

#include <stdlib.h>

static void *names_memory(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static struct slice names_name(const struct named *record)
{
    return (struct slice){record->name, record->n};
}

void *names_get(struct names *all, struct slice name, size_t record_bytes, bool *fresh)
{
    uint32_t hash = slice_hash(name), number;
    *fresh = false;
    for (struct table_walk w = table_walk(&all->table, hash); (number = table_next(&w));)
        if (slice_eq(names_name(all->at[number - 1]), name))
            return all->at[number - 1];
    if (all->n == all->room) {
        all->room = all->room ? 2 * all->room : 64;
        all->at = names_memory(realloc(all->at, all->room * sizeof *all->at));
    }
    struct named *record = names_memory(calloc(1, record_bytes));
    record->name = names_memory(malloc(name.n + 1));
    record->n = name.n;
    memcpy(record->name, name.p, name.n);
    record->name[name.n] = '\0';
    all->at[all->n++] = record;
    table_add(&all->table, hash, (uint32_t)all->n);
    *fresh = true;
    return record;
}

void names_sweep(struct names *all, bool (*over)(void *record, int64_t now_ms), int64_t now_ms)
{
    size_t stay = 0;
    table_clear(&all->table);
    for (size_t i = 0; i < all->n; i++) {
        struct named *record = all->at[i];
        if (over(record, now_ms)) {
            free(record->name);
            free(record);
            continue;
        }
        all->at[stay++] = record;
        table_add(&all->table, slice_hash(names_name(record)), (uint32_t)stay);
    }
    all->n = stay;
}

void names_release(struct names *all)
{
    table_release(&all->table);
    free(all->at);
    *all = (struct names){0};
}
