/* trail.h - which request the calling thread works for, so that what is logged, audited and asked of others on the way
 * can name it.
 *
 * DESIGN: of the thread, like errno, since the rooms below know nothing of requests. A session runs on one thread, and
 * so do the requests that it makes.
 * THREADS: each has its own. */
#ifndef BASE_TRAIL_H
#define BASE_TRAIL_H

enum { TRACEPARENT_CHARS = 55 }; /* of a traceparent header, W3C Trace Context level 1 */

/* Both are borrowed until trail_end; "" where there is none. */
void trail_begin(const char *request_id, const char *traceparent);
void trail_end(void);
const char *trail_request_id(void);  /* "" outside of a request */
const char *trail_traceparent(void); /* to be sent to the operator's own services; "" where the client sent none */

#endif
