/* Scope, pace and links as tables; the frontier over its interruptions. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crawl/copies.h"
#include "crawl/frontier.h"
#include "crawl/scope.h"
#include "pages/html_links.h"

static void test_glob(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool match;
    } cases[] = {{"/docs/*", "/docs/a/b", true},
                 {"/docs/*", "/doc", false},
                 {"*.html", "/a.html", true},
                 {"", "", true},
                 {"*", "", true},
                 {"/?", "/a", true},
                 {"/?", "/", false},
                 {"*a*b*", "xaxbx", true},
                 {"*a*b", "xaxbx", false},
                 {"/a", "/a/", false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (scope_glob(slice_of(cases[i].pattern), slice_of(cases[i].text)) != cases[i].match)
            fail_msg("%s on %s", cases[i].pattern, cases[i].text);
}

static void test_scope(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct url seed, u;
    const char *why;
    assert_true(url_parse(a, SLICE("https://docs.example.org/guide/"), &seed, &why));
    struct slice exclude = SLICE("/private/*");
    struct scope s = {
        .reach = SCOPE_SITE, .seeds = &seed, .seed_count = 1, .exclude = &exclude, .exclude_count = 1, .depth = 3};
    static const struct {
        const char *url;
        unsigned depth;
        bool site, host, any;
    } cases[] = {
        {"https://docs.example.org/x", 1, true, true, true},
        {"https://www.example.org/x", 1, true, false, true},
        {"https://other.org/x", 1, false, false, true},
        {"https://docs.example.org/x", 4, false, false, false},
        {"https://docs.example.org/private/x", 1, false, false, false},
        {"https://docs.example.org/a.png", 1, false, false, false},
        {"https://docs.example.org/wiki/Node.js", 1, true, true, true},
        {"https://docs.example.org/wiki/File:a.png", 1, true, true, true},
        {"https://docs.example.org/tools/Vue.js", 1, true, true, true},
        {"https://docs.example.org/static/app.js", 1, false, false, false},
        {"https://docs.example.org/static/Logo.png", 1, false, false, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(url_parse(a, slice_of(cases[i].url), &u, &why));
        s.reach = SCOPE_SITE;
        assert_int_equal(scope_takes(&s, &u, cases[i].depth), cases[i].site);
        s.reach = SCOPE_HOST;
        assert_int_equal(scope_takes(&s, &u, cases[i].depth), cases[i].host);
        s.reach = SCOPE_ANY;
        assert_int_equal(scope_takes(&s, &u, cases[i].depth), cases[i].any);
    }
    arena_free(a);
}

static void test_pace(void **state)
{
    (void)state;
    struct pace p = {.delay_ms = 100};
    assert_true(pace_ready(&p, 1000));
    pace_asked(&p, 1000);
    assert_false(pace_ready(&p, 1099));
    assert_true(pace_ready(&p, 1100));
    pace_failed(&p, 2000, 0);
    assert_true(pace_ready(&p, 3000));
    pace_failed(&p, 3000, 0);
    assert_false(pace_ready(&p, 4999));
    pace_answered(&p);
    pace_failed(&p, 10000, 86400000); /* who asks for a day gets a minute */
    assert_true(pace_ready(&p, 70000));
}

static void test_links(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct html_links l;
    html_links(
        a,
        SLICE("<base href=/b/><link rel='canonical' href=\"/c?a=1&amp;b=2\"><!-- <a href=no> --><script>'<a href=no>'"
              "</script><A HREF = 'x y'>x</A><a rel=\"nofollow ugc\" href=n>n</a><a href=\"#top\">t</a><a href=z>"
              "<meta name=robots content='noindex'><a href=\"never closed"),
        SLICE("footnote"), &l);
    assert_int_equal(l.n, 3);
    assert_slice(l.at[0], "x y");
    assert_slice(l.at[1], "z");
    assert_slice(l.base, "/b/");
    assert_slice(l.canonical, "/c?a=1&b=2");
    assert_true(l.noindex && !l.nofollow);
    bool index;
    size_t n;
    struct slice *at =
        sitemap_locations(a,
                          SLICE("<?xml?><urlset><url><loc> https://a/1?x&amp;y </loc></url><url><loc><![CDATA["
                                "https://a/2]]></loc></url></urlset>"),
                          10, &n, &index);
    assert_int_equal(n, 2);
    assert_false(index);
    assert_slice(at[0], "https://a/1?x&y");
    assert_slice(at[1], "https://a/2");
    at = sitemap_locations(a,
                           SLICE("<sm:sitemapindex xmlns:sm='x'><sm:sitemap><sm:loc>/one.xml</sm:loc></sm:sitemap>"
                                 "</sm:sitemapindex>"),
                           10, &n, &index);
    assert_int_equal(n, 1);
    assert_true(index);
    assert_slice(at[0], "/one.xml");
    at = sitemap_locations(a, SLICE("\xEF\xBB\xBFhttps://a/1\r\n\n https://a/2?b=1&c=2\n"), 10, &n, &index);
    assert_int_equal(n, 2);
    assert_false(index);
    assert_slice(at[0], "https://a/1");
    assert_slice(at[1], "https://a/2?b=1&c=2");
    arena_free(a);
}

static void test_robots_header(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool noindex, nofollow;
    } cases[] = {
        {"noindex", true, false},
        {"none", true, true},
        {"googlebot: noindex", false, false},
        {"googlebot: noindex, nofollow", false, false},
        {"nofollow, googlebot: noindex", false, true},
        {"Footnote: noindex", true, false},
        {"googlebot: nofollow, footnote: noindex", true, false},
        {"*: noindex", true, false},
        {"unavailable_after: 25 Jun 2010 15:00:00 PST, noindex", true, false},
        {"max-snippet: 20", false, false},
        {"", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool noindex = false, nofollow = false;
        html_robots_header(slice_of(cases[i].value), SLICE("footnote"), &noindex, &nofollow);
        if (noindex != cases[i].noindex || nofollow != cases[i].nofollow)
            fail_msg("%s", cases[i].value);
    }
}

static struct frontier *opened(const char *file, bool *goes_on, bool *again)
{
    struct frontier *f = NULL;
    struct err e = {0};
    if (!frontier_open(file, SLICE("test"), false, &f, goes_on, again, &e))
        fail_msg("%s", e.message);
    return f;
}

static void test_frontier(void **state)
{
    (void)state;
    char file[] = "/tmp/footnote-frontier-XXXXXX";
    close(mkstemp(file));
    struct arena *a = arena_new();
    struct err e = {0};
    bool on, again, added, found;
    int64_t site;
    struct frontier_page p, q;
    struct frontier *f = opened(file, &on, &again);
    assert_false(on || again);
    assert_true(frontier_site(f, SLICE("http://a"), &site, &e));
    assert_true(frontier_add(f, SLICE("a/2"), SLICE("http://a/2"), site, 2, &added, &e) && added);
    assert_true(frontier_add(f, SLICE("a/1"), SLICE("http://a/1"), site, 1, &added, &e) && added);
    assert_true(frontier_add(f, SLICE("a/1"), SLICE("http://a/1"), site, 5, &added, &e) && !added);
    assert_true(frontier_take(f, a, site, &p, &found, &e) && found);
    assert_slice(p.url, "http://a/1");
    p.etag = SLICE("\"e\"");
    p.indexed_as = p.url;
    assert_true(frontier_done(f, &p, FRONTIER_READ, &e) && frontier_commit(f, &e));
    assert_true(frontier_take(f, a, site, &q, &found, &e) && found);
    assert_true(frontier_commit(f, &e));
    frontier_close(f); /* as after a kill: what was taken waits again */

    f = opened(file, &on, &again);
    assert_true(on && !again);
    assert_true(frontier_take(f, a, site, &q, &found, &e) && found);
    assert_slice(q.url, "http://a/2");
    assert_true(frontier_done(f, &q, FRONTIER_FAILED, &e));
    assert_true(frontier_take(f, a, site, &q, &found, &e) && !found);
    assert_true(frontier_finish(f, &e));
    frontier_close(f);

    f = opened(file, &on, &again); /* the next time everything is asked again, with what its server said */
    assert_true(!on && again);
    uint64_t waiting, read;
    assert_true(frontier_counts(f, &waiting, &read, &e));
    assert_int_equal(waiting, 2);
    assert_true(frontier_take(f, a, site, &q, &found, &e) && found);
    assert_slice(q.etag, "\"e\"");
    assert_slice(q.indexed_as, "http://a/1");
    frontier_close(f);
    arena_free(a);
    unlink(file);
}

static void copies_end_where_addresses_pile_up(void **state)
{
    (void)state;
    static const char *const piling[] = {"/a/a", "/a/a/", "/x/a/a/b", "/en/docs/en/docs/x", "/1/2/3/4/1/2/3/4"};
    static const char *const plain[] = {"/", "", "/a", "/a/b/a", "/en/docs/de/docs", "/2020/02/20"};
    struct arena *a = arena_new();
    struct copies c;
    for (size_t i = 0; i < COUNT_OF(piling); i++)
        assert_true(copies_piles_up(slice_of(piling[i])));
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        assert_false(copies_piles_up(slice_of(plain[i])));
    copies_init(&c, a);
    uint64_t hash = copies_hash(SLICE("The tide comes in."));
    assert_false(copies_ends(&c, 0, hash, SLICE("/a/a"))); /* the first one, wherever it is */
    assert_true(copies_ends(&c, 0, hash, SLICE("/a/a/a")));
    assert_false(copies_ends(&c, 1, hash, SLICE("/a"))); /* another site */
    assert_false(copies_ends(&c, 1, hash, SLICE("/b")));
    assert_true(copies_ends(&c, 1, hash, SLICE("/c")));
    assert_false(copies_ends(&c, 1, copies_hash(SLICE("Other.")), SLICE("/c")));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(copies_end_where_addresses_pile_up),
                                       cmocka_unit_test(test_glob),
                                       cmocka_unit_test(test_scope),
                                       cmocka_unit_test(test_pace),
                                       cmocka_unit_test(test_links),
                                       cmocka_unit_test(test_robots_header),
                                       cmocka_unit_test(test_frontier)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
