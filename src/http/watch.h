/* watch.h - one thread that looks after every connection: deadlines, heartbeats, clients that left.
 *
 * libmicrohttpd tells nothing about a suspended connection and counts its time-outs from the last byte, so that a
 * client that sends a byte now and then is never cut. The watch fills both gaps. Each connection has a seat; a seat
 * goes IDLE -> RECEIVING (request line seen) -> BUSY (request whole, being worked on or answered) -> IDLE. */
#ifndef HTTP_WATCH_H
#define HTTP_WATCH_H

#include "base/err.h"

struct watch;
struct seat;
struct exchange;

struct watch_options {
    unsigned seats;              /* connections at a time */
    unsigned idle_timeout_ms;    /* IDLE for so long: closed */
    unsigned request_timeout_ms; /* RECEIVING for so long: 408 */
    unsigned heartbeat_ms;
    bool (*look)(void *look_at, int64_t now_ms); /* whenever the thread is awake, under its lock; true: keep it awake */
    void *look_at;
};

/* Starts the thread. NULL and *e when that fails. */
struct watch *watch_new(const struct watch_options *options, struct err *e);
/* Every connection must be closed. NULL is fine. */
void watch_free(struct watch *w);

/* A new connection; NULL when all seats are taken. HTTP threads only, as are the next four. */
struct seat *watch_sit(struct watch *w, int fd);
/* Before the connection's socket is closed. */
void watch_leave(struct watch *w, struct seat *seat);
void watch_receiving(struct watch *w, struct seat *seat);
/* The request is whole: x may be called from the watch's thread until watch_done. False when its time is over: the
 * connection must be closed. */
MUST_USE bool watch_busy(struct watch *w, struct seat *seat, struct exchange *x);
/* The exchange is over; x is never called again. True when its request did not arrive in time. */
bool watch_done(struct watch *w, struct seat *seat);

int seat_fd(const struct seat *seat);

/* Keeps the connection's socket open for a while after its owner closes it, and reads what still arrives: a close
 * with unread data resets the connection, and the client may lose the reply it was sent. HTTP threads. */
void watch_linger(struct watch *w, int fd);

/* Any thread. Calls act for each exchange that is BUSY, under the watch's lock. */
void watch_each(struct watch *w, void (*act)(struct exchange *x));
/* Any thread. shutdown(2) on every connection. */
void watch_shut_all(struct watch *w);

#endif
