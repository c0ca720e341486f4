/* pool.h - pages that were read for this question alone, cut into passages and ranked as the index ranks its own.
 *
 * Also the one source of term weights for a session: how rare a word is, counted over the index and the pool together,
 * so that a question over a handful of fetched pages and an empty index still knows its telling words. One thread; lives
 * in the session's arena. */
#ifndef EVIDENCE_POOL_H
#define EVIDENCE_POOL_H

#include "index/index.h"
#include "text/words.h"

struct pool_page {
    struct slice url, title, text, lang, date; /* as in struct index_page */
    struct slice sha256; /* of the whole page's text, when text is only a part of it; else empty */
    size_t offset;       /* of text in the page's text, bytes */
};

struct pool_passage {
    struct passage passage;
    uint32_t *stems; /* hashes of the stems, in order */
    size_t stem_count;
    struct words title;
};

struct pool {
    struct arena *arena;
    struct index *index;
    struct pool_passage *at;
    size_t n, room;
    struct pool_page *pages; /* as they were added, with their hashes */
    size_t page_count, page_room;
};

struct pool *pool_new(struct arena *a, struct index *index);

/* Cuts the page; its slices must live as long as the pool. */
void pool_add(struct pool *p, const struct pool_page *page);

/* ln(1 + (N - n + 0.5) / (n + 0.5)), as in index.h, over the passages of index and pool. *unknown: the weight of a word
 * that is nowhere. */
MUST_USE bool pool_idf(const struct pool *p, const struct slice *stems, size_t count, double *idf, double *unknown,
                       struct err *e);

/* Adds the pool's passages to the hits of an index_search for the same text: best first, at most per_page of a page, at
 * most `limit` together, near-copies once. */
MUST_USE bool pool_merge(struct pool *p, struct slice text, const struct lang *lang, size_t limit, size_t per_page,
                         struct index_hits *hits, struct err *e);

#endif
