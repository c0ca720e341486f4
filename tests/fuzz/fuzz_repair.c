/* Feeds the repair of replies: the first line is a schema, the rest a model's reply. What is called valid must be. */
#include "shape/repair.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice input = {(const char *)text, n};
    size_t line = slice_find(input, SLICE("\n")), after = line < n ? line + 1 : n;
    struct arena *a = arena_new();
    const struct value *schema;
    const struct shape *shape;
    struct repaired r;
    struct err e;
    if (value_parse(a, slice_sub(input, 0, line), &schema, NULL, &e) &&
        shape_parse(a, schema, "schema", 0, &shape, &e)) {
        repair_json(a, slice_sub(input, after, n - after), shape, &r);
        if (r.valid != (r.place_count == 0) || (r.valid && !shape_check(shape, &r.value, true, &e)))
            __builtin_trap();
    }
    arena_free(a);
    return 0;
}
