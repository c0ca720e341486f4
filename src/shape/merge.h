/* merge.h - one schema that says what a schema and all parts of its allOf say together.
 *
 * Generators write allOf for a reference with a description beside it, and for a type that extends another. Both are
 * ordinary schemas once they are merged, so that everything behind knows no allOf. */
#ifndef SHAPE_MERGE_H
#define SHAPE_MERGE_H

#include "base/err.h"
#include "shape/value.h"

struct merge_schema {
    struct arena *arena;
    const struct value *root; /* the whole document, in which $ref points */
    struct slice root_id;
    const char *path; /* of the schema, for errors */
};

/* *out: schema itself when it has no allOf, the boolean false when the parts exclude each other at once, else a new
 * object in the arena whose subschemas may have allOf in turn. References of parts are followed where they must be.
 * ERR_UNSUPPORTED_SCHEMA with the path of allOf: the parts have keywords that cannot be merged, which are named, or
 * more than MERGE_PARTS parts. */
enum { MERGE_PARTS = 32 };
MUST_USE bool merge_all_of(const struct merge_schema *s, const struct value *schema, const struct value **out,
                           struct err *e);

#endif
