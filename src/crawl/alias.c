/* alias.c - see alias.h. */
#include "crawl/alias.h"

void aliases_init(struct aliases *s, struct arena *a)
{
    *s = (struct aliases){.a = a};
    table_init(&s->by_key, a, 0);
    table_init(&s->by_target, a, 0);
    table_init(&s->by_gone, a, 0);
}

static bool alias_is_gone(const struct aliases *s, struct slice target)
{
    struct table_walk w = table_walk(&s->by_gone, slice_hash(target));
    for (uint32_t i; (i = table_next(&w)) != 0;)
        if (slice_eq(s->gone[i - 1], target))
            return true;
    return false;
}

/* Whether a page with this key names target and waits for it. */
static bool alias_waits(const struct aliases *s, struct slice key, struct slice target)
{
    struct table_walk w = table_walk(&s->by_key, slice_hash(key));
    for (uint32_t i; (i = table_next(&w)) != 0;)
        if (slice_eq(s->at[i - 1].key, key) && slice_eq(s->at[i - 1].target, target) && !s->at[i - 1].own)
            return true;
    return false;
}

bool aliases_add(struct aliases *s, struct slice key, struct slice target, int64_t page, size_t site)
{
    struct alias *one = arena_push(s->a, &s->at, s->n, &s->room);
    *one = (struct alias){arena_dup(s->a, key), arena_dup(s->a, target), page, site, false};
    one->own = slice_eq(key, target) || alias_is_gone(s, target) || alias_waits(s, target, key);
    s->n++;
    table_add(&s->by_key, slice_hash(key), (uint32_t)s->n);
    table_add(&s->by_target, slice_hash(target), (uint32_t)s->n);
    return one->own;
}

bool aliases_own(const struct aliases *s, struct slice key)
{
    struct table_walk w = table_walk(&s->by_key, slice_hash(key));
    for (uint32_t i; (i = table_next(&w)) != 0;)
        if (s->at[i - 1].own && slice_eq(s->at[i - 1].key, key))
            return true;
    return false;
}

void aliases_gone(struct aliases *s, struct slice target)
{
    if (alias_is_gone(s, target))
        return;
    struct slice *gone = arena_push(s->a, &s->gone, s->gone_count, &s->gone_room);
    *gone = arena_dup(s->a, target);
    s->gone_count++;
    table_add(&s->by_gone, slice_hash(target), (uint32_t)s->gone_count);
}

const struct alias *aliases_next(struct aliases *s, struct slice target)
{
    struct table_walk w = table_walk(&s->by_target, slice_hash(target));
    for (uint32_t i; (i = table_next(&w)) != 0;) {
        struct alias *one = &s->at[i - 1];
        if (!one->own && slice_eq(one->target, target)) {
            one->own = true;
            return one;
        }
    }
    return NULL;
}
