/* repair.h - a language model's reply brought into a schema's shape.
 *
 * Finds the JSON document in the reply (behind <think>...</think>, in a code fence, between sentences, as a JSON string
 * of JSON, below {"answer": ...}, in an array of one), reads it leniently (lenient.h), and settles each part of it with
 * its subschema: scalars said in another way are converted (coerce.h), names are found whatever their case, what the
 * schema forbids or has too much of is dropped, a missing property that may be null is null. A number out of range is
 * not moved into it. What cannot be settled is left out and listed, or filled by whoever is asked.
 *
 * Formats are asserted. Cost is bounded as in check.h: when the budget is used up nothing settles any more. Everything
 * lives in the arena; values borrow the reply. One thread. */
#ifndef SHAPE_REPAIR_H
#define SHAPE_REPAIR_H

#include "shape/check.h"

/* What is left to spend on one reply: on what the model wrote, and on what fillers and shape_safest give, which is to
 * be had however much the model's text has cost. */
struct repair_budget {
    struct check_budget model, own;
};

#define REPAIR_BUDGET                                                                                                  \
    ((struct repair_budget){CHECK_BUDGET, {.steps = 20 * 1000 * 1000, .pattern_us = 2 * 1000 * 1000}})

struct repair_place {
    struct slice path; /* "a.b[2]"; "" is the whole */
    const struct shape *shape;
};

/* Asked for the value of a place that is missing or invalid. What it gives is checked against the shape; false, or a
 * value that does not fit, means shape_safest. Asked once per place, outermost places first when the inner ones cannot
 * be told ("people" before any people are known), at most SHAPE_PLACES_MAX times. */
struct filler {
    bool (*fill)(void *ud, struct slice path, const struct shape *shape, struct value *out);
    void *ud;
};

struct repaired {
    struct value value;   /* the valid parts: fits the shape when `valid`; null when nothing was found */
    bool found, valid;
    const struct repair_place *places; /* required and missing or invalid, in the schema's order */
    size_t place_count;                /* at most SHAPE_PLACES_MAX */
};

void repair_json(struct arena *a, struct slice reply, const struct shape *shape, struct repaired *out);

/* Settles a value and fills what is missing. base: the path of the value in the whole. NULL v: it is missing. False only
 * when no valid value can be made (the schema is unsatisfiable, or too intricate for shape_safest and the budget). */
MUST_USE bool repair_fill(struct arena *a, const struct shape *shape, const struct value *v, struct slice base,
                          const struct filler *filler, struct repair_budget *budget, struct value *out);

/* Settles a value without asking anybody; false when that does not make it valid. */
MUST_USE bool repair_value(struct arena *a, const struct shape *shape, const struct value *v,
                           struct repair_budget *budget, struct value *out);

#endif
