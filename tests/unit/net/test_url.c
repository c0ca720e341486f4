/* URLs against the table of cases, and what must hold for every one of them. */
#include "net/table.h"
#include "net/url.h"

struct tally {
    unsigned wrong, parsed;
};

static struct slice outcome(struct arena *a, bool ok, const struct url *u, const char *why)
{
    return ok ? u->text : arena_printf(a, "!%s", why);
}

static struct slice run(struct arena *a, struct slice verb, struct slice input)
{
    struct url u, base;
    const char *why = "";
    if (slice_is(verb, "resolve")) {
        struct slice first = table_word(&input);
        if (!url_parse(a, first, &base, &why))
            return arena_printf(a, "!base: %s", why);
        bool ok = url_resolve(a, &base, table_unescape(a, input), &u, &why);
        return outcome(a, ok, &u, why);
    }
    bool ok = url_parse(a, table_unescape(a, input), &u, &why);
    return ok && slice_is(verb, "canon") ? url_canonical(a, &u) : outcome(a, ok, &u, why);
}

static void on_row(void *ud, unsigned line, struct slice row)
{
    struct tally *t = ud;
    struct arena *a = arena_new();
    struct slice verb = table_word(&row);
    size_t eq = 0;
    for (size_t i = 0; i + 2 <= row.n; i++) /* the last " = " */
        if (row.p[i] == '=' && row.p[i + 1] == ' ' && (i == 0 || row.p[i - 1] == ' '))
            eq = i;
    struct slice input = slice_sub(row, 0, eq > 0 ? eq - 1 : 0), want = slice_sub(row, eq + 2, row.n - eq - 2);
    struct slice got = run(a, verb, input);
    bool refusal = slice_is(verb, "refuse") || slice_starts(want, SLICE("!"));
    if (slice_starts(want, SLICE("!")))
        want = slice_sub(want, 1, want.n - 1);
    bool good =
        refusal ? slice_starts(got, SLICE("!")) && (want.n == 0 || slice_find(got, want) < got.n) : slice_eq(got, want);
    if (!good) {
        print_error("url.txt:%u: got      %.*s\n", line, SLICE_ARGS(got));
        t->wrong++;
    }
    arena_free(a);
}

static void reads_as_the_table_says(void **state)
{
    (void)state;
    struct tally t = {0};
    assert_true(table_read("tests/unit/net/url.txt", on_row, &t) > 150);
    assert_int_equal(t.wrong, 0);
}

/* What was normalised once stays as it is, and the key of a page is the key of its normal form. */
static void on_stable_row(void *ud, unsigned line, struct slice row)
{
    struct tally *t = ud;
    struct arena *a = arena_new();
    struct url u, again;
    const char *why;
    struct slice verb = table_word(&row), input = slice_sub(row, 0, slice_find(row, SLICE(" ")));
    if ((slice_is(verb, "parse") || slice_is(verb, "canon")) && url_parse(a, table_unescape(a, input), &u, &why)) {
        t->parsed++;
        if (!url_parse(a, u.text, &again, &why) || !slice_eq(u.text, again.text) ||
            !slice_eq(url_canonical(a, &u), url_canonical(a, &again))) {
            print_error("url.txt:%u: %.*s changes when it is read again\n", line, SLICE_ARGS(u.text));
            t->wrong++;
        }
    }
    arena_free(a);
}

static void is_stable(void **state)
{
    (void)state;
    struct tally t = {0};
    table_read("tests/unit/net/url.txt", on_stable_row, &t);
    assert_true(t.parsed > 80);
    assert_int_equal(t.wrong, 0);
}

static void refuses_what_is_too_long(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct url u;
    const char *why = NULL;
    char text[URL_MAX_BYTES + 2];
    memset(text, 'a', sizeof text);
    memcpy(text, "http://h.org/", 13);
    assert_true(url_parse(a, (struct slice){text, URL_MAX_BYTES}, &u, &why));
    assert_false(url_parse(a, (struct slice){text, URL_MAX_BYTES + 1}, &u, &why));
    memset(text + 13, '"', sizeof text - 13); /* grows when it is escaped */
    assert_false(url_parse(a, (struct slice){text, URL_MAX_BYTES}, &u, &why));
    assert_non_null(strstr(why, "too long"));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_as_the_table_says), cmocka_unit_test(is_stable),
                                       cmocka_unit_test(refuses_what_is_too_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
