#include "unit.h"

#include "session/closest.h"

static void the_text_that_shares_the_rarest_words(void **state)
{
    const struct slice tools[] = {
        SLICE("get weather city. The weather of a city now"),
        SLICE("search web query. Searches the web for pages about a city or a firm"),
        SLICE("firm report name revenue. Facts of a firm"),
        SLICE(""),
    };
    static const struct {
        const char *question;
        size_t best;
    } cases[] = {
        {"Will the weather in Oslo be fine?", 0},
        {"What was the revenue of the firm in 2024?", 2},
        {"Which pages name the city?", 1},
        {"Hello there", 0},
        {"", 0},
        {"the of a", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        assert_int_equal(closest_text(a, slice_of(cases[i].question), tools, COUNT_OF(tools)), cases[i].best);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_text_that_shares_the_rarest_words)};
    return cmocka_run_group_tests_name("closest", tests, NULL, NULL);
}
