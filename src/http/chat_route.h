/* chat_route.h - POST /chat/completions, and /completions before it. */
#ifndef HTTP_CHAT_ROUTE_H
#define HTTP_CHAT_ROUTE_H

struct exchange;
struct work_job;

/* Handlers (struct route): world is a struct api_world. They run on a worker and answer x whole or as a stream.
 * text_handle: the older form, with a prompt. */
void chat_handle(struct exchange *x, void *world);
void text_handle(struct exchange *x, void *world);
/* base and core are dear. The time of max_seconds counts from the arrival of the request. */
void chat_cost(const struct exchange *x, struct work_job *job);

#endif
