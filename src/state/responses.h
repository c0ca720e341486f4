/* responses.h - responses that are kept (OpenAI's Responses API keeps each unless "store" is false): read again, polled
 * for while they are made in the background, removed.
 *
 * A response belongs to the API key that made it; nobody else sees it. Texts are opaque JSON (api/resp_reply.h), but
 * for the member "status" of a reply.
 *
 * DESIGN: responses.db, apart from the other files. Beyond max_bytes the oldest are removed, and one API key has at
 * most half of it. What a stopped process had not finished is marked as failed when the file is opened again: its
 * client polls for an end.
 * THREADS: any; one private lock. */
#ifndef STATE_RESPONSES_H
#define STATE_RESPONSES_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct responses;

struct kept_response {
    struct slice id, reply, items; /* items: the input */
    bool running;                  /* nobody has finished it yet */
    int64_t created_unix;
};

/* Creates the file (mode 0600) when it is missing; the folder must be there. keep_s: older ones are removed. */
MUST_USE bool responses_open(const char *folder, uint64_t max_bytes, int64_t keep_s, struct responses **out,
                             struct err *e);
void responses_close(struct responses *r); /* NULL is fine */
MUST_USE bool responses_put(struct responses *r, int64_t key_id, const struct kept_response *in, struct err *e);
/* Another reply of a running one. finished: it runs no more. Nothing happens when it was removed or had ended. */
MUST_USE bool responses_set(struct responses *r, int64_t key_id, struct slice id, struct slice reply, bool finished,
                            struct err *e);
/* *found is false when this key has no such one. Everything is in the arena. */
MUST_USE bool responses_get(struct responses *r, int64_t key_id, struct slice id, struct arena *a,
                            struct kept_response *out, bool *found, struct err *e);
MUST_USE bool responses_remove(struct responses *r, int64_t key_id, struct slice id, bool *found, struct err *e);

#endif
