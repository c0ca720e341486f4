/* scope.h - decides which addresses a crawl takes, and when it may ask a host again. Pure functions. */
#ifndef CRAWL_SCOPE_H
#define CRAWL_SCOPE_H

#include "base/arena.h"
#include "net/url.h"

enum scope_reach {
    SCOPE_SITE, /* hosts of a start page's owner (net/site.h): www.example.org and docs.example.org */
    SCOPE_HOST, /* the host and port of a start page */
    SCOPE_ANY,
};

struct scope {
    enum scope_reach reach;
    const struct url *seeds; /* start pages */
    size_t seed_count;
    const struct slice *include; /* globs for paths; one must match, unless the list is empty */
    size_t include_count;
    const struct slice *exclude; /* globs for paths; none may match */
    size_t exclude_count;
    unsigned depth; /* the most links from a start page */
};

/* Whether the crawl takes the address. depth: its distance from a start page, in links. Start pages (depth 0) are
 * always taken. */
bool scope_takes(const struct scope *s, const struct url *u, unsigned depth);
/* Checks the reach alone. For sitemaps and canonical links. */
bool scope_reaches(const struct scope *s, const struct url *u);
/* Whether the whole text matches. '*' matches any characters, also '/'; '?' matches one. Takes at most the product of
 * the lengths. */
bool scope_glob(struct slice pattern, struct slice text);

/* When a host may be asked again. */
struct pace {
    unsigned delay_ms; /* from the start of one request to the start of the next */
    int64_t next_ms;   /* the time of the next request, of clock_ms() */
    unsigned failures; /* failures in a row */
};
bool pace_ready(const struct pace *p, int64_t now_ms);
void pace_asked(struct pace *p, int64_t now_ms);
/* Call this if the host was too busy (429, 503) or silent. Pauses as long as it asks for, else 1 s, 2 s, 4 s, at most a
 * minute. */
void pace_failed(struct pace *p, int64_t now_ms, unsigned retry_after_ms);
void pace_answered(struct pace *p);

#endif
