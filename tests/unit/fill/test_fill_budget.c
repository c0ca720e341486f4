/* Schemas made to be expensive: each is answered or refused within the budget of fill.h. Work is told by the budget's
 * own count and by the bytes of the arena, which are the same on every machine; a test that hangs is the runner's to
 * end. */
#include "research/research_world.h"

#include "base/clock.h"
#include "fill/fill_inner.h"

enum { SCHEMA_CHARS = 25000 /* accepted on the wire by default */, ARENA_MAX = 48 << 20 };

static int open_world(void **state)
{
    static const char page[] =
        "[{\"url\":\"https://a.example/\",\"title\":\"The Quorl Tower\",\"text\":\"The Quorl Tower was "
        "built by Ada Vrenn in 1871. The rivers Ilm, Orr and Bex rise near the Quorl Tower. The "
        "Quorl Tower is 48 metres high. aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"}]";
    struct research_world *w = calloc(1, sizeof *w);
    struct arena *a = arena_new();
    const struct value *pages;
    struct err e;
    assert_true(value_parse(a, slice_of(page), &pages, NULL, &e));
    world_open(w, pages);
    arena_free(a);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

/* head, n times the piece, tail. In the piece # is the number of the repetition and ~ the next one. */
static const struct bomb {
    const char *name, *head, *piece;
    size_t n;
    const char *tail;
} bombs[] = {
    {"unions that double", "{\"$ref\":\"#/$defs/d0\",\"$defs\":{",
     "\"d#\":{\"anyOf\":[{\"$ref\":\"%/$defs/d~\"},{\"$ref\":\"%/$defs/d~\"}]},", 60,
     "\"d60\":{\"type\":\"string\"}}}"},
    {"unions that double, of objects", "{\"$ref\":\"#/$defs/d0\",\"$defs\":{",
     "\"d#\":{\"anyOf\":[{\"$ref\":\"%/$defs/d~\"},{\"$ref\":\"%/$defs/d~\"}]},", 60,
     "\"d60\":{\"type\":\"object\",\"properties\":{\"rivers\":{\"type\":\"string\"}},\"required\":[\"rivers\"]}}}"},
    {"objects that double", "{\"$ref\":\"#/$defs/d0\",\"$defs\":{",
     "\"d#\":{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"%/$defs/d~\"},\"b\":{\"$ref\":\"%/$defs/d~\"}},"
     "\"required\":[\"a\",\"b\"]},",
     40, "\"d40\":{\"type\":\"string\"}}}"},
    {"recursion without an end", "{\"$ref\":\"#/$defs/n\",\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":{",
     "\"p#\":{\"anyOf\":[{\"$ref\":\"%/$defs/n\"},{\"$ref\":\"%/$defs/n\"}]},", 60,
     "\"x\":{\"type\":\"string\"}},\"required\":[\"p1\",\"p2\"]}}}"},
    {"recursion by choice", "{\"$ref\":\"#/$defs/n\",\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":{",
     "\"p#\":{\"anyOf\":[{\"$ref\":\"%/$defs/n\"},{\"type\":\"array\",\"items\":{\"$ref\":\"%/$defs/n\"}}]},", 250,
     "\"x\":{\"type\":\"string\"}}}}}"},
    {"many fields", "{\"type\":\"object\",\"properties\":{", "\"tower_#\":{\"type\":\"string\"},", 600,
     "\"x\":{\"type\":\"string\"}}}"},
    {"many numbers", "{\"type\":\"object\",\"minProperties\":600,\"maxProperties\":600,\"properties\":{",
     "\"height_#\":{\"type\":\"number\"},", 600, "\"x\":{\"type\":\"string\"}}}"},
    {"slow patterns", "{\"type\":\"object\",\"required\":[\"p0\"],\"properties\":{",
     "\"p#\":{\"type\":\"string\",\"pattern\":\"^(a+)+$(?=b)|^(.|[a-z])*X$\"},", 300, "\"x\":{\"type\":\"string\"}}}"},
    {"long texts for patterns", "{\"type\":\"object\",\"properties\":{",
     "\"p#\":{\"type\":\"string\",\"minLength\":10000,\"pattern\":\"q|(.)z\"},", 300, "\"x\":{\"type\":\"string\"}}}"},
    {"one enum for all", "{\"type\":\"object\",\"properties\":{", "\"p#\":{\"$ref\":\"%/$defs/e\"},", 300,
     "\"x\":true},\"$defs\":{\"e\":{\"enum\":[\"tower\",\"Tower\",\"the "
     "tower\",\"rivers\",\"Ilm\",\"a\",\"b\",\"c\"]}}}"},
    {"a long chain",
     "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/d0\"},\"b\":{\"$ref\":\"#/$defs/d0\"}},"
     "\"$defs\":{",
     "\"d#\":{\"$ref\":\"%/$defs/d~\",\"description\":\"d\"},", 400, "\"d400\":{\"type\":\"string\"}}}"},
    {"minItems within minItems", "", "{\"type\":\"array\",\"minItems\":9999,\"items\":", 5, "{}}}}}}"},
    {"long lists that differ", "{\"type\":\"array\",\"minItems\":5,\"uniqueItems\":true,\"items\":",
     "{\"type\":\"array\",\"minItems\":9999,\"items\":", 3, "{}}}}}"},
    {"unique items", "{\"type\":\"array\",\"minItems\":9999,\"uniqueItems\":true,\"items\":", "{\"type\":\"integer\"}",
     1, "}"},
    {"minProperties within minProperties", "", "{\"type\":\"object\",\"minProperties\":900,\"additionalProperties\":",
     5, "{\"minLength\":2,\"type\":\"string\"}}}}}}"},
    {"wide alternatives",
     "{\"$defs\":{\"w\":{\"type\":\"object\",\"minProperties\":300,\"properties\":{\"z\":false},\"required\":[\"z\"]}},"
     "\"anyOf\":[",
     "{\"$ref\":\"%/$defs/w\"},", 900, "{\"$ref\":\"#/$defs/w\"}]}"},
};

static struct slice build(struct arena *a, const struct bomb *bomb)
{
    struct buf text;
    buf_init(&text, SCHEMA_CHARS);
    buf_add(&text, slice_of(bomb->head));
    for (size_t i = 0; i < bomb->n; i++)
        for (const char *c = bomb->piece; *c; c++) {
            if (*c == '#' || *c == '~')
                buf_printf(&text, "%zu", i + (*c == '~'));
            else
                buf_add_char(&text, *c == '%' ? '#' : *c);
        }
    buf_add(&text, slice_of(bomb->tail));
    if (text.over)
        fail_msg("%s has more than %d bytes", bomb->name, SCHEMA_CHARS);
    struct slice out = arena_dup(a, buf_slice(&text));
    buf_release(&text);
    return out;
}

static void bombs_are_answered_or_refused(void **state)
{
    for (size_t i = 0; i < COUNT_OF(bombs); i++) {
        struct arena *a = arena_new();
        const struct value *schema, *got;
        const struct shape *shape;
        struct answer answer;
        struct slice text;
        struct err e;
        if (!value_parse(a, build(a, &bombs[i]), &schema, NULL, &e) || !shape_parse(a, schema, "", 0, &shape, &e))
            fail_msg("%s: %s", bombs[i].name, e.message);
        size_t before = arena_bytes(a);
        if (world_ask(*state, a, SLICE("How high is the Quorl Tower, and which rivers rise near it?"), shape, 0,
                      &answer, &text, &e)) {
            assert_true(value_parse(a, text, &got, NULL, &e));
            assert_true(shape_check(shape, got, true, &e));
        } else if (e.code != ERR_UNSUPPORTED_SCHEMA) {
            fail_msg("%s: %s", bombs[i].name, e.message);
        }
        if (arena_bytes(a) - before > ARENA_MAX)
            fail_msg("%s took %zu bytes", bombs[i].name, arena_bytes(a) - before);
        arena_free(a);
    }
}

static void what_is_too_intricate_is_said(void **state)
{
    struct arena *a = arena_new();
    const struct value *schema;
    const struct shape *shape;
    struct answer answer;
    struct slice text;
    struct err e;
    assert_true(value_parse(a, build(a, &bombs[0]), &schema, NULL, &e) && shape_parse(a, schema, "", 0, &shape, &e));
    assert_false(world_ask(*state, a, SLICE("Who built it?"), shape, 0, &answer, &text, &e));
    assert_int_equal(e.code, ERR_UNSUPPORTED_SCHEMA);
    assert_string_equal(e.param, "schema");
    assert_non_null(strstr(e.message, "too intricate"));
    arena_free(a);
}

static const struct shape *shape_of(struct arena *a, struct slice text)
{
    const struct value *schema;
    const struct shape *shape;
    struct err e;
    assert_true(value_parse(a, text, &schema, NULL, &e) && shape_parse(a, schema, "", 0, &shape, &e));
    return shape;
}

static void steps_are_counted(void **state)
{
    struct session s = {.deadline = {clock_ms() + 60000, NULL}, .arena = arena_new()};
    struct fill f = {.session = &s, .arena = s.arena};
    const struct value null = {.kind = VALUE_NULL}, text = value_text(SLICE("x"));
    struct found found;
    (void)state;
    fill_open_budget(&f);
    assert_true(fill_spend(&f, FILL_STEPS - 10));
    assert_int_equal(f.steps, 10);
    assert_true(fill_accepts(&f, shape_of(s.arena, SLICE("{\"type\":\"string\"}")), &text));
    assert_int_equal(f.checks.steps, FILL_CHECKS - 1);
    assert_false(fill_spend(&f, 11));
    assert_true(f.spent);
    assert_false(fill_spend(&f, 1)); /* nothing is begun again */
    /* One intricate check takes a part of what there is, and ends the filling. */
    fill_open_budget(&f);
    assert_false(fill_accepts(&f, shape_of(s.arena, build(s.arena, &bombs[0])), &null));
    assert_true(f.spent && f.checks.steps > FILL_CHECKS / 2);
    /* What says nothing can be made all the same. */
    found_nothing(&f, shape_of(s.arena, SLICE("{\"type\":\"integer\",\"minimum\":3}")), &found);
    assert_true(found.possible && found.value.integer == 3);
    arena_free(s.arena);
}

static void whoever_left_and_time_that_is_over_end_it(void **state)
{
    atomic_bool cancelled = false;
    struct session s = {.deadline = {clock_ms() + 60000, &cancelled}, .arena = arena_new()};
    struct fill f = {.session = &s, .arena = s.arena};
    const struct shape *string = shape_of(s.arena, SLICE("{\"type\":\"string\"}"));
    const struct value text = value_text(SLICE("x"));
    (void)state;
    fill_open_budget(&f);
    assert_true(fill_spend(&f, 1) && fill_accepts(&f, string, &text));
    atomic_store(&cancelled, true);
    assert_false(fill_accepts(&f, string, &text));
    assert_false(fill_spend(&f, 1));
    atomic_store(&cancelled, false);
    s.deadline.at_ms = clock_ms() - 1;
    fill_open_budget(&f);
    assert_false(fill_spend(&f, 1));
    assert_true(fill_accepts(&f, string, &text)); /* there is still an answer to give, with nothing in it */
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bombs_are_answered_or_refused),
        cmocka_unit_test(what_is_too_intricate_is_said),
        cmocka_unit_test(steps_are_counted),
        cmocka_unit_test(whoever_left_and_time_that_is_over_end_it),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
