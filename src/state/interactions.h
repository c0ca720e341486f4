/* interactions.h - conversations that a later request can continue, by the id that the reply gave: the turns, and the
 * pages that the answer was based on.
 *
 * An interaction belongs to the key that made it; nobody else can continue it.
 *
 * DESIGN: the file is interactions.db, apart from the keys, so that writing one never makes a key check wait, and so
 * that it can be deleted as a whole. A text is stored once, however many interactions use it. Commands may work on the
 * file while a server runs.
 * THREADS: any; one private lock. */
#ifndef STATE_INTERACTIONS_H
#define STATE_INTERACTIONS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/page_copy.h"

struct interactions;

struct interaction {
    struct slice turns;            /* opaque here: the caller's own format (api/chat_turns.h) */
    const struct page_copy *pages; /* each with its sha256 */
    size_t page_count;
};

struct interaction_row { /* for a list */
    struct slice id;
    int64_t key_id, made_unix;
    uint64_t turns, pages, bytes; /* bytes: turns and page texts, counted as if no text were shared */
};

/* Creates the file (mode 0600) when it is missing; the folder must be there. */
MUST_USE bool interactions_open(const char *folder, struct interactions **out, struct err *e);
void interactions_close(struct interactions *x); /* NULL is fine */
/* From now on nobody waits long for a file that another process holds: calls fail with ERR_IO after a fifth of a
 * second, and interactions_put at once for a second after that. For servers, before other threads use it. */
void interactions_hurry(struct interactions *x);
/* *newest: when the newest one was made; 0: there is none. */
MUST_USE bool interactions_newest(struct interactions *x, int64_t *newest_unix, struct err *e);

/* id must be new. turn_count is for lists only. */
MUST_USE bool interactions_put(struct interactions *x, struct slice id, int64_t key_id, const struct interaction *kept,
                               size_t turn_count, int64_t now_unix, struct err *e);
/* *found is false when no interaction has this id, another key made it, or it was put before since_unix. Everything is
 * in the arena. */
MUST_USE bool interactions_get(struct interactions *x, struct slice id, int64_t key_id, int64_t since_unix,
                               struct arena *a, struct interaction *out, bool *found, struct err *e);

/* Newest first. */
MUST_USE bool interactions_list(struct interactions *x, struct arena *a, struct interaction_row **out, size_t *count,
                                struct err *e);
/* Removes interactions put before before_unix (INT64_MAX: all), and the texts that no interaction uses any more.
 * SQLite overwrites them with zeros. */
MUST_USE bool interactions_purge(struct interactions *x, int64_t before_unix, uint64_t *removed, struct err *e);
MUST_USE bool interactions_remove(struct interactions *x, struct slice id, bool *found, struct err *e);
/* Removes the oldest interactions until the rest takes at most max_bytes of the file. */
MUST_USE bool interactions_shrink(struct interactions *x, uint64_t max_bytes, uint64_t *removed, struct err *e);

#endif
