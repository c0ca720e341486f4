/* resp_keep.h - what is kept and counted of a response, whether its client waits for it or not. */
#ifndef HTTP_RESP_KEEP_H
#define HTTP_RESP_KEEP_H

#include "api/resp_reply.h"
#include "http/api_routes.h"

/* Larger than any answer with its basis and results. */
enum { RESP_MAX_BYTES = 4 * 1024 * 1024 };

/* Keeps what a later request goes on from with previous_response_id, if the request wants it. Where that fails the
 * answer gets a warning, and the reply says that it is not stored. */
void resp_keep_conversation(struct api_world *w, int64_t owner, const struct resp_request *request,
                            struct resp_reply *reply, struct answer *answer, struct arena *a);
/* Keeps the response itself, if the request wants it and the server keeps any. False: it could not be, which was
 * logged. */
MUST_USE bool resp_keep(struct api_world *w, int64_t owner, const struct resp_request *request,
                        const struct resp_reply *reply, struct slice text, bool running);
/* Adds to the usage of the key what a response cost that was made after its request. */
void resp_count_background(struct api_world *w, int64_t owner, int64_t arrived_unix, const struct outcome_work *work);

#endif
