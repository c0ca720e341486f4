/* attach.h - a repeated request waits for the work of the first one, so that the work is not done twice.
 *
 * OpenAI's clients repeat a request by themselves when a reply takes too long: they close the connection, wait a
 * moment and send the same bytes with x-stainless-retry-count > 0 and no idempotency key. While a worker still answers
 * a request with the same key, path and body, the repeat attaches to it. It gets the same status and the same bytes
 * under its own request id; of a stream it gets all bytes from the first on. Only clients that send
 * x-stainless-retry-count or Idempotency-Key (repeat.h) take part; all other exchanges pass through untouched.
 *
 * Work goes on as long as one of its clients is there. When the last client leaves before the reply has begun, and is
 * one that repeats, the work goes on for as long as such a client pauses before it asks again.
 *
 * OWNERSHIP: an attached exchange is held until the handler of the work returns (attach_leave).
 * THREADS: each function says who may call it. attach.lock is taken after watch.lock and before an exchange's lock. */
#ifndef HTTP_ATTACH_H
#define HTTP_ATTACH_H

#include <pthread.h>

#include "base/buf.h"
#include "base/err.h"

struct exchange;

enum {
    ATTACHED_MAX = 4, /* to one piece of work; openai's clients repeat twice by default */
    ATTACH_ALL = 1 + ATTACHED_MAX,
    KEPT_BYTES = 256 * 1024, /* of a stream; once it is longer nobody can attach to it any more */
};

struct attach { /* the work that others may attach to; zero-initialised but for its lock */
    pthread_mutex_t lock;
    struct exchange *first;
};

struct attachment {      /* the part of an exchange that attach.c owns; the lock above guards all but `retry` */
    int retry;           /* the count that the client sent, 0 with an Idempotency-Key alone; -1: it takes no part */
    bool listed;         /* worked on, and others may attach */
    bool here, gone;     /* its client waits for the work; it has left */
    struct exchange *to; /* whose work it waits for; NULL: its own */
    struct exchange *attached[ATTACHED_MAX];
    unsigned attached_count;
    unsigned waiting;                     /* clients that wait: its own and those attached */
    int64_t until_ms;                     /* a client that has left may come back until then */
    const char *content_type, *heartbeat; /* of a stream that has begun */
    struct buf kept;                      /* of that stream, from its start */
    const char *early_type, *early_beat;  /* exchange_announce; NULL: nothing was announced */
    bool early_begun, early_closed;       /* begun by the watch; it may not begin it any more */
    struct exchange *next;
};

void attach_init(struct attach *t);
void attach_release(struct attach *t);

/* HTTP thread, once the request is whole. True: x was attached, or start gave it to a worker. start is called under
 * the lock, so that of two repeats that come at once only one starts. ERR_BUSY: start could not. ERR_REPEAT_OTHER,
 * ERR_REPEAT_RUNNING: its Idempotency-Key is that of a running request that is another one, or that takes nobody. */
MUST_USE bool attach_or_start(struct exchange *x, bool (*start)(struct exchange *x), struct err *e);

/* The worker's: see exchange_announce. attach_settle: nothing is begun early any more; whether it was. */
void attach_announce(struct exchange *x, const char *content_type, const char *heartbeat);
bool attach_settle(struct exchange *x);
/* The watch's: begins what was announced by the work that answers x, for all who wait for it. */
void attach_begin_early(struct exchange *x);

/* The worker's. Each puts x itself and those attached to it into all, and returns their number. */
unsigned attach_begin(struct exchange *x, const char *content_type, const char *heartbeat,
                      struct exchange *all[ATTACH_ALL]);
unsigned attach_write(struct exchange *x, struct slice bytes, struct exchange *all[ATTACH_ALL]);
unsigned attach_close(struct exchange *x,
                      struct exchange *all[ATTACH_ALL]); /* before the last bytes: nobody can attach any more */
/* The worker's, once the handler has returned: drops those attached. */
void attach_leave(struct exchange *x);

/* Any thread; calling it twice is safe. The client of x is gone. Sets `cancelled` of the work when nobody waits for
 * it. */
void attach_left(struct exchange *x);
void attach_cancel_all(struct attach *t);
/* The watch's: cancels work whose client did not come back in time. True while another client may still come back. */
bool attach_look(void *attach, int64_t now_ms);

#endif
