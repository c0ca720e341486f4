/* Sums of leaves. */
#include "base/trees.h"
#include "unit.h"

static void leaves_add_up(void **state)
{
    (void)state;
    /* The first tree asks for feature 1, then 0; the second is a leaf alone. */
    static const struct tree_node nodes[] = {{1, -1, 1, 0.5F}, {0, -2, -3, 2.0F}};
    static const float leaves[] = {1, 10, 100, 0.25F};
    static const int16_t roots[] = {0, -4};
    static const struct trees trees = {nodes, leaves, roots, 2};
    assert_float_equal(trees_sum(&trees, (const float[]){9, 0.5F}), 1.25F, 0);
    assert_float_equal(trees_sum(&trees, (const float[]){2, 0.75F}), 10.25F, 0);
    assert_float_equal(trees_sum(&trees, (const float[]){3, 0.75F}), 100.25F, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(leaves_add_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
