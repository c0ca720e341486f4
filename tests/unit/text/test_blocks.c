/* Blocks against a table: their kinds, and what they belong to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "text/blocks.h"

static const char *const kinds[] = {"P", "H", "T", "I", "R", "C", "Q"};

/* "kind(number of what it is under, number of its lead)", a block each. */
static struct slice shown(struct arena *a, struct blocks b)
{
    struct arena_text out = {.arena = a};
    for (uint32_t i = 0; i < b.n; i++) {
        arena_text_printf(&out, "%s%s", i ? " " : "", kinds[b.at[i].kind]);
        if (b.at[i].under != BLOCK_NONE)
            arena_text_printf(&out, "^%u", b.at[i].under);
        if (b.at[i].lead != BLOCK_NONE)
            arena_text_printf(&out, "<%u", b.at[i].lead);
    }
    return arena_text_slice(&out);
}

static void blocks_are_what_the_marks_say(void **state)
{
    static const struct {
        const char *text, *blocks;
    } cases[] = {
        {"", ""},
        {" \n\n", ""},
        {"One text.", "P"},
        {"# A\n\n## B\n\nText of it.\n\n# C\n\nMore text.", "H H^0 P^1 H P^3"},
        {"Choose one of:\n\n- this\n- that\n\nThen go on.", "P I<0 I<0 P"},
        {"1. First do this.\n\n```\nmake\n```\n\n2. Then that.", "I C I"},
        {"Item | Limit\ncolumns | 1,600\nrows\n\nThat is all.", "R R<0 R<0 P"},
        {"work_mem (integer)\n\nSets the memory.\n\nThe default is 4MB.", "T P^0 P^0"},
        {"-a\n--all\n\nShows all of them.", "T T P^0"},
        {"Table 1. Limits\n\nItem | Limit\nrows | 5", "T R^0 R^0<1"},
        {"To say it:\n\n```\nls -l\n\nls -a\n```", "P C<0"},
        {"It says:\n\nThat it is so.", "P P<0"},
        {"> To be.\n> Or not.\n\nHe said.", "Q P"},
        {"Default: 20\n\nThe most that it may be.", "P P"}, /* says something, so it names nothing */
        {"Roses are red\n\nViolets are blue\n\nSugar is sweet", "P P P"},
        {"A title\n\n# A heading", "P H"},
        {"```\nnever closed", "C"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice got = shown(a, blocks_read(a, slice_of(cases[i].text), false));
        if (!slice_is(got, cases[i].blocks))
            fail_msg("%s\n--- expected %s\n--- got %.*s", cases[i].text, cases[i].blocks, SLICE_ARGS(got));
    }
    arena_free(a);
}

static void code_is_its_lines_without_fences(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct blocks b = blocks_read(a, SLICE("```\n    if x:\n\n        y\n```\nText."), false);
    assert_true(slice_is(b.at[0].text, "    if x:\n\n        y"));
    assert_false(b.in_code);
    b = blocks_read(a, SLICE("rest of it\n```\nText."), true);
    assert_int_equal(b.n, 2);
    assert_int_equal(b.at[0].kind, BLOCK_CODE);
    b = blocks_read(a, SLICE("Text.\n```\nbegun"), false);
    assert_true(b.in_code);
    arena_free(a);
}

static void lists_and_tables_have_ends(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct blocks b = blocks_read(a, SLICE("All:\n\n- a\n- b\n- c\n\nText.\n\n- d"), false);
    assert_int_equal(b.at[1].run_end, 4);
    assert_int_equal(b.at[3].run_end, 4);
    assert_int_equal(b.at[5].run_end, 6);
    b = blocks_read(a, SLICE("1. a\n\nMore of it.\n\n2. b\n\nText.\n\nText.\n\nText.\n\n3. c"), false);
    assert_int_equal(b.at[0].run_end, 3);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_what_the_marks_say),
        cmocka_unit_test(code_is_its_lines_without_fences),
        cmocka_unit_test(lists_and_tables_have_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
