/* openapi_values.h - values that the files of openapi/ name: "@models" is the array of the models' names, and "@NAME" a
 * number: a constant of the request readers, or one of openapi_server.numbers. Private to api/. */
#ifndef API_OPENAPI_VALUES_H
#define API_OPENAPI_VALUES_H

#include <jansson.h>

#include "api/openapi.h"

/* NULL: there is no such value. */
json_t *openapi_value(const struct openapi_server *s, struct slice name);
/* Replaces the names in the tree. Unknown ones are mistakes, a line each. */
void openapi_values_fill(const struct openapi_server *s, json_t *tree, struct buf *mistakes);

#endif
