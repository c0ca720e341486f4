/* url_inner.h - what url.c shares inside of net/. */
#ifndef NET_URL_INNER_H
#define NET_URL_INNER_H

#include "base/arena.h"

/* Normalises the escapes of a path or query: those of unreserved characters are decoded, other escapes are
 * upper-cased, and bytes that must be escaped are. At most three times as long as s; NUL-terminated. */
struct slice url_percent_normal(struct arena *a, struct slice s);

#endif
