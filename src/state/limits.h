/* limits.h - a token bucket for each API key, in memory.
 *
 * A bucket holds as many requests as a minute allows and is refilled evenly.
 *
 * What is in the buckets can be listed and put back, for a restart (limits_kept.h).
 *
 * THREADS: any; one private lock. */
#ifndef STATE_LIMITS_H
#define STATE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limits;

struct limits_left {
    unsigned limit;     /* requests a minute */
    unsigned remaining; /* now, after this request */
    unsigned reset_ms;  /* until the bucket is full again */
    unsigned retry_ms;  /* until the next request would pass; 0 when this one did */
};

/* per_minute 0 means no limit. Ends the process when there is no memory. */
struct limits *limits_new(unsigned per_minute);
void limits_free(struct limits *l);
/* From now on; what is in the buckets stays, up to the new size. */
void limits_change(struct limits *l, unsigned per_minute);
/* Takes one request from the key's bucket at now_ms (clock_ms); false when it is empty. */
bool limits_take(struct limits *l, int64_t key_id, int64_t now_ms, struct limits_left *left);
/* The same for a key with a rate of its own. */
bool limits_take_at(struct limits *l, int64_t key_id, unsigned per_minute, int64_t now_ms, struct limits_left *left);

/* For the reply to a request that took nothing from any bucket (no key, unknown path): the limit, with all of it left.
 */
struct limits_left limits_untouched(const struct limits *l);

/* A bucket that was asked in the last minute; the others are full. */
struct limits_bucket {
    int64_t key_id, at_ms, units; /* as limits.c counts them */
};

enum { LIMITS_BUCKETS_MAX = 4096 };

/* Returns how many there are. out: LIMITS_BUCKETS_MAX. */
size_t limits_list(struct limits *l, int64_t now_ms, struct limits_bucket *out);
/* at_ms as of this process's clock_ms(); it may be negative. */
void limits_put(struct limits *l, const struct limits_bucket *bucket);

#endif
