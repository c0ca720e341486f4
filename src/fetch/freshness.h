/* freshness.h - decides whether a page may be cached, and for how long it is fresh (RFC 9111, as a private cache). */
#ifndef FETCH_FRESHNESS_H
#define FETCH_FRESHNESS_H

#include "net/http.h"

/* False if the page must not be kept (no-store). *until_unix is at least floor_s from now and at most a week, whatever
 * the server says. Most pages say that they are stale at once, and research does not need pages newer than floor_s. */
bool freshness(const struct http_reply *reply, int64_t now_unix, unsigned floor_s, int64_t *until_unix);

#endif
