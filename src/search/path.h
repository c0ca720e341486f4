/* path.h - finds values in the reply of a service by the paths that presets write.
 *
 *   web.results                     a member of a member; for a list, of each of its elements
 *   results[0].url                  the first element
 *   data[t=0].url                   the elements whose member t is 0
 *   link[@rel=alternate].@href      attributes of XML are members that begin with @
 *   summary | content               the first alternative that has a value
 *   /query.pages[pageid={pageid}].fullurl    from the top of the reply, for the item's own pageid
 *
 * Pure functions; results live in the arena. */
#ifndef SEARCH_PATH_H
#define SEARCH_PATH_H

#include "shape/value.h"

enum { PATH_MAX_VALUES = 1000 };

struct path_values {
    const struct value **at;
    size_t n;
    bool wrong_type; /* a step found a text or a number instead of an object */
};

/* Whether a path is well formed; if not, *why is a static sentence. */
bool path_check(struct slice path, const char **why);
/* The values at path, starting from `item`, or from `top` if the path begins with '/'. A list gives its elements, null
 * gives nothing. Values beyond PATH_MAX_VALUES are left out. path must have passed path_check(). */
struct path_values path_find(struct arena *a, const struct value *top, const struct value *item, struct slice path);

/* The text of v: a string, a number as JSON prints it, or the text of an XML element; empty for other values. */
struct slice path_text(struct arena *a, const struct value *v);

#endif
