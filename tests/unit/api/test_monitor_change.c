#include "unit.h"

#include <stdio.h>

#include "api/monitor_change.h"

#define CITED(field, url, sha, excerpt)                                                                                \
    "{\"field\":\"" field "\",\"reasoning\":\"r\",\"confidence\":\"high\",\"citations\":[{\"url\":\"" url              \
    "\",\"page_sha256\":\"" sha "\",\"excerpts\":[\"" excerpt "\"]}]}"
#define BARE(field) "{\"field\":\"" field "\",\"reasoning\":\"r\",\"confidence\":null,\"citations\":[]}"
#define DOCUMENT(content, basis) "{\"type\":\"json\",\"content\":" content ",\"basis\":[" basis "]}"
#define TEXT(content, basis) "{\"type\":\"text\",\"content\":\"" content "\",\"basis\":[" basis "]}"

static struct arena *arena;

static int set_up(void **unused)
{
    (void)unused;
    arena = arena_new();
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    arena_free(arena);
    return 0;
}

static struct monitor_change compare(const char *before, struct slice seen, const char *now)
{
    struct monitor_change c;
    struct err e;
    assert_true(monitor_compare(arena, slice_of(before), seen, slice_of(now), &c, &e));
    return c;
}

static void documents(void **unused)
{
    (void)unused;
    static const struct {
        const char *before, *now;
        const char *changed; /* content; NULL: nothing has */
        const char *latest;
    } cases[] = {
        {DOCUMENT("{\"a\":1}", CITED("a", "u", "s", "x")), DOCUMENT("{\"a\":1.0}", CITED("a", "u", "t", "y")), NULL,
         "{\"a\":1.0}"},
        {DOCUMENT("{\"a\":\"One\"}", CITED("a", "u", "s", "x")),
         DOCUMENT("{\"a\":\" one \"}", CITED("a", "u", "s", "x")), NULL, "{\"a\":\" one \"}"},
        {DOCUMENT("{\"a\":[1,2]}", CITED("a.0", "u", "s", "x")), DOCUMENT("{\"a\":[2,1]}", CITED("a.1", "u", "s", "x")),
         NULL, "{\"a\":[2,1]}"},
        {DOCUMENT("{\"a\":{\"x\":1,\"y\":2}}", CITED("a", "u", "s", "x")),
         DOCUMENT("{\"a\":{\"y\":2,\"x\":1}}", CITED("a", "u", "s", "x")), NULL, "{\"a\":{\"y\":2,\"x\":1}}"},
        {DOCUMENT("{\"a\":1,\"b\":2}", CITED("a", "u", "s", "x") "," CITED("b", "u", "s", "x")),
         DOCUMENT("{\"a\":1,\"b\":3}", CITED("a", "u", "s", "x") "," CITED("b", "u", "s", "x")), "{\"b\":3}",
         "{\"a\":1,\"b\":3}"},
        /* what is not found today was not taken back */
        {DOCUMENT("{\"a\":1}", CITED("a", "u", "s", "x")), DOCUMENT("{\"a\":null}", BARE("a")), NULL, "{\"a\":1}"},
        {DOCUMENT("{\"a\":null}", BARE("a")), DOCUMENT("{\"a\":1}", CITED("a", "u", "s", "x")), "{\"a\":1}",
         "{\"a\":1}"},
        {DOCUMENT("{\"a\":null}", BARE("a")), DOCUMENT("{\"a\":0}", BARE("a")), NULL, "{\"a\":0}"},
        /* a field of another name with the same beginning */
        {DOCUMENT("{\"a\":1}", CITED("a", "u", "s", "x")), DOCUMENT("{\"a\":2}", CITED("ab", "u", "s", "x")), NULL,
         "{\"a\":1}"},
        {"", DOCUMENT("{\"a\":1}", CITED("a", "u", "s", "x")), "{\"a\":1}", "{\"a\":1}"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct monitor_change c = compare(cases[i].before, SLICE(""), cases[i].now);
        struct slice want = arena_printf(arena, "\"content\":%s", cases[i].changed ? cases[i].changed : "");
        struct slice kept = arena_printf(arena, "\"content\":%s", cases[i].latest);
        if (c.changed != (cases[i].changed != NULL))
            fail_msg("case %zu: changed is %d", i, c.changed);
        if (c.changed && slice_find(c.output, want) == c.output.n)
            fail_msg("case %zu: %.*s", i, SLICE_ARGS(c.output));
        if (slice_find(c.latest, kept) == c.latest.n)
            fail_msg("case %zu: %.*s", i, SLICE_ARGS(c.latest));
    }
}

static void texts_are_judged_by_what_they_cite(void **unused)
{
    (void)unused;
    struct monitor_change c = compare("", SLICE(""), TEXT("A.", CITED("output", "u", "s1", "One.")));
    assert_true(c.changed);
    struct slice seen = c.seen;
    c = compare("{}", seen, TEXT("In other words.", CITED("output", "u", "s1", "One.")));
    assert_false(c.changed);
    /* another sentence of the same page: it was there all the time */
    c = compare("{}", seen, TEXT("B.", CITED("output", "u", "s1", "Two.")));
    assert_false(c.changed);
    /* the same sentence on a page that has changed around it */
    c = compare("{}", seen, TEXT("A.", CITED("output", "u", "s2", "One.")));
    assert_false(c.changed);
    c = compare("{}", seen, TEXT("A, B.", CITED("output", "u", "s2", "One.") "," CITED("output", "u", "s3", "Three.")));
    assert_true(c.changed);
    assert_true(slice_find(c.output, SLICE("Three.")) < c.output.n);
    assert_true(slice_find(c.output, SLICE("One.")) == c.output.n); /* only the basis of what is new */
    c = compare("{}", c.seen, TEXT("A, B.", CITED("output", "u", "s3", "Three.")));
    assert_false(c.changed);
}

static void what_was_seen_stays_short(void **unused)
{
    (void)unused;
    struct slice seen = SLICE("");
    char text[600];
    for (int i = 0; i < MONITOR_SEEN_MOST + 50; i += 10) {
        struct arena_text basis = {.arena = arena};
        for (int k = 0; k < 10; k++)
            arena_text_printf(&basis, "%s" CITED("output", "u", "%d", "Sentence %d."), k ? "," : "", i + k, i + k);
        struct slice now = arena_printf(arena, TEXT("x", "%.*s"), SLICE_ARGS(arena_text_slice(&basis)));
        struct monitor_change c = compare("{}", seen, now.p);
        assert_true(c.changed);
        seen = c.seen;
    }
    assert_true(seen.n < 2 * 30 * MONITOR_SEEN_MOST);
    snprintf(text, sizeof text, TEXT("x", CITED("output", "u", "%d", "Sentence %d.")), MONITOR_SEEN_MOST,
             MONITOR_SEEN_MOST);
    assert_false(compare("{}", seen, text).changed);
}

static void damage_is_told(void **unused)
{
    (void)unused;
    struct monitor_change c;
    struct err e;
    static const char *const bad[][3] = {{"", "", ""},
                                         {"", "", "[]"},
                                         {"", "", "{}"},
                                         {"[", "", "{\"content\":\"x\"}"},
                                         {"", "[]", "{\"content\":\"x\"}"}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(monitor_compare(arena, slice_of(bad[i][0]), slice_of(bad[i][1]), slice_of(bad[i][2]), &c, &e));
        assert_int_equal(e.code, ERR_CORRUPT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(documents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_are_judged_by_what_they_cite, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_seen_stays_short, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("api/monitor_change", tests, NULL, NULL);
}
