/* api_routes.h - the paths of the API, their handlers, and what handlers need. */
#ifndef HTTP_API_ROUTES_H
#define HTTP_API_ROUTES_H

#include <stdatomic.h>

#include "api/chat_request.h"
#include "http/exchange.h"
#include "http/metrics.h"
#include "http/server.h"
#include "research/research.h"
#include "state/interactions.h"
#include "state/runs.h"
#include "state/usage.h"
#include "tasks/runner.h"

struct api_world { /* the `world` of each handler; must outlive the server */
    struct world world;
    struct chat_limits limits;
    struct interactions *interactions;
    struct state *state; /* the names of keys */
    struct usage *usage;
    int64_t interaction_s;           /* for so long an interaction is kept, seconds; 0: none is */
    uint64_t interaction_bytes;      /* of the file of interactions, at most, after each time of forgetting */
    _Atomic int64_t forget_unix;     /* when to forget next */
    int64_t doubt_until_ms;          /* conversation_trust_clock */
    struct completions *completions; /* NULL: none are stored */
    struct responses *responses;     /* NULL: none are kept */
    struct background *background;   /* NULL: there is none, as responses are not kept */
    struct buf openapi;              /* of openapi_route.h */
    struct runs *runs;               /* of tasks */
    struct runner *runner;
    uint64_t most_monitors; /* active ones; of a key at most half */
    enum metrics_access metrics;
    int64_t started_unix;
    atomic_uint kept;                       /* interactions since then */
    atomic_bool leaving;                    /* it will stop soon: readiness says no, requests are still answered */
    atomic_bool index_fails, keeping_fails; /* the last time it was tried; readiness says so */
};

enum { API_ROUTES_MAX = 96 };
/* The routes of a server with these settings; out has room for API_ROUTES_MAX. Returns their number. */
size_t api_routes_fill(const struct api_world *w, struct route *out);

#endif
