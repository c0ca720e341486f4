#include "base/policy.h"

#include "unit.h"

static void hosts_and_dates(void **state)
{
    static const struct slice org[] = {SLICE(".org")}, example[] = {SLICE("example.org"), SLICE("b.example")};
    static const struct {
        const struct slice *in;
        size_t in_count;
        const struct slice *out;
        size_t out_count;
        const char *host;
        bool ok;
    } cases[] = {
        {NULL, 0, NULL, 0, "a.example", true},          {org, 1, NULL, 0, "example.org", true},
        {org, 1, NULL, 0, "example.com", false},        {org, 1, NULL, 0, "org", false},
        {example, 2, NULL, 0, "example.org", true},     {example, 2, NULL, 0, "www.example.org", true},
        {example, 2, NULL, 0, "badexample.org", false}, {example, 2, NULL, 0, "b.example", true},
        {NULL, 0, example, 2, "sub.b.example", false},  {NULL, 0, example, 2, "c.example", true},
        {org, 1, example, 2, "example.org", false},     {org, 1, example, 2, "other.org", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct policy p = {.include = cases[i].in,
                           .include_count = cases[i].in_count,
                           .exclude = cases[i].out,
                           .exclude_count = cases[i].out_count};
        if (policy_allows_page(&p, slice_of(cases[i].host), SLICE("/")) != cases[i].ok)
            fail_msg("case %zu: %s", i, cases[i].host);
    }
    struct policy after = {.after_date = SLICE("2024-01-15")};
    assert_true(policy_allows_date(&after, SLICE("2024-01-15"), false));
    assert_false(policy_allows_date(&after, SLICE("2024-01-14"), true));
    assert_false(policy_allows_date(&after, SLICE(""), false));
    assert_true(policy_allows_date(&after, SLICE(""), true));
    after.after_date = SLICE("");
    assert_true(policy_allows_date(&after, SLICE(""), false));
}

static void paths(void **state)
{
    static const struct slice places[] = {SLICE("docs.example/3"), SLICE("a.example/B/c/"), SLICE(".test/x")};
    static const struct {
        const char *host, *path;
        bool in;
    } cases[] = {
        {"docs.example", "/3", true},
        {"docs.example", "/3/", true},
        {"docs.example", "/3/library/re", true},
        {"docs.example", "/30", false},
        {"docs.example", "/", false},
        {"docs.example", "/2/3", false},
        {"en.docs.example", "/3", true},
        {"a.example", "/B/c", true},
        {"a.example", "/b/c", false},
        {"a.example", "/B/c/d", true},
        {"a.example", "/B", false},
        {"one.test", "/x/y", true},
        {"one.test", "/y", false},
        {"other.example", "/3/library", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct policy in = {.include = places, .include_count = COUNT_OF(places)};
        const struct policy out = {.exclude = places, .exclude_count = COUNT_OF(places)};
        struct slice host = slice_of(cases[i].host), path = slice_of(cases[i].path);
        if (policy_allows_page(&in, host, path) != cases[i].in || policy_allows_page(&out, host, path) == cases[i].in)
            fail_msg("%s%s", cases[i].host, cases[i].path);
    }
}

/* Lists as text; "" is none. */
static struct policy policy_of(struct arena *a, const char *include, const char *exclude)
{
    struct policy p = {.include_count = 0};
    struct slice *lists[2] = {arena_array(a, struct slice, 8), arena_array(a, struct slice, 8)};
    const char *texts[] = {include, exclude};
    size_t counts[2] = {0};
    for (int l = 0; l < 2; l++)
        for (struct slice rest = slice_of(texts[l]); rest.n;) {
            size_t space = slice_find(rest, SLICE(" "));
            lists[l][counts[l]++] = slice_sub(rest, 0, space);
            rest = space < rest.n ? slice_sub(rest, space + 1, rest.n - space - 1) : SLICE("");
        }
    p.include = lists[0], p.include_count = counts[0];
    p.exclude = lists[1], p.exclude_count = counts[1];
    return p;
}

/* A narrowed policy allows what both allow: by the two themselves, for hosts of each kind. */
static void narrowing_allows_what_both_allow(void **state)
{
    static const char *const lists[] = {
        "",      "a.org", ".org",    "a.org b.com",        "x.a.org b.com", ".com a.org", ".a.org", "www.b.com x.a.org",
        "c.net", "org",   "a.org/d", "x.a.org/d/e b.com/f"};
    static const char *const hosts[] = {"a.org",     "x.a.org", "y.x.a.org", "b.com",
                                        "www.b.com", "c.net",   "org",       "ba.org"};
    static const char *const below[] = {"/", "/d", "/d/e/g", "/f"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lists) * COUNT_OF(lists) * 4; i++) {
        struct arena *a = arena_new();
        const char *one = lists[i / 4 % COUNT_OF(lists)], *two = lists[i / 4 / COUNT_OF(lists)];
        struct policy p = policy_of(a, one, i & 1 ? "x.a.org" : ""), q = policy_of(a, two, i & 2 ? "www.b.com" : "");
        struct policy both = p;
        policy_narrow(&both, &q, a);
        for (size_t h = 0; h < COUNT_OF(hosts); h++) {
            struct slice host = slice_of(hosts[h]);
            for (size_t k = 0; k < COUNT_OF(below); k++) {
                struct slice path = slice_of(below[k]);
                bool by_both = policy_allows_page(&p, host, path) && policy_allows_page(&q, host, path);
                if (policy_allows_page(&both, host, path) != by_both)
                    fail_msg("'%s' and '%s': %s%s", one, two, hosts[h], below[k]);
            }
        }
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_and_dates),
        cmocka_unit_test(paths),
        cmocka_unit_test(narrowing_allows_what_both_allow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
