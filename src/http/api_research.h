/* api_research.h - what the doors that answer questions do alike: hold a request against its key, run the research, and
 * note what it cost. For handlers, and work of theirs that goes on after the reply. */
#ifndef HTTP_API_RESEARCH_H
#define HTTP_API_RESEARCH_H

#include "http/api_routes.h"

/* What the request's key may do: ERR_FORBIDDEN_MODEL, or the request's policy becomes narrower. */
MUST_USE bool api_scope(const struct exchange *x, struct arena *a, struct chat_request *r, struct err *e);

struct api_ask {
    const struct question *question;
    const struct sink *sink;
    atomic_bool *cancelled;
    bool own_only; /* neither search services nor pages of the web are asked */
};
/* Runs it (research/research.h). work: gets what was spent, after a failure too. For readiness, w learns whether the
 * index could be read. */
MUST_USE bool api_research(struct api_world *w, const struct api_ask *ask, struct arena *a, struct answer *answer,
                           struct outcome_work *work, struct err *e);

#endif
