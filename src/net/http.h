/* http.h - the one HTTP client; nobody else includes libcurl.
 *
 * http.c drives a batch, transfer.c carries one of its requests, http_client.c keeps what outlives a batch.
 *
 * A batch is a set of requests that run in parallel on the thread that waits for them: begin, add, take replies as
 * they come, end. All threads share the client behind it, which keeps connections, TLS sessions and DNS answers
 * between batches. Whatever a server does comes back as an outcome: data, not an error.
 *
 * Every request ends by its own deadline, by the batch's, or soon after the cancel flag is set; a slow DNS lookup does
 * not hold it. Every reply is bounded before and after decompression.
 *
 * A client with a guard opens no socket that the guard refuses, on the first hop and on each redirect. The operator's
 * own endpoints (a language model on localhost, a search API) need a client without a guard. Never use one client for
 * both: an open connection is used again without being judged again. Proxies of the environment are not used, since
 * the guard could not judge the address behind one. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/arena.h"
#include "base/clock.h"
#include "net/guard.h"
#include "net/http_outcome.h"

struct http_header {
    struct slice name, value;
};

struct http_request {
    struct slice url;
    const char *method;                /* NULL: GET, or POST when there is a body */
    const struct http_header *headers; /* a header with CR, LF or NUL in it makes the request HTTP_BAD_URL */
    size_t header_count;
    struct slice body; /* borrowed until the reply is there */

    /* 0 means the client's default in all of these. */
    unsigned timeout_ms;         /* for the whole exchange with its redirects */
    unsigned connect_timeout_ms; /* name, connection and TLS of a hop; beyond it HTTP_TIMEOUT with connected false */
    size_t max_wire_bytes;       /* as received */
    size_t max_body_bytes;       /* after decompression */
    /* Redirects to follow: 0 the client's default, HTTP_NO_REDIRECTS none: then a 3xx is HTTP_REDIRECTS with `location`
     * set. Only GET and HEAD are ever redirected. On the way to another origin only Accept and Accept-Language of
     * the headers go along. */
    int max_redirects;

    /* If set, gets the body of a 2xx reply as it arrives, on the thread inside http_next; `body` of the reply is then
     * empty. False ends the request as HTTP_CANCELLED. Nothing is held back: a piece is what one read of the socket
     * gave. So a caller can follow a stream of events, and measure silence with http_next's until_ms. */
    bool (*on_piece)(void *ud, struct slice piece);
    /* If set beside on_piece, called at most once, before a piece: the body has been sent and is not read again, so the
     * caller may free it while a long reply is still coming. */
    void (*on_sent)(void *ud);
    void *ud; /* comes back in the reply */
};
enum { HTTP_NO_REDIRECTS = -1 };

/* Slices live in the batch's arena. Fields that the server did not send are empty. */
struct http_reply {
    enum http_outcome outcome;
    const char *reason;    /* what happened, for a person: the guard's reason or the outcome's sentence; no period */
    int status;            /* of the last hop; 0 when there was none */
    struct slice url;      /* of the last hop, normalised */
    struct slice location; /* where the last hop points to, absolute; empty when it is no redirect */
    struct slice body;     /* of any status; empty unless the reply is whole */
    struct slice content_type;
    const struct http_header *headers; /* of the last hop, in order; names as sent */
    size_t header_count;
    bool connected;          /* the last hop had a connection, TLS included: a timeout is the server's own slowness */
    unsigned redirects;      /* followed */
    unsigned retry_after_ms; /* from Retry-After, seconds or date; 0: not said; at most a day */
    unsigned took_ms;
    size_t wire_bytes;
    size_t number; /* what http_add returned */
    void *ud;      /* of the request */
};

/* Value of the first header of this name, whatever its case; empty when there is none. */
struct slice http_header(const struct http_reply *r, const char *name);

/* A date as HTTP writes it; false when it is none. */
MUST_USE bool http_date(struct slice text, int64_t *unix_s);

struct http_options {
    const char *user_agent;      /* NULL: "footnote/VERSION" */
    const struct guard *guard;   /* NULL: trusted endpoints only, see above; must outlive the client */
    unsigned timeout_ms;         /* 0: 15,000 */
    unsigned connect_timeout_ms; /* 0: 5,000 */
    unsigned stall_ms; /* fewer than 50 bytes a second for so long is HTTP_TIMEOUT; 0: only the timeout counts */
    size_t max_wire_bytes, max_body_bytes; /* 0: 8 MiB, 16 MiB */
    unsigned max_redirects;                /* 0: 5 */
    const char *ca_file;                   /* NULL or empty: the system's certificates */
    /* NULL, or a list that ends in NULL of "HOST:PORT:ADDRESS" answers that stand in for DNS. */
    const char *const *pinned;
};

struct http_client;

/* Cheap: libcurl is set up at the first batch. Strings are copied. */
struct http_client *http_client_new(const struct http_options *o);
/* After every batch has ended. NULL is fine. */
void http_client_free(struct http_client *c);

/* One thread uses a batch. The deadline is copied. */
struct http_batch *http_begin(struct http_client *c, struct arena *a, const struct deadline *d);
/* Starts a request; its reply will come from http_next, also when it failed at once. Strings are copied, the body is
 * not. Returns its number in the batch, 0 for the first one; the reply carries it. */
size_t http_add(struct http_batch *b, const struct http_request *r);
/* The next reply, in the order of completion. NULL when none came before until_ms (of clock_ms) or when none is
 * under way. Past the deadline or after cancellation what is left comes back as HTTP_TIMEOUT or HTTP_CANCELLED. */
struct http_reply *http_next(struct http_batch *b, int64_t until_ms);
size_t http_running(const struct http_batch *b); /* replies still to come */
/* Calls off what still runs and gives the connections back. NULL is fine. */
void http_end(struct http_batch *b);

/* One request, from begin to end. Never NULL. */
struct http_reply *http_ask(struct http_client *c, struct arena *a, const struct http_request *r,
                            const struct deadline *d);
/* All of them in parallel. on_reply gets each as it comes, i is the place in requests; false
 * calls off the rest, for which on_reply is not called. */
void http_run(struct http_client *c, struct arena *a, const struct http_request *requests, size_t count,
              const struct deadline *d, bool (*on_reply)(void *ud, size_t i, struct http_reply *r), void *ud);

#endif
