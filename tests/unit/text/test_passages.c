/* Passages: their length, where they end, and what they know of the page above them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "text/language.h"
#include "text/passages.h"
#include "text/words.h"

/* Slices in order, inside of the text, not blank at their ends; nothing but white space between them. */
static void check_cover(struct slice text, struct passage_cuts p)
{
    size_t at = 0;
    for (size_t i = 0; i < p.n; i++) {
        size_t start = (size_t)(p.at[i].text.p - text.p);
        assert_true(p.at[i].text.n > 0);
        assert_true(start >= at);
        for (; at < start; at++)
            assert_true(text.p[at] == ' ' || text.p[at] == '\n' || text.p[at] == '\t');
        assert_true(p.at[i].text.p[0] != ' ' && p.at[i].text.p[p.at[i].text.n - 1] != ' ' &&
                    p.at[i].text.p[p.at[i].text.n - 1] != '\n');
        assert_true(utf8_check(p.at[i].text) == p.at[i].text.n);
        at = start + p.at[i].text.n;
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
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        for (size_t times = 1; times < 120; times += 7) {
            struct slice text = repeated(a, texts[i], times);
            const struct lang *lang = language_guess(text, lang_find(SLICE("en")));
            struct passage_cuts p = passages_cut(a, text, lang, 60);
            check_cover(text, p);
            assert_true(p.n > 0);
            for (size_t k = 0; k < p.n; k++) {
                assert_in_range(words_count(p.at[k].text, lang), 1, 90);
                if (p.n > 1)
                    assert_in_range(words_count(p.at[k].text, lang), 30, 90);
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
    struct passage_cuts p = passages_cut(a, text, en, 100);
    check_cover(text, p);
    assert_in_range(p.n, 7, 20);
    for (size_t i = 0; i < p.n; i++) {
        assert_in_range(words_count(p.at[i].text, en), 50, 150);
        assert_true(slice_starts(p.at[i].text, SLICE("endless")) || slice_starts(p.at[i].text, SLICE("word")));
    }
    text = repeated(a, "漢字", 2000);                     /* no space anywhere */
    p = passages_cut(a, text, lang_find(SLICE("zh")), 1); /* steps shorter than a character must not stand still */
    check_cover(text, p);
    p = passages_cut(a, text, lang_find(SLICE("zh")), 100);
    check_cover(text, p);
    assert_true(p.n >= 15);
    arena_free(a);
}

static void a_passage_ends_at_a_paragraph_when_it_can(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    struct slice first = repeated(a, "Ten words are in this sentence and no more now. ", 5);
    struct slice text = arena_printf(a, "%.*s\n\n# Heading\n%.*s", SLICE_ARGS(first), SLICE_ARGS(first));
    struct passage_cuts p = passages_cut(a, text, en, 60);
    assert_int_equal(p.n, 2);
    assert_true(slice_starts(p.at[1].text, SLICE("# Heading")));
    arena_free(a);
}

static size_t with(struct passage_cuts p, struct slice part)
{
    size_t n = 0;
    for (size_t i = 0; i < p.n; i++)
        n += slice_find(p.at[i].text, part) < p.at[i].text.n;
    return n;
}

static void a_block_that_fits_is_not_parted(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    struct slice filler = repeated(a, "Ten words are in this sentence and no more now. ", 4);
    struct slice list = SLICE("The parts are:\n\n- one part of the thing it has\n- two parts of the thing it has\n"
                              "- three parts of the thing it has\n- four parts of the thing it has");
    struct slice text =
        arena_printf(a, "%.*s\n\n%.*s\n\n%.*s", SLICE_ARGS(filler), SLICE_ARGS(list), SLICE_ARGS(filler));
    struct passage_cuts p = passages_cut(a, text, en, 60);
    assert_true(p.n > 1);
    assert_int_equal(with(p, list), 1);
    struct slice code = SLICE("Say this:\n\n```\nint main(void)\n{\n    return 1 + 2 + 3 + 4;\n\n}\n```");
    text = arena_printf(a, "%.*s\n\n%.*s\n\n%.*s", SLICE_ARGS(filler), SLICE_ARGS(code), SLICE_ARGS(filler));
    p = passages_cut(a, text, en, 60);
    assert_true(p.n > 1);
    assert_int_equal(with(p, SLICE("Say this:\n\n```\nint main(void)\n{\n    return 1 + 2 + 3 + 4;\n\n}")), 1);
    arena_free(a);
}

static void a_passage_knows_its_headings(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    struct slice filler = repeated(a, "Ten words are in this sentence and no more now. ", 5);
    struct slice text =
        arena_printf(a, "# Server\n\n## Memory\n\nwork_mem (integer)\n\n%.*s\n\n%.*s\n\n## Disk\n\n%.*s",
                     SLICE_ARGS(filler), SLICE_ARGS(filler), SLICE_ARGS(filler));
    struct passage_cuts p = passages_cut(a, text, en, 60);
    assert_int_equal(p.n, 3);
    assert_int_equal(p.at[0].above_count, 0);
    assert_int_equal(p.at[0].name_count, 3);
    assert_int_equal(p.at[1].above_count, 3);
    assert_true(slice_is(p.at[1].above[0].text, "# Server"));
    assert_true(slice_is(p.at[1].above[1].text, "## Memory"));
    assert_true(slice_is(p.at[1].above[2].text, "work_mem (integer)"));
    assert_int_equal(p.at[1].above[2].kind, BLOCK_TERM);
    assert_int_equal(p.at[1].above[2].offset, slice_find(text, SLICE("work_mem")));
    assert_true(slice_starts(p.at[2].text, SLICE("## Disk")));
    assert_int_equal(p.at[2].above_count, 1);
    arena_free(a);
}

static void a_long_table_knows_its_first_row(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    struct slice rows = repeated(a, "some name | some other value\n", 60);
    struct slice text = arena_printf(a, "Name | Value\n%.*s", SLICE_ARGS(rows));
    struct passage_cuts p = passages_cut(a, text, en, 60);
    assert_true(p.n > 2);
    for (size_t i = 1; i < p.n; i++) {
        assert_int_equal(p.at[i].above_count, 1);
        assert_true(slice_is(p.at[i].above[0].text, "Name | Value"));
    }
    struct slice lines = repeated(a, "call(some, other, thing)\n", 200);
    text = arena_printf(a, "Say this:\n\n```\n%.*s```\n\nThen rest.", SLICE_ARGS(lines));
    p = passages_cut(a, text, en, 60);
    assert_true(p.n > 2);
    assert_true(p.at[1].in_code && !p.at[0].in_code);
    assert_true(slice_is(p.at[1].above[0].text, "Say this:"));
    struct blocks blocks = blocks_read(a, p.at[1].text, p.at[1].in_code);
    assert_int_equal(blocks.at[0].kind, BLOCK_CODE);
    arena_free(a);
}

static void blank_texts_have_none(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    assert_int_equal(passages_cut(a, SLICE("\n"), en, 120).n, 0);
    assert_int_equal(passages_cut(a, SLICE("."), en, 120).n, 1);
    assert_int_equal(passages_cut(a, SLICE("```\n```\n"), en, 120).n, 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passages_have_about_the_wanted_length),
        cmocka_unit_test(long_sentences_are_cut_between_words),
        cmocka_unit_test(a_passage_ends_at_a_paragraph_when_it_can),
        cmocka_unit_test(a_block_that_fits_is_not_parted),
        cmocka_unit_test(a_passage_knows_its_headings),
        cmocka_unit_test(a_long_table_knows_its_first_row),
        cmocka_unit_test(blank_texts_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
