/* Letters, capitals and cases of single characters. */
#include "unit.h"

#include "text/letters.h"

static void capitals_are_told_by_code_points(void **state)
{
    (void)state;
    static const char *const capitals[] = {"A", "É", "Ł", "Ж", "П", "Я", "Ω", "Ա", "ǅ"};
    static const char *const small[] = {"a", "é", "ł", "ж", "п", "я", "ω", "ա", "ß"};
    static const char *const neither[] = {"", "1", "中", "“", "–", "ก", "א", "×"};
    for (size_t i = 0; i < sizeof capitals / sizeof capitals[0]; i++)
        if (!starts_capital(slice_of(capitals[i])) || starts_small(slice_of(capitals[i])))
            fail_msg("%s is a capital", capitals[i]);
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++)
        if (starts_capital(slice_of(small[i])) || !starts_small(slice_of(small[i])))
            fail_msg("%s is small", small[i]);
    for (size_t i = 0; i < sizeof neither / sizeof neither[0]; i++)
        if (starts_capital(slice_of(neither[i])) || starts_small(slice_of(neither[i])))
            fail_msg("%s is neither", neither[i]);
}

static void words_go_on_or_end(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool at, before; /* at the start, before the end */
    } cases[] = {
        {"a", true, true},         {"é", true, true},     {"я–", true, false},  {"–я", false, true},
        {"5x", false, true},       {"“a”", false, false}, {"中", false, false}, {"年a", false, true},
        {"ก", false, false},       {"한", false, false},  {"", false, false},   {"×", false, false},
        {"e\xCC\x81", true, true}, {"9", false, false},   {"かa", false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice text = slice_of(cases[i].text);
        if (letter_at(text, 0) != cases[i].at || letter_before(text, text.n) != cases[i].before)
            fail_msg("\"%s\"", cases[i].text);
    }
    assert_false(letter_at(SLICE("a"), 1));
    assert_false(letter_before(SLICE("a"), 0));
    assert_int_equal(letter_first(SLICE("яa")), 0x44F);
    assert_int_equal(letter_first(SLICE("")), 0);
}

static void case_is_set_aside_by_letters(void **state)
{
    (void)state;
    assert_true(letters_eq_nocase(SLICE("Сентябрь"), SLICE("сентябрь")));
    assert_true(letters_eq_nocase(SLICE("ÜBER"), SLICE("über")));
    assert_true(letters_eq_nocase(SLICE(""), SLICE("")));
    assert_false(letters_eq_nocase(SLICE("über"), SLICE("überall")));
    assert_false(letters_eq_nocase(SLICE("überall"), SLICE("über")));
    assert_false(letters_eq_nocase(SLICE(""), SLICE("a")));
    assert_false(letters_eq_nocase(SLICE("a"), SLICE("")));
    assert_int_equal(letters_start_nocase(SLICE("Überall"), SLICE("über")), 5);
    assert_int_equal(letters_start_nocase(SLICE("Ü"), SLICE("über")), 0);
    assert_int_equal(letters_start_nocase(SLICE("Ü"), SLICE("")), 0);
    /* U+212A KELVIN SIGN folds to "k": other bytes, the same letter. */
    assert_int_equal(letters_start_nocase(SLICE("\xE2\x84\xAAilo"), SLICE("kilo")), 6);
}

static void letters_lose_their_accents(void **state)
{
    static const char *const cases[][2] = {
        {"Kraków", "Krakow"},
        {"García Márquez", "Garcia Marquez"},
        {"Ærø Łódź", "AEro Lodz"},
        {"Lê Lợi", "Le Loi"},
        {"e\xCC\x81t\xC3\xA9", "ete"},
        {"й", "й"}, /* a letter of its own */
        {"が", "が"},
        {"plain", "plain"},
        {"", ""},
        {"\xC3", "\xC3"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(letters_bare(a, slice_of(cases[i][0])), cases[i][1]);
    const struct slice same = SLICE("中文");
    assert_ptr_equal(letters_bare(a, same).p, same.p);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capitals_are_told_by_code_points),
        cmocka_unit_test(words_go_on_or_end),
        cmocka_unit_test(case_is_set_aside_by_letters),
        cmocka_unit_test(letters_lose_their_accents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
