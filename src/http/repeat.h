/* repeat.h - Idempotency-Key: a request that is sent again gets the reply of the first time, not a second work.
 *
 * The header is a name that the client gives to a request (draft-ietf-httpapi-idempotency-key-header; Stripe's is the
 * same). While the first one is worked on, the second one waits for its reply (attach.h). Afterwards, it is answered
 * from replies that are kept (state/replies.h): the same status, bytes and events, with "Idempotent-Replayed: true".
 * The same name for another path or body is 422. Only replies with status 200 that came to their end are kept: a
 * failure is tried again.
 *
 * THREADS: repeat_key any; the rest is the worker's. */
#ifndef HTTP_REPEAT_H
#define HTTP_REPEAT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct exchange;
struct kept_reply;

enum { REPEAT_KEY_CHARS = 255, REPEAT_REPLY_BYTES = 4 * 1024 * 1024 /* a longer reply is not kept */ };

struct repeat { /* the part of an exchange that repeat.c owns */
    bool keeps; /* a stream is being kept */
    bool spoiled, replayed;
    struct buf kept;
    const char *content_type;
};

/* The header's value without the quotation marks that the draft wants and few send; empty: there is none, or the
 * request is no POST, or the server keeps no replies. */
struct slice repeat_key(const struct exchange *x);
/* For the gates. ERR_BAD_REQUEST: the name is too long, or empty. */
MUST_USE bool repeat_key_fits(const struct exchange *x, struct err *e);

enum repeat_is {
    REPEAT_FIRST,   /* there is nothing to repeat */
    REPEAT_KEPT,    /* *out is the reply, in the arena */
    REPEAT_REFUSED, /* *e says why */
};
enum repeat_is repeat_find(struct exchange *x, struct arena *a, struct kept_reply *out, struct err *e);
/* A whole reply with status 200; a stream, from its begin to its end. Without a key they do nothing. */
void repeat_keep(struct exchange *x, const char *content_type, struct slice body);
void repeat_begin(struct exchange *x, const char *content_type);
void repeat_add(struct exchange *x, struct slice bytes);
void repeat_end(struct exchange *x);

#endif
