/* fetch.h - reads many pages for a session, politely.
 *
 * A page comes from the cache or, if robots.txt allows it, from the network. A host gets few requests at a time, with a
 * pause between them. Two threads that want the same page share one request.
 *
 * OWNERSHIP: pages are in the caller's arena.
 * THREADS: one fetcher serves the whole process, from any thread. Its locks are private, and none is held while it
 * waits or calls back. ERRORS: a page that cannot be read has an outcome that says why. It never fails the session. */
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

/* Slices are in the caller's arena; unknown ones are empty. */
struct BY_NAME fetch_page {
    size_t at; /* index into the list of URLs */
    enum fetch_outcome outcome;
    const char *reason;         /* for a person, no period; never NULL */
    struct slice url;           /* as the caller gave it */
    struct slice final_url;     /* after redirects, normalised; cite it and resolve links against it */
    struct slice content_type;  /* as the server sent it: "text/html; charset=utf-8" */
    struct slice body;          /* decompressed bytes; only with FETCH_OK */
    struct slice last_modified; /* as the server sent it */
    int status;                 /* HTTP status of the last hop; 0 if there was no reply; 200 for a cached page */
    int64_t fetched_unix;       /* when the server sent the bytes or, for a cached page, last confirmed them */
    bool cached;                /* from the cache, either without asking the server or after it said 304 */
    unsigned took_ms;           /* since the call of fetch_pages() */
};

struct fetch_options {
    struct http_client *http;  /* with a guard; must outlive the fetcher */
    const struct guard *guard; /* the client's guard; refuses URLs before their host is looked up */
    struct cache *cache;       /* NULL: no cache */
    const char *agent;         /* product token or User-Agent line, for robots.txt; NULL: "footnote" */
    bool ignore_robots;        /* for operators who read their own sites */
    unsigned page_timeout_ms;  /* for a page with its redirects, without the wait for its turn; 0: 10,000 */
    size_t max_page_bytes;     /* after decompression; 0: 4 MiB */
    unsigned max_redirects;    /* 0: 5 */
    unsigned per_host;         /* requests to one host at a time; 0: 4 */
    unsigned host_delay_ms;    /* from the start of a request to the next start; a longer Crawl-delay counts instead */
    unsigned max_crawl_delay_ms; /* a longer Crawl-delay is shortened to this; 0: 10,000 */
    unsigned cache_floor_s;      /* a page is fresh for at least this long, unless the server says no-store; 0: 600 */
};

struct fetcher *fetcher_new(const struct fetch_options *o);
/* Call it after the last fetch_pages() has returned. NULL is fine. */
void fetcher_free(struct fetcher *f);

enum fetch_flag {
    FETCH_REFRESH = 1,    /* ask the server even if the cached page is fresh; it may still say 304 */
    FETCH_CACHE_ONLY = 2, /* never use the network; a page that is not cached is FETCH_LATER */
};

/* Reads `count` URLs in parallel, and calls on_page on this thread for each page as it arrives. At the deadline the
 * rest come as FETCH_TIMEOUT; if the session is cancelled, as FETCH_CANCELLED. If on_page returns false, the rest are
 * cancelled and not reported. The struct fetch_page is valid during the call of on_page, its slices as long as the
 * arena. Returns how many pages were FETCH_OK. */
size_t fetch_pages(struct fetcher *f, struct arena *a, const struct slice *urls, size_t count, unsigned flags,
                   const struct deadline *d, bool (*on_page)(void *ud, const struct fetch_page *page), void *ud);

/* Reads a single page. */
struct fetch_page fetch_page(struct fetcher *f, struct arena *a, struct slice url, unsigned flags,
                             const struct deadline *d);

#endif
