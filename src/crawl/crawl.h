/* crawl.h - reads web sites page after page, politely. A crawl can be interrupted, continued and repeated.
 *
 * The caller asks for events and decides what to do with the pages (cli/index_crawl.c adds them to the index). The
 * crawl obeys servers, pages and robots.txt: rules and delays, Retry-After, rel=nofollow, noindex, nofollow and
 * canonical addresses.
 *
 * OWNERSHIP: the slices of an event live until the next call.
 * THREADS: one thread calls. The crawl has a second one for its requests (visit.h). */
#ifndef CRAWL_CRAWL_H
#define CRAWL_CRAWL_H

#include "crawl/frontier.h"
#include "crawl/scope.h"
#include "ingest/readable.h"
#include "net/http.h"

struct crawl;

struct crawl_options {
    const char *file;  /* path of the frontier's file */
    struct slice name; /* identifies the crawl; made of its start pages and scope */
    bool fresh;        /* forget what earlier runs have read */
    struct scope scope;
    uint64_t pages; /* the most pages to read; 0: no limit */
    struct http_client *http;
    const char *agent;
    bool ignore_robots;
    unsigned timeout_ms;
    unsigned per_host;      /* requests to one host at a time */
    unsigned host_delay_ms; /* pause between two of them; a longer Crawl-delay counts instead */
    /* Whether the index has the page. Only then is the server asked just for a modified page. */
    bool (*has)(void *ud, struct slice url);
    void *ud;
};

enum crawl_step {
    CRAWL_PAGE,  /* a page to keep: url and text */
    CRAWL_SAME,  /* the server says that the page did not change */
    CRAWL_OTHER, /* read, but not to keep: it is no page, or another address of one, or it says noindex */
    CRAWL_BAD,   /* could not be read: url and reason */
    CRAWL_WAIT,  /* nothing happened before until_ms */
    CRAWL_END,   /* everything is read, or the limit is reached */
};

struct crawl_event {
    enum crawl_step step;
    struct slice url;
    struct readable text;
    struct slice gone; /* an address to remove from the index, or empty; may come with any step */
    const char *reason;
};

/* *goes_on: continues a run that was interrupted. *again: the last run came to its end, so every page is checked for
 * changes. */
MUST_USE bool crawl_open(const struct crawl_options *o, struct crawl **out, bool *goes_on, bool *again, struct err *e);
/* Does not commit. c may be NULL. */
void crawl_close(struct crawl *c);
/* Waits for the next event, at most until until_ms (of clock_ms()). False if the frontier's file cannot be used. */
MUST_USE bool crawl_next(struct crawl *c, int64_t until_ms, struct crawl_event *out, struct err *e);
/* Call this after the pages of all events so far are stored. */
MUST_USE bool crawl_commit(struct crawl *c, struct err *e);
/* Call this after CRAWL_END. It commits, and the next run will repeat the crawl. */
MUST_USE bool crawl_finish(struct crawl *c, struct err *e);
/* Pages that robots.txt forbade, in this run. */
uint64_t crawl_forbidden(const struct crawl *c);
MUST_USE bool crawl_counts(struct crawl *c, uint64_t *waiting, uint64_t *read, struct err *e);

#endif
