/* copies.c - see copies.h. */
#include "crawl/copies.h"

enum { COPIES_SEGMENTS_MAX = 64, COPIES_REPEAT_MAX = 4 };

uint64_t copies_hash(struct slice text)
{
    uint64_t h = 14695981039346656037ULL; /* FNV-1a */
    for (size_t i = 0; i < text.n; i++)
        h = (h ^ (unsigned char)text.p[i]) * 1099511628211ULL;
    return h;
}

bool copies_piles_up(struct slice path)
{
    struct slice segments[COPIES_SEGMENTS_MAX];
    size_t count = 0;
    for (size_t at = 0; at < path.n && count < COPIES_SEGMENTS_MAX;) {
        size_t n = slice_find(slice_sub(path, at, path.n - at), SLICE("/"));
        if (n > 0)
            segments[count++] = slice_sub(path, at, n);
        at += n + 1;
    }
    for (size_t length = 1; length <= COPIES_REPEAT_MAX; length++) {
        size_t same = 0; /* segments in a row that are the one `length` before */
        for (size_t i = length; i < count; i++) {
            same = slice_eq(segments[i], segments[i - length]) ? same + 1 : 0;
            if (same == length)
                return true;
        }
    }
    return false;
}

void copies_init(struct copies *c, struct arena *a)
{
    *c = (struct copies){.arena = a};
    table_init(&c->by_hash, a, 0);
}

bool copies_ends(struct copies *c, size_t site, uint64_t hash, struct slice path)
{
    hash ^= (uint64_t)site * 0x9E3779B97F4A7C15ULL;
    uint32_t key = (uint32_t)(hash ^ hash >> 32), i;
    for (struct table_walk w = table_walk(&c->by_hash, key); (i = table_next(&w)) != 0;)
        if (c->at[i - 1].hash == hash)
            return c->at[i - 1].met++ >= COPIES_FOLLOWED || copies_piles_up(path);
    struct copy *one = arena_push(c->arena, &c->at, c->n, &c->room);
    *one = (struct copy){hash, 1};
    c->n++;
    table_add(&c->by_hash, key, (uint32_t)c->n);
    return false;
}
