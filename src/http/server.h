/* server.h - the HTTP server: sockets, gates and replies. Knows nothing of questions and answers.
 *
 * libmicrohttpd's epoll threads read requests; the gates (method and path, size, key, rate) refuse what they can
 * before a worker is bothered; what passes runs as one blocking handler call on a thread of the work queue, which
 * answers through its exchange. HTTP threads never block and never wait for a worker. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"
#include "state/limits.h"
#include "state/state.h"

struct server;
struct exchange; /* one request and its reply; valid during the handler's call */

struct route {
    const char *method; /* "GET", "POST" */
    const char *path;   /* "/v1/models"; a last segment "*" takes any one; a trailing slash in a request is ignored */
    bool needs_key;
    bool direct; /* the handler never blocks and never streams: it runs on the HTTP thread (health, models) */
    void (*handle)(struct exchange *x, void *world);
};

struct server_options { /* defaults in the config table */
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080"; port 0 takes a free one */
    const struct route *routes;
    size_t route_count;
    void *world; /* given to each handler */
    struct state *state;
    struct limits *limits; /* NULL: no rate limit */
    bool no_auth;          /* nobody is asked for a key; refused unless the address is loopback */
    unsigned http_threads, workers, queue_length, max_connections;
    size_t max_body_bytes;
    unsigned body_timeout_ms;  /* a request must have arrived whole by then: 408 */
    unsigned idle_timeout_ms;  /* keep-alive connections without a request */
    unsigned write_timeout_ms; /* a client that takes nothing for so long is cut off */
    unsigned heartbeat_ms;     /* silence in a stream after which a heartbeat is sent */
    size_t stream_buffer_bytes;
};

/* Listens and serves; returns once it is ready. *port: the port in use. */
MUST_USE bool server_start(const struct server_options *options, struct server **out, unsigned *port, struct err *e);
/* Would server_start get this address? Takes it for a moment. ERR_USAGE: not understood, or needs keys; ERR_IO: it is in use. */
MUST_USE bool server_may_listen(const char *address, bool no_auth, struct err *e);
/* Refuses new requests (503) and waits for those that run. After grace_ms sets their exchange_cancelled; handlers then
 * have a second for their last words (what they write is still sent) before connections are closed under them. Waits
 * for handlers that do not look at exchange_cancelled. NULL is fine. */
void server_stop(struct server *s, unsigned grace_ms);

/* The request. Slices live as long as the exchange. */
struct slice exchange_method(const struct exchange *x); /* "HEAD" reaches the handlers of GET; its body is not sent */
struct slice exchange_path(const struct exchange *x);   /* as sent, without query and trailing slash */
struct slice exchange_wildcard(const struct exchange *x);                 /* what "*" stood for, URL-decoded */
struct slice exchange_header(const struct exchange *x, const char *name); /* the first one; empty when not sent */
struct slice exchange_body(const struct exchange *x);                     /* NUL-terminated as well, as are headers */
const char *exchange_request_id(const struct exchange *x); /* the client's own x-request-id when that is sane */
const struct state_key *exchange_key(const struct exchange *x); /* NULL with no_auth and on routes without key */
struct arena *exchange_arena(struct exchange *x);    /* the handler's to use; released after reply and handler */
atomic_bool *exchange_cancelled(struct exchange *x); /* set when the client has left or the server stops */

/* Exactly one of the three: a whole reply, an error, or a stream. Copies what it is given. A handler that returns
 * without any is answered for with a 500; a stream that was not ended is cut. Headers that every reply has (request
 * id, time, rate limit, CORS) are added here; exchange_fail adds what the error asks for (Retry-After, Allow,
 * WWW-Authenticate). */
void exchange_reply(struct exchange *x, int status, const char *content_type, struct slice body);
void exchange_fail(struct exchange *x, const struct err *e); /* the error object of the wire, made by api/ */
/* Sends 200 and the headers; heartbeat is sent whenever the stream was silent for heartbeat_ms (": ping\n\n" for
 * event streams, " " before JSON). */
void exchange_begin(struct exchange *x, const char *content_type, const char *heartbeat);
/* Whole events, please: a heartbeat may be put between two writes, never inside of one. Waits while the buffer is
 * full, as long as the client takes something every write_timeout_ms. False: the client has left or is too slow, and
 * exchange_cancelled is set; stop working. */
MUST_USE bool exchange_write(struct exchange *x, struct slice bytes);
void exchange_end(struct exchange *x); /* also after a write that failed */

#endif
