/* monitor_route.h - monitors: the routes under /v1/monitors. Handlers (struct route) on workers; world is a struct
 * api_world. A monitor is visible only to the key that made it. */
#ifndef HTTP_MONITOR_ROUTE_H
#define HTTP_MONITOR_ROUTE_H

struct exchange;

enum {
    MONITOR_LIST_USUAL = 100, /* entries of a page of the list, and of events */
    MONITOR_LIST_MOST = 10000,
    MONITOR_EVENTS_USUAL = 20,
    MONITOR_EVENTS_MOST = 100
};

void monitor_create(struct exchange *x, void *world);
void monitor_list(struct exchange *x, void *world);
void monitor_get(struct exchange *x, void *world);
void monitor_update(struct exchange *x, void *world);
void monitor_cancel(struct exchange *x, void *world);
void monitor_trigger(struct exchange *x, void *world);
void monitor_events(struct exchange *x, void *world);

#endif
