/* Sentences against the table of cases, and what holds for every cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "text/cases.h"
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

/* Slices in order, inside of the text, not blank at their ends; nothing but white space between them. */
static void check_cover(struct slice text, struct sentences s)
{
    size_t at = 0;
    for (size_t i = 0; i < s.n; i++) {
        size_t start = (size_t)(s.at[i].p - text.p);
        assert_true(s.at[i].n > 0);
        assert_true(start >= at);
        for (; at < start; at++)
            assert_true(text.p[at] == ' ' || text.p[at] == '\n' || text.p[at] == '\t');
        assert_true(s.at[i].p[0] != ' ' && s.at[i].p[s.at[i].n - 1] != ' ' && s.at[i].p[s.at[i].n - 1] != '\n');
        assert_true(utf8_check(s.at[i]) == s.at[i].n);
        at = start + s.at[i].n;
    }
    assert_true(slice_trim(slice_sub(text, at, text.n - at)).n == 0);
}

static struct slice repeated(struct arena *a, const char *text, size_t times)
{
    size_t n = strlen(text);
    char *out = arena_alloc(a, n * times + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(out + n * i, text, n);
    return (struct slice){out, n * times};
}

static void passages_have_about_the_wanted_length(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "One two three four five six seven eight nine ten. ",
        "One two three.\n\nFour five six seven eight nine ten eleven twelve. ",
        "Wort eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn! ",
        "北京是中国的首都，也是一座很大的城市。",
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t times = 1; times < 120; times += 7) {
            struct slice text = repeated(a, texts[i], times);
            const struct lang *lang = lang_guess(text, lang_find(SLICE("en")));
            struct sentences p = passages_cut(a, text, lang, 60);
            check_cover(text, p);
            check_cover(text, sentences_split(a, text, lang));
            assert_true(p.n > 0);
            for (size_t k = 0; k < p.n; k++) {
                assert_in_range(words_count(p.at[k], lang), 1, 90);
                if (p.n > 1)
                    assert_in_range(words_count(p.at[k], lang), 30, 90);
            }
        }
    }
    arena_free(a);
}

static void long_sentences_are_cut_between_words(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    struct slice text = repeated(a, "endless word ", 500);
    struct sentences p = passages_cut(a, text, en, 100);
    check_cover(text, p);
    assert_in_range(p.n, 7, 20);
    for (size_t i = 0; i < p.n; i++) {
        assert_in_range(words_count(p.at[i], en), 50, 150);
        assert_true(slice_starts(p.at[i], SLICE("endless")) || slice_starts(p.at[i], SLICE("word")));
    }
    text = repeated(a, "漢字", 2000); /* no space anywhere */
    p = passages_cut(a, text, lang_find(SLICE("zh")), 1); /* steps shorter than a character must not stand still */
    check_cover(text, p);
    p = passages_cut(a, text, lang_find(SLICE("zh")), 100);
    check_cover(text, p);
    assert_true(p.n >= 15);
    arena_free(a);
}

static void blank_texts_have_none(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    assert_int_equal(sentences_split(a, SLICE(""), en).n, 0);
    assert_int_equal(sentences_split(a, SLICE(" \n\n \t\n"), en).n, 0);
    assert_int_equal(passages_cut(a, SLICE("\n"), en, 120).n, 0);
    assert_int_equal(passages_cut(a, SLICE("."), en, 120).n, 1);
    arena_free(a);
}

static void a_passage_ends_at_a_paragraph_when_it_can(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    struct slice first = repeated(a, "Ten words are in this sentence and no more now. ", 5);
    struct slice text = arena_printf(a, "%.*s\n\n# Heading\n%.*s", SLICE_ARGS(first), SLICE_ARGS(first));
    struct sentences p = passages_cut(a, text, en, 60);
    assert_int_equal(p.n, 2);
    assert_true(slice_starts(p.at[1], SLICE("# Heading")));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_as_the_table_says),
        cmocka_unit_test(passages_have_about_the_wanted_length),
        cmocka_unit_test(long_sentences_are_cut_between_words),
        cmocka_unit_test(blank_texts_have_none),
        cmocka_unit_test(a_passage_ends_at_a_paragraph_when_it_can),
    };
    return cmocka_run_group_tests_name("sentences", tests, NULL, NULL);
}
