#include "unit.h"

#include "base/utf8.h"
#include "net/table.h"
#include "text/markdown_guard.h"

static struct slice guarded(struct arena *a, struct slice text, size_t bytes)
{
    struct markdown_guard g;
    struct buf out;
    markdown_guard_init(&g);
    buf_init(&out, 1 << 22);
    while (text.n > 0) {
        struct slice piece = utf8_cut(text, bytes);
        piece = piece.n ? piece : slice_sub(text, 0, utf8_next(text, NULL));
        assert_true(buf_add(&out, markdown_guard_feed(&g, piece)));
        text = slice_sub(text, piece.n, text.n - piece.n);
    }
    assert_true(buf_add(&out, markdown_guard_settle(&g)));
    struct slice made = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    markdown_guard_release(&g);
    return made;
}

static void check_case(void *ud, unsigned line, struct slice row)
{
    unsigned *wrong = ud;
    struct arena *a = arena_new();
    size_t arrow = slice_find(row, SLICE(" => "));
    struct slice in = table_unescape(a, slice_sub(row, 0, arrow)), want = in;
    if (arrow < row.n)
        want = table_unescape(a, slice_sub(row, arrow + 4, row.n - arrow - 4));
    for (size_t bytes = 1; bytes <= in.n; bytes++) {
        struct slice got = guarded(a, in, bytes);
        if (slice_eq(got, want))
            continue;
        print_error("line %u, by %zu bytes:\n got \"%.*s\"\nwant \"%.*s\"\n", line, bytes, SLICE_ARGS(got),
                    SLICE_ARGS(want));
        ++*wrong;
        break;
    }
    arena_free(a);
}

static void cases(void **state)
{
    unsigned wrong = 0;
    (void)state;
    assert_true(table_read("tests/unit/text/markdown_guard.txt", check_case, &wrong) >= 20);
    assert_int_equal(wrong, 0);
}

/* Each of these made a walk over the whole text at every byte, if nothing had a ceiling. */
static void hostile_repetition_ends(void **state)
{
    static const char *const units[] = {"`", "a `", "``` ", "~", "[",         "](",    "<",
                                        " ", "\t",  "w",    ":", "\n    ```", "```\n "};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        struct arena *a = arena_new();
        struct buf text;
        buf_init(&text, 1 << 20);
        while (text.n < 60000)
            buf_add(&text, slice_of(units[i]));
        struct slice out = guarded(a, buf_slice(&text), 7);
        assert_true(out.n >= text.n / 2 && out.n <= 30 * text.n);
        buf_release(&text);
        arena_free(a);
    }
}

/* Behind the end of a text something else follows: it must not become part of it. */
static void settling_leaves_nothing_open(void **state)
{
    static const char *const pairs[][2] = {{"<", "script>"}, {"http:", "//x"}, {"```\na\n```", "\n![](x)\n"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct markdown_guard g;
        struct buf out;
        markdown_guard_init(&g);
        buf_init(&out, 1000);
        buf_add(&out, markdown_guard_feed(&g, slice_of(pairs[i][0])));
        buf_add(&out, markdown_guard_settle(&g));
        buf_add(&out, markdown_guard_feed(&g, slice_of(pairs[i][1])));
        buf_add(&out, markdown_guard_settle(&g));
        assert_true(slice_find(buf_slice(&out), SLICE("\\")) < out.n);
        buf_release(&out);
        markdown_guard_release(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(hostile_repetition_ends),
                                       cmocka_unit_test(settling_leaves_nothing_open)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
