/* frontier.h - remembers the addresses of a crawl: which ones wait, which ones were read, and the servers' validators
 * (ETag and Last-Modified).
 *
 * A crawl is identified by its name. If it is finished, the next run starts a new generation, which checks every known
 * address for changes.
 *
 * DESIGN: the frontier is a SQLite file beside the index. All changes since the last frontier_commit() are one
 * transaction, and the caller commits the index first. So after a kill -9 the frontier never lists a page as read that
 * the index lacks. At worst some pages are read again and found unchanged.
 * THREADS: one. */
#ifndef CRAWL_FRONTIER_H
#define CRAWL_FRONTIER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct frontier;

enum frontier_state { /* the file has these numbers: never change them */
                      FRONTIER_WAITING = 0,
                      FRONTIER_READ = 1,    /* in the index, or recognised as unchanged */
                      FRONTIER_SKIPPED = 2, /* not for the index, whether it was read or not */
                      FRONTIER_FAILED = 3,
                      FRONTIER_TAKEN = 4, /* being read; waits again after a crash */
};

struct frontier_page {
    int64_t id, site;
    struct slice url, etag, modified; /* the last validators; empty if there were none */
    struct slice indexed_as;          /* its address in the index; empty if it is not there */
    unsigned depth, tries;
};

/* fresh: forget the earlier crawl of this name. *goes_on: continues an unfinished crawl. *again: repeats a finished
 * one. */
MUST_USE bool frontier_open(const char *file, struct slice name, bool fresh, struct frontier **out, bool *goes_on,
                            bool *again, struct err *e);
void frontier_close(struct frontier *f); /* does not commit. NULL is fine */
MUST_USE bool frontier_commit(struct frontier *f, struct err *e);
MUST_USE bool frontier_finish(struct frontier *f, struct err *e); /* marks the crawl as finished, and commits */

/* The number of an origin, known or new. */
MUST_USE bool frontier_site(struct frontier *f, struct slice origin, int64_t *site, struct err *e);
/* The origins of all sites that have waiting pages, in the arena. */
MUST_USE bool frontier_sites(struct frontier *f, struct arena *a, struct slice **origins, size_t *n, struct err *e);
/* Adds a waiting address. key: its url_canonical(). A known address keeps its state and gets the smaller depth. *added:
 * it is new. */
MUST_USE bool frontier_add(struct frontier *f, struct slice key, struct slice url, int64_t site, unsigned depth,
                           bool *added, struct err *e);
/* Takes the site's waiting page that is nearest to a start page. *found is false if none waits. */
MUST_USE bool frontier_take(struct frontier *f, struct arena *a, int64_t site, struct frontier_page *out, bool *found,
                            struct err *e);
MUST_USE bool frontier_give_back(struct frontier *f, int64_t id, struct err *e); /* it waits again; adds a try */
/* Sets the state of a page. Its indexed_as, etag and modified are stored too. */
MUST_USE bool frontier_done(struct frontier *f, const struct frontier_page *page, enum frontier_state state,
                            struct err *e);
/* Marks another address of a page that was read, so that it is not read again. *taken: that has already happened. */
MUST_USE bool frontier_same(struct frontier *f, struct slice key, struct slice url, int64_t site, unsigned depth,
                            bool *taken, struct err *e);
MUST_USE bool frontier_counts(struct frontier *f, uint64_t *waiting, uint64_t *read, struct err *e);

#endif
