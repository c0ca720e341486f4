/* path.h - where in a reply something stands, written as one would say it.
 *
 *   web.results                     member of member; a list stands for each of its elements
 *   results[0].url                  the first element
 *   data[t=0].url                   the elements whose member t is 0
 *   link[@rel=alternate].@href      attributes of XML are members that begin with @
 *   summary | content               the first alternative that gives something
 *   /query.pages[pageid={pageid}].fullurl    from the top of the reply, joined with the item's own pageid
 *
 * Pure functions; results live in the arena. */
#ifndef SEARCH_PATH_H
#define SEARCH_PATH_H

#include "shape/value.h"

enum { PATH_MAX_VALUES = 1000 };

struct path_values {
    const struct value **at;
    size_t n;
    bool wrong_type; /* a step met a text or number where an object was needed */
};

/* *why: a static sentence. */
bool path_check(struct slice path, const char **why);
/* The values at path, from `item`, or from `top` where the path begins with '/'. Lists are opened, null is nothing;
 * beyond PATH_MAX_VALUES the rest is left out. path has passed path_check. */
struct path_values path_find(struct arena *a, const struct value *top, const struct value *item, struct slice path);

/* A text, a number as JSON prints it, or the text of an XML element; empty for everything else. */
struct slice path_text(struct arena *a, const struct value *v);

#endif
