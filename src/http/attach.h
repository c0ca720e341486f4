/* attach.h - a repeated request waits for the work of the first one instead of having it done twice.
 *
 * OpenAI's clients ask again by themselves when a reply takes too long: they close the connection, wait a moment and
 * send the same bytes with x-stainless-retry-count > 0 and no idempotency key. While a request with the same key, path and
 * body is still worked on, the repeat attaches to it: it gets the same status and bytes under its own request id; of a
 * stream all of them, from the first one on.
 *
 * Work goes on as long as one of its clients is there. When the last one leaves before the reply has begun and is of the
 * kind that repeats, it goes on for as long as such a client pauses before it asks again.
 * Only exchanges whose client sends x-stainless-retry-count take part; all others pass through untouched. */
#ifndef HTTP_ATTACH_H
#define HTTP_ATTACH_H

#include <pthread.h>

#include "base/buf.h"

struct exchange;

enum {
    ATTACHED_MAX = 4,        /* to one piece of work; openai's clients repeat twice by default */
    ATTACH_ALL = 1 + ATTACHED_MAX,
    KEPT_BYTES = 256 * 1024, /* of a stream; once it is longer nobody can attach to it any more */
};

struct attach { /* the work that others may attach to; zero-initialised but for its lock */
    pthread_mutex_t lock;
    struct exchange *first;
};

struct attach_part { /* of an exchange; attach.c's, guarded by the lock above except for `retry` */
    int retry;            /* the count that the client sent; -1: it takes no part */
    bool listed;          /* worked on, and others may attach */
    bool here, gone;      /* its client waits for work; no longer */
    struct exchange *to;  /* whose work it waits for; NULL: its own */
    struct exchange *attached[ATTACHED_MAX];
    unsigned attached_count;
    unsigned waiting;     /* clients that are here: its own and those attached */
    int64_t until_ms;     /* a client that has left may come back until then */
    const char *content_type, *heartbeat; /* of a stream that has begun */
    struct buf kept;      /* of that stream, from its start */
    struct exchange *next;
};

void attach_init(struct attach *t);
void attach_release(struct attach *t);

/* HTTP thread, once the request is whole. True: x was attached, or start gave it to a worker. start is called under
 * the lock (after a look at the list, so that two repeats do not both start). */
MUST_USE bool attach_or_start(struct exchange *x, bool (*start)(struct exchange *x));

/* The worker's. Each fills in all: x itself and those attached to it, and gives their number. */
unsigned attach_begin(struct exchange *x, const char *content_type, const char *heartbeat, struct exchange *all[ATTACH_ALL]);
unsigned attach_write(struct exchange *x, struct slice bytes, struct exchange *all[ATTACH_ALL]);
unsigned attach_close(struct exchange *x, struct exchange *all[ATTACH_ALL]); /* for the last words: nobody attaches any more */
/* The handler has returned: lets go of those attached. */
void attach_leave(struct exchange *x);

/* Any thread; twice is fine. The client of x is gone. Sets the cancelled of the work when nobody waits for it. */
void attach_left(struct exchange *x);
void attach_cancel_all(struct attach *t);
/* Cancels work whose client did not come back in time; true when some other may still. */
bool attach_look(void *attach, int64_t now_ms);

#endif
