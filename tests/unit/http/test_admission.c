/* Who is let in, and that a server that stops waits for the last one to leave. */
#include "unit.h"

#include <pthread.h>

#include "http/admission.h"

static void a_closed_admission_lets_nobody_in(void **state)
{
    struct admission a;
    (void)state;
    admission_init(&a);
    assert_false(admission_is_closed(&a));
    assert_true(admission_enter(&a));
    admission_close(&a);
    admission_close(&a);
    assert_true(admission_is_closed(&a));
    assert_false(admission_enter(&a));
    assert_false(admission_wait_empty(&a, 0)); /* the one that was refused is not counted, the first one is */
    admission_leave(&a);
    assert_true(admission_wait_empty(&a, 0));
    admission_release(&a);
}

static void *leave(void *a)
{
    admission_leave(a);
    return NULL;
}

static void waiting_ends_when_the_last_one_leaves(void **state)
{
    struct admission a;
    pthread_t threads[8];
    (void)state;
    admission_init(&a);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_true(admission_enter(&a));
    admission_close(&a);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, leave, &a), 0);
    assert_true(admission_wait_empty(&a, 60 * 1000)); /* only a lost wake-up lasts so long */
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    admission_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_admission_lets_nobody_in),
        cmocka_unit_test(waiting_ends_when_the_last_one_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
