#include "text/token_estimate.h"

#include "unit.h"

static void the_usual_rule_counts_by_script(void **state)
{
    (void)state;
    assert_int_equal(token_estimate(SLICE(""), TOKENS_USUAL), 0);
    assert_int_equal(token_estimate(SLICE("abcde"), TOKENS_USUAL), 2);
    assert_int_equal(token_estimate(SLICE("жы"), TOKENS_USUAL), 1);
    assert_int_equal(token_estimate(SLICE("中文"), TOKENS_USUAL), 2);
}

/* What cl100k needs for each. */
static void an_upper_bound_is_one(void **state)
{
    static const struct {
        const char *text;
        unsigned tokens;
    } cases[] = {
        {"", 0},
        {"Hello", 1},
        {"Hello, world!", 4},
        {"The quick brown fox jumps over the lazy dog.", 10},
        {"antidisestablishmentarianism", 6},
        {"https://example.com/a/b?c=d", 9},
        {"1234567890", 4},
        {"    return x;\n", 4},
        {"Der Donaudampfschifffahrtskapitän fuhr am 3. Mai nach Österreich.", 24},
        {"La Constitución española de 1978 establece un Estado social y democrático.", 18},
        {"Москва — столица России, город федерального значения.", 24},
        {"北京是中华人民共和国的首都，也是全国的政治中心。", 23},
        {"{\"name\":\"a\",\"values\":[1,2,3]}", 13},
        {"| a | b |\n|---|---|\n| 1 | 2 |\n", 17},
        {"The Danube is 2,850 km long and flows through ten countries.[1][2]", 20},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned estimate = token_estimate(slice_of(cases[i].text), TOKENS_AT_MOST);
        if (estimate < cases[i].tokens || estimate > cases[i].tokens * 3)
            fail_msg("%s: %u, not %u", cases[i].text, estimate, cases[i].tokens);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_rule_counts_by_script),
        cmocka_unit_test(an_upper_bound_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
