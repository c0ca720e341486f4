/* chat_route.h - POST /chat/completions. */
#ifndef HTTP_CHAT_ROUTE_H
#define HTTP_CHAT_ROUTE_H

struct exchange;
struct work_job;

/* A handler (struct route): world is a struct api_world. Runs on a worker and answers x whole or as a stream. */
void chat_handle(struct exchange *x, void *world);
/* base and core are dear. The time of max_seconds counts from the arrival of the request. */
void chat_cost(const struct exchange *x, struct work_job *job);

#endif
