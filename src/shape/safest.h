/* safest.h - the valid value that claims nothing, for fields that neither a model nor the evidence can fill. */
#ifndef SHAPE_SAFEST_H
#define SHAPE_SAFEST_H

#include "shape/check.h"

/* A value that is valid and says as little as possible: null where the shape allows it, else "", 0, false, [], the
 * first enum value or the object of its required properties, adjusted to every limit. False when none can be made: the
 * shape is unsatisfiable, or too intricate for a bounded search. Takes what it used from *budget. */
MUST_USE bool safest_within(struct arena *a, const struct shape *s, struct check_budget *budget, struct value *out);

#endif
