/* Memory that runs short: malloc of this program fails when a test says so. */
#include "unit.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/reserve.h"

extern void *__libc_malloc(size_t n), *__libc_calloc(size_t n, size_t size), *__libc_realloc(void *p, size_t n);
void *malloc(size_t n) __attribute__((malloc));
void *calloc(size_t n, size_t size) __attribute__((malloc));

static atomic_int failures; /* allocations that fail from now on */

static bool fails(void)
{
    if (atomic_load(&failures) <= 0)
        return false;
    atomic_fetch_sub(&failures, 1);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return fails() ? NULL : __libc_realloc(p, n);
}

static void without_a_reserve_nothing_waits(void **unused)
{
    (void)unused;
    atomic_store(&failures, 1);
    assert_null(reserve_calloc(100));
    assert_int_equal(atomic_load(&failures), 0);
    assert_int_equal(reserve_failures(), 1);
    assert_false(reserve_is_short());
    assert_false(reserve_relief(100));
}

static void what_fails_for_a_moment_is_there(void **unused)
{
    (void)unused;
    assert_true(reserve_begin());
    assert_false(reserve_is_short());
    unsigned before = reserve_failures();
    atomic_store(&failures, 20);
    char *p = reserve_calloc(1000);
    assert_non_null(p);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(p[i], 0);
    atomic_store(&failures, 3);
    p = reserve_realloc(p, 5000);
    assert_non_null(p);
    atomic_store(&failures, 3);
    void *q = reserve_malloc(10);
    assert_non_null(q);
    free(p);
    free(q);
    assert_int_equal(reserve_failures(), before);
}

static void a_reserve_that_was_spent_is_made_whole(void **unused)
{
    (void)unused;
    atomic_store(&failures, 1);
    free(reserve_malloc(10));
    atomic_store(&failures, 1);
    assert_true(reserve_is_short()); /* its own allocation fails now */
    assert_false(reserve_is_short());
}

static void arenas_and_buffers_go_on(void **unused)
{
    (void)unused;
    struct buf b;
    atomic_store(&failures, 2);
    struct arena *a = arena_new();
    for (int i = 0; i < 200; i++) {
        atomic_store(&failures, i % 3);
        memset(arena_alloc(a, 3000), 1, 3000);
    }
    arena_free(a);
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 5000; i++) {
        atomic_store(&failures, 1);
        assert_true(buf_add(&b, SLICE("some bytes and more")));
    }
    atomic_store(&failures, 0);
    assert_false(b.over);
    buf_release(&b);
}

static void what_fails_for_good_is_given_up(void **unused)
{
    (void)unused;
    int64_t begun_ms = clock_ms();
    unsigned before = reserve_failures();
    atomic_store(&failures, 1000000);
    void *p = reserve_malloc(10);
    atomic_store(&failures, 0);
    assert_null(p);
    assert_int_equal(reserve_failures(), before + 1);
    assert_true(clock_ms() - begun_ms < 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_reserve_nothing_waits),        cmocka_unit_test(what_fails_for_a_moment_is_there),
        cmocka_unit_test(a_reserve_that_was_spent_is_made_whole), cmocka_unit_test(arenas_and_buffers_go_on),
        cmocka_unit_test(what_fails_for_good_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
