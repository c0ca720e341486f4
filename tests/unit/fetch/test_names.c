#include "unit.h"

#include <stdio.h>

#include "fetch/names.h"

struct thing {
    struct named named;
    unsigned value, until;
};

enum { THINGS = 3000 };

static struct thing *get(struct names *all, unsigned i, bool *fresh)
{
    char name[32];
    snprintf(name, sizeof name, "host-%u.example", i);
    return names_get(all, slice_of(name), sizeof(struct thing), fresh);
}

static bool is_over(void *record, int64_t now_ms)
{
    const struct thing *t = record;
    return t->until <= now_ms;
}

static void records_are_found_by_name_until_they_are_swept(void **state)
{
    struct names all = {.n = 0};
    bool fresh;
    (void)state;
    for (unsigned i = 0; i < THINGS; i++) {
        struct thing *t = get(&all, i, &fresh);
        assert_true(fresh && t->value == 0);
        *t = (struct thing){t->named, i + 1, i % 3};
    }
    struct thing *second = get(&all, 2, &fresh);
    names_sweep(&all, is_over, 1); /* those of 0 and 1 go */
    assert_int_equal(all.n, THINGS / 3);
    for (unsigned i = 0; i < THINGS; i++) {
        struct thing *t = get(&all, i, &fresh);
        assert_int_equal(fresh, i % 3 != 2);
        assert_int_equal(t->value, i % 3 == 2 ? i + 1 : 0);
    }
    assert_ptr_equal(get(&all, 2, &fresh), second); /* it stays where it is */
    assert_int_equal(all.n, THINGS);
    names_sweep(&all, is_over, 2);
    assert_int_equal(all.n, 0);
    get(&all, 7, &fresh);
    assert_true(fresh);
    names_sweep(&all, is_over, 2);
    names_release(&all);
}

static void names_are_bytes(void **state)
{
    struct names all = {.n = 0};
    bool fresh;
    (void)state;
    void *empty = names_get(&all, SLICE(""), sizeof(struct thing), &fresh);
    void *a = names_get(&all, SLICE("a"), sizeof(struct thing), &fresh);
    assert_ptr_not_equal(a, names_get(&all, SLICE("A"), sizeof(struct thing), &fresh));
    assert_ptr_not_equal(a, names_get(&all, SLICE("a\0b"), sizeof(struct thing), &fresh));
    assert_ptr_equal(a, names_get(&all, SLICE("a"), sizeof(struct thing), &fresh));
    assert_ptr_equal(empty, names_get(&all, SLICE(""), sizeof(struct thing), &fresh));
    assert_int_equal(all.n, 4);
    names_sweep(&all, is_over, 0);
    names_release(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_found_by_name_until_they_are_swept),
        cmocka_unit_test(names_are_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
