/* draft.h - a shape while a schema is parsed. parse.c fills drafts; graph.c checks how they refer to each other. */
#ifndef SHAPE_DRAFT_H
#define SHAPE_DRAFT_H

#include "shape/shape.h"

struct draft {
    struct shape shape; /* first, so that a const struct shape * of this schema is a struct draft * */
    const struct value *schema;
    const struct value *read; /* the same with allOf merged */
    struct slice path;        /* for errors, with the caller's prefix; cut to what an error can hold */
    enum { DRAFT_NEW, DRAFT_OPEN, DRAFT_DONE } visit;
    unsigned level; /* the deepest nesting at which graph_check_nesting has met it */
};

/* ERR_UNSUPPORTED_SCHEMA when a shape leads back to itself through $ref and anyOf alone: checking any value against
 * it would never end. */
MUST_USE bool graph_check_loops(struct draft *const *drafts, size_t n, struct err *e);
/* ERR_UNSUPPORTED_SCHEMA when objects and arrays lie within each other more than max_depth levels deep. A circle
 * of references counts once. */
MUST_USE bool graph_check_nesting(struct draft *root, unsigned max_depth, struct err *e);

#endif
