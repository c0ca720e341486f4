/* fetch_inner.h - what fetch.c (the loop over many pages) and job.c (one page) share. Private to both. */
#ifndef FETCH_FETCH_INNER_H
#define FETCH_FETCH_INNER_H

#include "fetch/cookies.h"
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
    JOIN,         /* has a URL; has not looked into the cache or joined a flight */
    FLYING_ALONG, /* another job fetches the page */
    RULES,        /* needs the robots.txt of the current hop */
    READING_RULES,
    TURN, /* waits for its turn at the host */
    ASKING,
    DONE
};

struct job {
    struct fetch_page page; /* becomes the result */
    struct url url;         /* the current hop */
    struct slice key;
    struct flight *flight; /* if leads is set, this job must land it; else the job waits for it */
    bool leads;
    struct cache_page cached; /* if has_cached: a page that is stale or must be confirmed */
    bool has_cached;
    unsigned redirects;
    struct cookies cookies; /* that redirects have set */
    struct fetch_page led;  /* if has_led: a page that leads on by itself, used when nothing can be read there */
    bool has_led;
    int64_t end_ms; /* its own deadline; 0 until its first turn */
    size_t number;  /* the request's number in the batch */
    enum stage stage;
};

/* Starts a job: parses the URL and decides whether it may be fetched. */
void job_start(struct run *r, struct job *j, size_t at, struct slice url);
/* Goes on as far as possible without waiting. Lowers *wake_ms to the time of the next useful try; leaves it alone if
 * the job waits for a reply. */
void job_advance(struct run *r, struct job *j, int64_t *wake_ms);
/* Handles the reply to the job's request, in READING_RULES or ASKING. */
void job_on_reply(struct run *r, struct job *j, struct http_reply *reply);
/* Ends the job in any stage, and gives back its turn, its rules and its flight. */
void job_stop(struct run *r, struct job *j, enum fetch_outcome outcome);

#endif
