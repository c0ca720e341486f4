/* usage_route.h - GET /v1/usage, and where the server's outcomes become the usage of keys (state/usage.h). */
#ifndef HTTP_USAGE_ROUTE_H
#define HTTP_USAGE_ROUTE_H

#include "api/usage_reply.h"
#include "http/outcome.h"
#include "state/usage.h"

struct exchange;

/* A handler (struct route) for workers, as it reads a file; world is a struct api_world. "?days=7" gives fewer or more
 * than USAGE_DAYS_SHOWN days. An admin's key sees all keys, or that of "?key=NAME"; others see their own. */
enum { USAGE_DAYS_SHOWN = 30, USAGE_DAYS_MOST = 3660 };
void usage_handle(struct exchange *x, void *world);

/* Rows as lines with the day and the name of the key; "#7" where no key has this number, "" for requests without one.
 */
struct usage_line *usage_lines_of(struct arena *a, const struct usage_row *rows, size_t n, const struct state_key *keys,
                                  size_t key_count);

/* For server_options.finished; world is a struct api_world. */
void usage_count_outcome(void *world, const struct outcome *o);

#endif
