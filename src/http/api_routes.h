/* api_routes.h - the paths of the API and what answers them. */
#ifndef HTTP_API_ROUTES_H
#define HTTP_API_ROUTES_H

#include <stdatomic.h>

#include "api/chat_request.h"
#include "http/server.h"
#include "research/session.h"
#include "state/interactions.h"

struct api_world { /* what the handlers need; the server hands it through */
    struct world world;
    struct chat_limits limits;
    struct interactions *interactions;
    int64_t interaction_s;      /* for so long an interaction is kept, seconds; 0: none is */
    uint64_t interaction_bytes; /* of the file of interactions, at most, after each time of forgetting */
    _Atomic int64_t forget_unix;    /* when to forget next */
    atomic_uint kept;               /* interactions since then */
};

extern const struct route api_routes[];
extern const size_t api_route_count;

/* POST /chat/completions (chat.c) */
void chat_handle(struct exchange *x, void *world);

#endif
