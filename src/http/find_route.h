/* find_route.h - POST /v1/search and /v1/extract, and their older forms under /v1beta. */
#ifndef HTTP_FIND_ROUTE_H
#define HTTP_FIND_ROUTE_H

struct exchange;
struct work_job;

/* Handlers (struct route): world is a struct api_world. They run on a worker. */
void search_handle(struct exchange *x, void *world);
void search_beta_handle(struct exchange *x, void *world);
void extract_handle(struct exchange *x, void *world);
void extract_beta_handle(struct exchange *x, void *world);
/* Turbo and fast searches are cheap; the others, and reading pages, wait for the web. */
void search_cost(const struct exchange *x, struct work_job *job);
void extract_cost(const struct exchange *x, struct work_job *job);

#endif
