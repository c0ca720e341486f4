/* outcome.h - what became of a request, for those who count and log: handed on once, when the request is over.
 *
 * A request is over when its client has the reply or has left, and its worker is done with it. Then the server calls
 * `finished` of its options with a struct outcome; this is the one place for usage, metrics and access logs.
 *
 * DESIGN: a request that waited for the work of an earlier one (attach.h) has an outcome of its own, but it is `shared`
 * and has no counts: those of the work are in one outcome only, so that sums are right.
 * OWNERSHIP: texts are valid during the call.
 * THREADS: `finished` is called on HTTP threads and workers, with no lock held. It must not block. */
#ifndef HTTP_OUTCOME_H
#define HTTP_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct state_key;

struct outcome_work {  /* what the handler says of its work; zeros where it says nothing */
    const char *model; /* static; NULL: none was chosen, or the request was refused before */
    bool stream;
    uint64_t searches, pages;                               /* asked of search services; read from the web */
    uint64_t model_calls, prompt_tokens, completion_tokens; /* of language models, as they say themselves */
};

enum { OUTCOME_LEFT = 499 }; /* status of a request whose client left before there was a reply */

struct outcome {
    const char *request_id, *client; /* client: address, as text */
    const char *traceparent;         /* of the work's part of a trace; "" for none */
    const char *method;              /* as sent; "-" when the head was not understood */
    struct slice path;               /* as sent, without its query; someone may have put a key there */
    const char *route;               /* the route's own path, "/v1/models"; NULL: it fits none */
    const struct state_key *key;     /* NULL: none was needed, or it was refused */
    int status;                      /* of the reply; OUTCOME_LEFT */
    enum err_code failure;           /* of the error that was the reply; ERR_OK: it was none */
    uint64_t reply_bytes;            /* of the body */
    int64_t started_us;              /* clock_us of its first line */
    int64_t started_unix;            /* the same as seconds since 1970 */
    int64_t begun_us;                /* a worker took it up; 0: none did */
    int64_t first_us;                /* the reply began, that of a stream with its first text; 0: never */
    int64_t ended_us;
    bool counted; /* the gates counted it against the key's daily quota */
    bool shared;  /* it waited for the work of another request; `work` has no counts but the model */
    struct outcome_work work;
};

#endif
