/* replies.h - replies that are kept for requests that are sent again under the same Idempotency-Key.
 *
 * A reply belongs to the API key that asked. Only a hash of the request is kept beside it.
 *
 * DESIGN: replies.db, apart from the other files, so that it can be deleted as a whole. It holds at most max_bytes of
 * replies: the oldest give way, and one API key has at most half of it, so that it cannot push out all others'.
 * THREADS: any; one private lock. */
#ifndef STATE_REPLIES_H
#define STATE_REPLIES_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct replies;

struct reply_name {
    int64_t key_id;               /* 0 without API keys */
    struct slice key, path, body; /* key: the Idempotency-Key */
};

struct kept_reply {
    struct slice content_type, body;
};

enum replies_found {
    REPLIES_NONE,
    REPLIES_SAME,
    REPLIES_OTHER, /* that key was used for another path or body */
};

/* Creates the file (mode 0600) when it is missing; the folder must be there. */
MUST_USE bool replies_open(const char *folder, uint64_t max_bytes, struct replies **out, struct err *e);
void replies_close(struct replies *r); /* NULL is fine */
/* *out is in the arena, with REPLIES_SAME. Replies from before since_unix are none. */
MUST_USE bool replies_get(struct replies *r, const struct reply_name *name, int64_t since_unix, struct arena *a,
                          enum replies_found *found, struct kept_reply *out, struct err *e);
/* Takes the place of one with the same key. Replies older than keep_s are removed. */
MUST_USE bool replies_put(struct replies *r, const struct reply_name *name, const struct kept_reply *reply,
                          int64_t now_unix, int64_t keep_s, struct err *e);

#endif
