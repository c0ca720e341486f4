/* server.h - the HTTP server: sockets, gates and replies. Knows nothing of questions and answers.
 *
 * libmicrohttpd's epoll threads read requests. The gates (framing, method and path, size, key, rate, content type)
 * refuse what they can before a worker is bothered. A request that passes becomes one blocking call of its handler on
 * a thread of the work queue, which answers through the exchange (exchange.h). server_inner.h shows how the files work
 * together.
 *
 * THREADS: server_start, server_stop and server_may_listen are for one thread. HTTP threads never block and never wait
 * for a worker. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "api/errors.h"
#include "base/err.h"
#include "base/work.h"
#include "http/outcome.h"
#include "state/limits.h"
#include "state/state.h"
#include "state/usage.h"

struct server;
struct waiting;
struct exchange; /* one request and its reply: exchange.h */

struct route {
    const char *method; /* "GET", "POST" */
    const char *path;   /* "/v1/models"; a segment "*" takes any one; a trailing slash in a request is ignored */
    bool needs_key;
    bool direct; /* the handler runs on the HTTP thread, so it must never block or stream (health, models) */
    void (*handle)(struct exchange *x, void *world);
    /* Called on the HTTP thread before the request goes to the queue: sets dear and due_ms of its job (base/work.h).
     * NULL: it is cheap, and never too late. Requests of a route that has one count against the daily quota. */
    void (*cost)(const struct exchange *x, struct work_job *job);
    enum api_error_form errors; /* how its clients read errors */
};

struct server_options { /* defaults in the config table */
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080"; port 0 takes a free one */
    const struct route *routes;
    size_t route_count;
    void *world; /* given to each handler */
    struct state *state;
    struct limits *limits;                      /* NULL: no rate limit */
    struct usage *usage;                        /* of the daily quotas; NULL: there are none */
    bool no_auth;                               /* nobody is asked for a key; refused unless the address is loopback */
    const char *tls_cert, *tls_key;             /* tls.h: files, both or none; NULL is "" */
    const char *cors;                           /* origin.h; NULL is "" */
    const char *trusted_proxies, *proxy_header; /* proxy.h; NULL: nobody is trusted */
    unsigned http_threads, workers, queue_length, max_connections;
    unsigned key_at_once; /* requests of one key, waiting ones included; 0: as the queue shares (base/work.h) */
    size_t max_body_bytes;
    unsigned body_timeout_ms;  /* a request must have arrived whole by then: 408 */
    unsigned idle_timeout_ms;  /* keep-alive connections without a request */
    unsigned write_timeout_ms; /* a client that takes nothing for so long is cut off */
    unsigned heartbeat_ms;     /* silence in a stream after which a heartbeat is sent */
    unsigned first_beat_ms;    /* exchange_announce; 0: no reply is begun early */
    size_t stream_buffer_bytes;
    struct waiting *waiting;                             /* for handlers that wait; NULL: none does */
    struct replies *replies;                             /* for Idempotency-Key; NULL: the header means nothing */
    int64_t reply_hours;                                 /* for so long */
    void (*finished)(void *ud, const struct outcome *o); /* see outcome.h; NULL: nobody counts */
    void *finished_ud;
};

/* Listens and serves; returns once it is ready. *port: the port in use. */
MUST_USE bool server_start(const struct server_options *options, struct server **out, unsigned *port, struct err *e);
/* Whether server_start would get this address; takes it for a moment. ERR_USAGE: it is not understood, or needs keys.
 * ERR_IO: it is in use. */
MUST_USE bool server_may_listen(const char *address, bool no_auth, struct err *e);
/* Reads certificate and key again, which may be other files by now. ERR_USAGE: they are not good, or TLS would have to
 * begin or to end; then nothing changes. Without TLS before and after: true. The thread of server_start. */
MUST_USE bool server_change_tls(struct server *s, const char *cert, const char *key, struct err *e);
/* Whether a server at this address sends keys and questions over a network as anybody on the way can read them: no TLS,
 * and nobody is named that could have taken it off. Any thread. */
bool server_is_bare(const char *address, const char *tls_cert, const char *trusted_proxies);
/* Milliseconds for which requests have waited for a worker without any being taken up; 0: none waits. Any thread. */
int64_t server_stuck_ms(struct server *s);
/* Refuses new requests (503) and waits for those that run. After grace_ms it sets their exchange_cancelled; handlers
 * then have a second to end, and what they write is still sent, before their connections are closed. Waits for
 * handlers that do not look at exchange_cancelled, without limit: cli/serve_signals.h has one. NULL is fine. */
void server_stop(struct server *s, unsigned grace_ms);

#endif
