/* routes.h - finds the handler for a method and a path. HTTP threads only. */
#ifndef HTTP_ROUTES_H
#define HTTP_ROUTES_H

#include "base/arena.h"
#include "base/err.h"

struct exchange;

/* Sets route, wildcard, path, allow and preflight of x. False: there is no such path, or not with this method. */
MUST_USE bool routes_find(struct exchange *x, struct err *e);

#endif
