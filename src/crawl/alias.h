/* alias.h - pages that named another address as their own (<link rel=canonical>) and what became of that address.
 *
 * A page that names another one is not read; the other one is. When the other one turns out not to exist, or names this
 * one in turn, the page would be lost, so it is read under its own address after all. Known for the run only: a crawl
 * that goes on after a kill has forgotten it.
 *
 * Keys are those of url_canonical and are copied. THREADS: one. */
#ifndef CRAWL_ALIAS_H
#define CRAWL_ALIAS_H

#include "base/arena.h"
#include "base/table.h"

struct alias {
    struct slice key, target;
    int64_t page; /* of the frontier */
    size_t site;
    bool own; /* read under its own address */
};

struct aliases {
    struct arena *a;
    struct alias *at;
    size_t n, room;
    struct table by_key, by_target;
    struct slice *gone; /* targets that do not exist */
    size_t gone_count, gone_room;
    struct table by_gone;
};

void aliases_init(struct aliases *s, struct arena *a);
/* Notes that a page names target. True: it is to be read under its own address, since target is gone, is
 * itself, or names it. */
bool aliases_add(struct aliases *s, struct slice key, struct slice target, int64_t page, size_t site);
/* Whether the page is to be read under its own address. */
bool aliases_own(const struct aliases *s, struct slice key);
/* Target does not exist. */
void aliases_gone(struct aliases *s, struct slice target);
/* A page that named target and has now to be read under its own address; NULL: no further one. */
const struct alias *aliases_next(struct aliases *s, struct slice target);

#endif
