/* frontier.h - what a crawl knows of addresses: which are to be read, which were, and what their servers said of them.
 *
 * A SQLite file beside the index. All changes since the last frontier_commit are one transaction; the caller commits the
 * index first, so that after a kill -9 the frontier never says "read" of a page that the index has not: at worst some
 * pages are read again and found unchanged. Crawls are told apart by their name; a finished one begins again with the
 * next generation, in which every known address is asked whether it changed. One thread. */
#ifndef CRAWL_FRONTIER_H
#define CRAWL_FRONTIER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct frontier;

enum frontier_state { /* stored: never renumber */
    FRONTIER_WAITING = 0,
    FRONTIER_READ = 1,    /* in the index, or recognised as unchanged */
    FRONTIER_SKIPPED = 2, /* read or not, it is not for the index */
    FRONTIER_FAILED = 3,
    FRONTIER_TAKEN = 4, /* handed out; waiting again after a crash */
};

struct frontier_page {
    int64_t id, site;
    struct slice url, etag, modified; /* validators of the last time; empty when there are none */
    struct slice indexed_as;          /* the address under which it is in the index; empty: it is not */
    unsigned depth, tries;
};

/* fresh: forgets what an earlier crawl of this name did. *goes_on: an unfinished one is continued; *again: a finished
 * one is repeated. */
MUST_USE bool frontier_open(const char *file, struct slice name, bool fresh, struct frontier **out, bool *goes_on,
                            bool *again, struct err *e);
void frontier_close(struct frontier *f); /* without commit. NULL is fine */
MUST_USE bool frontier_commit(struct frontier *f, struct err *e);
MUST_USE bool frontier_finish(struct frontier *f, struct err *e); /* and commits */

/* Number of a host, new or known. */
MUST_USE bool frontier_site(struct frontier *f, struct slice origin, int64_t *site, struct err *e);
/* Origins of all sites with waiting pages; in the arena. */
MUST_USE bool frontier_sites(struct frontier *f, struct arena *a, struct slice **origins, size_t *n, struct err *e);
/* key: url_canonical. A known address keeps its state and gets the smaller depth. *added tells whether it is new. */
MUST_USE bool frontier_add(struct frontier *f, struct slice key, struct slice url, int64_t site, unsigned depth,
                           bool *added, struct err *e);
/* The waiting page of the site that is nearest to the start; it is taken then. *found false: none waits. */
MUST_USE bool frontier_take(struct frontier *f, struct arena *a, int64_t site, struct frontier_page *out, bool *found,
                            struct err *e);
MUST_USE bool frontier_give_back(struct frontier *f, int64_t id, struct err *e); /* waits again, with one more try */
/* indexed_as, etag and modified replace what was stored. */
MUST_USE bool frontier_done(struct frontier *f, const struct frontier_page *page, enum frontier_state state,
                            struct err *e);
/* Marks another address of the same page, so that it is not read twice. *taken: that one was read already. */
MUST_USE bool frontier_same(struct frontier *f, struct slice key, struct slice url, int64_t site, unsigned depth,
                            bool *taken, struct err *e);
MUST_USE bool frontier_counts(struct frontier *f, uint64_t *waiting, uint64_t *read, struct err *e);

#endif
