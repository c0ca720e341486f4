/* interactions.h - conversations that a later request can go on from, by the id that the reply gave.
 *
 * A database file of its own (interactions.db beside the keys), so that writing one never makes a key check wait, and so
 * that it can be deleted as a whole. An interaction belongs to the key that made it. Any thread; one private lock. */
#ifndef STATE_INTERACTIONS_H
#define STATE_INTERACTIONS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct interactions;

/* Creates the file (mode 0600) when it is missing; the folder must be there. */
MUST_USE bool interactions_open(const char *folder, struct interactions **out, struct err *e);
void interactions_close(struct interactions *x); /* NULL is fine */

/* turns: whatever the caller wants back. id must be new. */
MUST_USE bool interactions_put(struct interactions *x, struct slice id, int64_t key_id, struct slice turns,
                               int64_t now_unix, struct err *e);
/* *found false when there is none of this id, or it is another key's. */
MUST_USE bool interactions_get(struct interactions *x, struct slice id, int64_t key_id, struct arena *a,
                               struct slice *turns, bool *found, struct err *e);
/* Removes what was put before. */
MUST_USE bool interactions_purge(struct interactions *x, int64_t before_unix, uint64_t *removed, struct err *e);

#endif
