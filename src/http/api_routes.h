/* api_routes.h - the paths of the API and what answers them. */
#ifndef HTTP_API_ROUTES_H
#define HTTP_API_ROUTES_H

#include "api/chat_request.h"
#include "http/server.h"
#include "research/session.h"
#include "state/interactions.h"

struct api_world { /* what the handlers need; the server hands it through */
    struct world world;
    struct chat_limits limits;
    struct interactions *interactions;
};

extern const struct route api_routes[];
extern const size_t api_route_count;

/* POST /chat/completions (chat.c) */
void chat_handle(struct exchange *x, void *world);

#endif
