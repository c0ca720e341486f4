/* Fusion, in tables. */
#include <math.h>

#include "search/fuse.h"
#include "unit.h"

static struct search_hit hit(const char *url, const char *title)
{
    return (struct search_hit){
        .url = slice_of(url), .title = slice_of(title), .snippet = SLICE(""), .date = SLICE(""), .text = SLICE("")};
}

static void scores_are_sums_of_reciprocals(void **state)
{
    struct search_hit a[] = {hit("https://one.example/", "one"), hit("https://two.example/", "two"),
                             hit("https://three.example/", "three")};
    struct search_hit b[] = {hit("https://two.example/", ""), hit("https://four.example/", "four")};
    const struct search_list lists[] = {{SLICE("a"), a, 3}, {SLICE("b"), b, 2}};
    static const char *const order[] = {"two", "one", "four", "three"};
    static const double scores[] = {1.0 / 62 + 1.0 / 61, 1.0 / 61, 1.0 / 62, 1.0 / 63};
    struct arena *arena = arena_new();
    struct search_hits got = search_fuse(arena, lists, 2, 0);
    (void)state;
    assert_int_equal(got.n, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_slice(got.at[i].title, order[i]);
        assert_true(fabs(got.at[i].score - scores[i]) < 1e-12);
    }
    assert_int_equal(got.at[0].provider_count, 2);
    assert_slice(got.at[0].providers[0], "b"); /* whose rank is better */
    assert_slice(got.at[0].providers[1], "a");
    assert_int_equal(search_fuse(arena, lists, 2, 2).n, 2);
    assert_int_equal(search_fuse(arena, lists, 0, 0).n, 0);
    arena_free(arena);
}

static void the_same_page_counts_once(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"https://example.org/p", "http://www.example.org/p/", true},
        {"https://example.org/p", "https://example.org/p?utm_source=x#top", true},
        {"https://example.org/", "https://example.org/index.html", true},
        {"https://example.org/p?id=1", "https://example.org/p?id=2", false},
        {"https://example.org/p", "https://example.org/P", false},
        {"https://example.org/p", "https://other.example/p", false},
        {"not a url", "not a url", true},
    };
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct search_hit a[] = {hit("https://zero.example/", ""), hit(cases[i].a, "")}, b[] = {hit(cases[i].b, "b")};
        const struct search_list lists[] = {{SLICE("a"), a, 2}, {SLICE("b"), b, 1}};
        struct search_hits got = search_fuse(arena, lists, 2, 0);
        if ((got.n == 2) != cases[i].same)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        if (cases[i].same)
            assert_slice(got.at[0].url, cases[i].b); /* the better rank's */
        struct search_hit twice[] = {hit(cases[i].a, "first"), hit(cases[i].b, "again")};
        const struct search_list one = {SLICE("a"), twice, 2};
        got = search_fuse(arena, &one, 1, 0);
        assert_int_equal(got.n, cases[i].same ? 1 : 2);
        assert_true(fabs(got.at[0].score - 1.0 / 61) < 1e-12);
    }
    arena_free(arena);
}

static void parts_come_from_whoever_has_them(void **state)
{
    struct search_hit a = hit("https://x.example/", ""), b = hit("https://x.example/", "title"),
                      c = hit("https://x.example/", "other");
    a.text = SLICE("short");
    b.snippet = SLICE("snippet");
    b.date = SLICE("2024-01-01");
    c.text = SLICE("a longer text");
    const struct search_list lists[] = {{SLICE("a"), &a, 1}, {SLICE("b"), &b, 1}, {SLICE("a"), &c, 1}};
    struct arena *arena = arena_new();
    struct search_hits got = search_fuse(arena, lists, 3, 0);
    (void)state;
    assert_int_equal(got.n, 1);
    assert_slice(got.at[0].title, "title");
    assert_slice(got.at[0].snippet, "snippet");
    assert_slice(got.at[0].date, "2024-01-01");
    assert_slice(got.at[0].text, "a longer text");
    assert_int_equal(got.at[0].provider_count, 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_sums_of_reciprocals),
        cmocka_unit_test(the_same_page_counts_once),
        cmocka_unit_test(parts_come_from_whoever_has_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
