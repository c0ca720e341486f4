/* Schemas and values made to be expensive must end (the runner's time limit tells), with a verdict on the safe side;
 * and what the struct says. */
#include "unit.h"

#include "shape/shapes.h"

static struct arena *arena;
static struct err e;
static struct buf text;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new();
    buf_init(&text, 64 << 20);
    e = (struct err){0};
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    buf_release(&text);
    return 0;
}

static void repeat(const char *piece, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_true(buf_add(&text, slice_of(piece)));
}

/* Parses what is in `text`, and empties it. */
static const struct value *take_value(void)
{
    const struct value *v;
    if (!value_parse(arena, buf_slice(&text), &v, NULL, &e))
        fail_msg("%s", e.message);
    buf_reset(&text);
    return v;
}

static const struct value *value(const char *json)
{
    repeat(json, 1);
    return take_value();
}

static const struct shape *shape(const struct value *schema)
{
    const struct shape *s;
    if (!shape_parse(arena, schema, "", 0, &s, &e))
        fail_msg("%s: %s", e.param, e.message);
    return s;
}

static void test_number_of_subschemas(void **state)
{
    (void)state;
    const struct shape *s;
    repeat("{\"anyOf\":[{}", 1);
    repeat(",{}", 1500);
    repeat("]}", 1);
    shape(take_value());
    repeat("{\"anyOf\":[{}", 1);
    repeat(",{}", 2500);
    repeat("]}", 1);
    assert_false(shape_parse(arena, take_value(), "p", 0, &s, &e));
    assert_int_equal(e.code, ERR_UNSUPPORTED_SCHEMA);
    assert_string_equal(e.param, "p.anyOf");
    repeat("{\"items\":", 1000);
    repeat("{}", 1);
    repeat("}", 1000);
    shape(take_value());
}

/* Parts that double at each level, and a schema that extends itself. */
static void test_many_parts_of_all_of(void **state)
{
    (void)state;
    const struct shape *s;
    repeat("{\"$ref\":\"#/$defs/d0\",\"$defs\":{", 1);
    for (int i = 0; i < 40; i++)
        assert_true(buf_printf(&text, "\"d%d\":{\"allOf\":[{\"$ref\":\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/d%d\"}]},", i,
                               i + 1, i + 1));
    repeat("\"d40\":{}}}", 1);
    assert_false(shape_parse(arena, take_value(), "p", 0, &s, &e));
    assert_int_equal(e.code, ERR_UNSUPPORTED_SCHEMA);
    assert_string_equal(e.param, "p.$defs.d0.allOf");
    /* Each property is both of two others, which are again. */
    repeat("{\"$ref\":\"#/$defs/d0\",\"$defs\":{", 1);
    for (int i = 0; i < 3; i++)
        assert_true(
            buf_printf(&text,
                       "\"d%d\":{\"title\":\"%d\",\"allOf\":[{\"properties\":{\"x\":{\"$ref\":\"#/$defs/d%d\"}}},"
                       "{\"properties\":{\"x\":{\"$ref\":\"#/$defs/d%d\"}}}]},",
                       i, i, (i + 1) % 3, (i + 2) % 3));
    repeat("\"last\":{}}}", 1);
    if (!shape_parse(arena, take_value(), "p", 0, &s, &e))
        assert_int_equal(e.code, ERR_UNSUPPORTED_SCHEMA);
}

static void test_long_chain_of_references(void **state)
{
    (void)state;
    repeat("{\"$ref\":\"#/$defs/d0\",\"$defs\":{", 1);
    for (int i = 0; i < 1900; i++)
        assert_true(buf_printf(&text, "\"d%d\":{\"$ref\":\"#/$defs/d%d\"},", i, i + 1));
    repeat("\"d1900\":{\"type\":\"string\"}}}", 1);
    const struct shape *s = shape(take_value());
    struct value v;
    assert_true(shape_check(s, value("\"a\""), false, &e));
    assert_false(shape_check(s, value("1"), false, &e));
    assert_true(shape_safest(arena, s, &v));
    assert_int_equal(shape_resolve(s)->types, SHAPE_STRING);
}

/* Each level of the value doubles the work of a checker without a budget. */
static void test_exponential_any_of(void **state)
{
    (void)state;
    const struct shape *s = shape(value("{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}}},"
                                        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}}}]}"));
    repeat("{\"a\":", 60);
    repeat("1", 1);
    repeat("}", 60);
    assert_false(shape_check(s, take_value(), false, &e));
    repeat("{\"a\":", 60);
    repeat("{}", 1);
    repeat("}", 60);
    assert_true(shape_check(s, take_value(), false, &e));
}

static void test_deep_values(void **state)
{
    (void)state;
    const struct shape *s = shape(value("{\"items\":{\"$ref\":\"#\"}}"));
    repeat("[", 1500);
    repeat("]", 1500);
    assert_true(shape_check(s, take_value(), false, &e));
    /* four frames a level: over the ceiling, and refused rather than crashing */
    s = shape(value("{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/c\"},"
                    "\"c\":{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}}}"));
    repeat("[", 2000);
    repeat("]", 2000);
    assert_false(shape_check(s, take_value(), false, &e));
    assert_non_null(strstr(e.message, "deep"));
}

static void test_slow_patterns(void **state)
{
    (void)state;
    const struct shape *s = shape(value("{\"items\":{\"anyOf\":[{\"pattern\":\"^(a+)+$\"},{\"pattern\":\"^(a|a)*$\"},"
                                        "{\"const\":1},{}]}}"));
    repeat("[", 1);
    for (int i = 0; i < 200; i++) {
        repeat("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\",", 1);
    }
    repeat("1]", 1);
    const struct value *v = take_value();
    assert_true(shape_check(s, v, false, &e)); /* by the last branch, which knows no pattern */
    s = shape(value("{\"pattern\":\"^(a+)+$\"}"));
    assert_true(shape_check(s, value("\"aaaaaaaaaaaa\""), false, &e));
    assert_false(shape_check(s, value("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\""), false, &e));
}

static void test_many_unique_items(void **state)
{
    (void)state;
    const struct shape *s = shape(value("{\"uniqueItems\":true}"));
    repeat("[", 1);
    for (int i = 0; i < 100000; i++)
        assert_true(buf_printf(&text, "\"%d\",", i));
    repeat("0]", 1);
    assert_true(shape_check(s, take_value(), false, &e));
}

static void test_wide_objects(void **state)
{
    (void)state;
    repeat("{\"additionalProperties\":false,\"properties\":{", 1);
    for (int i = 0; i < 1000; i++)
        assert_true(buf_printf(&text, "%s\"p%d\":{\"type\":\"integer\"}", i ? "," : "", i));
    repeat("}}", 1);
    const struct shape *s = shape(take_value());
    repeat("{", 1);
    for (int i = 0; i < 1000; i++)
        assert_true(buf_printf(&text, "%s\"p%d\":1", i ? "," : "", 999 - i));
    repeat("}", 1);
    assert_true(shape_check(s, take_value(), false, &e));
}

static void test_greedy_safest(void **state)
{
    (void)state;
    static const char *const schemas[] = {
        "{\"type\":\"array\",\"minItems\":1e9}",
        "{\"type\":\"string\",\"minLength\":1e9}",
        "{\"type\":\"object\",\"minProperties\":1e9}",
        "{\"type\":\"array\",\"minItems\":9999,\"items\":{\"type\":\"array\",\"minItems\":9999,\"items\":"
        "{\"type\":\"array\",\"minItems\":9999,\"items\":{\"type\":\"array\",\"minItems\":9999}}}}",
        "{\"type\":\"object\",\"required\":[\"a\",\"b\"],\"properties\":{\"a\":{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":"
        "\"#\"}]},\"b\":{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}}}",
        "{\"type\":\"string\",\"pattern\":\"^(a+)+(?=x)$\"}",
        "{\"type\":\"array\",\"minItems\":9999,\"uniqueItems\":true,\"items\":{\"type\":\"integer\"}}",
        "{\"type\":\"array\",\"minItems\":9999,\"uniqueItems\":true,\"items\":{\"type\":\"string\",\"minLength\":9999,"
        "\"pattern\":\"^[^-]((a+)+)+$\"}}",
    };
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        struct value v;
        assert_false(shape_safest(arena, shape(value(schemas[i])), &v));
    }
}

/* Whoever makes many values has one budget for all of them: what one takes is gone, and none takes more than there is.
 */
static void test_safest_spends_the_callers_budget(void **state)
{
    (void)state;
    struct check_budget budget = {.steps = 10000, .pattern_us = 1000};
    struct value v;
    assert_true(safest_within(arena, shape(value("{\"type\":\"string\",\"minLength\":3}")), &budget, &v));
    assert_true(budget.steps < 10000 && budget.steps > 9900);
    const struct shape *greedy = shape(value("{\"type\":\"array\",\"minItems\":9999,\"uniqueItems\":true,\"items\":"
                                             "{\"type\":\"integer\"}}"));
    assert_false(safest_within(arena, greedy, &budget, &v));
    assert_int_equal(budget.steps, 0);
    assert_false(safest_within(arena, shape(value("{\"type\":\"integer\"}")), &budget, &v));
}

static void test_depth_limit(void **state)
{
    (void)state;
    const struct shape *s;
    static const char *const two_levels =
        "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}";
    static const char *const recursive = "{\"properties\":{\"a\":{\"$ref\":\"#\"}}}";
    static const char *const by_reference = "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/b\"}},\"$defs\":{\"b\":"
                                            "{\"anyOf\":[{\"type\":\"null\"},{\"items\":{\"type\":\"object\"}}]}}}";
    assert_true(shape_parse(arena, value(two_levels), "", 2, &s, &e));
    assert_false(shape_parse(arena, value(two_levels), "", 1, &s, &e));
    assert_int_equal(e.code, ERR_UNSUPPORTED_SCHEMA);
    assert_string_equal(e.param, "properties.a");
    assert_true(shape_parse(arena, value(recursive), "", 1, &s, &e));
    assert_true(shape_parse(arena, value(by_reference), "x", 3, &s, &e));
    assert_false(shape_parse(arena, value(by_reference), "x", 2, &s, &e));
    assert_string_equal(e.param, "x.$defs.b.anyOf[1].items");
}

static void test_the_struct(void **state)
{
    (void)state;
    const struct shape *s = shape(value(
        "{\"title\":\"T\",\"description\":\"D\",\"type\":\"object\",\"properties\":{\"b\":{\"$ref\":\"#/$defs/x\","
        "\"description\":\"own\"},\"a\":{\"type\":[\"number\",\"null\"],\"minimum\":1,\"exclusiveMinimum\":1}},"
        "\"required\":[\"a\",\"z\"],\"$defs\":{\"x\":{\"type\":\"string\",\"format\":\"date\"}}}"));
    assert_true(slice_is(s->title, "T") && slice_is(s->description, "D"));
    assert_int_equal(s->types, SHAPE_OBJECT);
    assert_int_equal(s->property_count, 3);
    assert_true(slice_is(s->properties[0].name, "b") && !s->properties[0].required);
    assert_true(slice_is(s->properties[1].name, "a") && s->properties[1].required);
    assert_true(slice_is(s->properties[2].name, "z") && s->properties[2].required && s->properties[2].shape->always);
    assert_true(slice_is(s->properties[0].shape->description, "own"));
    assert_int_equal(shape_resolve(s->properties[0].shape)->format, FORMAT_DATE);
    assert_int_equal(s->properties[1].shape->types, SHAPE_NUMBER | SHAPE_NULL);
    assert_true(s->properties[1].shape->exclusive_minimum);
    assert_true(s->max_items == SIZE_MAX && s->max_length == SIZE_MAX && s->max_properties == SIZE_MAX);
    assert_ptr_equal(shape_resolve(s), s);
    s = shape(value("{\"$ref\":\"#/$defs/x\",\"minLength\":1,\"$defs\":{\"x\":true}}"));
    assert_ptr_equal(shape_resolve(s), s);
    assert_false(s->always);
    assert_true(s->ref->always);
}

static void test_paths_in_long_errors(void **state)
{
    (void)state;
    const struct shape *s;
    repeat("{\"properties\":{\"éééééééééé\":", 100);
    repeat("{\"oneOf\":[]}", 1);
    repeat("}}", 100);
    assert_false(shape_parse(arena, take_value(), "response_format.json_schema.schema", 0, &s, &e));
    assert_true(strncmp(e.param, "response_format.json_schema.schema.properties.é", 47) == 0);
    assert_non_null(strstr(e.message, "\"oneOf\""));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_number_of_subschemas),
        TEST(test_many_parts_of_all_of),
        TEST(test_long_chain_of_references),
        TEST(test_exponential_any_of),
        TEST(test_deep_values),
        TEST(test_slow_patterns),
        TEST(test_many_unique_items),
        TEST(test_wide_objects),
        TEST(test_greedy_safest),
        TEST(test_depth_limit),
        TEST(test_safest_spends_the_callers_budget),
        TEST(test_the_struct),
        TEST(test_paths_in_long_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
