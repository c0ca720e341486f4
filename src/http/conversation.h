/* conversation.h - interactions between requests: the turns and pages of an earlier one come back, those of this one are
 * kept. Private to http/; workers only. */
#ifndef HTTP_CONVERSATION_H
#define HTTP_CONVERSATION_H

#include "api/chat_reply.h"
#include "http/api_routes.h"

/* How often what is too old is looked for: after so many seconds or so many kept interactions, whichever is first. */
enum { FORGET_EVERY_S = 3600, FORGET_EVERY_KEPT = 2000 };

/* Puts turns and pages of r->previous_interaction before the question's own; nothing when there is none. */
MUST_USE bool conversation_go_on(struct exchange *x, const struct api_world *w, struct chat_request *r, struct err *e);
/* A reply is not lost because it cannot be kept: that only shows when somebody wants to go on. */
void conversation_keep(struct exchange *x, struct api_world *w, const struct chat_request *r,
                       const struct chat_head *head, const struct answer *answer);
/* Removes what is too old or too much, when it is time to. Called after the reply; of several workers one does it. */
void conversation_forget(struct api_world *w, int64_t now_unix);

#endif
