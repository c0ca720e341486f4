/* gates.h - refuses requests as soon as their headers are there, before a worker is bothered.
 *
 * THREADS: HTTP threads only. It never waits, except for the lock of the state. */
#ifndef HTTP_GATES_H
#define HTTP_GATES_H

#include "base/err.h"

struct exchange;

/* False: refused, with *e. Sets, besides what routes_find sets, the key and the rate limit that is left, and
 * body_unread when nobody can say where the next request starts. */
MUST_USE bool gates_pass(struct exchange *x, struct err *e);

#endif
