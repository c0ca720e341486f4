/* openapi_route.h - GET /openapi.json: the description of this server (api/openapi.h). */
#ifndef HTTP_OPENAPI_ROUTE_H
#define HTTP_OPENAPI_ROUTE_H

#include "api/openapi.h"

struct api_world;
struct exchange;
struct route;

/* Describes the routes, and keeps the text in w until openapi_route_forget. settings are the operator's that a client
 * meets. Once, before the server starts. Mistakes, which the tests find first, are logged. */
void openapi_route_keep(struct api_world *w, const struct route *routes, size_t route_count,
                        const struct openapi_number *settings, size_t setting_count, bool no_auth);
void openapi_route_forget(struct api_world *w);
/* The same, but appends the text and its mistakes. */
void openapi_route_print(const struct api_world *w, const struct route *routes, size_t route_count,
                         const struct openapi_number *settings, size_t setting_count, bool no_auth, struct buf *out,
                         struct buf *mistakes);

/* A handler (struct route); world is a struct api_world. On the HTTP thread. */
void openapi_handle(struct exchange *x, void *world);

#endif
