/* copies.h - texts that a crawl has met, so that a site which shows the same few pages under ever new addresses ends.
 *
 * Relative links that lack their slash pile up (/a/a/a), and a session id that is new in each link makes every page
 * new. Their texts are copies. A copy is not kept and its links are not followed when its path repeats itself, or when
 * the text was met COPIES_FOLLOWED times: some sites show one text beside different links, so one copy is followed.
 *
 * Texts are known by their hash alone, of this run alone, and counted for each site by itself. THREADS: one. */
#ifndef CRAWL_COPIES_H
#define CRAWL_COPIES_H

#include "base/arena.h"
#include "base/table.h"

enum { COPIES_FOLLOWED = 2 };

struct copies {
    struct arena *arena;
    struct copy {
        uint64_t hash;
        uint32_t met;
    } *at;
    size_t n, room;
    struct table by_hash;
};

/* Of a text. */
uint64_t copies_hash(struct slice text);
/* Whether a path has a part that follows itself: "/a/a", "/en/docs/en/docs/x". */
bool copies_piles_up(struct slice path);

void copies_init(struct copies *c, struct arena *a);
/* Notes a text of a page. True: it is a copy that ends its branch. */
bool copies_ends(struct copies *c, size_t site, uint64_t hash, struct slice path);

#endif
