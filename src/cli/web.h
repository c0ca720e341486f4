/* web.h - everything that is needed to read the web, made from the settings. */
#ifndef CLI_WEB_H
#define CLI_WEB_H

#include "cli/config.h"
#include "fetch/fetch.h"
#include "state/cache.h"

struct web {
    struct guard *guard;
    struct http_client *http; /* guarded: for pages, never for the operator's own endpoints */
    struct cache *cache;      /* NULL when cache_bytes is 0 */
    struct fetcher *fetcher;
};

/* The guard alone; ERR_USAGE names the entry of a list that is not understood. */
MUST_USE bool web_guard(const struct config *c, struct guard **out, struct err *e);
/* Opens the cache in the data folder; nothing of the network is touched yet. */
MUST_USE bool web_open(const struct config *c, struct web *out, struct err *e);
void web_close(struct web *w);

#endif
