/* Circuit breakers; time is a number. */
#include "base/breaker.h"
#include "unit.h"

static bool may(struct breaker *b, int64_t now)
{
    int64_t start;
    return breaker_try(b, now, 0, INT64_MAX, &start);
}

static void opens_doubles_and_heals(void **state)
{
    struct breaker b = {0};
    int64_t now = 1000, wait = BREAKER_FIRST_MS;
    (void)state;
    for (int i = 0; i < BREAKER_FAILURES; i++) {
        assert_true(may(&b, now));
        breaker_note(&b, BREAKER_FAILED, 0, now);
    }
    for (int i = 0; i < 8; i++) {
        assert_false(may(&b, now));
        assert_false(may(&b, now + wait - 1));
        now += wait;
        assert_true(may(&b, now));  /* the trial */
        assert_false(may(&b, now)); /* nobody beside it */
        breaker_note(&b, BREAKER_FAILED, 0, now);
        wait = wait * 2 < BREAKER_LONGEST_MS ? wait * 2 : BREAKER_LONGEST_MS;
    }
    assert_int_equal(wait, BREAKER_LONGEST_MS);
    now += wait;
    assert_true(may(&b, now));
    breaker_note(&b, BREAKER_WELL, 0, now);
    assert_true(may(&b, now));
    breaker_note(&b, BREAKER_FAILED, 0, now);
    assert_true(may(&b, now)); /* counting began anew */
    breaker_note(&b, BREAKER_FAILED, 0, now);
    breaker_note(&b, BREAKER_FAILED, 0, now);
    assert_false(may(&b, now + BREAKER_FIRST_MS - 1));
    assert_true(may(&b, now + BREAKER_FIRST_MS));
}

static void what_opens_at_once(void **state)
{
    struct breaker b = {0};
    (void)state;
    breaker_note(&b, BREAKER_LIMITED, 0, 0);
    assert_false(may(&b, BREAKER_FIRST_MS - 1));
    assert_true(may(&b, BREAKER_FIRST_MS));
    breaker_note(&b, BREAKER_WELL, 0, 0);
    breaker_note(&b, BREAKER_LIMITED, 90000, 0);
    assert_false(may(&b, 89999));
    assert_true(may(&b, 90000));
    breaker_note(&b, BREAKER_WELL, 0, 0);
    breaker_note(&b, BREAKER_KEY, 0, 0);
    assert_false(may(&b, BREAKER_KEY_MS - 1));
    assert_true(may(&b, BREAKER_KEY_MS));
    b = (struct breaker){0};
    breaker_note(&b, BREAKER_FAILED, 2000, 0); /* 503 with Retry-After */
    assert_false(may(&b, 1999));
    b = (struct breaker){0};
    for (int i = 0; i < 10; i++)
        breaker_note(&b, BREAKER_NOTHING, 0, 0);
    assert_true(may(&b, 0));
}

static void requests_that_fail_together_are_one_failure(void **state)
{
    struct breaker b = {0};
    (void)state;
    for (int i = 0; i < 20; i++)
        breaker_note(&b, BREAKER_FAILED, 0, 100);
    assert_false(may(&b, 100 + BREAKER_FIRST_MS - 1));
    assert_true(may(&b, 100 + BREAKER_FIRST_MS));
}

static void trials_that_never_come_back(void **state)
{
    struct breaker b = {0};
    (void)state;
    breaker_note(&b, BREAKER_LIMITED, 0, 0);
    assert_true(may(&b, 5000));
    assert_false(may(&b, 5001));
    assert_true(may(&b, 5000 + BREAKER_TRIAL_MS));
    breaker_note(&b, BREAKER_NOTHING, 0, 70000); /* said nothing: the next one may try */
    assert_true(may(&b, 70000));
}

static void rates_give_turns(void **state)
{
    struct breaker b = {0};
    int64_t start;
    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_true(breaker_try(&b, 100, 1000, 10000, &start));
        assert_int_equal(start, 100 + i * 1000);
    }
    assert_false(breaker_try(&b, 100, 1000, 4000, &start)); /* its turn is at 4100, too late */
    assert_int_equal(start, 4100);
    assert_true(breaker_try(&b, 3500, 1000, 10000, &start)); /* and was not taken */
    assert_int_equal(start, 4100);
    assert_true(breaker_try(&b, 99000, 1000, 100000, &start));
    assert_int_equal(start, 99000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_doubles_and_heals),
        cmocka_unit_test(what_opens_at_once),
        cmocka_unit_test(requests_that_fail_together_are_one_failure),
        cmocka_unit_test(trials_that_never_come_back),
        cmocka_unit_test(rates_give_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
