/* exchange_inner.h - struct exchange and how the files of http/ share it. Handlers see exchange.h alone.
 *
 *   exchange.c         its life and the request
 *   exchange_client.c  the reply of one exchange on its way to its own client
 *   exchange_answer.c  the handler's calls: an answer goes to the exchange and to those attached to it
 *
 * OWNERSHIP: an exchange has two owners: its connection (until libmicrohttpd's completed callback) and the worker that
 * answers it, its own or that of the exchange it is attached to (until the handler returns). The last one to let go
 * frees it.
 * THREADS: the struct says for each group of members who may touch it. server_inner.h draws the lock order. */
#ifndef HTTP_EXCHANGE_INNER_H
#define HTTP_EXCHANGE_INNER_H

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>

#include "base/buf.h"
#include "http/attach.h"
#include "http/exchange.h"
#include "http/pipe.h"
#include "http/watch.h"
#include "http/repeat.h"
#include "http/trace_context.h"
#include "http/unpack.h"
#include "http/waiting.h"
#include "state/limits.h"

struct route;
struct seat;
struct server;

enum { REQUEST_ID_CHARS = 64 };

struct header {
    struct slice name, value;
};

enum progress { AT_HEADERS, AT_BODY, AT_DOOR, AT_WORK };

struct client_pace { /* how fast a client takes what waits for it */
    int64_t pending_ms,
        window_ms;  /* since when something waits; begin of the window that is looked at. 0: nothing waits */
    uint64_t acked; /* bytes acknowledged on the connection at the window's begin */
};

struct exchange {
    struct server *server;
    struct arena *arena;
    struct seat *seat;

    /* The request: written on the HTTP thread before the handler runs, only read afterwards. */
    int64_t started_us, started_unix;
    struct watch_address address;  /* of the client */
    char client[INET6_ADDRSTRLEN]; /* the same as text */
    char request_id[REQUEST_ID_CHARS + 1];
    char traceparent[TRACEPARENT_CHARS + 1]; /* to be sent on; "" for none */
    struct slice target;                     /* as sent, with its query */
    struct slice method, path, wildcard, wildcard_2;
    bool http_1_1;
    struct header *headers;
    size_t header_count;
    const char *head_end; /* while headers are copied: where the last value ends in libmicrohttpd's buffer */
    bool head_broken;     /* a line of the head is not what libmicrohttpd says */
    const struct route *route;
    const char *allow;     /* methods of this path, for Allow; NULL when there is no such path */
    bool has_key, counted; /* counted: outcome.h */
    struct state_key key;
    struct limits_left left;
    struct buf body;

    /* HTTP thread only. */
    enum progress progress;
    bool preflight, refused, answer_queued, body_unread, admitted;
    struct unpack *unpack; /* of a body that comes packed; NULL before its first byte */
    bool packed;
    struct err refusal;
    size_t drained_bytes;

    atomic_bool cancelled;
    struct attachment attachment;

    /* Only the worker that answers it, until the handler has returned; before it is attached, the HTTP thread. */
    bool answered, begun, ended;
    bool shared;           /* attached: the worker's that it is attached to */
    enum err_code failure; /* of the error that it was answered with; ERR_OK: none */
    int64_t begun_us, first_us;
    struct outcome_work work;
    struct repeat repeat;
    void *memory; /* exchange_memory */
    struct wait wait;
    bool wait_over; /* its handler was called before and has waited since */

    pthread_mutex_t lock; /* guards the rest */
    unsigned owners;
    struct MHD_Connection *connection; /* NULL when the exchange is over for the client */
    bool asleep;                       /* suspended until there is a response */
    bool given_up;                     /* close instead of waiting for a response */
    struct MHD_Response *response;     /* made, not yet queued */
    bool cut_off;                      /* its client was too slow */
    bool queued;                       /* libmicrohttpd has the reply */
    struct client_pace pace;
    int status; /* of the reply; 0: none yet */
    uint64_t reply_bytes;
    struct pipe *pipe;
};

/* For a request whose first line has arrived. NULL when there is no memory. One owner: its connection. */
struct exchange *exchange_new(struct server *s, const char *target);
/* It came on this seat; its client is who is there. */
void exchange_seat(struct exchange *x, struct seat *seat);
void exchange_client(struct exchange *x, struct watch_address address);
void exchange_hold(struct exchange *x);
void exchange_drop(struct exchange *x);
/* The handler should come to its end; its answer is still sent. Any thread. */
void exchange_cancel(struct exchange *x);

/* Hands the response of x to its connection and takes it over; NULL closes the connection. The worker's. pipe: what the
 * response reads from, or NULL. */
void exchange_offer(struct exchange *x, int status, struct MHD_Response *response, size_t body_bytes,
                    struct pipe *pipe);
/* Sends the head of a stream and its first bytes (at most KEPT_BYTES) to x alone. */
void exchange_begin_one(struct exchange *x, const char *content_type, const char *heartbeat, struct slice first);
/* Resets the connection of a client that takes nothing. */
void exchange_reset(struct exchange *x);
/* Nothing more is sent, and the connection is closed unless a whole response is on its way. Any thread. */
void exchange_hang_up(struct exchange *x);
/* Now and then, by the watch. *probe: the client has closed its sending half and may be gone; cleared once something
 * was sent that will tell. */
/* Returns whether its reply should be begun although nothing is there yet (attach_begin_early). */
bool exchange_tick(struct exchange *x, int64_t now_ms, bool *probe);

/* Runs the handler and makes sure of an answer. False: it waits for something (waiting.h), and x belongs to somebody
 * else now. */
MUST_USE bool exchange_run(struct exchange *x);
/* The client is gone, or is given up: exchange_hang_up, and its work is cancelled unless others wait for it. */
void exchange_give_up(struct exchange *x);

#endif
