/* limits.h - a token bucket for each API key, in memory.
 *
 * The bucket holds as many requests as a minute allows and is refilled evenly. Any thread; one private lock. */
#ifndef STATE_LIMITS_H
#define STATE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct limits;

struct limits_left {
    unsigned limit;        /* requests a minute */
    unsigned remaining;    /* now, after this request */
    unsigned reset_ms;     /* until the bucket is full again */
    unsigned retry_ms;     /* until the next request would pass; 0 when this one did */
};

/* per_minute 0 means no limit. Ends the process when there is no memory. */
struct limits *limits_new(unsigned per_minute);
void limits_free(struct limits *l);
/* Takes one request from the key's bucket at now_ms (clock_ms); false when it is empty. */
bool limits_take(struct limits *l, int64_t key_id, int64_t now_ms, struct limits_left *left);

/* What a request shows that took nothing from any bucket (no key, unknown path): the limit, all of it left. */
struct limits_left limits_untouched(const struct limits *l);

#endif
