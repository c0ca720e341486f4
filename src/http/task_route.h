/* task_route.h - task runs and their groups: the routes under /v1/tasks and /v1beta/tasks, which are the same.
 *
 * Handlers (struct route) on workers; world is a struct api_world. Those that wait for a run do so without a worker
 * (exchange_wait). A run is visible only to the key that made it. */
#ifndef HTTP_TASK_ROUTE_H
#define HTTP_TASK_ROUTE_H

struct exchange;
struct work_job;

enum { TASK_RESULT_USUAL_S = 600, TASK_RESULT_MOST_S = 3600 }; /* how long a result is waited for */

void task_create(struct exchange *x, void *world);
void task_get(struct exchange *x, void *world);
void task_input(struct exchange *x, void *world);
void task_result(struct exchange *x, void *world); /* waits for the end, for `timeout` seconds */
void task_events(struct exchange *x, void *world); /* a stream, until the end */
/* Taking a run is quick; it counts as a question. */
void task_cost(const struct exchange *x, struct work_job *job);

#endif
