/* fuse.c - merges ranked lists by ranks alone.
 *
 * Scores of different services cannot be compared, their orders can. A page that two services found is better evidence
 * of relevance than either rank, which the sum of reciprocals says with one constant and nothing to fit. */
#include "search/hit.h"

#include <stdint.h>
#include <stdlib.h>

#include "net/url.h"

static const double K = 60; /* as in the paper; it damps the difference between the first ranks */

struct page {
    struct search_hit hit;
    struct slice key;
    uint64_t hash;
    size_t order, best_rank, last_list;
    struct slice *names;
    size_t name_count, name_room;
};

struct pages {
    struct arena *arena;
    struct page *at;
    size_t n, room;
};

/* FNV-1a; a shortcut for comparing, nothing more. */
static uint64_t hash_of(struct slice s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    return h;
}

static struct page *page_of(struct pages *pages, const struct search_hit *hit, size_t list, bool *fresh)
{
    struct url u;
    const char *why;
    struct slice key = url_parse(pages->arena, hit->url, &u, &why) ? url_canonical(pages->arena, &u) : hit->url;
    uint64_t hash = hash_of(key);
    *fresh = false;
    for (size_t i = 0; i < pages->n; i++)
        if (pages->at[i].hash == hash && slice_eq(pages->at[i].key, key))
            return &pages->at[i];
    void *items = pages->at;
    struct page *p = arena_push(pages->arena, &items, pages->n, &pages->room, sizeof *p);
    pages->at = items;
    *p = (struct page){.hit = *hit, .key = key, .hash = hash, .order = pages->n, .last_list = list};
    p->hit.score = 0;
    pages->n++;
    *fresh = true;
    return p;
}

static void add_name(struct pages *pages, struct page *p, struct slice name, bool in_front)
{
    for (size_t i = 0; i < p->name_count; i++)
        if (slice_eq(p->names[i], name))
            return;
    void *items = p->names;
    struct slice *slot = arena_push(pages->arena, &items, p->name_count++, &p->name_room, sizeof *slot);
    p->names = items;
    *slot = name;
    if (in_front) {
        memmove(p->names + 1, p->names, (p->name_count - 1) * sizeof *slot);
        p->names[0] = name;
    }
}

static void take(struct slice *part, struct slice other)
{
    if (part->n == 0)
        *part = other;
}

static void count_hit(struct pages *pages, const struct search_list *list, size_t number, size_t rank)
{
    const struct search_hit *hit = &list->at[rank - 1];
    bool fresh;
    struct page *p = page_of(pages, hit, number, &fresh);
    if (!fresh && p->last_list == number)
        return; /* twice in one list: its better rank has counted */
    bool better = !fresh && rank < p->best_rank;
    p->last_list = number;
    p->hit.score += 1 / (K + (double)rank);
    if (better)
        p->hit.url = hit->url;
    p->best_rank = fresh || better ? rank : p->best_rank;
    take(&p->hit.title, hit->title);
    take(&p->hit.snippet, hit->snippet);
    take(&p->hit.date, hit->date);
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
    struct pages pages = {.arena = a};
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
