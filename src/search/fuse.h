/* fuse.h - merges the results of several services into one list. Pure. */
#ifndef SEARCH_FUSE_H
#define SEARCH_FUSE_H

#include "search/hit.h"

/* Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): the score of a page is the sum of 1 / (60 + rank)
 * over the lists that have it; the best rank is 1. Two hits are one page if they have the same url_canonical()
 * (net/url.h). The URL comes from the list that ranks the page best; title, snippet and date each come from the first
 * list that has them; the longest text wins. Equal scores keep the order of the lists. Returns at most `limit` hits, or
 * all for 0, in the arena. */
struct search_hits search_fuse(struct arena *a, const struct search_list *lists, size_t count, size_t limit);

#endif
