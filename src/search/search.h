/* search.h - asks search services who knows: all in parallel, each with its own deadline, and merges what they say.
 *
 * A service is a preset (preset.h), with a key from the environment or an address from the setting. What goes wrong with a
 * service is a line of the report; asking never fails. Our own index is no service: whoever calls asks it first and hands
 * its pages over as a list of their own, so that they are merged with the rest.
 *
 * Threads: search_ask from any number; circuit breakers and rates are shared by them behind one private lock, which is
 * never held while waiting. Keys are in memory only: not in logs, not in reports.
 *
 * How the gather step asks, with the index's hits at hand:
 *
 *     struct search_list own = {SLICE("index"), pages_of(a, &hits), page_count};
 *     struct search_query q = {.texts = queries, .text_count = query_count, .lang = slice_of(s->lang->code), .count = 10,
 *                              .policy = {f->include, f->include_count, f->exclude, f->exclude_count, f->after_date},
 *                              .own = search_uses_index(world->search) ? &own : NULL, .own_count = 1, .limit = 14};
 *     struct deadline d = s->deadline;     // speed: at most clock_ms() + 1200
 *     struct search_result found;
 *     search_ask(world->search, &q, a, &d, &found);
 *     // found.reports[] go into answer->reports; found.hits.at[] with text need no fetching, the others go to fetch_pages
 */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include "base/clock.h"
#include "net/http.h"
#include "search/hit.h"
#include "search/policy.h"
#include "search/preset.h"
#include "search/reply.h"

struct search;

struct search_options {
    /* "": the index, every service whose key is in the environment, and a fallback service when that is none.
     * "none": the index alone. Else names between commas, with an address where one is needed:
     * "index, searxng http://localhost:8888, mediawiki https://wiki.corp/w/api.php". */
    struct slice providers;
    const char *const *folders; /* of presets, later ones win; ends in NULL */
    /* Trusted: without a guard and shared with nobody who fetches pages. Must outlive the search. */
    struct http_client *client;
    const char *(*variable)(void *ud, const char *name); /* NULL: getenv */
    void *ud;
};

/* ERR_USAGE: a preset is wrong (FILE:LINE), a name is not known, a key or an address is missing. Strings are copied. */
MUST_USE bool search_new(const struct search_options *o, struct search **out, struct err *e);
void search_free(struct search *s); /* after every search_ask has returned. NULL is fine. */

bool search_uses_index(const struct search *s);
size_t search_provider_count(const struct search *s); /* the index not counted */
/* Its name in reports: "brave", or "searxng localhost" when there are several of one preset. */
struct slice search_provider_name(const struct search *s, size_t i);

struct search_query {
    const struct slice *texts; /* each is asked of each provider; valid UTF-8 */
    size_t text_count;
    struct slice lang; /* ISO 639-1, or empty */
    unsigned count;    /* results wanted of a provider for a query; 0: 10 */
    unsigned page;     /* 0: the first page of results; services without pages are skipped for others */
    struct search_policy policy;
    const struct search_list *own; /* lists to merge in, best first; they are taken as they are */
    size_t own_count;
    size_t limit; /* of merged hits; 0: all */
};

struct search_report { /* one provider, over all queries */
    struct slice provider;
    enum search_status status; /* the best one of its queries */
    struct slice detail;       /* for a person, without a period; may be empty */
    size_t results;            /* after the source policy */
    int64_t ms;                /* the slowest query */
};

struct search_result {
    struct search_hits hits; /* best first */
    struct search_report *reports;
    size_t report_count; /* one for each provider */
};

/* Returns when every provider has answered or run out of time, at the latest at the deadline. All in the arena. */
void search_ask(struct search *s, const struct search_query *q, struct arena *a, const struct deadline *d,
                struct search_result *out);

/* What could be asked: every preset, for people who set things up. */
struct search_entry {
    const struct preset *preset;
    bool chosen;           /* with the options' providers, it is asked */
    bool needs_address;    /* the name must be followed by one */
    struct slice missing;  /* variables that are not set, "A" or "A or B"; empty: none */
};
MUST_USE bool search_catalogue(const struct search_options *o, struct arena *a, struct search_entry **out, size_t *n,
                               struct err *e);

#endif
