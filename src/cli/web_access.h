/* web_access.h - everything that reads the web, made from the settings: guard, HTTP clients, cache, fetcher, search
 * services.
 *
 * One thread opens and closes; what is open may be used by any thread, as the header of each part says. */
#ifndef CLI_WEB_ACCESS_H
#define CLI_WEB_ACCESS_H

#include "cli/config.h"
#include "cli/remember.h"
#include "fetch/fetch.h"
#include "research/research.h"
#include "search/search.h"
#include "state/cache.h"

struct web_access {
    struct guard *guard;
    struct http_client *http; /* guarded: for pages, never for the operator's own endpoints */
    struct cache *cache;      /* NULL when cache_bytes is 0 */
    struct fetcher *fetcher;
    struct http_client *services; /* without a guard: endpoints that the operator named */
    struct search *search;        /* web_access_open_search; else NULL */
    struct remember *remember;    /* NULL unless asked for */
};

/* The guard alone; guard_free frees it. ERR_USAGE names the entry of a setting that is not understood. */
MUST_USE bool web_access_guard(const struct config *c, struct guard **out, struct err *e);
/* Opens the cache in the data folder; nothing of the network is touched yet. */
MUST_USE bool web_access_open(const struct config *c, struct web_access *out, struct err *e);
/* Adds the search services; after web_access_open. False: the caller still closes. */
MUST_USE bool web_access_open_search(const struct config *c, struct web_access *w, struct err *e);
/* Fills in the parts of world that sessions need; w must outlive them. */
void web_access_lend(const struct web_access *w, struct world *world);
void web_access_close(struct web_access *w); /* one that could not be opened, or is all zero, is fine */

#endif
