/* check.h - checks values against a shape with one budget for many checks. shape_check (shape.h) is for a single one.
 */
#ifndef SHAPE_CHECK_H
#define SHAPE_CHECK_H

#include "shape/shape.h"

/* The work that is left. A schema and a value of a few kilobytes can ask for exponential work (anyOf whose branches
 * recurse; patterns that backtrack). Once either member is used up, no value fits any more. */
struct check_budget {
    size_t steps;
    int64_t pattern_us;
};

#define CHECK_BUDGET ((struct check_budget){.steps = 5 * 1000 * 1000, .pattern_us = 1000 * 1000})

/* shape_check within *budget; e may be NULL when only the verdict matters. */
MUST_USE bool check_within(const struct shape *s, const struct value *v, bool assert_formats,
                           struct check_budget *budget, struct err *e);

#endif
