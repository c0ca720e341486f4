/* Sentences against the table of cases, and what holds for every cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "text/cases.h"
#include "text/language.h"
#include "text/sentences.h"
#include "text/words.h"

static void cuts_as_the_table_says(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct case_rows rows = cases_read(a, "tests/unit/text/sentences.txt");
    unsigned wrong = 0;
    assert_true(rows.n >= 15);
    for (size_t i = 0; i < rows.n; i++) {
        struct sentences s = sentences_split(a, rows.at[i].text, lang_find(rows.at[i].lang));
        struct slice got = {"", 0};
        for (size_t k = 0; k < s.n; k++) {
            struct slice shown = s.at[k];
            got = arena_printf(a, "%.*s%.*s\n", SLICE_ARGS(got), SLICE_ARGS(shown));
        }
        struct slice expected = case_unescape(a, rows.at[i].expected);
        if (!slice_eq(got, expected)) {
            print_error("sentences.txt:%u\n--- expected\n%.*s--- got\n%.*s", rows.at[i].line, SLICE_ARGS(expected),
                        SLICE_ARGS(got));
            wrong++;
        }
    }
    arena_free(a);
    assert_int_equal(wrong, 0);
}

static void blank_texts_have_none(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    assert_int_equal(sentences_split(a, SLICE(""), en).n, 0);
    assert_int_equal(sentences_split(a, SLICE(" \n\n \t\n"), en).n, 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_as_the_table_says),
        cmocka_unit_test(blank_texts_have_none),
    };
    return cmocka_run_group_tests_name("sentences", tests, NULL, NULL);
}
