/* fuse.c - merges ranked lists by ranks alone.
 *
 * Scores of different services cannot be compared, but ranks can. A page that two services found is more likely to be
 * relevant than each rank says. The sum of reciprocals expresses that with a single constant, and nothing must be
 * fitted. */
#include "search/fuse.h"

#include <stdlib.h>

#include "base/table.h"
#include "net/url.h"

static const double K = 60; /* the paper's value; it makes the first ranks differ less */

struct page {
    struct search_hit hit;
    struct slice key;
    size_t order, best_rank, last_list;
    struct slice *names;
    size_t name_count, name_room;
};

struct pages {
    struct arena *arena;
    struct page *at;
    size_t n, room;
    struct table by_key;
};

static struct page *page_of(struct pages *pages, const struct search_hit *hit, size_t list, bool *fresh)
{
    struct url u;
    const char *why;
    struct slice key = url_parse(pages->arena, hit->url, &u, &why) ? url_canonical(pages->arena, &u) : hit->url;
    uint32_t hash = slice_hash(key), number;
    *fresh = false;
    for (struct table_walk w = table_walk(&pages->by_key, hash); (number = table_next(&w));)
        if (slice_eq(pages->at[number - 1].key, key))
            return &pages->at[number - 1];
    struct page *p = arena_push(pages->arena, &pages->at, pages->n, &pages->room);
    *p = (struct page){.hit = *hit, .key = key, .order = pages->n, .last_list = list};
    p->hit.score = 0;
    table_add(&pages->by_key, hash, (uint32_t)++pages->n);
    *fresh = true;
    return p;
}

static void add_name(struct pages *pages, struct page *p, struct slice name, bool in_front)
{
    for (size_t i = 0; i < p->name_count; i++)
        if (slice_eq(p->names[i], name))
            return;
    struct slice *slot = arena_push(pages->arena, &p->names, p->name_count++, &p->name_room);
    *slot = name;
    if (in_front) {
        memmove(p->names + 1, p->names, (p->name_count - 1) * sizeof *slot);
        p->names[0] = name;
    }
}

static void fuse_take(struct slice *into, struct slice other)
{
    if (into->n == 0)
        *into = other;
}

static void count_hit(struct pages *pages, const struct search_list *list, size_t number, size_t rank)
{
    const struct search_hit *hit = &list->at[rank - 1];
    bool fresh;
    struct page *p = page_of(pages, hit, number, &fresh);
    if (!fresh && p->last_list == number)
        return; /* it is twice in one list, and the better rank has counted */
    bool better = !fresh && rank < p->best_rank;
    p->last_list = number;
    p->hit.score += 1 / (K + (double)rank);
    if (better)
        p->hit.url = hit->url;
    p->best_rank = fresh || better ? rank : p->best_rank;
    fuse_take(&p->hit.title, hit->title);
    fuse_take(&p->hit.snippet, hit->snippet);
    fuse_take(&p->hit.date, hit->date);
    if (hit->text.n > p->hit.text.n)
        p->hit.text = hit->text;
    add_name(pages, p, list->provider, better);
}

static int by_score(const void *a, const void *b)
{
    const struct page *x = a, *y = b;
    if (x->hit.score != y->hit.score)
        return x->hit.score > y->hit.score ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

struct search_hits search_fuse(struct arena *a, const struct search_list *lists, size_t count, size_t limit)
{
    struct pages pages = {.arena = a, .by_key = {.arena = a}};
    for (size_t i = 0; i < count; i++)
        for (size_t rank = 1; rank <= lists[i].n; rank++)
            count_hit(&pages, &lists[i], i, rank);
    if (pages.n > 1)
        qsort(pages.at, pages.n, sizeof *pages.at, by_score);
    size_t n = limit && limit < pages.n ? limit : pages.n;
    struct search_hits out = {arena_array(a, struct search_hit, n), n};
    for (size_t i = 0; i < n; i++) {
        out.at[i] = pages.at[i].hit;
        out.at[i].providers = pages.at[i].names;
        out.at[i].provider_count = pages.at[i].name_count;
    }
    return out;
}
