/* exchange.h - one request and its reply, as a handler sees them.
 *
 * exchange.c reads the request; exchange_answer.c sends the reply. Server, gates and queue see more of an exchange:
 * exchange_inner.h.
 *
 * OWNERSHIP: an exchange and everything read from it are valid during the handler's call.
 * THREADS: the handler's own thread alone. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/work.h"
#include "http/outcome.h"
#include "state/state.h"

struct exchange;

/* The request. HEAD reaches the handlers of GET; its body is not sent. */
struct slice exchange_wildcard(const struct exchange *x);   /* the segment that "*" matched, URL-decoded */
struct slice exchange_wildcard_2(const struct exchange *x); /* the second "*" of the route */
struct slice exchange_header(const struct exchange *x, const char *name); /* the first one; empty when not sent */
struct slice exchange_query(const struct exchange *x);                    /* what stands behind "?", for http/query.h */
struct slice exchange_body(const struct exchange *x);                     /* NUL-terminated as well, as are headers */
const char *exchange_request_id(const struct exchange *x);      /* the client's own x-request-id when that is sane */
const struct state_key *exchange_key(const struct exchange *x); /* NULL with no_auth and on routes without key */
int64_t exchange_owner(const struct exchange *x);      /* its id; 0 without keys: everybody is the same client */
atomic_bool *exchange_cancelled(struct exchange *x);   /* set when the client has left or the server stops */
int64_t exchange_arrived_ms(const struct exchange *x); /* clock_ms of its first line */
/* What the handler's work was and cost: the handler fills it in before it returns. */
struct outcome_work *exchange_work(struct exchange *x);
/* For a handler that would have to wait: it calls this, looks whether there is something to answer, and returns without
 * an answer, or with a stream that it has not ended. Then it is called again, on a worker, once somebody wakes the
 * topic (http/waiting.h), at until_ms, or when the client has left; it looks again. When the server stops, it is
 * answered for or its stream is ended, and it is not called again. */
void exchange_wait(struct exchange *x, uint64_t topic, int64_t until_ms);
/* The same zeroed bytes for each call of this request's handler. */
void *exchange_memory(struct exchange *x, size_t bytes);
/* The request was no question after all: what the gates took of its key's daily quota is given back. Before the reply,
 * after which the client may ask again. */
void exchange_uncount(struct exchange *x);
/* Milliseconds for which requests have waited for a worker without any being taken up; 0: none waits. */
int64_t exchange_stuck_ms(const struct exchange *x);
struct exchange_counts {          /* of the whole server, now */
    unsigned connections, inside; /* inside: requests in the hands of workers, or not yet sent */
    struct work_counts work;
};
struct exchange_counts exchange_count(const struct exchange *x);

/* The reply: a handler makes exactly one of three, a whole reply, an error or a stream. All copy what they are given.
 * A handler that returns without a reply is answered for with a 500; a stream that was not ended is cut. Headers that
 * every reply has (request id, time, rate limit, CORS) are added here. */
void exchange_reply(struct exchange *x, int status, const char *content_type, struct slice body);
/* The API's error object (api/errors.h), with the headers that the error asks for (Retry-After, Allow,
 * WWW-Authenticate). */
void exchange_fail(struct exchange *x, const struct err *e);
/* What a client is told of an error that it gets in another form than exchange_fail's: a sentence without the names of
 * files. The cause is logged with the request's id, as exchange_fail does. */
struct err exchange_outer_error(const struct exchange *x, const struct err *e);
/* Sends 200 and the headers. The heartbeat is sent whenever the stream was silent for heartbeat_ms (": ping\n\n" for
 * event streams, " " before JSON). */
void exchange_begin(struct exchange *x, const char *content_type, const char *heartbeat);
/* Before the work: what the reply will be. Where it has not begun after first_beat_ms, it is begun with 200, these
 * headers and a heartbeat, so that nobody on the way gives up (docs/decisions/35-replies-begun-early.md). After that,
 * exchange_reply goes on behind the heartbeats, and exchange_fail can only cut the reply off. */
void exchange_announce(struct exchange *x, const char *content_type, const char *heartbeat);
/* Whether it was begun like that; from now on it is not. A stream can then still tell of an error in an event. */
bool exchange_has_begun(struct exchange *x);
/* The reply tells of a failure, so it is not kept for a repeat of the request (http/repeat.h). */
void exchange_spoil(struct exchange *x);
/* Takes whole events: a heartbeat may be put between two writes, never inside of one. Waits only where the
 * buffers of all streams are full, for at most write_timeout_ms. False: the client has left or is too slow, and
 * exchange_cancelled is set; stop working. */
MUST_USE bool exchange_write(struct exchange *x, struct slice bytes);
void exchange_end(struct exchange *x); /* also after a write that failed */

#endif
