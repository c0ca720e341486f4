/* url_parts.h - what url.c shares inside of net/. */
#ifndef NET_URL_PARTS_H
#define NET_URL_PARTS_H

#include "base/arena.h"

/* Of a path or query: escapes of unreserved characters are undone, other escapes upper-cased, bytes that may not
 * stand bare escaped. At most three times as long; NUL-terminated. */
struct slice url_percent_normal(struct arena *a, struct slice s);

#endif
