#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

enum { PAUSE_LOOK_MS = 40 };

int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_ms(void)
{
    return clock_us() / 1000;
}

int64_t clock_unix_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_unix_s(void)
{
    return (int64_t)time(NULL);
}

void clock_date(int64_t unix_s, char out[DATE_ROOM])
{
    time_t at = (time_t)unix_s;
    struct tm utc;
    if (!gmtime_r(&at, &utc) || strftime(out, DATE_ROOM, "%Y-%m-%d", &utc) != DATE_ROOM - 1)
        snprintf(out, DATE_ROOM, "1970-01-01");
}

void clock_cond_init(pthread_cond_t *c)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(c, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

bool clock_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t until_ms)
{
    const struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    return pthread_cond_timedwait(c, lock, &until) != ETIMEDOUT;
}

int64_t deadline_left_ms(const struct deadline *d)
{
    int64_t left = d->at_ms - clock_ms();
    return left > 0 ? left : 0;
}

bool deadline_pause(const struct deadline *d, unsigned ms)
{
    for (int64_t until = clock_ms() + ms, left; (left = until - clock_ms()) > 0;) {
        if (deadline_cancelled(d) || deadline_left_ms(d) == 0)
            return false;
        poll(NULL, 0, left < PAUSE_LOOK_MS ? (int)left : PAUSE_LOOK_MS);
    }
    return !deadline_cancelled(d);
}
