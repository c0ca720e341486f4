/* Token buckets: the clock is handed in, so every case is exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "state/limits.h"

static void bucket_empties_and_refills(void **unused)
{
    (void)unused;
    struct limits *l = limits_new(3); /* one request each 20 s */
    struct limits_left left;
    for (unsigned i = 0; i < 3; i++) {
        assert_true(limits_take(l, 1, 1000, &left));
        assert_int_equal(left.remaining, 2 - i);
        assert_int_equal(left.reset_ms, 20000 * (i + 1));
        assert_int_equal(left.retry_ms, 0);
    }
    assert_false(limits_take(l, 1, 1000, &left));
    assert_int_equal(left.limit, 3);
    assert_int_equal(left.remaining, 0);
    assert_int_equal(left.retry_ms, 20000);
    assert_false(limits_take(l, 1, 20999, &left));
    assert_int_equal(left.retry_ms, 1);
    assert_true(limits_take(l, 1, 21000, &left));
    assert_false(limits_take(l, 1, 21000, &left));
    assert_true(limits_take(l, 1, 21000 + 60000, &left));
    assert_int_equal(left.remaining, 2);
    limits_free(l);
}

static void refused_requests_cost_nothing(void **unused)
{
    (void)unused;
    struct limits *l = limits_new(1);
    struct limits_left left;
    assert_true(limits_take(l, 1, 0, &left));
    for (int ms = 1; ms < 60000; ms += 7)
        assert_false(limits_take(l, 1, ms, &left));
    assert_true(limits_take(l, 1, 60000, &left));
    limits_free(l);
}

static void keys_do_not_share(void **unused)
{
    (void)unused;
    struct limits *l = limits_new(1);
    struct limits_left left;
    for (int64_t key = 1; key <= 4096; key++)
        assert_true(limits_take(l, key, 5, &left));
    for (int64_t key = 1; key <= 4096; key++)
        assert_false(limits_take(l, key, 5, &left));
    limits_free(l);
}

static void many_keys_forget_the_oldest(void **unused)
{
    (void)unused;
    struct limits *l = limits_new(1);
    struct limits_left left;
    for (int64_t i = 0; i < 9; i++) /* nine keys for a run of eight slots */
        assert_true(limits_take(l, 1 + i * 4096, i, &left));
    for (int64_t i = 1; i < 9; i++)
        assert_false(limits_take(l, 1 + i * 4096, 9, &left));
    assert_true(limits_take(l, 1, 9, &left));
    limits_free(l);
}

static void zero_is_no_limit_and_time_may_stand_still(void **unused)
{
    (void)unused;
    struct limits_left left;
    struct limits *l = limits_new(0);
    for (int i = 0; i < 1000; i++)
        assert_true(limits_take(l, 1, 0, &left));
    assert_int_equal(left.limit, 0);
    limits_free(l);
    l = limits_new(2);
    assert_true(limits_take(l, 1, 100, &left));
    assert_true(limits_take(l, 1, 50, &left)); /* an older time from a thread that was late */
    assert_false(limits_take(l, 1, 60, &left));
    limits_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bucket_empties_and_refills),
        cmocka_unit_test(refused_requests_cost_nothing),
        cmocka_unit_test(keys_do_not_share),
        cmocka_unit_test(many_keys_forget_the_oldest),
        cmocka_unit_test(zero_is_no_limit_and_time_may_stand_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
