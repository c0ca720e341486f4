/* resp_route.h - OpenAI's Responses API: POST /v1/responses, and the paths of responses that are kept. Handlers (struct
 * route) on workers; world is a struct api_world. */
#ifndef HTTP_RESP_ROUTE_H
#define HTTP_RESP_ROUTE_H

struct exchange;
struct work_job;

enum { RESP_ITEMS_USUAL = 20, RESP_ITEMS_MOST = 100 }; /* entries of a page of input items */

void resp_create(struct exchange *x, void *world);
/* As chat_cost; a response that is made in the background is cheap to take. */
void resp_cost(const struct exchange *x, struct work_job *job);

void resp_get(struct exchange *x, void *world);
void resp_remove(struct exchange *x, void *world);
void resp_cancel(struct exchange *x, void *world);
void resp_items(struct exchange *x, void *world);

#endif
