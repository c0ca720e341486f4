/* task_group_route.h - groups of task runs: see task_route.h. */
#ifndef HTTP_TASK_GROUP_ROUTE_H
#define HTTP_TASK_GROUP_ROUTE_H

struct exchange;

enum { TASK_GROUP_EVENTS_USUAL_S = 3600, TASK_GROUP_EVENTS_MOST_S = 3600 }; /* how long a stream of events lasts */

void task_group_create(struct exchange *x, void *world);
void task_group_get(struct exchange *x, void *world);
void task_group_add(struct exchange *x, void *world);
void task_group_runs(struct exchange *x, void *world);   /* a stream of the runs as they are */
void task_group_events(struct exchange *x, void *world); /* a stream of runs that end, until all have */
void task_group_run(struct exchange *x, void *world);

#endif
