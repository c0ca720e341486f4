/* Feeds the repair of replies: the first line is a schema, the rest a model's reply. What is called valid must be, and
 * with a filler everything is, where shape_safest knows a value at all. */
#include "shape/repair.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static bool fill(void *ud, struct slice path, const struct shape *shape, struct value *out)
{
    (void)path;
    return shape_safest(ud, shape, out);
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice input = {(const char *)text, n};
    size_t line = slice_find(input, SLICE("\n")), after = line < n ? line + 1 : n;
    struct arena *a = arena_new();
    const struct value *schema;
    const struct shape *shape;
    struct repair_budget budget = REPAIR_BUDGET;
    struct repaired r;
    struct value safest, filled;
    struct err e;
    if (value_parse(a, slice_sub(input, 0, line), &schema, NULL, &e) && shape_parse(a, schema, "schema", 0, &shape, &e)) {
        repair_json(a, slice_sub(input, after, n - after), shape, &r);
        if (r.valid && !shape_check(shape, &r.value, true, &e))
            __builtin_trap();
        if (shape_safest(a, shape, &safest)) {
            const struct filler filler = {fill, a};
            if (!repair_fill(a, shape, r.found ? &r.value : NULL, SLICE(""), &filler, &budget, &filled) ||
                !shape_check(shape, &filled, true, &e))
                __builtin_trap();
        }
    }
    arena_free(a);
    return 0;
}
