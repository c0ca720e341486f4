/* Values: parsing with its errors, exact numbers, equality, printing. */
#include "unit.h"

#include <jansson.h>

#include "base/json_nodes.h"
#include "shape/value.h"

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct value *parse(const char *json)
{
    const struct value *v;
    struct err e;
    if (!value_parse(arena, slice_of(json), &v, NULL, &e))
        fail_msg("%s: %s", json, e.message);
    return v;
}

static const char *print(const struct value *v)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    assert_true(value_print(v, &out));
    const char *text = arena_dup(arena, buf_slice(&out)).p;
    buf_release(&out);
    return text;
}

static void test_round_trips(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "null",
        "true",
        "[]",
        "{}",
        "[1,2.5,\"a\",{\"b\":[null,false]}]",
        "{\"z\":1,\"a\":2,\"\":3}",
        "1.0",
        "-0.5",
        "9223372036854775807",
        "-9223372036854775808",
        "0.1",
        "1e+300",
        "4.94065645841247e-324",
        "0.30000000000000004",
        "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u000b\"",
        "\"é😀\u2028\"",
        "1.7976931348623157e+308",
        "100000.0",
        "1e+20",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_string_equal(print(parse(texts[i])), texts[i]);
    assert_string_equal(print(parse("\"\\u00e9\\/\"")), "\"é/\"");
    assert_string_equal(print(parse("{\"a\":1,\"b\":2,\"a\":3}")), "{\"a\":3,\"b\":2}");
}

static void test_big_integers_become_reals(void **state)
{
    (void)state;
    const struct value *v = parse("[18446744073709551616,5,9007199254740991,1.5,9007199254740992]");
    assert_int_equal(v->array.at[0].kind, VALUE_REAL);
    assert_true(v->array.at[0].real == 18446744073709551616.0);
    assert_int_equal(v->array.at[1].kind, VALUE_INT);
    assert_int_equal(v->array.at[1].integer, 5);
    assert_int_equal(v->array.at[2].kind, VALUE_INT);
    assert_int_equal(v->array.at[3].kind, VALUE_REAL);
    assert_int_equal(v->array.at[4].kind, VALUE_REAL); /* it may have been 2^53 + 1 */
    assert_int_equal(parse("1.0")->kind, VALUE_REAL);  /* nothing is changed where nothing is too big */
}

static void refuse(struct slice json, size_t offset, const char *words)
{
    const struct value *v;
    struct err e;
    size_t at = 0;
    if (value_parse(arena, json, &v, &at, &e))
        fail_msg("accepted: %.*s", SLICE_ARGS(json));
    assert_int_equal(e.code, ERR_BAD_JSON);
    assert_non_null(strstr(e.message, "Not valid JSON at byte"));
    if (!strstr(e.message, words))
        fail_msg("\"%s\" is not in: %s", words, e.message);
    if (offset != SIZE_MAX)
        assert_int_equal(at, offset);
}

static void test_refusals(void **state)
{
    (void)state;
    char *deep = malloc(100000);
    memset(deep, '[', 100000);
    refuse((struct slice){deep, 100000}, SIZE_MAX, "depth");
    free(deep);
    refuse(SLICE(""), 0, "line 1");
    refuse(SLICE("{\"a\":1,\n \"b\":tru}"), 16, "line 2");
    refuse(SLICE("[1,2] x"), 7, "end of file expected");
    refuse(SLICE("\"\\u0000\""), SIZE_MAX, "U+0000");
    refuse(SLICE("{\"\\u0000\":1}"), SIZE_MAX, "U+0000");
    refuse(SLICE("\"a\0b\""), SIZE_MAX, "");
    refuse(SLICE("\"\xff\""), SIZE_MAX, "UTF-8");
    refuse(SLICE("\"\xed\xa0\x80\""), SIZE_MAX, "UTF-8");
    refuse(SLICE("\"\\ud800\""), SIZE_MAX, "");
    refuse(SLICE("1e999"), SIZE_MAX, "real number overflow");
    refuse(SLICE("NaN"), SIZE_MAX, "");
    refuse(SLICE("[01]"), SIZE_MAX, "");
    refuse(SLICE("[1,]"), SIZE_MAX, "");
}

static void test_messages_are_harmless(void **state)
{
    (void)state;
    const struct value *v;
    struct err e;
    assert_false(value_parse(arena, SLICE("[\x1b[31m\n]"), &v, NULL, &e));
    assert_null(strchr(e.message, '\x1b'));
    assert_null(strchr(e.message, '\n'));
}

static void test_equality(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
    } pairs[] = {
        {"1", "1.0", true},
        {"0", "-0.0", true},
        {"0", "false", false},
        {"null", "false", false},
        {"\"a\"", "\"b\"", false},
        {"{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1.0}", true},
        {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
        {"{\"a\":1,\"c\":1}", "{\"a\":1,\"b\":1}", false},
        {"[1,2]", "[2,1]", false},
        {"[]", "{}", false},
        {"9007199254740993", "9007199254740992.0", false},
        {"9223372036854775807", "9223372036854775808.0", false},
        {"-9223372036854775808", "-9223372036854775808.0", true},
    };
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        const struct value *a = parse(pairs[i].a), *b = parse(pairs[i].b);
        assert_int_equal(value_equal(a, b), pairs[i].equal);
        assert_int_equal(value_equal(b, a), pairs[i].equal);
        if (pairs[i].equal)
            assert_true(value_hash(a) == value_hash(b));
    }
    assert_true(value_hash(parse("[1,2]")) != value_hash(parse("[2,1]")));
    assert_true(value_hash(parse("{\"a\":1,\"b\":2}")) != value_hash(parse("{\"a\":2,\"b\":1}")));
}

static void test_order_of_numbers(void **state)
{
    (void)state;
    static const char *const rising[] = {"-1e300",
                                         "-9223372036854775808",
                                         "-1.5",
                                         "-1",
                                         "-0.5",
                                         "0",
                                         "0.5",
                                         "1",
                                         "9007199254740992.0",
                                         "9007199254740993",
                                         "9223372036854775807",
                                         "9223372036854775808.0",
                                         "1e300"};
    size_t n = COUNT_OF(rising);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            int order = value_compare_numbers(parse(rising[i]), parse(rising[k]));
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    assert_true(value_is_integer(parse("1e300")));
    assert_false(value_is_integer(parse("0.5")));
    assert_false(value_is_integer(parse("\"1\"")));
}

static void test_printing_has_a_ceiling(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 10);
    assert_false(value_print(parse("[\"abcdefghij\"]"), &out));
    buf_release(&out);
    buf_init(&out, 10);
    assert_false(value_print(parse("{\"abcdefghij\":1}"), &out));
    buf_release(&out);
}

static void test_members(void **state)
{
    (void)state;
    const struct value *v = parse("{\"a\":1}");
    assert_int_equal(value_member(v, SLICE("a"))->integer, 1);
    assert_null(value_member(v, SLICE("b")));
    assert_null(value_member(NULL, SLICE("a")));
    assert_null(value_member(parse("[]"), SLICE("a")));
}

/* Each node would take a hundred bytes and more. */
static void test_too_many_values(void **state)
{
    (void)state;
    struct buf text;
    const struct value *v;
    struct err e;
    buf_init(&text, 1 << 20);
    buf_add_char(&text, '[');
    for (int i = 0; i < JSON_NODES_MAX; i++)
        buf_add(&text, SLICE("{},"));
    buf_add(&text, SLICE("{}]"));
    assert_false(value_parse(arena, buf_slice(&text), &v, NULL, &e));
    assert_int_equal(e.code, ERR_TOO_LARGE);
    buf_reset(&text);
    buf_add_char(&text, '"');
    for (int i = 0; i < JSON_NODES_MAX; i++)
        buf_add(&text, SLICE("{\\"));
    assert_int_equal(json_count_nodes(buf_slice(&text)), 1);
    buf_release(&text);
}

static void *no_memory(size_t bytes)
{
    (void)bytes;
    return NULL;
}

static void test_no_memory_is_told(void **state)
{
    (void)state;
    const struct value *v;
    struct err e;
    json_malloc_t allocate;
    json_free_t release;
    json_get_alloc_funcs(&allocate, &release);
    json_set_alloc_funcs(no_memory, release);
    bool ok = value_parse(arena, SLICE("[{}]"), &v, NULL, &e);
    json_set_alloc_funcs(allocate, release);
    assert_false(ok);
    assert_int_equal(e.code, ERR_NO_MEMORY);
    assert_int_equal(err_status(e.code), 503);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_big_integers_become_reals),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_messages_are_harmless),
        cmocka_unit_test(test_equality),
        cmocka_unit_test(test_order_of_numbers),
        cmocka_unit_test(test_printing_has_a_ceiling),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_too_many_values),
        cmocka_unit_test(test_no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
