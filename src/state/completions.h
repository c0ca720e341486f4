/* completions.h - chat completions that a client asked to have stored ("store": true), as OpenAI keeps them: listed,
 * read, their metadata changed, removed.
 *
 * A completion belongs to the API key that made it. Texts are opaque JSON (api/stored.h), but for metadata, an object
 * of strings.
 *
 * DESIGN: completions.db, apart from the other files. Beyond max_bytes the oldest are removed, and one API key has at
 * most half of it.
 * THREADS: any; one private lock. */
#ifndef STATE_COMPLETIONS_H
#define STATE_COMPLETIONS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct completions;

struct completion {
    struct slice id, model, metadata, reply, messages;
    int64_t created_unix;
};

struct completion_query {
    struct slice after;    /* an id: only those behind it; empty: from the first */
    struct slice model;    /* empty: any */
    struct slice metadata; /* JSON object of strings that theirs must have; "{}": any */
    bool newest_first;
    size_t limit;
};

/* Creates the file (mode 0600) when it is missing; the folder must be there. keep_s: older ones are removed. */
MUST_USE bool completions_open(const char *folder, uint64_t max_bytes, int64_t keep_s, struct completions **out,
                               struct err *e);
void completions_close(struct completions *c); /* NULL is fine */
MUST_USE bool completions_put(struct completions *c, int64_t key_id, const struct completion *in, struct err *e);
/* *found is false when this key has no such one. Everything is in the arena. */
MUST_USE bool completions_get(struct completions *c, int64_t key_id, struct slice id, struct arena *a,
                              struct completion *out, bool *found, struct err *e);
/* At most limit; *more: there are others behind them. */
MUST_USE bool completions_list(struct completions *c, int64_t key_id, const struct completion_query *q, struct arena *a,
                               struct completion **out, size_t *count, bool *more, struct err *e);
MUST_USE bool completions_set_metadata(struct completions *c, int64_t key_id, struct slice id, struct slice metadata,
                                       struct err *e);
MUST_USE bool completions_remove(struct completions *c, int64_t key_id, struct slice id, bool *found, struct err *e);

#endif
