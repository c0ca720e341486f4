/* json_out.h - from jansson's trees to bytes. */
#ifndef API_JSON_OUT_H
#define API_JSON_OUT_H

#include <jansson.h>

#include "base/buf.h"
#include "shape/value.h"

/* Appends compact JSON and gives the tree back. NULL (out of memory while building it) sets out->over. */
void json_out(json_t *tree, struct buf *out);
/* A string of valid UTF-8; never NULL unless memory is out. */
json_t *json_text(struct slice text);
/* A copy of the value; NULL when memory is out. */
json_t *json_of_value(const struct value *v);

#endif
