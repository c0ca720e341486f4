#include "http/openapi_route.h"

#include "base/log.h"
#include "http/api_routes.h"
#include "http/monitor_route.h"
#include "http/repeat.h"
#include "http/resp_route.h"
#include "http/task_group_route.h"
#include "http/task_route.h"
#include "http/usage_route.h"
#include "research/find.h"

enum { OPENAPI_BYTES = 4 * 1024 * 1024, MISTAKES_BYTES = 64 * 1024, NUMBERS_MOST = 64 };

static const struct openapi_number own_numbers[] = {
    {"usage_days_shown", "days of usage without a wish", USAGE_DAYS_SHOWN},
    {"usage_days_most", "days of usage at most", USAGE_DAYS_MOST},
    {"idempotency_key_chars", "characters of an Idempotency-Key", REPEAT_KEY_CHARS},
    {"find_queries_asked", "queries of a search that are asked", FIND_QUERIES_MAX},
    {"response_items_usual", "entries of a page of input items without a wish", RESP_ITEMS_USUAL},
    {"response_items_most", "entries of a page of input items at most", RESP_ITEMS_MOST},
    {"task_result_usual_s", "seconds for which a result is waited for without a wish", TASK_RESULT_USUAL_S},
    {"task_result_most_s", "and at most", TASK_RESULT_MOST_S},
    {"task_events_usual_s", "seconds for which a stream of a group's events lasts without a wish",
     TASK_GROUP_EVENTS_USUAL_S},
    {"task_events_most_s", "and at most", TASK_GROUP_EVENTS_MOST_S},
    {"monitor_list_usual", "entries of a page of the list of monitors without a wish", MONITOR_LIST_USUAL},
    {"monitor_list_most", "and at most", MONITOR_LIST_MOST},
    {"monitor_events_usual", "entries of a page of a monitor's events without a wish", MONITOR_EVENTS_USUAL},
    {"monitor_events_most", "and at most", MONITOR_EVENTS_MOST},
};

void openapi_route_print(const struct api_world *w, const struct route *routes, size_t route_count,
                         const struct openapi_number *settings, size_t setting_count, bool no_auth, struct buf *out,
                         struct buf *mistakes)
{
    struct openapi_route drawn[API_ROUTES_MAX];
    struct openapi_number numbers[NUMBERS_MOST];
    size_t n = 0;
    for (size_t i = 0; i < route_count; i++)
        drawn[i] = (struct openapi_route){.method = routes[i].method,
                                          .path = routes[i].path,
                                          .needs_key = routes[i].needs_key,
                                          .direct = routes[i].direct,
                                          .counted = routes[i].cost != NULL,
                                          .errors = routes[i].errors};
    for (size_t i = 0; i < COUNT_OF(own_numbers); i++)
        numbers[n++] = own_numbers[i];
    for (size_t i = 0; i < setting_count && n < NUMBERS_MOST; i++)
        numbers[n++] = settings[i];
    const struct openapi_server s = {.routes = drawn,
                                     .route_count = route_count,
                                     .numbers = numbers,
                                     .number_count = n,
                                     .no_auth = no_auth,
                                     .all_routes = w->metrics != METRICS_OFF};
    openapi_print(&s, out, mistakes);
}

void openapi_route_keep(struct api_world *w, const struct route *routes, size_t route_count,
                        const struct openapi_number *settings, size_t setting_count, bool no_auth)
{
    struct buf mistakes;
    buf_init(&w->openapi, OPENAPI_BYTES);
    buf_init(&mistakes, MISTAKES_BYTES);
    openapi_route_print(w, routes, route_count, settings, setting_count, no_auth, &w->openapi, &mistakes);
    if (mistakes.n)
        log_event(LOG_ERROR, "bug", "openapi %s", log_quoted(buf_slice(&mistakes)).text);
    buf_release(&mistakes);
}

void openapi_route_forget(struct api_world *w)
{
    buf_release(&w->openapi);
}

void openapi_handle(struct exchange *x, void *world)
{
    const struct api_world *w = world;
    struct err e;
    if (w->openapi.n && !w->openapi.over) {
        exchange_reply(x, 200, "application/json", buf_slice(&w->openapi));
        return;
    }
    err_set(&e, ERR_INTERNAL, "There is no description.");
    exchange_fail(x, &e);
}
