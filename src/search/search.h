/* search.h - asks search services for pages, all in parallel and each with its own deadline, and merges their results.
 *
 * search.c asks the services. choose.c decides at the start which services there are. A service is a preset (preset.h),
 * with a key from the environment or an address from the setting. The index is not a service: the caller searches it
 * first and passes its hits as a list (search_query.own), which is merged with the others.
 *
 * OWNERSHIP: results are in the arena of the call.
 * THREADS: search_ask() may be called from any number of threads. They share circuit breakers and rates behind one
 * private lock, which is never held while waiting.
 * ERRORS: asking never fails. If something goes wrong with a service, the report says so. Keys never appear in reports
 * or logs. */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include "base/clock.h"
#include "net/http.h"
#include "search/hit.h"
#include "base/policy.h"
#include "search/preset.h"
#include "search/reply.h"

struct search;

struct search_options {
    /* Empty: the index, and every service whose key is in the environment; without any key, a fallback service. "none":
     * the index alone. Else names separated by commas, with an address if the service needs one: "index, searxng
     * http://localhost:8888, mediawiki https://wiki.corp/w/api.php". */
    struct slice providers;
    const char *const *folders; /* folders of presets; later ones win; ends with NULL */
    /* A client without a guard, used for nothing else: the operator's own addresses may be private. Must outlive the
     * search. */
    struct http_client *client;
    const char *(*variable)(void *ud, const char *name); /* NULL: getenv */
    void *ud;
};

/* Copies all strings. ERR_USAGE: a preset is wrong (FILE:LINE), a name is unknown, a key or an address is missing. */
MUST_USE bool search_new(const struct search_options *o, struct search **out, struct err *e);
void search_free(struct search *s); /* call it after every search_ask() has returned. NULL is fine */

bool search_uses_index(const struct search *s);
size_t search_provider_count(const struct search *s); /* without the index */
/* A provider's name in reports: "brave", or "searxng localhost" if there are several of one preset. */
struct slice search_provider_name(const struct search *s, size_t i);

struct search_query {
    const struct slice *texts; /* the queries, in valid UTF-8; every provider gets each of them */
    size_t text_count;
    struct slice lang; /* ISO 639-1, or empty */
    unsigned count;    /* results wanted for each query from each provider; 0: 10 */
    unsigned page;     /* 0: the first page of results. Services without pages are skipped for later ones */
    struct policy policy;
    const struct search_list *own; /* the caller's lists, best first, merged in unchanged */
    size_t own_count;
    size_t limit; /* the most merged hits; 0: all */
};

struct search_report { /* one provider, over all queries */
    struct slice provider;
    enum search_status status; /* the best status of its queries */
    struct slice detail;       /* for people, without a period; may be empty */
    size_t results;            /* hits that the source policy allows */
    int64_t ms;                /* time of the slowest query */
};

struct search_result {
    struct search_hits hits; /* best first */
    struct search_report *reports;
    size_t report_count; /* one for each provider */
};

/* Returns when every provider has answered or run out of time, at the latest at the deadline. */
void search_ask(struct search *s, const struct search_query *q, struct arena *a, const struct deadline *d,
                struct search_result *out);

/* A service that could be used, for people who set footnote up. */
struct search_entry {
    const struct preset *preset;
    bool chosen;          /* the options use it */
    bool needs_address;   /* its name must be followed by an address */
    struct slice missing; /* variables that are not set, "A" or "A or B"; empty if none is missing */
};
/* Lists every preset. */
MUST_USE bool search_catalogue(const struct search_options *o, struct arena *a, struct search_entry **out, size_t *n,
                               struct err *e);

#endif
