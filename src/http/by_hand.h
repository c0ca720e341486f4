/* by_hand.h - replies that are written to the socket beside libmicrohttpd, because it takes none.
 *
 * There are two kinds. A request that is cut off in mid-body (too slow, too large) cannot be answered through
 * libmicrohttpd any more. And what libmicrohttpd refuses by itself (no HTTP, a head beyond its buffer, a broken length
 * or chunk) it answers with a page of HTML of its own, in some cases with two heads, and calls nobody. Both get the
 * API's error object, a request id and a log line.
 *
 * DESIGN: libmicrohttpd queues its own replies by MHD_queue_response, as everybody does, and calls it through the
 * dynamic linker. by_hand.c defines that function in the program, where the linker finds it first. It writes our reply,
 * closes the sending half, and lets libmicrohttpd go on, whose own page then reaches nobody. If a libmicrohttpd is ever
 * linked so that it does not ask the linker, clients get its page again, and nothing else changes (decision 43).
 * THREADS: HTTP threads. */
#ifndef HTTP_BY_HAND_H
#define HTTP_BY_HAND_H

#include <microhttpd.h>

#include "base/err.h"

struct exchange;

/* Before the daemon starts. */
MUST_USE bool by_hand_init(struct err *e);
/* libmicrohttpd's own MHD_queue_response, for replies of ours. */
enum MHD_Result by_hand_queue(struct MHD_Connection *connection, int status, struct MHD_Response *response);
/* Writes the refusal of x, with x->lock held. The connection must be closed next. */
void by_hand_send(struct exchange *x, struct MHD_Connection *connection);

#endif
