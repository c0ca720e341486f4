/* coerce.h - one scalar said in another way: "3" for 3, "yes" for true, "12 April 1961" for a date. */
#ifndef SHAPE_COERCE_H
#define SHAPE_COERCE_H

#include "shape/shape.h"

enum { COERCE_MAX = 8 };

/* What v may have meant where `leaf` is wanted (its own keywords; $ref and anyOf are the caller's business): candidates,
 * likeliest first, to be checked. Numbers are never moved into a range: a wrong number is worse than none. */
size_t coerce_scalar(struct arena *a, const struct shape *leaf, const struct value *v, struct value out[COERCE_MAX]);

#endif
