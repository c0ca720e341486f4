/* scope.h - which addresses a crawl takes: pure functions on addresses. */
#ifndef CRAWL_SCOPE_H
#define CRAWL_SCOPE_H

#include "base/arena.h"
#include "net/url.h"

enum scope_reach {
    SCOPE_SITE, /* what belongs to the same owner as a start page (url_site): www.example.org and docs.example.org */
    SCOPE_HOST, /* the very host and port of a start page */
    SCOPE_ANY,
};

struct scope {
    enum scope_reach reach;
    const struct url *seeds; /* start pages */
    size_t seed_count;
    const struct slice *include; /* globs on paths: one must match, unless there are none */
    size_t include_count;
    const struct slice *exclude; /* none may match */
    size_t exclude_count;
    unsigned depth; /* links from a start page at most */
};

/* depth: links from a start page. A start page itself (depth 0) is always taken. */
bool scope_takes(const struct scope *s, const struct url *u, unsigned depth);
/* By reach alone: for sitemaps and canonical links. */
bool scope_reaches(const struct scope *s, const struct url *u);
/* '*' stands for any characters, '/' too, '?' for one; the whole text must match. Linear in the product of the lengths. */
bool scope_glob(struct slice pattern, struct slice text);
/* Pictures, archives, programs and the like, by the ending of the path: not worth a request. */
bool scope_is_file(struct slice path);

/* When a host may be asked again. */
struct pace {
    unsigned delay_ms; /* between the beginnings of two requests */
    int64_t next_ms;   /* of clock_ms */
    unsigned failures; /* in a row */
};
bool pace_ready(const struct pace *p, int64_t now_ms);
void pace_asked(struct pace *p, int64_t now_ms);
/* The host was too busy (429, 503) or silent: waits what it asked for, else 1 s, 2 s, 4 s ... at most a minute. */
void pace_failed(struct pace *p, int64_t now_ms, unsigned retry_after_ms);
void pace_answered(struct pace *p);

#endif
