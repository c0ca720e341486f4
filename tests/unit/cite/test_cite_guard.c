#include "unit.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "net/table.h"
#include "cite/cite_guard.h"

static const char *const TEXTS[] = {
    "In 1899 the tower was painted in three shades, darker at the top.\n"
    "Башню снова покрасили в три оттенка.\n",
    "All know that the tower’s engineer\nsaid “build it  now” to all of them; nobody minded."};

struct world {
    struct arena *a;
    struct source sources[3], *list[3];
    struct slice texts[2];
    struct cite_evidence evidence;
    struct buf heard;
    unsigned calls, leave_after, wrong;
};

static bool hear(void *ud, struct slice text)
{
    struct world *w = ud;
    assert_true(text.n > 0);
    assert_int_equal(utf8_check(text), text.n);
    buf_add(&w->heard, text);
    return ++w->calls != w->leave_after;
}

static bool hear_mark(void *ud, struct source *source)
{
    struct world *w = ud;
    buf_printf(&w->heard, "{%d}", (int)(source - w->sources) + 1);
    return ++w->calls != w->leave_after;
}

static int set_up(void **state)
{
    static const char *const urls[] = {"https://one.example/a", "https://two.example/b?x=1",
                                       "https://en.wikipedia.org/wiki/Tower_(film)"};
    struct world *w = calloc(1, sizeof *w);
    w->a = arena_new();
    for (size_t i = 0; i < 3; i++) {
        w->sources[i].url = slice_of(urls[i]);
        w->list[i] = &w->sources[i];
    }
    w->texts[0] = slice_of(TEXTS[0]);
    w->texts[1] = slice_of(TEXTS[1]);
    w->evidence = (struct cite_evidence){w->list, 3, w->texts, 2};
    buf_init(&w->heard, 16 << 20);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    buf_release(&w->heard);
    arena_free(w->a);
    free(w);
    return 0;
}

/* What goes out when the text comes in `cuts` pieces of at most `bytes`, the first one of `first` (0: as the others).
 */
static struct slice filter(struct world *w, struct slice text, size_t first, size_t bytes)
{
    const struct cite_output output = {hear, hear_mark, w};
    struct arena *a = arena_new();
    struct cite_guard *g = cite_guard_new(a, &w->evidence, &output);
    buf_reset(&w->heard);
    for (size_t at = 0; at < text.n;) {
        struct slice rest = slice_sub(text, at, text.n - at);
        struct slice piece = utf8_cut(rest, at == 0 && first ? first : bytes);
        if (piece.n == 0)
            piece = slice_sub(rest, 0, utf8_next(rest, NULL));
        at += piece.n;
        assert_true(cite_guard_feed(g, piece));
    }
    assert_true(cite_guard_finish(g));
    arena_free(a);
    return buf_slice(&w->heard);
}

static bool same(struct slice got, struct slice want, unsigned line, size_t first, size_t bytes)
{
    if (!slice_eq(got, want))
        print_error("line %u, first %zu bytes, then %zu:\n got \"%.*s\"\nwant \"%.*s\"\n", line, first, bytes,
                    SLICE_ARGS(got), SLICE_ARGS(want));
    return slice_eq(got, want);
}

static void check_case(void *ud, unsigned line, struct slice row)
{
    struct world *w = ud;
    size_t arrow = slice_find(row, SLICE(" => "));
    struct slice in = table_unescape(w->a, slice_sub(row, 0, arrow)), want = in;
    bool ok = true;
    if (arrow < row.n)
        want = table_unescape(w->a, slice_sub(row, arrow + 4, row.n - arrow - 4));
    for (size_t first = 0; first <= in.n && ok; first++)
        ok = same(filter(w, in, first, in.n), want, line, first, in.n);
    for (size_t bytes = 1; bytes <= 3 && ok; bytes++)
        ok = same(filter(w, in, 0, bytes), want, line, 0, bytes);
    w->wrong += !ok;
}

static void every_case_holds_however_it_is_cut(void **state)
{
    assert_true(table_read("tests/unit/cite/cite_guard.txt", check_case, *state) >= 100);
    assert_int_equal(((struct world *)*state)->wrong, 0);
}

/* xorshift64 (Marsaglia 2003), so that a failure can be repeated. */
static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static const char *const PIECES[] = {"[",
                                     "]",
                                     "[1]",
                                     "[9]",
                                     "[[",
                                     "(",
                                     ")",
                                     "source ",
                                     "1",
                                     "2",
                                     ", ",
                                     ";",
                                     "-",
                                     " ",
                                     " ",
                                     "\n",
                                     "\n\n",
                                     "`",
                                     "```",
                                     "~~~",
                                     "\"",
                                     "“",
                                     "”",
                                     "«",
                                     "»",
                                     "https://",
                                     "one.example/a",
                                     "evil.example/x",
                                     "www.",
                                     "the tower was painted in three shades",
                                     "five words that nobody said",
                                     "<",
                                     ">",
                                     "<sup>",
                                     "</sup>",
                                     "<a href=",
                                     "</a>",
                                     "¹",
                                     "²",
                                     "【",
                                     "】",
                                     "†",
                                     "^",
                                     ":",
                                     "Sources:\n",
                                     "- ",
                                     "a",
                                     "tower",
                                     ".",
                                     "\\",
                                     "!",
                                     "![",
                                     "](",
                                     "日本",
                                     "é",
                                     "_",
                                     "@",
                                     "/",
                                     "1889",
                                     "…"};

static void any_cut_gives_the_same(void **state)
{
    struct world *w = *state;
    uint64_t seed = 88172645463325252u;
    for (int round = 0; round < 3000; round++) {
        struct buf text;
        buf_init(&text, 1 << 20);
        size_t n = 1 + next_random(&seed) % 40;
        for (size_t i = 0; i < n; i++)
            buf_add(&text, slice_of(PIECES[next_random(&seed) % (COUNT_OF(PIECES))]));
        if (round % 100 == 0) /* over the ceiling of what is held back */
            for (int i = 0; i < 900; i++)
                buf_add(&text, slice_of(PIECES[next_random(&seed) % (COUNT_OF(PIECES))]));
        struct slice whole = arena_dup(w->a, filter(w, buf_slice(&text), 0, SIZE_MAX));
        static const size_t bytes[] = {1, 2, 5, 17};
        for (size_t i = 0; i < 4; i++) {
            struct slice got = filter(w, buf_slice(&text), 1 + next_random(&seed) % text.n, bytes[i]);
            if (!slice_eq(got, whole))
                fail_msg("round %d, pieces of %zu: \"%.*s\"\n got \"%.*s\"\nwant \"%.*s\"", round, bytes[i],
                         SLICE_ARGS(buf_slice(&text)), SLICE_ARGS(got), SLICE_ARGS(whole));
        }
        buf_release(&text);
    }
}

static const char *const PROSE[] = {"The tower",  " is",   " tall",  " and",   " old", ",",          ".",
                                    " It",        " was",  " built", "\n\n",   " by",  " engineers", " of",
                                    " Gustave's", " firm", "\n- ",   " (yes)", ":",    " 330 m"};

static void add_prose(struct buf *out, uint64_t *seed, size_t words)
{
    for (size_t i = 0; i < words; i++)
        buf_add(out, slice_of(PROSE[next_random(seed) % (COUNT_OF(PROSE))]));
}

/* Each invention carries "zq", which nothing else does, where it has letters; numbers are from 40 to 999. */
static void add_invention(struct buf *out, uint64_t *seed)
{
    static const char *const marks[] = {"[%u]",
                                        " [%u]",
                                        " [%u, %u]",
                                        "【%u】",
                                        " 【%u†source】",
                                        "[^%u]",
                                        " (source %u)",
                                        " (Source: %u)",
                                        " [source %u]",
                                        " [%u-%u]",
                                        " [%u][%u]",
                                        "\\[%u\\]",
                                        " (sources %u and %u)",
                                        " [[%u]]",
                                        " <cite>%u</cite>",
                                        " [%u](https://zq.example/%u)"};
    static const char *const urls[] = {" https://zq%u.example/p",
                                       " http://www.zq.example/%u?x=%u",
                                       " www.zq%u.example",
                                       " zq%u.example/page",
                                       " [it](https://zq.example/%u)",
                                       " <https://zq.example/%u>",
                                       " (see https://zq.example/%u)",
                                       " ![it](http://zq.example/%u.png)",
                                       " <a href=\"https://zq.example/%u\">it</a>",
                                       "\n[^%u]: https://zq.example/\n"};
    static const char *const quotes[] = {" \"%u geese wrote the whole book\"", " “%u geese wrote the whole book,”",
                                         " «%u geese wrote the whole book»", " „%u geese wrote the whole book“"};
    unsigned x = 40 + (unsigned)(next_random(seed) % 950), y = x + 1 + (unsigned)(next_random(seed) % 5);
    const char *form;
    size_t pick = next_random(seed) % 30;
    if (pick < 16)
        form = marks[pick];
    else if (pick < 26)
        form = urls[pick - 16];
    else
        form = quotes[pick - 26];
    char text[128];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, form, x, y);
#pragma GCC diagnostic pop
    buf_add(out, slice_of(text));
}

static bool has(struct slice text, const char *what)
{
    return slice_find(text, slice_of(what)) < text.n;
}

static void nothing_invented_gets_through(void **state)
{
    static const char *const signs[] = {"zq", "[", "]", "【",   "(source", "(Source", "\"", "“", "”",
                                        "«",  "»", "„", "http", "www",     "<",       "†",  "()"};
    struct world *w = *state;
    uint64_t seed = 4101842887655102017u;
    size_t marks = 0;
    for (int round = 0; round < 1000; round++) {
        struct buf text;
        buf_init(&text, 1 << 20);
        size_t inventions = 1 + next_random(&seed) % 12, true_marks = 0;
        for (size_t i = 0; i < inventions; i++) {
            add_prose(&text, &seed, 1 + next_random(&seed) % 12);
            if (next_random(&seed) % 3 == 0) {
                buf_printf(&text, " tower [%d] here", (int)(1 + next_random(&seed) % 3));
                true_marks++;
            }
            add_invention(&text, &seed);
            add_prose(&text, &seed, 1 + next_random(&seed) % 3);
        }
        struct slice got = filter(w, buf_slice(&text), 0, 1 + next_random(&seed) % 30);
        for (size_t i = 0; i < COUNT_OF(signs); i++)
            if (has(got, signs[i]))
                fail_msg("round %d: %s in \"%.*s\"\nof \"%.*s\"", round, signs[i], SLICE_ARGS(got),
                         SLICE_ARGS(buf_slice(&text)));
        size_t seen = 0;
        for (size_t i = 0; i < got.n; i++)
            seen += got.p[i] == '{';
        if (seen != true_marks)
            fail_msg("round %d: %zu marks of %zu in \"%.*s\"\nof \"%.*s\"", round, seen, true_marks, SLICE_ARGS(got),
                     SLICE_ARGS(buf_slice(&text)));
        marks += seen;
        buf_release(&text);
    }
    assert_true(marks > 1000);
}

static void plain_text_is_not_held_back(void **state)
{
    struct world *w = *state;
    const struct cite_output output = {hear, hear_mark, w};
    struct cite_guard *g = cite_guard_new(w->a, &w->evidence, &output);
    static const struct {
        const char *in, *heard;
    } steps[] = {{"The", ""},
                 {" tower", "The"},
                 {" is", "The tower"},
                 {" old.", "The tower is"},
                 {" ", "The tower is old."},
                 {"東京", "The tower is old. 東京"},
                 {" [", "The tower is old. 東京"},
                 {"1", "The tower is old. 東京"},
                 {"] ", "The tower is old. 東京 {1}"},
                 {"[a", "The tower is old. 東京 {1}"}};
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        assert_true(cite_guard_feed(g, slice_of(steps[i].in)));
        assert_slice(buf_slice(&w->heard), steps[i].heard);
    }
    assert_true(cite_guard_finish(g));
    assert_slice(buf_slice(&w->heard), "The tower is old. 東京 {1} [a");
}

/* Whatever is held back has a ceiling: after so many more bytes something has come out, or been dropped. */
static void what_is_held_back_has_a_ceiling(void **state)
{
    static const char *const starts[] = {"\"", "[", "[a](http://", "`", "<a href=\"", "“", "(source ", "【", "["};
    static const char *const more[] = {"word ", "1, ", "x"};
    struct world *w = *state;
    const struct cite_output output = {hear, hear_mark, w};
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        for (size_t k = 0; k < 3; k++) {
            struct cite_guard *g = cite_guard_new(w->a, &w->evidence, &output);
            buf_reset(&w->heard);
            assert_true(cite_guard_feed(g, slice_of(starts[i])));
            for (size_t n = 0; n < 3 * CITE_HELD_MAX; n += strlen(more[k]))
                assert_true(cite_guard_feed(g, slice_of(more[k])));
            bool a_url = starts[i][strlen(starts[i]) - 1] == '/';
            assert_true(w->heard.n >= CITE_HELD_MAX || (a_url && w->heard.n < 10));
            assert_true(cite_guard_finish(g));
        }
    }
}

static void hostile_repetition_ends(void **state)
{
    static const char *const units[] = {"[",
                                        "((((source",
                                        "[[1",
                                        "\"a ",
                                        "“",
                                        "`",
                                        "` ``",
                                        "<a ",
                                        "a.",
                                        "http://",
                                        "【",
                                        "[a](",
                                        "![",
                                        "x[1](y",
                                        "\"the tower was \"",
                                        "…",
                                        "«a",
                                        "[^",
                                        "\n",
                                        " ",
                                        "\nSources:",
                                        "~~~\n",
                                        "www.",
                                        "¹",
                                        "(",
                                        "a",
                                        "a/",
                                        "<sup>1",
                                        "[1] ",
                                        "\"a b c d e f\" ",
                                        "\"the tower was ... in ... in\" "};
    struct world *w = *state;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        struct buf text;
        buf_init(&text, 2 << 20);
        while (text.n < 1 << 20)
            buf_add(&text, slice_of(units[i]));
        filter(w, buf_slice(&text), 0, 1000);
        buf_release(&text);
    }
}

static void a_listener_that_left_is_not_called_again(void **state)
{
    struct world *w = *state;
    const struct cite_output output = {hear, hear_mark, w};
    for (w->leave_after = 1; w->leave_after < 4; w->leave_after++) {
        struct cite_guard *g = cite_guard_new(w->a, &w->evidence, &output);
        w->calls = 0;
        bool listens = true;
        for (int i = 0; i < 9; i++)
            listens = cite_guard_feed(g, SLICE("a [1] b [2] c. "));
        assert_false(listens);
        assert_false(cite_guard_finish(g));
        assert_int_equal(w->calls, w->leave_after);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_case_holds_however_it_is_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_cut_gives_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_invented_gets_through, set_up, tear_down),
        cmocka_unit_test_setup_teardown(plain_text_is_not_held_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_held_back_has_a_ceiling, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_repetition_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_listener_that_left_is_not_called_again, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
