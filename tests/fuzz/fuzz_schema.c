/* Feeds the shape layer: the first line is a schema, the rest a value. What safest_within makes must be valid.
 *
 *   clang-16 -fsanitize=fuzzer,address,undefined -DARENA_MALLOC -D_GNU_SOURCE -Isrc -g -O1 -o /tmp/fuzz_schema \
 *       tests/fuzz/fuzz_schema.c src/shape/[a-z]*.c src/base/[a-z]*.c -ljansson -licui18n -licuuc -lpthread -lm */
#include "shape/safest.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice input = {(const char *)text, n};
    size_t line = slice_find(input, SLICE("\n")), after = line < n ? line + 1 : n;
    struct arena *a = arena_new();
    const struct value *schema, *v;
    const struct shape *shape;
    struct check_budget budget = CHECK_BUDGET;
    struct value safest;
    struct err e;
    if (value_parse(a, slice_sub(input, 0, line), &schema, NULL, &e) &&
        shape_parse(a, schema, "schema", 0, &shape, &e)) {
        if (value_parse(a, slice_sub(input, after, n - after), &v, NULL, &e))
            (void)!shape_check(shape, v, true, &e);
        if (safest_within(a, shape, &budget, &safest) && !shape_check(shape, &safest, true, &e))
            __builtin_trap();
    }
    arena_free(a);
    return 0;
}
