#include "base/clock.h"

#include <stdio.h>

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

int64_t clock_unix_s(void)
{
    return (int64_t)time(NULL);
}

void clock_date(int64_t unix_s, char out[11])
{
    time_t at = (time_t)unix_s;
    struct tm parts;
    if (!gmtime_r(&at, &parts) || strftime(out, 11, "%Y-%m-%d", &parts) != 10)
        snprintf(out, 11, "1970-01-01");
}

int64_t deadline_left_ms(const struct deadline *d)
{
    int64_t left = d->at_ms - clock_ms();
    return left > 0 ? left : 0;
}
