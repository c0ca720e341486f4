/* hit.h - a result of a search service, and lists of results. */
#ifndef SEARCH_HIT_H
#define SEARCH_HIT_H

#include "base/arena.h"

struct BY_NAME search_hit {
    struct slice url;
    struct slice title, snippet;   /* one line of plain text each; may be empty */
    struct slice date;             /* YYYY-MM-DD; empty if not known */
    struct slice text;             /* the whole page's text if the service gives it, else empty */
    const struct slice *providers; /* the services that found it, best rank first; set by search_fuse() */
    size_t provider_count;
    double score; /* set by search_fuse(); higher is better */
};

struct search_list { /* the results of one provider for one query, best first */
    struct slice provider;
    struct search_hit *at;
    size_t n;
};

struct search_hits {
    struct search_hit *at;
    size_t n;
};

#endif
