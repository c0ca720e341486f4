/* hit.h - one result of a search, lists of them, and their merging. Pure functions; results live in the arena. */
#ifndef SEARCH_HIT_H
#define SEARCH_HIT_H

#include "base/arena.h"

struct search_hit {
    struct slice url;
    struct slice title, snippet; /* plain text of one line; may be empty */
    struct slice date;           /* YYYY-MM-DD, or empty: not known */
    struct slice text;           /* of the whole page, when the service gave it; else empty */
    const struct slice *providers; /* who found it, best rank first; set by search_fuse */
    size_t provider_count;
    double score; /* set by search_fuse; higher is better */
};

struct search_list { /* what one provider found for one query, best first */
    struct slice provider;
    struct search_hit *at;
    size_t n;
};

struct search_hits {
    struct search_hit *at;
    size_t n;
};

/* Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): a page's score is the sum over the lists that have
 * it of 1 / (60 + rank), the best rank being 1. Pages are the same when url_canonical says so (net/url.h); of one page
 * the best-ranked list gives the URL, and each other part comes from the first list that has it, the longest text
 * from any. Equal scores keep the order of the lists. At most `limit` come back, 0: all. */
struct search_hits search_fuse(struct arena *a, const struct search_list *lists, size_t count, size_t limit);

#endif
