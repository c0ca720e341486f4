/* stored_route.h - stored chat completions: kept after an answer, and the routes under /chat/completions that list,
 * read, change and remove them. Handlers (struct route) on workers; world is a struct api_world. */
#ifndef HTTP_STORED_ROUTE_H
#define HTTP_STORED_ROUTE_H

#include "api/chat_reply.h"

struct api_world;
struct exchange;

/* Keeps the printed completion where the request wants it. False: it could not be kept, which was logged. */
MUST_USE bool stored_keep(struct exchange *x, struct api_world *w, const struct chat_request *r,
                          const struct chat_head *head, struct slice reply);

void stored_list(struct exchange *x, void *world);
void stored_get(struct exchange *x, void *world);
void stored_update(struct exchange *x, void *world);
void stored_remove(struct exchange *x, void *world);
void stored_messages(struct exchange *x, void *world);

#endif
