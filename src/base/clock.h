/* clock.h - time, deadlines and cancellation. All durations are milliseconds. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

int64_t clock_ms(void);     /* monotonic */
int64_t clock_us(void);     /* monotonic, microseconds */
int64_t clock_unix_s(void); /* seconds since 1970 */
/* YYYY-MM-DD in UTC; out has room for 11 bytes. */
void clock_date(int64_t unix_s, char out[11]);

/* What every wait of a session honours: a point in time, and a flag that another thread may set. */
struct deadline {
    int64_t at_ms; /* of clock_ms() */
    atomic_bool *cancelled; /* may be NULL; owned by whoever started the session */
};

int64_t deadline_left_ms(const struct deadline *d); /* never negative */
static inline bool deadline_cancelled(const struct deadline *d)
{
    return d->cancelled && atomic_load_explicit(d->cancelled, memory_order_relaxed);
}

#endif
