/* limits.c - token buckets in a small fixed table.
 *
 * Credit is kept in whole numbers: one request costs 60,000 units, and each millisecond brings `per_minute` units, so
 * that rounding loses nothing however often a client asks. The table has a fixed size and is searched in short runs,
 * because its memory must not depend on the number of keys. When more than SLOTS keys are busy within a minute, the key
 * of a run that asked longest ago is forgotten; it then starts with a full bucket.
 *
 * Limits hold for one process: several servers on one state folder each allow the whole rate. */
#include "state/limits.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS = LIMITS_BUCKETS_MAX, RUN = 8, REQUEST_UNITS = 60 * 1000, MINUTE_MS = 60 * 1000 };

struct bucket {
    int64_t key_id; /* 0: free; SQLite's row ids start at 1 */
    int64_t at_ms;  /* when `units` was right */
    int64_t units;
};

struct limits {
    pthread_mutex_t lock;
    _Atomic unsigned per_minute;
    struct bucket slots[SLOTS];
};

struct limits *limits_new(unsigned per_minute)
{
    struct limits *l = calloc(1, sizeof *l);
    if (!l) {
        fputs("footnote: out of memory\n", stderr);
        abort();
    }
    l->per_minute = per_minute;
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void limits_change(struct limits *l, unsigned per_minute)
{
    l->per_minute = per_minute;
}

void limits_free(struct limits *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static struct bucket *find_or_claim(struct limits *l, int64_t key_id, unsigned per_minute, int64_t now_ms)
{
    size_t start = (uint64_t)key_id % SLOTS;
    struct bucket *claim = NULL;
    for (size_t i = 0; i < RUN; i++) {
        struct bucket *b = &l->slots[(start + i) % SLOTS];
        if (b->key_id == key_id)
            return b;
        if (!claim || (claim->key_id != 0 && (b->key_id == 0 || b->at_ms < claim->at_ms)))
            claim = b;
    }
    *claim = (struct bucket){key_id, now_ms, (int64_t)per_minute * REQUEST_UNITS};
    return claim;
}

static unsigned ms_for(int64_t units, unsigned per_minute)
{
    return units <= 0 ? 0 : (unsigned)((units + per_minute - 1) / per_minute);
}

bool limits_take(struct limits *l, int64_t key_id, int64_t now_ms, struct limits_left *left)
{
    return limits_take_at(l, key_id, l->per_minute, now_ms, left);
}

bool limits_take_at(struct limits *l, int64_t key_id, unsigned per_minute, int64_t now_ms, struct limits_left *left)
{
    *left = (struct limits_left){.limit = per_minute};
    if (per_minute == 0)
        return true;
    int64_t full = (int64_t)per_minute * REQUEST_UNITS;
    pthread_mutex_lock(&l->lock);
    struct bucket *b = find_or_claim(l, key_id, per_minute, now_ms);
    int64_t passed_ms = now_ms - b->at_ms;
    if (passed_ms > 0) {
        /* An empty bucket is full after a minute; comparing first keeps the product small. */
        b->units = passed_ms >= MINUTE_MS ? full : b->units + passed_ms * per_minute;
        b->at_ms = now_ms;
    }
    if (b->units > full)
        b->units = full;
    bool taken = b->units >= REQUEST_UNITS;
    if (taken)
        b->units -= REQUEST_UNITS;
    int64_t units = b->units;
    pthread_mutex_unlock(&l->lock);

    left->remaining = (unsigned)(units / REQUEST_UNITS);
    left->reset_ms = ms_for(full - units, per_minute);
    left->retry_ms = taken ? 0 : ms_for(REQUEST_UNITS - units, per_minute);
    return taken;
}

struct limits_left limits_untouched(const struct limits *l)
{
    unsigned per_minute = l->per_minute;
    return (struct limits_left){.limit = per_minute, .remaining = per_minute};
}

size_t limits_list(struct limits *l, int64_t now_ms, struct limits_bucket *out)
{
    size_t n = 0;
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < SLOTS; i++)
        if (l->slots[i].key_id && now_ms - l->slots[i].at_ms < MINUTE_MS)
            out[n++] = (struct limits_bucket){l->slots[i].key_id, l->slots[i].at_ms, l->slots[i].units};
    pthread_mutex_unlock(&l->lock);
    return n;
}

void limits_put(struct limits *l, const struct limits_bucket *bucket)
{
    size_t start = (uint64_t)bucket->key_id % SLOTS;
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < RUN; i++) {
        struct bucket *b = &l->slots[(start + i) % SLOTS];
        if (b->key_id)
            continue;
        *b = (struct bucket){bucket->key_id, bucket->at_ms, bucket->units};
        break;
    }
    pthread_mutex_unlock(&l->lock);
}
