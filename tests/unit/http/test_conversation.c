/* When interactions are forgotten while a server runs. */
#include "unit.h"

#include <stdlib.h>

#include "http/conversation.h"

enum { DAY_S = 24 * 60 * 60, NOW = 1000 * DAY_S };

struct fixture {
    char folder[64];
    struct api_world world;
    unsigned put;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err e;
    snprintf(f->folder, sizeof f->folder, "/tmp/footnote-test-XXXXXX");
    if (!mkdtemp(f->folder) || !interactions_open(f->folder, &f->world.interactions, &e))
        return -1;
    f->world.interaction_s = 30 * DAY_S;
    f->world.interaction_bytes = 1024 * 1024;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char command[128];
    interactions_close(f->world.interactions);
    snprintf(command, sizeof command, "rm -rf %s", f->folder);
    int status = system(command);
    free(f);
    return status;
}

static void put(struct fixture *f, int64_t made_unix, size_t bytes)
{
    struct arena *a = arena_new();
    struct err e;
    char *text = arena_alloc(a, bytes + 1);
    memset(text, 'x', bytes);
    const struct interaction kept = {{text, bytes}, NULL, 0};
    assert_true(
        interactions_put(f->world.interactions, arena_printf(a, "int_%u", f->put++), 0, &kept, 1, made_unix, &e));
    arena_free(a);
}

static size_t count(struct fixture *f)
{
    struct arena *a = arena_new();
    struct interaction_row *rows;
    struct err e;
    size_t n;
    assert_true(interactions_list(f->world.interactions, a, &rows, &n, &e));
    arena_free(a);
    return n;
}

static void what_is_too_old_goes_once_an_hour(void **state)
{
    struct fixture *f = *state;
    put(f, NOW - 31 * DAY_S, 10);
    put(f, NOW - 29 * DAY_S, 10);
    conversation_forget(&f->world, NOW);
    assert_int_equal(count(f), 1);
    put(f, NOW - 31 * DAY_S, 10);
    conversation_forget(&f->world, NOW + FORGET_EVERY_S - 1);
    assert_int_equal(count(f), 2);
    conversation_forget(&f->world, NOW + FORGET_EVERY_S);
    assert_int_equal(count(f), 1);
}

static void many_new_ones_do_not_wait_for_the_hour(void **state)
{
    struct fixture *f = *state;
    conversation_forget(&f->world, NOW);
    put(f, NOW - 31 * DAY_S, 10);
    atomic_store(&f->world.kept, FORGET_EVERY_KEPT - 1);
    conversation_forget(&f->world, NOW + 1);
    assert_int_equal(count(f), 1);
    atomic_store(&f->world.kept, FORGET_EVERY_KEPT);
    conversation_forget(&f->world, NOW + 1);
    assert_int_equal(count(f), 0);
    assert_int_equal(atomic_load(&f->world.kept), 0);
}

static void what_is_too_much_goes_too(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 40; i++)
        put(f, NOW - 40 + i, 100 * 1000);
    conversation_forget(&f->world, NOW);
    assert_true(count(f) > 4 && count(f) < 11);
}

/* Forty days between the newest interaction and the clock: the machine was off, or the clock is wrong. */
static void a_clock_far_ahead_removes_nothing(void **state)
{
    struct fixture *f = *state;
    put(f, NOW, 10);
    put(f, NOW - 29 * DAY_S, 10);
    conversation_trust_clock(&f->world, NOW + 40 * DAY_S);
    conversation_forget(&f->world, NOW + 40 * DAY_S);
    assert_int_equal(count(f), 2);
    put(f, NOW + 40 * DAY_S, 10); /* an answer of this day proves nothing */
    conversation_forget(&f->world, NOW + 40 * DAY_S + FORGET_EVERY_S);
    assert_int_equal(count(f), 3);
    f->world.doubt_until_ms = 0; /* a day later */
    conversation_forget(&f->world, NOW + 41 * DAY_S);
    assert_int_equal(count(f), 1);
    conversation_trust_clock(&f->world, NOW + 41 * DAY_S);
    assert_int_equal(f->world.doubt_until_ms, 0);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_is_too_old_goes_once_an_hour),
        FILE_TEST(many_new_ones_do_not_wait_for_the_hour),
        FILE_TEST(what_is_too_much_goes_too),
        FILE_TEST(a_clock_far_ahead_removes_nothing),
    };
    return cmocka_run_group_tests_name("conversation", tests, NULL, NULL);
}
