/* fetch.h - reads many pages for a session, politely.
 *
 * For each URL: the cache, else robots.txt, else the network, with few connections to a host at a time and a pause
 * between them. Two threads that want the same page share one request. What goes wrong with a page is part of
 * its result; a page never fails a session.
 *
 * One fetcher for the process, any thread. Its locks are private; none is held while waiting or calling out. */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include "base/arena.h"
#include "base/clock.h"
#include "net/http.h"

struct cache; /* state/cache.h */
struct fetcher;

/* name, wire name, sentence without its period */
#define FETCH_OUTCOMES(X)                                                                                              \
    X(FETCH_OK, "ok", "the page was read")                                                                             \
    X(FETCH_BAD_URL, "bad_url", "the URL is not one that can be fetched")                                              \
    X(FETCH_REFUSED, "refused", "the address may not be contacted")                                                    \
    X(FETCH_ROBOTS, "robots", "robots.txt does not allow it")                                                          \
    X(FETCH_STATUS, "status", "the server answered with an error status")                                              \
    X(FETCH_LATER, "later", "the site wants more time between requests than there is")                                 \
    X(FETCH_TIMEOUT, "timeout", "the page took too long")                                                              \
    X(FETCH_TOO_LARGE, "too_large", "the page is too large")                                                           \
    X(FETCH_REDIRECTS, "redirects", "the page redirects too often")                                                    \
    X(FETCH_UNREACHABLE, "unreachable", "the site cannot be reached")                                                  \
    X(FETCH_CANCELLED, "cancelled", "the page was no longer wanted")

enum fetch_outcome {
#define X(name, wire, sentence) name,
    FETCH_OUTCOMES(X)
#undef X
        FETCH_OUTCOME_COUNT
};
const char *fetch_outcome_name(enum fetch_outcome outcome); /* "too_large" */

/* Slices live in the caller's arena; those not known are empty. */
struct fetch_page {
    size_t at; /* place in the list of URLs */
    enum fetch_outcome outcome;
    const char *reason;         /* for a person, no period; never NULL */
    struct slice url;           /* as asked */
    struct slice final_url;     /* after redirects, normalised: what to cite and to resolve links against */
    struct slice content_type;  /* as sent, "text/html; charset=utf-8" */
    struct slice body;          /* decompressed bytes; only with FETCH_OK */
    struct slice last_modified; /* as sent */
    int status;                 /* HTTP status of the last hop, 0 when there was none; 200 for a cached page */
    int64_t fetched_unix;       /* when the bytes left the server; for a cached page, when they were last known good */
    bool cached;                /* came from the cache without asking the server, or after it said 304 */
    unsigned took_ms;           /* from the call to fetch_pages */
};

struct fetch_options {
    struct http_client *http;    /* with a guard; must outlive the fetcher */
    const struct guard *guard;   /* the same; refuses URLs before anything is looked up */
    struct cache *cache;         /* NULL: none */
    const char *agent;           /* product token for robots.txt; NULL: "footnote" */
    bool ignore_robots;          /* for operators who read their own sites */
    unsigned page_timeout_ms;    /* for one page with its redirects, without the wait for its turn; 0: 10,000 */
    size_t max_page_bytes;       /* decompressed; 0: 4 MiB */
    unsigned max_redirects;      /* 0: 5 */
    unsigned per_host;           /* requests at a time to one host; 0: 4 */
    unsigned host_delay_ms;      /* from the start of one request to a host to the next; Crawl-delay counts if longer */
    unsigned max_crawl_delay_ms; /* a longer Crawl-delay is cut to this; 0: 10,000 */
    unsigned cache_floor_s;      /* a page is fresh for at least so long, unless no-store; 0: 600 */
};

struct fetcher *fetcher_new(const struct fetch_options *o);
/* After the last fetch_pages has returned. NULL is fine. */
void fetcher_free(struct fetcher *f);

enum fetch_flag {
    FETCH_REFRESH = 1,    /* ask the server even when the cached page is fresh (it may still say 304) */
    FETCH_CACHE_ONLY = 2, /* never ask the network; what is not cached is FETCH_LATER */
};

/* Reads `count` URLs in parallel, each once, and calls on_page for each as it is there, on this thread, in the order of
 * arrival, until all have come; when the deadline is over the rest come as FETCH_TIMEOUT, when the session is cancelled
 * as FETCH_CANCELLED. When on_page returns false the rest is called off and not reported. The page is only lent for
 * the call; its slices stay. Returns the number of pages that were FETCH_OK. */
size_t fetch_pages(struct fetcher *f, struct arena *a, const struct slice *urls, size_t count, unsigned flags,
                   const struct deadline *d, bool (*on_page)(void *ud, const struct fetch_page *page), void *ud);

/* One page. */
struct fetch_page fetch_page(struct fetcher *f, struct arena *a, struct slice url, unsigned flags,
                             const struct deadline *d);

/* The site's robots.txt as it binds footnote, cached like pages are, for a crawler that wants sitemaps and the delay.
 * False when it cannot be known now (unreachable, 5xx, over the deadline): nothing is allowed then. In the arena. */
struct robots;
MUST_USE bool fetch_robots(struct fetcher *f, struct arena *a, const struct url *any_page, const struct deadline *d,
                           struct robots *out);

#endif
