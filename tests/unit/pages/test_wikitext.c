/* Wikitext against a table of pages in small, and what a hostile page may cost. */
#include "../net/table.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "pages/tex.h"
#include "pages/wikitext.h"
#include "unit.h"

struct table {
    struct arena *a;
    unsigned failed;
};

static void on_row(void *ud, unsigned line, struct slice row)
{
    struct table *t = ud;
    size_t n = slice_find(row, SLICE(" => "));
    assert_true(n < row.n);
    struct slice markup = slice_sub(row, 0, n), want = slice_sub(row, n + 4, row.n - n - 4), lang = SLICE("en");
    if (slice_starts(markup, SLICE("@"))) {
        lang = slice_sub(markup, 1, 2);
        markup = slice_sub(markup, 4, markup.n - 4);
    }
    struct slice got = wikitext_plain(t->a, table_unescape(t->a, markup), lang);
    if (slice_eq(got, table_unescape(t->a, want)))
        return;
    t->failed++;
    print_error("wikitext.txt:%u: %.*s\n  got  %.*s\n", line, SLICE_ARGS(row), SLICE_ARGS(got));
}

static void test_table(void **state)
{
    (void)state;
    struct table t = {.a = arena_new()};
    assert_true(table_read("tests/unit/pages/wikitext.txt", on_row, &t) >= 60);
    assert_int_equal(t.failed, 0);
    arena_free(t.a);
}

/* Each piece again and again, never closed, and nested. The work is bounded by the text and the depth; were it
 * quadratic, this would not end. */
static void test_hostile(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "<ref>{{[[",
        "{{lang|",
        "{{{{",
        "[[[[a|",
        "<nowiki>",
        "<math>\\frac{",
        "<sup>",
        "<!--",
        "{{infobox|a=",
        "{|\n|-\n|a\n",
        "{|\n|rowspan=200|",
        "|-\n|a\n",
        "{{convert|1|-|",
        "'''''",
        "<ref name=a",
        "{{#if:a|",
        "* {{ubl|",
        "{{plainlist|\n* ",
        "<math>a</mat",
        "<s>",
        "; a : ",
        "[http://a ",
        "<poem>",
        "&amp",
        "{{a|<ref>|",
        "__A",
        "{{frac|{{frac|",
    };
    struct arena *a;
    struct buf b;
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        buf_init(&b, 1 << 22);
        for (int k = 0; k < 40000; k++)
            buf_add(&b, slice_of(pieces[i]));
        for (int k = 0; k < 40000; k++)
            buf_add(&b, SLICE("}}"));
        a = arena_new();
        struct slice plain = wikitext_plain(a, buf_slice(&b), SLICE("en"));
        assert_true(plain.n < 8 * b.n && arena_bytes(a) < 400 * b.n);
        arena_free(a);
        buf_release(&b);
    }
}

static void test_tex(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"E = mc^2", "E = mc²"},
        {"\\frac{a}{b} \\le x^{2}", "a/b ≤ x²"},
        {"\\frac{-b \\pm \\sqrt{b^2-4ac}}{2a}", "(-b ± √(b²-4ac))/2a"},
        {"\\frac12 mv^2", "1/2 mv²"},
        {"\\sum_{i=0}^{n} i", "∑_(i=0)ⁿ i"},
        {"x_{12} + x_{max}", "x₁₂ + x_max"},
        {"\\sin\\theta \\cdot \\ln x", "sin θ · ln x"},
        {"\\text{speed of light}", "speed of light"},
        {"\\left( \\frac{1}{2} \\right)", "( 1/2 )"},
        {"\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}", "(a b ; c d )"},
        {"\\binom{n}{k}", "C(n, k)"},
        {"\\sqrt[3]{8}", "³√8"},
        {"90^\\circ", "90°"},
        {"\\unknowncommand{x}", "unknowncommand x"},
        {"{{{", ""},
        {"\\", ""},
        {"", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(tex_plain(a, slice_of(cases[i][0])), cases[i][1]);
    arena_free(a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_tex),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
