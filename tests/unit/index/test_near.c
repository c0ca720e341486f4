/* What is counted as a mistake. */
#include "unit.h"

#include "index/index.h"

static void mistakes_are_letters(void **state)
{
    static const struct {
        const char *a, *b;
        unsigned whole, beginning;
    } cases[] = {
        {"hamlet", "hamlet", 0, 0}, {"hamlet", "hamelt", 1, 1}, {"popul", "popluation", 6, 1},
        {"deep", "depe", 1, 1},     {"ham", "hamelt", 3, 0},    {"wait", "watiing", 4, 1},
        {"", "abc", 3, 0},          {"abc", "", 3, 3},          {"gondar", "gondor", 1, 1},
        {"high", "hight", 1, 0},    {"ab", "ba", 1, 1},         {"", "", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(index_mistakes(slice_of(cases[i].a), slice_of(cases[i].b), false), cases[i].whole);
        assert_int_equal(index_mistakes(slice_of(cases[i].a), slice_of(cases[i].b), true), cases[i].beginning);
    }
}

static void long_words_are_not_compared(void **state)
{
    (void)state;
    const struct slice longest = SLICE("abcdefghijklmnopqrstuvwxyzabcdef"),
                       longer = SLICE("abcdefghijklmnopqrstuvwxyzabcdefg");
    assert_int_equal(index_mistakes(longest, longest, false), 0);
    assert_int_equal(index_mistakes(longest, longer, false), 32);
    assert_int_equal(index_mistakes(longer, longer, true), 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_letters),
        cmocka_unit_test(long_words_are_not_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
