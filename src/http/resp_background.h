/* resp_background.h - responses that are made after their request was answered ("background": true), on threads of
 * their own, so that nobody who waits for a reply waits for them.
 *
 * OWNERSHIP: a job and its arena belong to the background from background_start on.
 * THREADS: background_open and background_close are for one thread; the rest for any. */
#ifndef HTTP_RESP_BACKGROUND_H
#define HTTP_RESP_BACKGROUND_H

#include "api/resp_reply.h"
#include "http/api_routes.h"

struct background;

struct background_job {
    struct arena *arena; /* it lives in there itself */
    struct resp_request request;
    struct resp_reply reply;
    int64_t owner;
    const char *request_id, *traceparent; /* of the request that it came with */
};

/* threads: so many are made at a time; waiting: so many may wait. */
MUST_USE bool background_open(struct api_world *w, unsigned threads, unsigned waiting, struct background **out,
                              struct err *e);
/* Cancels all that wait or run, which become failures, and waits for them. NULL is fine. */
void background_close(struct background *b);

/* The response must be kept already, as a running one. False: too many wait (ERR_BUSY), and the caller keeps the job.
 */
MUST_USE bool background_start(struct background *b, struct background_job *job, struct err *e);
/* Asks one to stop; nothing happens when it has ended. The caller has written that it was cancelled. */
void background_cancel(struct background *b, int64_t owner, struct slice id);

#endif
