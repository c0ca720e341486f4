/* A thread that does something again and again. */
#include "base/every.h"

#include <stdatomic.h>

#include "base/clock.h"
#include "unit.h"

static void count(void *ud)
{
    atomic_fetch_add((atomic_uint *)ud, 1);
}

static void wait_for(atomic_uint *n, unsigned least)
{
    enum { PATIENCE_MS = 20 * 1000 };
    const struct deadline d = {clock_ms() + PATIENCE_MS, NULL};
    while (atomic_load(n) < least && deadline_pause(&d, 1))
        ;
    assert_true(atomic_load(n) >= least);
}

static void it_runs_until_it_is_stopped(void **state)
{
    atomic_uint n = 0;
    (void)state;
    struct every *t = every_start(1, count, &n);
    assert_non_null(t);
    wait_for(&n, 3);
    every_stop(t);
    unsigned then = atomic_load(&n);
    const struct deadline d = {INT64_MAX, NULL};
    (void)deadline_pause(&d, 20);
    assert_int_equal(atomic_load(&n), then);
    every_stop(NULL);
}

/* However long the pause: it runs at once, and stopping does not wait for it. */
static void it_runs_at_once_and_stops_at_once(void **state)
{
    enum { LONG_MS = 3600 * 1000 };
    atomic_uint n = 0;
    (void)state;
    struct every *t = every_start(LONG_MS, count, &n);
    assert_non_null(t);
    wait_for(&n, 1);
    every_stop(t);
    assert_int_equal(atomic_load(&n), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_runs_until_it_is_stopped),
        cmocka_unit_test(it_runs_at_once_and_stops_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
