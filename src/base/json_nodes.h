/* json_nodes.h - how much a JSON text holds, told before any memory is spent on parsing it. */
#ifndef BASE_JSON_NODES_H
#define BASE_JSON_NODES_H

#include "base/err.h"

enum {
    JSON_NODES_MAX = 200000, /* some 40 MB while jansson has them */
    JSON_DEPTH_MAX = 2048,   /* jansson's own limit */
};

/* How many values and names of members the text has at most: the marks that separate them outside of strings, plus one.
 * In memory each takes up to a hundred times its bytes. */
size_t json_count_nodes(struct slice json);
/* False when it has more nodes than `most`: ERR_TOO_LARGE, or ERR_BAD_JSON when it is nested deeper than any parser
 * goes (JSON_DEPTH_MAX). */
MUST_USE bool json_nodes_fit(struct slice json, size_t most, struct err *e);

#endif
