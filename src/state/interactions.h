/* interactions.h - conversations that a later request can go on from, by the id that the reply gave: the turns, and the
 * pages that the answer stood on.
 *
 * A database file of its own (interactions.db beside the keys), so that writing one never makes a key check wait, and so
 * that it can be deleted as a whole. An interaction belongs to the key that made it. A text is kept once, however many
 * interactions stand on it. Commands may work on the file beside a running server. Any thread; one private lock. */
#ifndef STATE_INTERACTIONS_H
#define STATE_INTERACTIONS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct interactions;

/* Text of a page: the whole of it from offset 0, or a part. */
struct interaction_page {
    struct slice url, title, lang, date, sha256; /* sha256: of the whole page's text, lower-case hex */
    size_t offset;                               /* of text in the page's text, bytes */
    struct slice text;
};

struct interaction {
    struct slice turns; /* whatever the caller wants back */
    const struct interaction_page *pages;
    size_t page_count;
};

struct interaction_row { /* for a list */
    struct slice id;
    int64_t key_id, made_unix;
    uint64_t turns, pages, bytes; /* bytes: of turns and page texts, as if none were shared */
};

/* Creates the file (mode 0600) when it is missing; the folder must be there. */
MUST_USE bool interactions_open(const char *folder, struct interactions **out, struct err *e);
void interactions_close(struct interactions *x); /* NULL is fine */

/* id must be new. turn_count is for lists only. */
MUST_USE bool interactions_put(struct interactions *x, struct slice id, int64_t key_id, const struct interaction *kept,
                               size_t turn_count, int64_t now_unix, struct err *e);
/* *found false when there is none of this id, it is another key's, or it was put before since_unix. Everything is in the
 * arena. */
MUST_USE bool interactions_get(struct interactions *x, struct slice id, int64_t key_id, int64_t since_unix,
                               struct arena *a, struct interaction *out, bool *found, struct err *e);

/* Newest first. */
MUST_USE bool interactions_list(struct interactions *x, struct arena *a, struct interaction_row **out, size_t *count,
                                struct err *e);
/* Removes what was put before, and texts that no interaction stands on any more; SQLite overwrites them with zeros.
 * INT64_MAX: all of them. */
MUST_USE bool interactions_purge(struct interactions *x, int64_t before_unix, uint64_t *removed, struct err *e);
MUST_USE bool interactions_remove(struct interactions *x, struct slice id, bool *found, struct err *e);
/* Removes the oldest until what is left takes at most max_bytes of the file. */
MUST_USE bool interactions_shrink(struct interactions *x, uint64_t max_bytes, uint64_t *removed, struct err *e);

#endif
