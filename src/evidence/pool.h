/* pool.h - the pages that were fetched for one session, searchable like pages of the index.
 *
 * Fetched pages are not added to the index. The pool cuts them into passages, scores them with the same formula, and
 * merges them with the hits of an index search. It also gives term weights to the whole session: how rare a word is,
 * counted over index and pool together. So an empty index with a few fetched pages still tells common words from rare
 * ones.
 *
 * OWNERSHIP: everything is in the session's arena; the index is borrowed.
 * THREADS: one at a time. */
#ifndef EVIDENCE_POOL_H
#define EVIDENCE_POOL_H

#include "index/index.h"
#include "text/words.h"

struct pool_passage {
    struct passage passage;
    uint32_t *stems; /* hashes of the stems, in order */
    size_t stem_count;
    struct words title;
    struct words names; /* of the headings and terms above it and in it */
};

struct pool {
    struct arena *arena;
    struct index *index;
    struct pool_passage *at;
    size_t n, room;
    struct page_copy *pages; /* in the order in which they were added, each with its sha256 */
    size_t page_count, page_room;
};

struct pool *pool_new(struct arena *a, struct index *index);

/* Cuts a page into passages and adds them. The page's slices must outlive the pool. Its sha256 may be empty for a whole
 * page, and is computed then; for a part of a page (offset > 0) it must be the whole page's. Passages beyond 400 of one
 * page, or 4,000 of the pool, are left out. */
void pool_add(struct pool *p, const struct page_copy *page);

/* idf[i] = ln(1 + (N - n + 0.5) / (n + 0.5)), as in index.h: N passages in index and pool, n of them with the stem.
 * *unknown is the weight of a word that no passage has. False if the index could not be read. */
MUST_USE bool pool_idf(const struct pool *p, const struct slice *stems, size_t count, double *idf, double *unknown,
                       struct err *e);

/* Adds the pool's passages to the hits of an index_search() for the same text. Afterwards the hits are best first, at
 * most `limit`, at most per_page of each page, each text once (near-copies are dropped), and each page in one version.
 * False if the index could not be read. */
MUST_USE bool pool_merge(struct pool *p, struct slice text, const struct lang *lang, size_t limit, size_t per_page,
                         struct index_hits *hits, struct err *e);

#endif
