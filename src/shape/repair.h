/* repair.h - turns a language model's reply into a value that fits a schema.
 *
 * It finds the JSON document in the reply: behind <think>...</think>, in a code fence, between sentences, as a JSON
 * string of JSON, below {"answer": ...}, or in an array of one. It reads the document leniently (lenient.h) and
 * settles each part with its subschema. Scalars written in another way are converted (coerce.h), names match in any
 * case, members that the schema forbids and items beyond its limits are dropped, and a missing property that may be
 * null becomes null. A number out of range is not changed. Parts that cannot be settled are left out and listed.
 *
 * DESIGN: formats are asserted. The work is bounded as in check.h: when the budget is used up nothing settles any
 * more.
 * OWNERSHIP: everything lives in the arena; values borrow the reply.
 * THREADS: one. */
#ifndef SHAPE_REPAIR_H
#define SHAPE_REPAIR_H

#include "shape/check.h"

struct repair_place {
    struct slice path; /* "a.b[2]"; "" is the whole */
    const struct shape *shape;
};

struct repaired {
    struct value value; /* the valid parts: fits the shape when `valid`; null when nothing was found */
    bool found, valid;
    const struct repair_place *places; /* required and missing or invalid, in the schema's order */
    size_t place_count;                /* at most SHAPE_PLACES_MAX */
};

void repair_json(struct arena *a, struct slice reply, const struct shape *shape, struct repaired *out);

/* Settles one value. False: it cannot be made valid. */
MUST_USE bool repair_value(struct arena *a, const struct shape *shape, const struct value *v,
                           struct check_budget *budget, struct value *out);

#endif
