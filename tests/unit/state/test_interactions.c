#include "unit.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/interactions.h"

static char folder[64];

static int set_up(void **state)
{
    struct interactions *x = NULL;
    struct err e;
    snprintf(folder, sizeof folder, "/tmp/footnote-test-XXXXXX");
    if (!mkdtemp(folder) || !interactions_open(folder, &x, &e))
        return -1;
    *state = x;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const files[] = {"interactions.db", "interactions.db-wal", "interactions.db-shm"};
    char path[128];
    interactions_close(*state);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static void only_the_same_key_may_go_on(void **state)
{
    struct interactions *x = *state;
    struct arena *a = arena_new();
    struct slice turns;
    struct err e;
    bool found;
    assert_true(interactions_put(x, SLICE("int_1"), 7, SLICE("[\"a\"]"), 1000, &e));
    assert_true(interactions_get(x, SLICE("int_1"), 7, a, &turns, &found, &e));
    assert_true(found);
    assert_slice(turns, "[\"a\"]");
    assert_true(interactions_get(x, SLICE("int_1"), 8, a, &turns, &found, &e));
    assert_false(found);
    assert_true(interactions_get(x, SLICE("int_2"), 7, a, &turns, &found, &e));
    assert_false(found);
    assert_false(interactions_put(x, SLICE("int_1"), 7, SLICE("x"), 1000, &e));
    arena_free(a);
}

static void old_ones_are_purged(void **state)
{
    struct interactions *x = *state;
    struct arena *a = arena_new();
    struct slice turns;
    struct err e;
    bool found;
    uint64_t removed;
    assert_true(interactions_put(x, SLICE("old"), 1, SLICE("1"), 100, &e));
    assert_true(interactions_put(x, SLICE("new"), 1, SLICE("2"), 200, &e));
    assert_true(interactions_purge(x, 200, &removed, &e));
    assert_int_equal(removed, 1);
    assert_true(interactions_get(x, SLICE("old"), 1, a, &turns, &found, &e));
    assert_false(found);
    assert_true(interactions_get(x, SLICE("new"), 1, a, &turns, &found, &e));
    assert_true(found);
    arena_free(a);
}

static void nobody_else_may_read_the_file(void **state)
{
    char path[128];
    struct stat s;
    (void)state;
    snprintf(path, sizeof path, "%s/interactions.db", folder);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(only_the_same_key_may_go_on),
        FILE_TEST(old_ones_are_purged),
        FILE_TEST(nobody_else_may_read_the_file),
    };
    return cmocka_run_group_tests_name("interactions", tests, NULL, NULL);
}
