/* Which hosts and pages have one owner. */
#include "unit.h"

#include "net/site.h"

static void hosts_are_cut_to_their_owner(void **state)
{
    (void)state;
    static const struct {
        const char *host, *owner;
    } cases[] = {
        {"www.example.org", "example.org"},
        {"example.org", "example.org"},
        {"news.bbc.co.uk", "bbc.co.uk"},
        {"bbc.co.uk", "bbc.co.uk"},
        {"a.b.c.com.au", "c.com.au"},
        {"en.wikipedia.org", "wikipedia.org"},
        {"www.t.co", "t.co"},
        /* Suffixes that no rule of "co.uk" finds. */
        {"a.co.com", "a.co.com"},
        {"www.meguro.tokyo.jp", "www.meguro.tokyo.jp"},
        {"city.meguro.tokyo.jp", "city.meguro.tokyo.jp"},
        {"www.metro.tokyo.jp", "metro.tokyo.jp"},
        {"www.city.kobe.jp", "city.kobe.jp"},
        {"a.b.gov.br", "b.gov.br"},
        /* Platforms of the list, and of the table. */
        {"me.github.io", "me.github.io"},
        {"x.me.github.io", "me.github.io"},
        {"github.io", "github.io"},
        {"me.blogspot.com", "me.blogspot.com"},
        {"ann.notion.site", "ann.notion.site"},
        {"x.ann.notion.site", "ann.notion.site"},
        {"ann.gitbook.io", "ann.gitbook.io"},
        {"ann.medium.com", "ann.medium.com"},
        {"medium.com", "medium.com"},
        {"www.medium.com", "medium.com"},
        {"notmedium.com", "notmedium.com"},
        {"www.youtube.com", "youtube.com"},
        {"github.com", "github.com"},
        /* Other scripts, in both forms. */
        {"www.xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"www.bücher.example", "bücher.example"},
        {"www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"},
        {"www.食狮.公司.cn", "食狮.公司.cn"},
        /* No names. */
        {"localhost", "localhost"},
        {"10.1.2.3", "10.1.2.3"},
        {"::1", "::1"},
        {"", ""},
        {"co.uk", "co.uk"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice host = slice_of(cases[i].host), owner = site_owner(host);
        if (!slice_is(owner, cases[i].owner))
            fail_msg("%s: got %.*s", cases[i].host, SLICE_ARGS(owner));
        assert_true(owner.p >= host.p && owner.p + owner.n == host.p + host.n);
    }
    char wide[400];
    memset(wide, 'a', sizeof wide);
    assert_int_equal(site_owner((struct slice){wide, sizeof wide}).n, sizeof wide);
}

static void authors_in_the_path_are_owners(void **state)
{
    (void)state;
    static const struct {
        const char *url, *owner;
    } cases[] = {
        {"https://medium.com/@Ann/a-story-1", "medium.com/@ann"},
        {"https://www.medium.com/@ann", "medium.com/@ann"},
        {"https://medium.com/@bob?x=/@ann", "medium.com/@bob"},
        {"https://medium.com/tag/towers", "medium.com"},
        {"https://ann.medium.com/@bob", "ann.medium.com"},
        {"https://www.youtube.com/@ann/videos", "youtube.com/@ann"},
        {"https://www.youtube.com/watch?v=1", "youtube.com"},
        {"https://example.org/@ann", "example.org"},
        {"https://github.com/ann/tower", "github.com"},
        {"https://www.Meguro.Example/", "meguro.example"},
        {"https://bücher.example/a", "xn--bcher-kva.example"},
        {"https://xn--bcher-kva.example/b", "xn--bcher-kva.example"},
        {"http://[::1]/a", "::1"},
        {"notes:1", "notes:1"},
        {"", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice owner = site_owner_of_page(a, slice_of(cases[i].url));
        if (!slice_is(owner, cases[i].owner))
            fail_msg("%s: got %.*s", cases[i].url, SLICE_ARGS(owner));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_cut_to_their_owner),
        cmocka_unit_test(authors_in_the_path_are_owners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
