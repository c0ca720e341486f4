/* With --print: valid documents out of broken replies, as lines {"schema": ..., "document": ...}, for another
 * validator. */
#include "shape/random_schema.h"
#include "shape/shapes.h"

#include "net/table.h"
#include "shape/lenient.h"
#include "shape/repair.h"

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

/* What is not valid says which places are open; what is called valid is. */
static void broken_replies_are_repaired_or_listed(void **state)
{
    uint64_t seed = 4101842887655102017u;
    size_t valid = 0, kept = 0;
    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct trial t = trial_new(&seed);
        struct arena *a = arena_new();
        const struct shape *shape = shape_of(a, buf_slice(&t.schema));
        struct repaired r;
        damage_text(&seed, buf_slice(&t.value), &t.text);
        repair_json(a, buf_slice(&t.text), shape, &r);
        assert_int_equal(r.valid, r.place_count == 0);
        if (r.valid && !shape_check(shape, &r.value, true, NULL))
            fail_msg("schema %.*s\nreply %.*s", SLICE_ARGS(buf_slice(&t.schema)), SLICE_ARGS(buf_slice(&t.text)));
        valid += r.valid;
        kept += r.found && r.value.kind != VALUE_NULL;
        arena_free(a);
        trial_release(&t);
    }
    assert_true(valid > 1000 && valid < 2900 && kept > 1500);
}

static void hostile_replies_end(void **state)
{
    static const char *const units[] = {
        "[",  "{",     "{\"a\":", "\"",      "\"a\" ",   "[{\"a\":[",     "'",  "{a:1,", "/*", "//",
        "\\", "[[1],", "```\n{",  "<think>", "</think>", "{\"a\":\"b\" ", "1,", "\\\""};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        struct arena *a = arena_new();
        const struct shape *shape =
            shape_of(a, SLICE("{\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":{\"a\":{\"anyOf\":[{\"$ref\":\"#/"
                              "$defs/n\"},{\"type\":"
                              "\"array\",\"items\":{\"$ref\":\"#/$defs/"
                              "n\"}}]},\"b\":{\"type\":\"integer\"}},\"required\":[\"a\",\"b\"]}},"
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

static void print_lines(void)
{
    uint64_t seed = 1181783497276652981u;
    for (int i = 0; i < 1000; i++) {
        struct trial t = trial_new(&seed);
        struct arena *a = arena_new();
        struct repaired r;
        struct buf text;
        buf_init(&text, 1 << 20);
        damage_text(&seed, buf_slice(&t.value), &t.text);
        repair_json(a, buf_slice(&t.text), shape_of(a, buf_slice(&t.schema)), &r);
        if (r.valid && value_print(&r.value, &text))
            printf("{\"schema\":%.*s,\"document\":%.*s}\n", SLICE_ARGS(buf_slice(&t.schema)),
                   SLICE_ARGS(buf_slice(&text)));
        buf_release(&text);
        arena_free(a);
        trial_release(&t);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_are_repaired),
        cmocka_unit_test(broken_replies_are_repaired_or_listed),
        cmocka_unit_test(hostile_replies_end),
    };
    if (argc > 1 && !strcmp(argv[1], "--print")) {
        print_lines();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
