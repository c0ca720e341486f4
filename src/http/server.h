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
    const char *path;   /* "/v1/models"; a last segment "*" takes any one segment; a trailing slash in a request is ignored */
    bool needs_key;
    bool direct; /* the handler never blocks: it runs on the HTTP thread (health, models) */
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
/* Refuses new requests (503), cancels what runs after grace_ms, closes. */
void server_stop(struct server *s, unsigned grace_ms);

/* The request. Slices live as long as the exchange. */
struct slice exchange_method(const struct exchange *x);
struct slice exchange_path(const struct exchange *x);
struct slice exchange_wildcard(const struct exchange *x);                     /* what "*" stood for, URL-decoded */
struct slice exchange_header(const struct exchange *x, const char *name);     /* empty when not sent */
struct slice exchange_body(const struct exchange *x);
const char *exchange_request_id(const struct exchange *x);
const struct state_key *exchange_key(const struct exchange *x);               /* NULL with no_auth */
struct arena *exchange_arena(struct exchange *x);                             /* released after the reply */
atomic_bool *exchange_cancelled(struct exchange *x);                          /* set when the client has left or the server stops */

/* Exactly one of the three: a whole reply, an error, or a stream. Copies what it is given. */
void exchange_reply(struct exchange *x, int status, const char *content_type, struct slice body);
void exchange_fail(struct exchange *x, const struct err *e); /* the error object of the wire, made by api/ */
/* Sends 200 and the headers; heartbeat is sent whenever the stream was silent for heartbeat_ms (": ping\n\n" for
 * event streams, " " before JSON). */
void exchange_begin(struct exchange *x, const char *content_type, const char *heartbeat);
/* Waits while the buffer is full, at most write_timeout_ms. False: the client has left; stop working. */
MUST_USE bool exchange_write(struct exchange *x, struct slice bytes);
void exchange_end(struct exchange *x);

#endif
