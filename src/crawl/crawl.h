/* crawl.h - reads web sites page after page: politely, and so that it can be interrupted and repeated.
 *
 * The caller asks for events and does with the pages what it likes (cli/index_crawl.c: into the index). What
 * servers, pages and robots.txt ask for is heeded: rules and delays, Retry-After, rel=nofollow, noindex, nofollow,
 * canonical addresses. One thread calls; a second one, inside, makes the requests (visit.h). */
#ifndef CRAWL_CRAWL_H
#define CRAWL_CRAWL_H

#include "crawl/frontier.h"
#include "crawl/scope.h"
#include "ingest/readable.h"
#include "net/http.h"

struct crawl;

struct crawl_options {
    const char *file;  /* of the frontier */
    struct slice name; /* what makes it this crawl and no other: start pages and scope */
    bool fresh;        /* forget what was known of it */
    struct scope scope;
    uint64_t pages;    /* read at most so many; 0: no limit */
    struct http_client *http;
    const char *agent;
    bool ignore_robots;
    unsigned timeout_ms;
    unsigned per_host;      /* requests at a time */
    unsigned host_delay_ms; /* between two of them; a longer Crawl-delay counts */
    /* Whether the index has the page: only then its server may say "not modified". */
    bool (*has)(void *ud, struct slice url);
    void *ud;
};

enum crawl_step {
    CRAWL_PAGE, /* a page to keep: url and text */
    CRAWL_SAME, /* its server says that it did not change */
    CRAWL_OTHER, /* read, but not to keep: no page, another address of one, or it asks for that */
    CRAWL_BAD,  /* could not be read: url and reason */
    CRAWL_WAIT, /* nothing came until then */
    CRAWL_END,  /* everything is read, or the limit reached */
};

/* Slices live until the next call. */
struct crawl_event {
    enum crawl_step step;
    struct slice url;
    struct readable text;
    struct slice gone; /* an address that is to leave the index; empty: none. With any step */
    const char *reason;
};

/* *goes_on: the last run was interrupted; *again: it came to its end, and everything is asked whether it changed. */
MUST_USE bool crawl_open(const struct crawl_options *o, struct crawl **out, bool *goes_on, bool *again, struct err *e);
/* Without commit. NULL is fine. */
void crawl_close(struct crawl *c);
MUST_USE bool crawl_next(struct crawl *c, int64_t until_ms, struct crawl_event *out, struct err *e);
/* After the pages of the events so far are safe. */
MUST_USE bool crawl_commit(struct crawl *c, struct err *e);
/* After CRAWL_END: the next run repeats it. Commits. */
MUST_USE bool crawl_finish(struct crawl *c, struct err *e);
MUST_USE bool crawl_counts(struct crawl *c, uint64_t *waiting, uint64_t *read, struct err *e);

#endif
