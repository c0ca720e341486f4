/* web.h - everything that is needed to read the web, made from the settings. */
#ifndef CLI_WEB_H
#define CLI_WEB_H

#include "cli/config.h"
#include "cli/remember.h"
#include "fetch/fetch.h"
#include "research/session.h"
#include "search/search.h"
#include "state/cache.h"

struct web {
    struct guard *guard;
    struct http_client *http; /* guarded: for pages, never for the operator's own endpoints */
    struct cache *cache;      /* NULL when cache_bytes is 0 */
    struct fetcher *fetcher;
    struct http_client *services; /* without a guard: endpoints that the operator named */
    struct search *search;        /* web_open_search; else NULL */
    struct remember *remember;    /* NULL unless asked for */
};

/* The guard alone; ERR_USAGE names the entry of a list that is not understood. */
MUST_USE bool web_guard(const struct config *c, struct guard **out, struct err *e);
/* Opens the cache in the data folder; nothing of the network is touched yet. */
MUST_USE bool web_open(const struct config *c, struct web *out, struct err *e);
/* The search services too; after web_open. */
MUST_USE bool web_open_search(const struct config *c, struct web *w, struct err *e);
/* What sessions need of it. */
void web_lend(const struct web *w, struct world *world);
void web_close(struct web *w);

#endif
