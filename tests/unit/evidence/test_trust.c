/* What other pages and the calendar do to a probability, and budgets that an operator changes. */
#include "session/tiers.h"
#include "evidence/trust.h"

#include "unit.h"

static double adjusted(double p, unsigned own, unsigned other, bool now, const char *page, const char *today)
{
    struct agreed_value values[2] = {{.sites = own}, {.sites = other}};
    const struct agreement agreement = {.values = values, .n = other ? 2 : own ? 1 : 0, .conflict = other > 0};
    return trust_adjust(p, NEED_ANY, &agreement, now, slice_of(page), slice_of(today));
}

static void sites_agree_or_not(void **state)
{
    (void)state;
    const double alone = adjusted(0.8, 1, 0, false, "", "2026-01-01");
    assert_true(alone > 0.799 && alone < 0.801);
    const double two = adjusted(0.8, 2, 0, false, "", ""), three = adjusted(0.8, 3, 0, false, "", "");
    assert_true(two > 0.888 && two < 0.890); /* the odds of being wrong are halved */
    assert_true(three > two && adjusted(0.8, 1000, 0, false, "", "") < 1);
    assert_true(adjusted(0.95, 2, 1, false, "", "") < adjusted(0.95, 2, 0, false, "", ""));
    const double half = adjusted(0.95, 1, 1, false, "", "");
    assert_true(half > 0.43 && half < 0.90);                 /* medium */
    assert_true(adjusted(0.999, 1, 1, false, "", "") < 0.9); /* disputed: never high */
    assert_true(adjusted(0, 5, 0, false, "", "") == 0);
    assert_true(adjusted(1, 1, 5, false, "", "") == 1);
}

static void an_answer_without_what_was_asked_for_is_doubted(void **state)
{
    (void)state;
    const struct agreement none = {0};
    assert_true(trust_adjust(0.9, NEED_PERSON, &none, false, SLICE(""), SLICE("")) < 0.8);
    assert_true(trust_adjust(0.9, NEED_REASON, &none, false, SLICE(""), SLICE("")) > 0.89);
    assert_true(trust_adjust(0.9, NEED_ANY, &none, false, SLICE(""), SLICE("")) > 0.89);
}

static void old_pages_are_trusted_less_where_now_is_asked_for(void **state)
{
    (void)state;
    const double fresh = adjusted(0.8, 0, 0, true, "2026-01-01", "2026-06-01");
    const double old = adjusted(0.8, 0, 0, true, "2016-01-01", "2026-06-01");
    assert_true(old < fresh && old > 0.3);
    assert_true(adjusted(0.8, 0, 0, false, "2016-01-01", "2026-06-01") > 0.799);
    static const char *const odd[] = {"", "2016", "20-16-0101", "9999-99-99", "2016/01/01", "not a date", "2027-01-01"};
    for (size_t i = 0; i < COUNT_OF(odd); i++)
        assert_true(adjusted(0.8, 0, 0, true, odd[i], "2026-06-01") > 0.799);
}

static void questions_that_ask_for_now(void **state)
{
    (void)state;
    static const struct {
        const char *lang, *text;
        bool now;
    } cases[] = {{"en", "Who is the current mayor?", true},
                 {"en", "What is the latest release?", true},
                 {"en", "Who was the first mayor?", false},
                 {"de", "Wer ist derzeit Kanzler?", true},
                 {"ru", "Кто сейчас мэр?", true},
                 {"es", "¿Quién es actualmente alcalde?", true},
                 {"en", "", false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        const struct lang *lang = lang_find(slice_of(cases[i].lang));
        if (trust_asks_for_now(words_split(a, slice_of(cases[i].text), lang), lang) != cases[i].now)
            fail_msg("%s", cases[i].text);
        arena_free(a);
    }
}

static void budgets_are_changed_by_words(void **state)
{
    (void)state;
    struct err e;
    assert_true(tier_change(SLICE("lite"), SLICE(" pages = 9, rounds=3 ,deadline_ms= 5000 "), &e));
    assert_int_equal(tier_find(SLICE("lite"))->pages, 9);
    assert_int_equal(tier_find(SLICE("lite"))->rounds, 3);
    assert_int_equal(tier_find(SLICE("lite"))->deadline_ms, 5000);
    assert_true(tier_change(SLICE("lite"), SLICE(""), &e));
    static const char *const wrong[] = {"pages",    "pages=",   "pages=x",   "pages=-1", "pages=99999999999",
                                        "colour=3", "rounds=0", "pages=1 2", "=3"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_false(tier_change(SLICE("lite"), slice_of(wrong[i]), &e));
        assert_int_equal(e.code, ERR_USAGE);
    }
    assert_int_equal(tier_find(SLICE("lite"))->pages, 9);
    assert_false(tier_change(SLICE("huge"), SLICE("pages=1"), &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_agree_or_not),
        cmocka_unit_test(an_answer_without_what_was_asked_for_is_doubted),
        cmocka_unit_test(old_pages_are_trusted_less_where_now_is_asked_for),
        cmocka_unit_test(questions_that_ask_for_now),
        cmocka_unit_test(budgets_are_changed_by_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
