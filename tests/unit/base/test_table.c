#include "base/table.h"
#include "unit.h"

#include <stdio.h>

enum { THINGS = 5000 };

static uint32_t find(const struct table *t, char (*names)[16], struct slice name)
{
    uint32_t number;
    for (struct table_walk w = table_walk(t, slice_hash(name)); (number = table_next(&w));)
        if (slice_is(name, names[number - 1]))
            return number;
    return 0;
}

static void check_all(struct table *t)
{
    static char names[THINGS][16];
    for (uint32_t i = 0; i < THINGS; i++) {
        snprintf(names[i], sizeof names[i], "thing %u", i * 7);
        assert_int_equal(find(t, names, slice_of(names[i])), 0);
        table_add(t, slice_hash(slice_of(names[i])), i + 1);
        assert_true(2 * t->count <= t->room && (t->room & (t->room - 1)) == 0);
    }
    for (uint32_t i = 0; i < THINGS; i++)
        assert_int_equal(find(t, names, slice_of(names[i])), i + 1);
    assert_int_equal(find(t, names, SLICE("thing 1")), 0);
    assert_int_equal(find(t, names, SLICE("")), 0);
    size_t room = t->room;
    table_clear(t);
    assert_int_equal(find(t, names, slice_of(names[0])), 0);
    table_add(t, slice_hash(slice_of(names[1])), 2);
    assert_int_equal(find(t, names, slice_of(names[1])), 2);
    assert_int_equal(t->room, room);
}

static void numbers_are_found_by_their_hash(void **state)
{
    struct arena *a = arena_new();
    struct table t;
    (void)state;
    table_init(&t, a, 0);
    assert_int_equal(t.room, 0);
    check_all(&t);
    table_init(&t, a, 100);
    check_all(&t);
    arena_free(a);
    table_init(&t, NULL, 0);
    check_all(&t);
    table_release(&t);
    check_all(&t);
    table_release(&t);
}

/* The things may share hash and start; each is met once, and nothing else is. */
static void equal_hashes_are_walked_one_by_one(void **state)
{
    static const uint32_t hashes[] = {7, 7, 8, 7, 0, 0xFFFFFFFF, 7 + (1 << 10), 0};
    struct table t;
    (void)state;
    table_init(&t, NULL, 3);
    for (uint32_t i = 0; i < 8; i++)
        table_add(&t, hashes[i], i + 1);
    for (uint32_t i = 0; i < 8; i++) {
        unsigned met = 0, meant = 0;
        uint32_t number;
        for (struct table_walk w = table_walk(&t, hashes[i]); (number = table_next(&w));) {
            assert_int_equal(hashes[number - 1], hashes[i]);
            assert_false(met & 1u << number);
            met |= 1u << number;
        }
        for (uint32_t k = 0; k < 8; k++)
            meant |= hashes[k] == hashes[i] ? 1u << (k + 1) : 0;
        assert_int_equal(met, meant);
    }
    table_release(&t);
}

static void sets_have_each_text_once(void **state)
{
    struct arena *a = arena_new();
    struct slice_set s;
    (void)state;
    slice_set_init(&s, a, 2);
    assert_true(slice_set_add(&s, SLICE("b")));
    assert_true(slice_set_add(&s, SLICE("a")));
    assert_false(slice_set_add(&s, SLICE("b")));
    assert_true(slice_set_add(&s, SLICE("")));
    assert_false(slice_set_add(&s, SLICE("")));
    assert_int_equal(s.n, 3);
    assert_slice(s.at[0], "b");
    assert_slice(s.at[2], "");
    slice_set_init(&s, a, 0);
    assert_true(slice_set_add(&s, SLICE("b")));
    assert_false(slice_set_add(&s, SLICE("b")));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_found_by_their_hash),
        cmocka_unit_test(equal_hashes_are_walked_one_by_one),
        cmocka_unit_test(sets_have_each_text_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
