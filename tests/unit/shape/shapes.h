/* shapes.h - a schema's text as a shape, and the value that says least, for tests that are sure of both. */
#ifndef TESTS_SHAPE_SHAPES_H
#define TESTS_SHAPE_SHAPES_H

#include "shape/safest.h"
#include "unit.h"

static inline const struct shape *shape_of(struct arena *a, struct slice schema)
{
    const struct value *v;
    const struct shape *shape;
    struct err e;
    if (!value_parse(a, schema, &v, NULL, &e) || !shape_parse(a, v, "", 0, &shape, &e))
        fail_msg("%.*s: %s", SLICE_ARGS(schema), e.message);
    return shape;
}

/* safest_within a budget of its own. */
static inline bool shape_safest(struct arena *a, const struct shape *shape, struct value *out)
{
    struct check_budget budget = CHECK_BUDGET;
    return safest_within(a, shape, &budget, out);
}

#endif
