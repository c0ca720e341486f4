/* The description of the API: each route has an entry, each entry a route, and names in it lead somewhere. */
#include "unit.h"

#include <jansson.h>

#include "http/api_routes.h"
#include "http/openapi_route.h"

enum { DOCUMENT_BYTES = 4 * 1024 * 1024, MISTAKE_BYTES = 64 * 1024 };

static const struct openapi_number settings[] = {
    {"max_body_bytes", "largest body", 1048576}, {"max_input_chars", "input", 25000},
    {"max_schema_depth", "levels", 5},           {"rate_per_minute", "rate", 300},
    {"reply_hours", "kept for hours", 24},       {"response_days", "kept for days", 30},
    {"background_waiting", "may wait", 1000},    {"task_days", "kept for days", 30},
    {"task_queue", "may wait", 10000},           {"monitors", "active", 1000},
};

/* Prints with these routes; the mistakes are in said. */
static json_t *describe(const struct route *routes, size_t n, bool no_auth, struct buf *said)
{
    const struct api_world w = {.metrics = METRICS_OPEN};
    struct buf out;
    buf_init(&out, DOCUMENT_BYTES);
    buf_init(said, MISTAKE_BYTES);
    openapi_route_print(&w, routes, n, settings, COUNT_OF(settings), no_auth, &out, said);
    assert_false(out.over);
    json_t *tree = json_loadb(out.p, out.n, 0, NULL);
    buf_release(&out);
    assert_non_null(tree);
    return tree;
}

static size_t all_routes(struct route routes[API_ROUTES_MAX])
{
    return api_routes_fill(&(struct api_world){.metrics = METRICS_OPEN}, routes);
}

static void every_route_is_described_and_nothing_else(void **unused)
{
    struct route routes[API_ROUTES_MAX];
    struct buf said;
    (void)unused;
    json_decref(describe(routes, all_routes(routes), false, &said));
    assert_slice(buf_slice(&said), "");
    buf_release(&said);
}

static void a_route_without_an_entry_is_named(void **unused)
{
    struct route routes[API_ROUTES_MAX + 1];
    struct buf said;
    (void)unused;
    size_t n = all_routes(routes);
    routes[n - 1] = (struct route){.method = "PUT", .path = "/v1/nowhere/*"};
    json_decref(describe(routes, n, false, &said));
    assert_slice(buf_slice(&said), "PUT /v1/nowhere/* has no entry in openapi/\n1 paths of openapi/ have no route\n");
    buf_release(&said);
}

static json_t *at(json_t *tree, const char *a, const char *b, const char *c)
{
    json_t *found = json_object_get(json_object_get(tree, a), b);
    return c ? json_object_get(found, c) : found;
}

static void numbers_and_names_come_from_the_tables(void **unused)
{
    struct route routes[API_ROUTES_MAX];
    struct buf said;
    (void)unused;
    size_t n = all_routes(routes);
    json_t *open = describe(routes, n, true, &said);
    buf_release(&said);
    json_t *keyed = describe(routes, n, false, &said), *chat = at(keyed, "paths", "/v1/chat/completions", "post");
    assert_int_equal(json_integer_value(at(chat, "x-limits", "max_body_bytes", NULL)), 1048576);
    assert_int_equal(json_integer_value(at(chat, "x-limits", "rate_per_minute", NULL)), 300);
    assert_true(json_is_true(at(chat, "x-limits", "counts_against_daily_quota", NULL)));
    assert_int_equal(json_array_size(json_object_get(chat, "security")), 2);
    assert_non_null(at(chat, "responses", "401", NULL));
    chat = at(open, "paths", "/v1/chat/completions", "post");
    assert_int_equal(json_array_size(json_object_get(chat, "security")), 0);
    assert_null(at(chat, "responses", "401", NULL));
    json_t *models = at(at(keyed, "components", "schemas", "Model"), "properties", "id", "enum");
    assert_int_equal(json_array_size(models), tier_count);
    json_t *model = at(keyed, "paths", "/v1/models/{model}", "get"), *name;
    name = json_array_get(json_object_get(model, "parameters"), 0);
    assert_string_equal(json_string_value(json_object_get(name, "name")), "model");
    json_decref(open);
    json_decref(keyed);
    buf_release(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_described_and_nothing_else),
        cmocka_unit_test(a_route_without_an_entry_is_named),
        cmocka_unit_test(numbers_and_names_come_from_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
