#include "unit.h"

#include "base/buf.h"
#include "net/table.h"
#include "shape/lenient.h"
#include "shape/repair.h"

static const struct shape *shape_of(struct arena *a, struct slice schema)
{
    const struct value *v;
    const struct shape *shape;
    struct err e;
    if (!value_parse(a, schema, &v, NULL, &e) || !shape_parse(a, v, "", 0, &shape, &e))
        fail_msg("%.*s: %s", SLICE_ARGS(schema), e.message);
    return shape;
}

static struct slice column(struct slice *row)
{
    size_t n = slice_find(*row, SLICE(" | ")), skip = n < row->n ? 3 : 0;
    struct slice word = slice_sub(*row, 0, n);
    *row = slice_sub(*row, n + skip, row->n - n - skip);
    return word;
}

static void check_case(void *ud, unsigned line, struct slice row)
{
    struct arena *a = arena_new();
    const struct shape *shape = shape_of(a, column(&row));
    struct slice reply = table_unescape(a, column(&row)), want = table_unescape(a, column(&row));
    struct slice places = slice_is(row, "-") ? SLICE("") : row;
    struct repaired r;
    struct buf text, open;
    buf_init(&text, 10000);
    buf_init(&open, 10000);
    repair_json(a, reply, shape, &r);
    value_print(&r.value, &text);
    for (size_t i = 0; i < r.place_count; i++)
        buf_printf(&open, "%s%.*s", i ? " " : "", SLICE_ARGS(r.places[i].path));
    bool ok = slice_eq(buf_slice(&text), want) && slice_eq(slice_trim(buf_slice(&open)), slice_trim(places));
    ok = ok && r.valid == (r.place_count == 0) && (!r.valid || shape_check(shape, &r.value, true, NULL));
    if (!ok)
        print_error("line %u: %.*s\n got %.*s, open: %.*s\nwant %.*s, open: %.*s\n", line, SLICE_ARGS(reply),
                    SLICE_ARGS(buf_slice(&text)), SLICE_ARGS(buf_slice(&open)), SLICE_ARGS(want), SLICE_ARGS(places));
    *(int *)ud += !ok;
    buf_release(&text);
    buf_release(&open);
    arena_free(a);
}

static void replies_are_repaired(void **state)
{
    int wrong = 0;
    (void)state;
    assert_true(table_read("tests/unit/shape/repair.txt", check_case, &wrong) >= 40);
    assert_int_equal(wrong, 0);
}

struct asked {
    struct buf paths;
};

static bool answer_one(void *ud, struct slice path, const struct shape *shape, struct value *out)
{
    struct asked *asked = ud;
    buf_printf(&asked->paths, "%.*s;", SLICE_ARGS(path));
    *out = (struct value){.kind = VALUE_INT, .integer = 7};
    return shape->types & SHAPE_INTEGER;
}

static void fillers_are_asked_for_what_is_open(void **state)
{
    struct arena *a = arena_new();
    struct asked asked;
    struct repair_budget budget = REPAIR_BUDGET;
    const struct filler filler = {answer_one, &asked};
    const struct shape *shape = shape_of(
        a, SLICE("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"array\",\"items\":{\"type\":"
                 "\"integer\"},\"minItems\":2},\"c\":{\"type\":\"string\"},\"d\":{\"type\":\"integer\",\"maximum\":5}},\"required\":"
                 "[\"a\",\"b\",\"c\",\"d\"]}"));
    const struct value *v;
    struct value out;
    struct err e;
    struct buf text;
    (void)state;
    buf_init(&asked.paths, 1000);
    buf_init(&text, 1000);
    assert_true(value_parse(a, SLICE("{\"a\":\"x\",\"b\":[1]}"), &v, NULL, &e));
    assert_true(repair_fill(a, shape, v, SLICE("top"), &filler, &budget, &out));
    value_print(&out, &text);
    assert_slice(buf_slice(&text), "{\"a\":7,\"b\":[1,7],\"c\":\"\",\"d\":0}"); /* no filler has the last two */
    assert_slice(buf_slice(&asked.paths), "top.a;top.b[1];top.c;top.d;");
    buf_release(&asked.paths);
    buf_release(&text);
    arena_free(a);
}

static void hostile_replies_end(void **state)
{
    static const char *const units[] = {"[", "{", "{\"a\":", "\"", "\"a\" ", "[{\"a\":[", "'", "{a:1,", "/*", "//", "\\", "[[1],", "```\n{", "<think>", "</think>", "{\"a\":\"b\" ", "1,", "\\\""};
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct arena *a = arena_new();
        const struct shape *shape = shape_of(
            a, SLICE("{\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":{\"a\":{\"anyOf\":[{\"$ref\":\"#/$defs/n\"},{\"type\":"
                     "\"array\",\"items\":{\"$ref\":\"#/$defs/n\"}}]},\"b\":{\"type\":\"integer\"}},\"required\":[\"a\",\"b\"]}},"
                     "\"$ref\":\"#/$defs/n\"}"));
        struct buf text;
        struct repaired r;
        buf_init(&text, 2 << 20);
        while (text.n < 1 << 19)
            buf_add(&text, slice_of(units[i]));
        repair_json(a, buf_slice(&text), shape, &r);
        assert_true(r.place_count > 0);
        buf_release(&text);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_are_repaired),
        cmocka_unit_test(fillers_are_asked_for_what_is_open),
        cmocka_unit_test(hostile_replies_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
