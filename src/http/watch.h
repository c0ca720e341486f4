/* watch.h - one thread that looks after every connection: deadlines, heartbeats, clients that left.
 *
 * Each connection has a seat. When all are taken, a new connection takes the place of one without a request: of one
 * that never showed a key before those that did, of the address that has most, and of these the one that has been idle
 * for longest. So idle connections keep nobody out. A seat goes IDLE -> RECEIVING (the request line has come) -> BUSY
 * (the request is whole and is worked on or answered) -> IDLE.
 *
 * DESIGN: libmicrohttpd says nothing about a suspended connection, and counts its time-outs from the last byte, so
 * that a client that sends a byte now and then would never be cut. The watch fills both gaps.
 * THREADS: watch.lock is the outermost lock of http/; callbacks run under it. */
#ifndef HTTP_WATCH_H
#define HTTP_WATCH_H

#include <stdint.h>

#include "base/err.h"

struct watch;
struct seat;
struct exchange;

enum { WATCH_ADDRESS_BYTES = 16 };
struct watch_address { /* of a client: IPv6, or IPv4 as ::ffff:a.b.c.d */
    unsigned char bytes[WATCH_ADDRESS_BYTES];
};
enum { WATCH_V4_AT = 12 };                               /* where the four bytes of IPv4 are */
extern const unsigned char watch_v4_prefix[WATCH_V4_AT]; /* what is before them */
bool watch_address_is_v4(const struct watch_address *address);

struct watch_options {
    unsigned seats;              /* connections at a time */
    unsigned spare_seats;        /* and so many that are about to close */
    unsigned idle_timeout_ms;    /* IDLE for so long: closed */
    unsigned request_timeout_ms; /* RECEIVING for so long: 408; a request line that takes so long: closed */
    unsigned heartbeat_ms;
    bool half_closed_left; /* a client that closes its sending half has left, as all do that speak TLS */
    void *owner;           /* for seat_owner */
    /* Of an exchange between watch_busy and watch_done, on the watch's thread under its lock. tick: now and then;
     * *probe: its client has closed its sending half and may be gone; cleared once something was sent that will tell.
     * hung_up: its client is gone; may be called again. */
    void (*tick)(struct exchange *x, int64_t now_ms, bool *probe);
    void (*hung_up)(struct exchange *x);
    bool (*look)(void *look_at, int64_t now_ms); /* whenever the thread is awake, under its lock; true: keep it awake */
    void *look_at;
};

/* Starts the thread. NULL and *e when that fails. */
struct watch *watch_new(const struct watch_options *options, struct err *e);
/* Every connection must be closed. NULL is fine. */
void watch_free(struct watch *w);

/* A new connection; NULL when all seats are taken and none can be made free. HTTP threads only, as are the next four.
 */
struct seat *watch_sit(struct watch *w, int fd);
/* Before the connection's socket is closed. */
void watch_leave(struct watch *w, struct seat *seat);
/* The request line of x is there. */
void watch_receiving(struct watch *w, struct seat *seat, struct exchange *x);
/* The request is whole: tick and hung_up may be called with x until watch_done. False when its time is over: the
 * connection must be closed. */
MUST_USE bool watch_busy(struct watch *w, struct seat *seat, struct exchange *x);
/* The exchange is over; nothing is called with it again. True when its request did not arrive in time. */
bool watch_done(struct watch *w, struct seat *seat);

unsigned watch_taken(struct watch *w); /* seats; any thread */
int seat_fd(const struct seat *seat);
void *seat_owner(const struct seat *seat); /* of watch_options */
/* The request that it receives or that is worked on; NULL: none. Its HTTP thread's. */
struct exchange *seat_exchange(const struct seat *seat);
struct watch_address seat_address(const struct seat *seat);
/* The connection has shown a valid key, or needs none. Its HTTP thread's. */
void watch_trust(struct watch *w, struct seat *seat);

/* Keeps the socket open for a while after its owner closes it, and reads what still arrives. A close with unread data
 * resets the connection, and the client may lose the reply. HTTP threads. */
void watch_linger(struct watch *w, int fd);

/* Any thread. Calls act for each exchange that is BUSY, under the watch's lock. */
void watch_each(struct watch *w, void (*act)(struct exchange *x));
/* Any thread. shutdown(2) on every connection. */
void watch_shut_all(struct watch *w);

#endif
