/* engine.h - the narrow door between index.c, which knows pages and passages, and the library that stores and
 * matches them. xapian.cc is behind it; nothing of Xapian shows, and no exception leaves it.
 *
 * An engine holds numbered passages (terms with counts, marks, a date, stored bytes) and records (bytes by key). What
 * is written becomes visible, all at once, with engine_commit. Reading goes through a view: a snapshot of one commit,
 * used by one thread at a time, kept in a small pool.
 *
 * Reading an old snapshot while the writer commits again and again can fail with ERR_BUSY: refresh the view and
 * read everything anew. */
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
    struct slice text; /* at most ENGINE_TERM_BYTES; searched terms have no upper-case ASCII letter at their start */
    unsigned count;    /* within the passage; 0: a mark, which filters and has no weight */
};

enum { ENGINE_TERM_BYTES = 200, ENGINE_DATE_BYTES = 8 };

struct engine_passage {
    const struct engine_term *terms; /* each term once */
    size_t term_count;
    struct slice date; /* YYYYMMDD or empty */
    struct slice stored;
};

struct engine_query {
    const struct engine_term *terms; /* any may match; count is the number of times in the query */
    size_t term_count;
    const struct engine_term *extra; /* add weight to passages that have one of the terms, and find none by themselves */
    size_t extra_count;
    const struct slice *any_mark; /* at least one of these, unless there are none */
    size_t any_mark_count;
    const struct slice *no_mark; /* none of these */
    size_t no_mark_count;
    struct slice after_date; /* YYYYMMDD or empty */
    size_t limit;
    double k1, b; /* of BM25 */
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

/* Writing: one at a time across processes, else ERR_BUSY. The folder is created. A reader's folder may be missing. */
MUST_USE bool engine_open(const char *folder, bool write, struct engine **out, struct err *e);
void engine_close(struct engine *x); /* forgets what was not committed. NULL is fine */

/* Numbers are given in a row, from 1 on, and never again. */
MUST_USE bool engine_add(struct engine *x, const struct engine_passage *passage, uint32_t *number, struct err *e);
MUST_USE bool engine_delete(struct engine *x, uint32_t first, uint32_t count, struct err *e);
/* key: up to 200 bytes. An empty value removes the record. */
MUST_USE bool engine_set_record(struct engine *x, struct slice key, struct slice value, struct err *e);
/* What the writer sees, committed or not; empty when there is none. */
MUST_USE bool engine_written_record(struct engine *x, struct slice key, struct arena *a, struct slice *value,
                                    struct err *e);
MUST_USE bool engine_commit(struct engine *x, struct err *e);

/* A view of a commit that is at most ENGINE_FRESH_MS old, or newer when fresh is set. Any thread. */
enum { ENGINE_FRESH_MS = 100 };
MUST_USE bool engine_view_take(struct engine *x, bool fresh, struct engine_view **out, struct err *e);
/* broken: a read failed, so the view must not be used again. NULL is fine. */
void engine_view_give(struct engine *x, struct engine_view *v, bool broken);

MUST_USE bool engine_search(struct engine_view *v, const struct engine_query *q, struct arena *a,
                            struct engine_hits *out, struct err *e);
MUST_USE bool engine_record(struct engine_view *v, struct slice key, struct arena *a, struct slice *value,
                            struct err *e);
/* Stored bytes of `count` passages from `first` on. */
MUST_USE bool engine_stored(struct engine_view *v, uint32_t first, uint32_t count, struct arena *a, struct slice *out,
                            struct err *e);
/* Passages in all, and how many have each of the terms. */
MUST_USE bool engine_counts(struct engine_view *v, const struct slice *terms, size_t n, uint64_t *passages,
                            uint64_t *having, struct err *e);
const char *engine_version(void);

#ifdef __cplusplus
}
#endif

#endif
