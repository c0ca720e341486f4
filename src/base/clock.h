/* clock.h - time, deadlines and cancellation. All durations are milliseconds. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/date.h"

int64_t clock_ms(void);      /* monotonic */
int64_t clock_us(void);      /* monotonic, microseconds */
int64_t clock_unix_s(void);  /* seconds since 1970 */
int64_t clock_unix_us(void); /* microseconds since 1970 */
/* YYYY-MM-DD in UTC. */
void clock_date(int64_t unix_s, char out[DATE_ROOM]);

/* A condition whose waits end by clock_ms(), not by the time of day, which may be set. */
void clock_cond_init(pthread_cond_t *c);
/* Waits once for a condition of clock_cond_init. False: until_ms has come. */
bool clock_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t until_ms);

/* Every wait of a session ends by this: a point in time, and a flag that another thread may set. */
struct deadline {
    int64_t at_ms;          /* of clock_ms() */
    atomic_bool *cancelled; /* may be NULL; belongs to the one that started the session */
};

int64_t deadline_left_ms(const struct deadline *d); /* never negative */
static inline bool deadline_cancelled(const struct deadline *d)
{
    return d->cancelled && atomic_load_explicit(d->cancelled, memory_order_relaxed);
}
/* Waits for ms. False: the deadline came first, or it was cancelled, which is noticed within 40 ms. */
bool deadline_pause(const struct deadline *d, unsigned ms);

#endif
