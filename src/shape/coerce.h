/* coerce.h - reads a scalar that was written in another way: "3" for 3, "yes" for true, "12 April 1961" for a date. */
#ifndef SHAPE_COERCE_H
#define SHAPE_COERCE_H

#include "shape/shape.h"

enum { COERCE_MAX = 8 };

/* The values that v may mean where `leaf` is wanted, likeliest first; the caller checks them. Looks at the own
 * keywords of leaf, not at $ref and anyOf. Never moves a number into a range: a wrong number is worse than none.
 * Returns how many. */
size_t coerce_scalar(struct arena *a, const struct shape *leaf, const struct value *v, struct value out[COERCE_MAX]);

#endif
