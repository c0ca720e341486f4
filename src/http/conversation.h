/* conversation.h - lets a request continue an earlier one: loads the turns and pages of that one, and keeps those of
 * this one (state/interactions.h). For handlers, on workers only. */
#ifndef HTTP_CONVERSATION_H
#define HTTP_CONVERSATION_H

#include "api/chat_request.h"
#include "http/api_routes.h"

/* Old interactions are removed after so many seconds or so many kept interactions, whichever comes first. */
enum { FORGET_EVERY_S = 3600, FORGET_EVERY_KEPT = 2000, DOUBT_S = 24 * 3600 };

/* Puts turns and pages of r->previous_interaction, in the arena, before the question's own. True without doing anything
 * when there is none. */
MUST_USE bool conversation_go_on(struct exchange *x, const struct api_world *w, struct arena *a, struct chat_request *r,
                                 struct err *e);
struct conversation { /* that is to be kept: whose it is, and what a later request calls it */
    int64_t owner;
    struct slice id;
    int64_t made_unix;
};
/* False: it could not be kept, which was logged. A reply is worth sending even when it cannot be continued later. */
MUST_USE bool conversation_keep(const struct conversation *c, struct api_world *w, const struct chat_request *r,
                                const struct answer *answer);
/* At the start, before other threads. A clock that is far beyond the newest interaction may be wrong, and would have
 * all of them removed. So none is removed for its age until the server has run for DOUBT_S; nobody can go on from them
 * meanwhile. */
void conversation_trust_clock(struct api_world *w, int64_t now_unix);
/* When it is time: removes interactions that are too old, and the oldest beyond interaction_bytes. Called after the
 * reply; of several workers one does the work. */
void conversation_forget(struct api_world *w, int64_t now_unix);

#endif
