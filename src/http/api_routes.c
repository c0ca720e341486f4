#include "http/api_routes.h"

#include "api/key_scope.h"
#include "api/model_list.h"
#include "base/reserve.h"
#include "http/chat_route.h"
#include "http/find_route.h"
#include "http/mcp_route.h"
#include "http/resp_route.h"
#include "http/openapi_route.h"
#include "http/monitor_route.h"
#include "http/task_group_route.h"
#include "http/task_route.h"
#include "http/usage_route.h"
#include "http/stored_route.h"

enum { SMALL_REPLY_BYTES = 64 * 1024 };

static void reply_buf(struct exchange *x, struct buf *body)
{
    exchange_reply(x, 200, "application/json", buf_slice(body));
    buf_release(body);
}

static struct slice models_of(const struct exchange *x)
{
    return exchange_key(x) ? exchange_key(x)->scope.models : SLICE("");
}

static void list_models(struct exchange *x, void *world)
{
    struct buf body;
    (void)world;
    buf_init(&body, SMALL_REPLY_BYTES);
    model_list_print(models_of(x), &body);
    reply_buf(x, &body);
}

static void get_model(struct exchange *x, void *world)
{
    struct slice name = exchange_wildcard(x);
    const struct tier *tier = tier_find(name);
    struct err e;
    struct buf body;
    (void)world;
    if (!tier) {
        err_set_param(&e, ERR_MODEL_NOT_FOUND, "model",
                      "There is no model '%.*s' here. The models are speed, lite, base and core.",
                      (int)(name.n < 100 ? name.n : 100), name.p);
        exchange_fail(x, &e);
        return;
    }
    if (!key_scope_has_model(models_of(x), tier->name)) {
        err_set_param(&e, ERR_FORBIDDEN_MODEL, "model", "This API key may not use the model %s.", tier->name);
        exchange_fail(x, &e);
        return;
    }
    buf_init(&body, SMALL_REPLY_BYTES);
    model_list_print_one(tier, &body);
    reply_buf(x, &body);
}

static void api_health(struct exchange *x, void *world)
{
    (void)world;
    exchange_reply(x, 200, "application/json", SLICE("{\"status\":\"ok\",\"version\":\"" FOOTNOTE_VERSION "\"}"));
}

enum { STUCK_MS = 10 * 1000 }; /* requests wait, and for so long no worker took one */

/* Whether a question would be answered now, unlike /health, which says that the process lives. A server that stops is
 * not ready either; then the gates have refused the request. */
static void api_ready(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct buf body;
    const char *why = atomic_load(&w->leaving)           ? "the server is about to stop"
                      : exchange_stuck_ms(x) >= STUCK_MS ? "no worker takes up requests"
                      : atomic_load(&w->index_fails)     ? "the index cannot be read"
                      : atomic_load(&w->keeping_fails)   ? "conversations cannot be kept"
                      : reserve_is_short()               ? "there is not enough memory"
                                                         : NULL;
    buf_init(&body, SMALL_REPLY_BYTES);
    if (why)
        buf_printf(&body, "{\"status\":\"not ready\",\"reason\":\"%s\"}", why);
    else
        buf_add(&body, SLICE("{\"status\":\"ready\"}"));
    exchange_reply(x, why ? 503 : 200, "application/json", buf_slice(&body));
    buf_release(&body);
}

/* method, path, needs a key, runs on the HTTP thread, handler, cost, form of errors */
static const struct route api_routes[] = {
    {"POST", "/v1/chat/completions", true, false, chat_handle, chat_cost, API_ERROR_CHAT},
    {"POST", "/chat/completions", true, false, chat_handle, chat_cost, API_ERROR_CHAT},
    {"POST", "/v1beta/chat/completions", true, false, chat_handle, chat_cost, API_ERROR_CHAT},
    {"POST", "/v1/completions", true, false, text_handle, chat_cost, API_ERROR_CHAT},
    {"POST", "/completions", true, false, text_handle, chat_cost, API_ERROR_CHAT},
    {"GET", "/v1/chat/completions", true, false, stored_list, NULL, API_ERROR_CHAT},
    {"GET", "/chat/completions", true, false, stored_list, NULL, API_ERROR_CHAT},
    {"GET", "/v1/chat/completions/*", true, false, stored_get, NULL, API_ERROR_CHAT},
    {"GET", "/chat/completions/*", true, false, stored_get, NULL, API_ERROR_CHAT},
    {"POST", "/v1/chat/completions/*", true, false, stored_update, NULL, API_ERROR_CHAT},
    {"POST", "/chat/completions/*", true, false, stored_update, NULL, API_ERROR_CHAT},
    {"DELETE", "/v1/chat/completions/*", true, false, stored_remove, NULL, API_ERROR_CHAT},
    {"DELETE", "/chat/completions/*", true, false, stored_remove, NULL, API_ERROR_CHAT},
    {"GET", "/v1/chat/completions/*/messages", true, false, stored_messages, NULL, API_ERROR_CHAT},
    {"GET", "/chat/completions/*/messages", true, false, stored_messages, NULL, API_ERROR_CHAT},
    {"POST", "/v1/responses", true, false, resp_create, resp_cost, API_ERROR_CHAT},
    {"POST", "/responses", true, false, resp_create, resp_cost, API_ERROR_CHAT},
    {"GET", "/v1/responses/*", true, false, resp_get, NULL, API_ERROR_CHAT},
    {"GET", "/responses/*", true, false, resp_get, NULL, API_ERROR_CHAT},
    {"DELETE", "/v1/responses/*", true, false, resp_remove, NULL, API_ERROR_CHAT},
    {"DELETE", "/responses/*", true, false, resp_remove, NULL, API_ERROR_CHAT},
    {"POST", "/v1/responses/*/cancel", true, false, resp_cancel, NULL, API_ERROR_CHAT},
    {"POST", "/responses/*/cancel", true, false, resp_cancel, NULL, API_ERROR_CHAT},
    {"GET", "/v1/responses/*/input_items", true, false, resp_items, NULL, API_ERROR_CHAT},
    {"GET", "/responses/*/input_items", true, false, resp_items, NULL, API_ERROR_CHAT},
    {"POST", "/v1/search", true, false, search_handle, search_cost, API_ERROR_PARALLEL},
    {"POST", "/v1beta/search", true, false, search_beta_handle, search_cost, API_ERROR_PARALLEL},
    {"POST", "/v1/extract", true, false, extract_handle, extract_cost, API_ERROR_PARALLEL},
    {"POST", "/v1beta/extract", true, false, extract_beta_handle, extract_cost, API_ERROR_PARALLEL},
    {"POST", "/v1/tasks/runs", true, false, task_create, task_cost, API_ERROR_PARALLEL},
    {"GET", "/v1/tasks/runs/*", true, false, task_get, NULL, API_ERROR_PARALLEL},
    {"GET", "/v1/tasks/runs/*/input", true, false, task_input, NULL, API_ERROR_PARALLEL},
    {"GET", "/v1/tasks/runs/*/result", true, false, task_result, NULL, API_ERROR_PARALLEL},
    {"GET", "/v1/tasks/runs/*/events", true, false, task_events, NULL, API_ERROR_PARALLEL},
    {"POST", "/v1/tasks/groups", true, false, task_group_create, NULL, API_ERROR_GROUP},
    {"GET", "/v1/tasks/groups/*", true, false, task_group_get, NULL, API_ERROR_GROUP},
    {"POST", "/v1/tasks/groups/*/runs", true, false, task_group_add, task_cost, API_ERROR_GROUP},
    {"GET", "/v1/tasks/groups/*/runs", true, false, task_group_runs, NULL, API_ERROR_GROUP},
    {"GET", "/v1/tasks/groups/*/events", true, false, task_group_events, NULL, API_ERROR_GROUP},
    {"GET", "/v1/tasks/groups/*/runs/*", true, false, task_group_run, NULL, API_ERROR_GROUP},
    {"POST", "/v1beta/tasks/runs", true, false, task_create, task_cost, API_ERROR_PARALLEL},
    {"GET", "/v1beta/tasks/runs/*", true, false, task_get, NULL, API_ERROR_PARALLEL},
    {"GET", "/v1beta/tasks/runs/*/input", true, false, task_input, NULL, API_ERROR_PARALLEL},
    {"GET", "/v1beta/tasks/runs/*/result", true, false, task_result, NULL, API_ERROR_PARALLEL},
    {"GET", "/v1beta/tasks/runs/*/events", true, false, task_events, NULL, API_ERROR_PARALLEL},
    {"POST", "/v1beta/tasks/groups", true, false, task_group_create, NULL, API_ERROR_GROUP},
    {"GET", "/v1beta/tasks/groups/*", true, false, task_group_get, NULL, API_ERROR_GROUP},
    {"POST", "/v1beta/tasks/groups/*/runs", true, false, task_group_add, task_cost, API_ERROR_GROUP},
    {"GET", "/v1beta/tasks/groups/*/runs", true, false, task_group_runs, NULL, API_ERROR_GROUP},
    {"GET", "/v1beta/tasks/groups/*/events", true, false, task_group_events, NULL, API_ERROR_GROUP},
    {"GET", "/v1beta/tasks/groups/*/runs/*", true, false, task_group_run, NULL, API_ERROR_GROUP},
    {"POST", "/v1/monitors", true, false, monitor_create, NULL, API_ERROR_PARALLEL},
    {"GET", "/v1/monitors", true, false, monitor_list, NULL, API_ERROR_PARALLEL},
    {"GET", "/v1/monitors/*", true, false, monitor_get, NULL, API_ERROR_PARALLEL},
    {"POST", "/v1/monitors/*/update", true, false, monitor_update, NULL, API_ERROR_PARALLEL},
    {"POST", "/v1/monitors/*/cancel", true, false, monitor_cancel, NULL, API_ERROR_PARALLEL},
    {"POST", "/v1/monitors/*/trigger", true, false, monitor_trigger, NULL, API_ERROR_PARALLEL},
    {"GET", "/v1/monitors/*/events", true, false, monitor_events, NULL, API_ERROR_PARALLEL},
    {"POST", "/mcp", true, false, mcp_handle, mcp_cost, API_ERROR_MCP},
    {"GET", "/v1/models", true, true, list_models, NULL, API_ERROR_CHAT},
    {"GET", "/models", true, true, list_models, NULL, API_ERROR_CHAT},
    {"GET", "/v1/models/*", true, true, get_model, NULL, API_ERROR_CHAT},
    {"GET", "/models/*", true, true, get_model, NULL, API_ERROR_CHAT},
    {"GET", "/v1/usage", true, false, usage_handle, NULL, API_ERROR_CHAT},
    {"GET", "/health", false, true, api_health, NULL, API_ERROR_CHAT},
    {"GET", "/healthz", false, true, api_health, NULL, API_ERROR_CHAT},
    {"GET", "/readyz", false, true, api_ready, NULL, API_ERROR_CHAT},
    {"GET", "/openapi.json", false, true, openapi_handle, NULL, API_ERROR_CHAT},
    {"GET", "/metrics", false, true, metrics_handle, NULL, API_ERROR_CHAT},
};
_Static_assert(COUNT_OF(api_routes) <= API_ROUTES_MAX, "more routes than a server has room for");

size_t api_routes_fill(const struct api_world *w, struct route *out)
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(api_routes); i++) {
        bool metrics = api_routes[i].handle == metrics_handle;
        if (metrics && w->metrics == METRICS_OFF)
            continue;
        out[n] = api_routes[i];
        out[n++].needs_key |= metrics && w->metrics == METRICS_KEY;
    }
    return n;
}
