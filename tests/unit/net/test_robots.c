/* robots.txt against the table of cases, the ceiling on its size, and what a hostile file may cost. */
#include "base/buf.h"
#include "base/clock.h"
#include "net/robots.h"
#include "net/table.h"

struct world {
    struct arena *arena;
    struct buf file;
    struct slice agent;
    struct robots robots;
    unsigned wrong, questions;
};

static void complain(struct world *w, unsigned line, struct slice row)
{
    print_error("robots.txt:%u: not so: %.*s\n", line, SLICE_ARGS(row));
    w->wrong++;
}

static void on_verdict(struct world *w, unsigned line, struct slice whole, struct slice row, bool want)
{
    const struct robots_rule *rule;
    size_t eq = slice_find(row, SLICE(" = "));
    bool got = robots_allows(&w->robots, slice_sub(row, 0, eq), &rule);
    unsigned by = eq < row.n ? (unsigned)strtoul(row.p + eq + 3, NULL, 10) : 0;
    if (got != want || (eq < row.n && (rule ? rule->line : 0) != by))
        complain(w, line, whole);
}

static void on_row(void *ud, unsigned line, struct slice row)
{
    struct world *w = ud;
    struct slice whole = row, verb = table_word(&row);
    if (slice_is(verb, "file")) {
        buf_reset(&w->file);
    } else if (slice_is(verb, ">")) {
        buf_add(&w->file, row);
        buf_add_char(&w->file, '\n');
    } else if (slice_is(verb, "bytes")) {
        buf_add(&w->file, table_unescape(w->arena, row));
    } else if (slice_is(verb, "agent")) {
        robots_parse(w->arena, buf_slice(&w->file), row, &w->robots);
    } else {
        w->questions++;
        if (slice_is(verb, "yes") || slice_is(verb, "no"))
            on_verdict(w, line, whole, row, slice_is(verb, "yes"));
        else if (slice_is(verb, "own") && w->robots.own_group != slice_is(row, "yes"))
            complain(w, line, whole);
        else if (slice_is(verb, "delay") && w->robots.delay_ms != strtoul(row.p, NULL, 10))
            complain(w, line, whole);
        else if (slice_is(verb, "sitemap")) {
            size_t at = strtoul(table_word(&row).p, NULL, 10);
            if (at >= w->robots.sitemap_count || !slice_eq(w->robots.sitemaps[at], row))
                complain(w, line, whole);
        }
    }
}

static void reads_as_the_table_says(void **state)
{
    (void)state;
    struct world w = {.arena = arena_new()};
    buf_init(&w.file, 1 << 20);
    table_read("tests/unit/net/robots.txt", on_row, &w);
    buf_release(&w.file);
    arena_free(w.arena);
    assert_true(w.questions >= 80);
    assert_int_equal(w.wrong, 0);
}

static void reads_500_kib_and_no_more(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b;
    struct robots r;
    buf_init(&b, 2 << 20);
    buf_add(&b, SLICE("User-agent: *\nDisallow: /early\n"));
    while (b.n < ROBOTS_MAX_BYTES)
        buf_add(&b, SLICE("# 23456789 23456789 23456789 23456789 23456789\n"));
    buf_add(&b, SLICE("Disallow: /late\n"));
    robots_parse(a, buf_slice(&b), SLICE("footnote"), &r);
    assert_false(robots_allows(&r, SLICE("/early"), NULL));
    assert_true(robots_allows(&r, SLICE("/late"), NULL));
    buf_release(&b);
    arena_free(a);
}

/* Half a megabyte of rules with as many stars as fit, and a path that nearly fits each of them. The bound is generous:
 * a matcher that tries again would need years. */
static void stars_do_not_explode(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b;
    struct robots r;
    char path[3001];
    buf_init(&b, 2 << 20);
    buf_add(&b, SLICE("User-agent: *\n"));
    while (b.n + 100 < ROBOTS_MAX_BYTES)
        buf_add(&b,
                SLICE("Disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab*ab*abz$\n"));
    memset(path, 'a', sizeof path);
    path[0] = '/';
    path[sizeof path - 1] = 'y';
    robots_parse(a, buf_slice(&b), SLICE("footnote"), &r);
    assert_true(r.rule_count > 4000);
    int64_t start = clock_ms();
    assert_true(robots_allows(&r, (struct slice){path, sizeof path}, NULL));
    assert_true(clock_ms() - start < 10000);
    buf_release(&b);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_as_the_table_says),
                                       cmocka_unit_test(reads_500_kib_and_no_more),
                                       cmocka_unit_test(stars_do_not_explode)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
