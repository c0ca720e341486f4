#include "http/api_routes.h"

#include "api/chat_reply.h"

enum { SMALL_REPLY_BYTES = 64 * 1024 };

static void reply_buf(struct exchange *x, struct buf *body)
{
    exchange_reply(x, 200, "application/json", buf_slice(body));
    buf_release(body);
}

static void list_models(struct exchange *x, void *world)
{
    struct buf body;
    (void)world;
    buf_init(&body, SMALL_REPLY_BYTES);
    models_print(&body);
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
    buf_init(&body, SMALL_REPLY_BYTES);
    model_print(tier, &body);
    reply_buf(x, &body);
}

static void health(struct exchange *x, void *world)
{
    (void)world;
    exchange_reply(x, 200, "application/json", SLICE("{\"status\":\"ok\",\"version\":\"" FOOTNOTE_VERSION "\"}"));
}

/* method, path, needs a key, runs on the HTTP thread, handler */
const struct route api_routes[] = {
    {"POST", "/v1/chat/completions", true, false, chat_handle},
    {"POST", "/chat/completions", true, false, chat_handle},
    {"POST", "/v1beta/chat/completions", true, false, chat_handle},
    {"GET", "/v1/models", true, true, list_models},
    {"GET", "/models", true, true, list_models},
    {"GET", "/v1/models/*", true, true, get_model},
    {"GET", "/models/*", true, true, get_model},
    {"GET", "/health", false, true, health},
};
const size_t api_route_count = sizeof api_routes / sizeof api_routes[0];
