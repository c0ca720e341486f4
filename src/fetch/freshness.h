/* freshness.h - may a page be kept, and until when does it need no asking (RFC 9111, as a private reader). */
#ifndef FETCH_FRESHNESS_H
#define FETCH_FRESHNESS_H

#include "net/http.h"

/* False: it must not be kept (no-store). *until_unix is at least floor_s from now, and at most a week, whatever the
 * server says: a page read for research is not a bank account, and pages that call themselves stale at once are most.
 */
bool freshness(const struct http_reply *reply, int64_t now_unix, unsigned floor_s, int64_t *until_unix);

#endif
