/* engine.h - the interface to the search library, which stores passages and matches them. Private to index/.
 *
 * xapian.cc implements it. Callers see nothing of Xapian, and no C++ exception leaves it. An engine holds numbered
 * passages (terms with counts, marks, a date, stored bytes) and records (bytes by key). engine_commit() makes all
 * changes visible at once. Readers use a view, which is a snapshot of one commit.
 *
 * OWNERSHIP: results are in the arena of the call. Views are taken from a pool and must be given back.
 * THREADS: engine_view_take() and engine_view_give() may be called from any thread; a view serves one thread at a time;
 * writing is one thread's.
 * ERRORS: if the writer commits several times while a view is read, reading can fail with ERR_BUSY. Then take a fresh
 * view and read everything again. */
#ifndef INDEX_ENGINE_H
#define INDEX_ENGINE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "base/arena.h"
#include "base/err.h"

struct engine;
struct engine_view;

struct engine_term {
    struct slice text; /* at most ENGINE_TERM_BYTES; terms for searching do not start with an upper-case ASCII letter */
    unsigned count;    /* how often the passage has it; 0 for a mark, which only filters */
};

enum { ENGINE_TERM_BYTES = 200, ENGINE_DATE_BYTES = 8 };

struct BY_NAME engine_passage {
    const struct engine_term *terms; /* each different term once */
    size_t term_count;
    struct slice date; /* YYYYMMDD or empty */
    struct slice stored;
};

struct engine_query {
    const struct engine_term *terms; /* a passage must have one of them; count: how often the query has it */
    size_t term_count;
    const struct engine_term *extra; /* find nothing by themselves, but add weight to the passages found by terms */
    size_t extra_count;
    const struct slice *any_mark; /* a passage must have one of these, unless the list is empty */
    size_t any_mark_count;
    const struct slice *no_mark; /* a passage must have none of these */
    size_t no_mark_count;
    struct slice after_date; /* YYYYMMDD or empty */
    size_t limit;
    double k1, b; /* the constants of BM25 */
};

struct engine_hit {
    uint32_t number;
    double weight; /* BM25 */
    struct slice stored;
};

struct engine_hits {
    struct engine_hit *at; /* best first */
    size_t n;
};

/* A writer creates the folder. ERR_BUSY if another writer, in any process, has it open. A reader's folder may be
 * missing; then the engine is empty. */
MUST_USE bool engine_open(const char *folder, bool write, struct engine **out, struct err *e);
void engine_close(struct engine *x); /* forgets changes that were not committed. NULL is fine */

/* Numbers count up from 1, without gaps; no number is used twice. */
MUST_USE bool engine_add(struct engine *x, const struct engine_passage *passage, uint32_t *number, struct err *e);
MUST_USE bool engine_delete(struct engine *x, uint32_t first, uint32_t count, struct err *e);
/* key: up to 200 bytes. An empty value removes the record. */
MUST_USE bool engine_set_record(struct engine *x, struct slice key, struct slice value, struct err *e);
/* The record as the writer sees it, committed or not; empty if there is none. */
MUST_USE bool engine_written_record(struct engine *x, struct slice key, struct arena *a, struct slice *value,
                                    struct err *e);
MUST_USE bool engine_commit(struct engine *x, struct err *e);

/* A view that lacks no commit older than ENGINE_FRESH_MS; with fresh set, a view of the last commit. */
enum { ENGINE_FRESH_MS = 100 };
MUST_USE bool engine_view_take(struct engine *x, bool fresh, struct engine_view **out, struct err *e);
/* broken: a read has failed, so the view is thrown away. v may be NULL. */
void engine_view_give(struct engine *x, struct engine_view *v, bool broken);

MUST_USE bool engine_search(struct engine_view *v, const struct engine_query *q, struct arena *a,
                            struct engine_hits *out, struct err *e);
MUST_USE bool engine_record(struct engine_view *v, struct slice key, struct arena *a, struct slice *value,
                            struct err *e);
/* The stored bytes of `count` passages from number `first` on; out has room for them. */
MUST_USE bool engine_stored(struct engine_view *v, uint32_t first, uint32_t count, struct arena *a, struct slice *out,
                            struct err *e);
/* *passages: how many passages there are. having[i]: how many of them have terms[i]. */
MUST_USE bool engine_counts(struct engine_view *v, const struct slice *terms, size_t n, uint64_t *passages,
                            uint64_t *having, struct err *e);
/* *last: the highest number that a passage has or had; 0 if there is none. */
MUST_USE bool engine_last(struct engine_view *v, uint32_t *last, struct err *e);
/* Reads all tables of the folder and compares their blocks and counts. ERR_CORRUPT, with the first thing that is wrong.
 * A missing index is fine. */
MUST_USE bool engine_check(const char *folder, struct err *e);
/* Writes the last commit into a folder that does not exist yet, as an index of its own with the same numbers. ERR_BUSY:
 * commits came faster than it could be read; `to` is then removed as far as it was written. A missing index is fine. */
MUST_USE bool engine_snapshot(const char *folder, const char *to, struct err *e);
/* Calls each for all terms and marks that begin so, in the order of their bytes. The term lasts for the call. each must
 * not throw. */
MUST_USE bool engine_terms(struct engine_view *v, struct slice beginning,
                           void (*each)(void *ud, struct slice term, uint64_t having), void *ud, struct err *e);
const char *engine_version(void);
/* From now on C++ takes its memory as arenas do (base/reserve.h). */
void engine_use_reserve(void);

#ifdef __cplusplus
}
#endif

#endif
