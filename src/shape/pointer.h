/* pointer.h - $ref within one document: JSON Pointers (RFC 6901) as URI fragments. */
#ifndef SHAPE_POINTER_H
#define SHAPE_POINTER_H

#include "base/err.h"
#include "shape/value.h"

/* Finds what ref ("#", "#/$defs/a%20b", or the same behind root_id) points to in the document. ERR_UNSUPPORTED_SCHEMA
 * for anchors and other documents, ERR_BAD_VALUE when it leads nowhere; both with param. *path gets the place as in
 * error messages ("$defs.a b"), in the arena. */
MUST_USE bool pointer_find(struct arena *a, const struct value *root, struct slice root_id, struct slice ref,
                           const char *param, const struct value **out, struct slice *path, struct err *e);

#endif
