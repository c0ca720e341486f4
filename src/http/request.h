/* request.h - inside of http/: struct exchange and how its files share the work. Others include server.h.
 *
 *   server.c    start and stop, libmicrohttpd's options
 *   listen.c    the address and its socket
 *   request.c   libmicrohttpd's callbacks: a request's way from its first line to its log line
 *   gates.c     what is refused before a worker is bothered
 *   routes.c    method and path
 *   reply.c     headers that every reply has
 *   exchange.c  the handler's side: reply, fail, begin, write, end
 *   pipe.c      bytes from the worker to the HTTP thread
 *   watch.c     deadlines, heartbeats, clients that left
 *   attach.c    repeated requests that wait for the work of the first one
 *
 * Lock order, outermost first; each is taken and dropped inside of one function:
 *
 *   watch.lock -> attach.lock -> exchange.lock -> pipe.lock -> (libmicrohttpd's own)
 *                 attach.lock -> work
 *   server.lock, state, limits: taken alone
 *
 * libmicrohttpd calls back without holding its own locks (0.9.75), which is what makes this order hold.
 *
 * An exchange has two owners: its connection (until the completed callback) and the worker that answers it, its own or
 * that of the exchange it is attached to (until the handler returns). The last one to let go frees it. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <microhttpd.h>
#include <pthread.h>

#include "base/buf.h"
#include "base/work.h"
#include "http/attach.h"
#include "http/pipe.h"
#include "http/server.h"
#include "http/watch.h"

enum {
    REQUEST_ID_CHARS = 64,
    DRAIN_BYTES = 64 * 1024, /* a refused body of at most this size is read to its end, so that keep-alive goes on */
    ERROR_BODY_BYTES = 8 * 1024
};

struct server {
    struct server_options options;
    struct MHD_Daemon *daemon;
    struct work *work;
    struct watch *watch;
    struct attach attach;
    pthread_mutex_t lock;
    pthread_cond_t fewer; /* exchanges went down */
    unsigned exchanges;   /* given to workers and not yet freed */
    bool stopping;
};

struct header {
    struct slice name, value;
};

enum progress { AT_HEADERS, AT_BODY, AT_DOOR, AT_WORK };

struct exchange {
    struct server *server;
    struct arena *arena;
    struct seat *seat;

    /* The request: written on the HTTP thread before the handler runs, only read afterwards. */
    int64_t started_us;
    char request_id[REQUEST_ID_CHARS + 1];
    struct slice target; /* as sent, with its query */
    struct slice method, path, wildcard;
    bool http_1_1;
    struct header *headers;
    size_t header_count;
    const struct route *route;
    const char *allow; /* methods of this path, for Allow; NULL when there is no such path */
    bool has_key;
    struct state_key key;
    struct limits_left left;
    struct buf body;

    /* HTTP thread only. */
    enum progress progress;
    bool preflight, refused, answer_queued, body_unread, admitted;
    struct err refusal;
    size_t drained_bytes;

    atomic_bool cancelled;
    struct attach_part part;

    /* Only the worker that answers it, until the handler has returned; before it is attached, the HTTP thread. */
    bool answered, begun, ended, cut_off;

    pthread_mutex_t lock; /* guards the rest */
    unsigned owners;
    struct MHD_Connection *connection; /* NULL when the exchange is over for the client */
    bool asleep;                       /* suspended until there is a response */
    bool given_up;                     /* close instead of waiting for a response */
    struct MHD_Response *response;     /* made, not yet queued */
    int status;                        /* of the reply; 0: none yet */
    uint64_t reply_bytes;
    struct pipe *pipe;
};

/* exchange.c */
struct exchange *exchange_new(struct server *s, const char *target);
void exchange_drop(struct exchange *x);
/* Sends the head of a stream and its first bytes (at most KEPT_BYTES) to x alone. */
void exchange_begin_one(struct exchange *x, const char *content_type, const char *heartbeat, struct slice first);
/* Runs the handler and makes sure of an answer. */
void exchange_run(struct exchange *x);
/* The handler should come to its end; its answer is still sent. */
void exchange_cancel(struct exchange *x);
/* The client is gone, or is given up: nothing more is sent. */
void exchange_give_up(struct exchange *x);
/* Now and then, by the watch. *probe: the client has closed its sending half and may be gone; cleared once something
 * was sent that will tell. */
void exchange_tick(struct exchange *x, int64_t now_ms, bool *probe);

/* gates.c: false: refused, with *e. */
MUST_USE bool gates_pass(struct exchange *x, struct err *e);
/* False when the server is stopping; else the exchange counts until it is freed. */
MUST_USE bool server_admit(struct server *s);
void server_leave(struct server *s);
bool server_stopping(struct server *s);

/* routes.c: sets route, wildcard, allow, preflight. */
MUST_USE bool routes_find(struct exchange *x, struct err *e);

/* reply.c */
typedef void add_header(void *to, const char *name, const char *value);
/* Calls add for every header that this reply has beside its content's; e: NULL, or why it failed. */
void reply_headers(const struct exchange *x, const struct err *e, add_header *add, void *to);
void reply_add(void *response, const char *name, const char *value); /* an add_header for struct MHD_Response */
struct MHD_Response *reply_of_bytes(const struct exchange *x, const char *content_type, struct slice body);
struct MHD_Response *reply_of_error(const struct exchange *x, const struct err *e, size_t *body_bytes);
struct MHD_Response *reply_of_preflight(const struct exchange *x);
/* A whole error reply as it goes over the wire, for where libmicrohttpd takes none any more. */
void reply_print_error(const struct exchange *x, const struct err *e, struct buf *out);

/* request.c: libmicrohttpd's callbacks; cls is the server. */
void *request_line(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result request_step(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                             const char *version, const char *upload, size_t *upload_bytes, void **con_cls);
void request_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
                       enum MHD_RequestTerminationCode how);
void request_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode what);

/* listen.c: a listening socket; *port: the port in use; *loopback: only this machine can reach it. */
MUST_USE bool listen_open(const char *address, int *fd, unsigned *port, bool *loopback, struct err *e);

#endif
