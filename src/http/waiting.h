/* waiting.h - requests that wait for something to happen, without a worker and without a thread.
 *
 * A handler that would have to block calls exchange_wait (exchange.h) and returns. It is called again, on a worker,
 * once its topic is woken, its time has come, its client has left or the server stops. So thousands of clients may wait
 * for results and events, and no question waits for a worker because of them.
 *
 * DESIGN: one list under one lock. A handler says what it waits for before it looks whether that is there already, so
 * that a topic which is woken in between is not missed. A resumed request that finds the queue full stays in the list
 * and is tried again.
 * OWNERSHIP: made before the server and freed after it.
 * THREADS: any. The lock is held while a request is handed to the queue, and never while a handler runs. */
#ifndef HTTP_WAITING_H
#define HTTP_WAITING_H

#include <stdbool.h>
#include <stdint.h>

struct exchange;
struct waiting;

struct wait {   /* the part of an exchange that waiting.c owns */
    bool armed; /* the handler has asked to wait; its own thread's */
    bool listed, parked, woken;
    uint64_t topic;
    int64_t until_ms;
    struct exchange *next;
};

/* NULL: there is no memory, or no thread. */
struct waiting *waiting_new(void);
void waiting_free(struct waiting *w); /* NULL is fine */
/* Calls the handlers that wait for this topic again. Any thread; w NULL is fine. */
void waiting_wake(struct waiting *w, uint64_t topic);

/* The server's: `resume` gives a parked request to a worker again. False: there is no place for it now. */
void waiting_use(struct waiting *w, bool (*resume)(struct exchange *x));
/* From now on nobody waits; those who do are called again. */
void waiting_stop(struct waiting *w);

/* The worker's. waiting_arm: what it waits for from now on; until_ms: of clock_ms. waiting_park: its handler has
 * returned; the exchange belongs to this list from then on. waiting_leave: it does not wait after all. */
void waiting_arm(struct waiting *w, struct exchange *x, uint64_t topic, int64_t until_ms);
void waiting_park(struct waiting *w, struct exchange *x);
void waiting_leave(struct waiting *w, struct exchange *x);

#endif
