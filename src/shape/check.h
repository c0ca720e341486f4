/* check.h - validation with a budget that outlives one call, for code that checks many candidates. */
#ifndef SHAPE_CHECK_H
#define SHAPE_CHECK_H

#include "shape/shape.h"

/* What is left to spend. A schema and a value of a few kilobytes can ask for exponential work (anyOf whose branches
 * recurse; patterns that backtrack); once something is used up, nothing fits any more. */
struct check_budget {
    size_t steps;
    int64_t pattern_us;
};

#define CHECK_BUDGET ((struct check_budget){.steps = 5 * 1000 * 1000, .pattern_us = 1000 * 1000})

/* shape_check within *budget; e may be NULL when only the verdict matters. */
MUST_USE bool check_within(const struct shape *s, const struct value *v, bool assert_formats,
                           struct check_budget *budget, struct err *e);

/* shape_safest within *budget. */
MUST_USE bool safest_within(struct arena *a, const struct shape *s, struct check_budget *budget, struct value *out);

#endif
