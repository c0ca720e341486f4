/* fetch_inner.h - what fetch.c (the loop over many pages) and job.c (one page's way) share. */
#ifndef FETCH_FETCH_INNER_H
#define FETCH_FETCH_INNER_H

#include "fetch/flights.h"
#include "fetch/hosts.h"
#include "fetch/rules.h"
#include "state/cache.h"

struct fetcher {
    struct fetch_options o; /* defaults filled in */
    struct hosts *hosts;
    struct rules_book *rules;
    struct flights *flights;
};

/* One call of fetch_pages. */
struct run {
    struct fetcher *f;
    struct arena *arena;
    struct http_batch *batch;
    struct deadline deadline;
    unsigned flags;
    int64_t started_ms;
};

enum stage {
    JOIN,         /* has a URL; neither cache nor flight was asked yet */
    FLYING_ALONG, /* somebody else fetches the page */
    RULES,        /* needs robots.txt of the current hop */
    READING_RULES,
    TURN, /* waits for its turn at the host */
    ASKING,
    DONE
};

struct job {
    struct fetch_page page; /* grows into the result */
    struct url url;         /* of the current hop */
    struct slice key;
    struct flight *flight; /* whose end we owe, or that we follow */
    bool leads;
    struct cache_page cached; /* when has_cached: stale, or to be confirmed */
    bool has_cached;
    unsigned redirects;
    int64_t end_ms; /* 0 until it was first its turn */
    size_t number;  /* of the request in the batch */
    enum stage stage;
};

/* Reads and judges the URL. */
void job_start(struct run *r, struct job *j, size_t at, struct slice url);
/* Goes on as far as it can without waiting. *wake_ms gets the time when it is worth trying again, if that comes before
 * what stands there; INT64_MAX stays when only a reply helps. */
void job_advance(struct run *r, struct job *j, int64_t *wake_ms);
/* The reply to its request in READING_RULES or ASKING. */
void job_on_reply(struct run *r, struct job *j, struct http_reply *reply);
/* Ends it, whatever it is doing; gives back what it holds. */
void job_stop(struct run *r, struct job *j, enum fetch_outcome outcome);

/* GET of the robots.txt of u's origin. */
struct http_request rules_request(struct fetcher *f, struct arena *a, const struct url *u);

#endif
