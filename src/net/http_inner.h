/* http_inner.h - the structs that the files of the HTTP client share. Nobody outside of net/ includes it.
 *
 * http.c has the batch and drives transfers; transfer.c carries one request, hop by hop; http_unpack.c reads bodies
 * that are packed without saying so; http_client.c keeps what outlives a batch. */
#ifndef NET_HTTP_INNER_H
#define NET_HTTP_INNER_H

#include <curl/curl.h>
#include <pthread.h>

#include "base/buf.h"
#include "net/http.h"

enum { IDLE_MULTIS = 4 };

struct http_client {
    struct http_options o; /* defaults filled in; strings are copies in `arena` */
    struct arena *arena;
    struct curl_slist *pinned;
    pthread_mutex_t lock; /* guards the members below */
    CURLSH *share;        /* NULL until the first batch */
    CURLM *idle[IDLE_MULTIS];
    size_t idle_count;
    pthread_mutex_t share_locks[CURL_LOCK_DATA_LAST]; /* taken by libcurl, one for each kind of shared thing */
};

/* A multi handle of this thread's own until it is given back; NULL when there is no memory. */
CURLM *client_take_multi(struct http_client *c);
void client_give_multi(struct http_client *c, CURLM *multi);

struct transfer {
    struct http_batch *batch;
    struct transfer *next, *prev; /* among those that run */
    CURL *easy;
    struct curl_slist *lines; /* request headers for libcurl */
    struct url url;           /* of the current hop */
    struct http_request r;    /* limits with their defaults filled in; strings copied */
    const char *method;
    bool host_allowed;   /* guard_url of the current hop */
    const char *refused; /* the guard's reason, of a socket of this hop */
    bool opened;         /* a socket of this hop was allowed */
    bool too_large, called_off, sent;
    bool as_sent; /* the body does not fit its Content-Encoding, so that it was asked for again and is not decoded */
    int64_t started_ms, end_ms;
    struct buf body;
    struct http_header *headers;
    size_t header_count, header_room, header_bytes;
    unsigned redirects;
    size_t number;
};

struct http_batch {
    struct http_client *client;
    struct arena *arena;
    struct deadline deadline;
    CURLM *multi;
    struct transfer *running;
    size_t running_count;
    struct ready {
        struct http_reply reply;
        struct ready *next;
    } *first_ready, **last_ready;
    size_t ready_count, added;
};

/* Makes the easy handle for the first hop. False with *outcome and *why: nothing is to be sent. */
bool transfer_prepare(struct transfer *t, enum http_outcome *outcome, const char **why);
/* After a hop ended: true when another one is prepared. Otherwise *reply is what came out. */
bool transfer_hop_done(struct transfer *t, CURLcode code, struct http_reply *reply);
/* What is known of a transfer that ends now with this outcome. */
void transfer_reply(struct transfer *t, enum http_outcome outcome, const char *why, struct http_reply *reply);
/* Unpacks a body of text that begins as gzip does; see http_unpack.c. False: it is too large then. */
bool http_unpack(struct buf *body, struct slice type);
/* The easy handle must be out of its multi. */
void transfer_release(struct transfer *t);

#endif
