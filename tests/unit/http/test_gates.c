/* What the server refuses, in which words, and that the connection is still good afterwards (or is closed when it
 * cannot be). Raw sockets: libraries would not send most of these. */
#include "http/world.h"

static struct client c; /* static: it is large */
static struct reply r;

static void ask(const char *request)
{
    client_connect(&c, world.port);
    assert_true(client_say(&c, request));
    client_reply(&c, &r, strncmp(request, "HEAD", 4) != 0);
}

/* The connection must still answer. */
static void assert_alive(void)
{
    assert_true(client_say(&c, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "{\"ok\":true}");
    client_close(&c);
}

static void assert_error(int status, const char *code)
{
    char member[80];
    if (r.status != status)
        fail_msg("status %d instead of %d; body %s", r.status, status, r.body);
    snprintf(member, sizeof member, "\"code\":\"%s\"", code);
    if (!strstr(r.body, member))
        fail_msg("no %s in %s", member, r.body);
    assert_string_equal(head_value(r.head, "Content-Type"), "application/json");
    assert_non_null(head_value(r.head, "x-request-id"));
    assert_non_null(head_value(r.head, "openai-processing-ms"));
    assert_string_equal(head_value(r.head, "Access-Control-Allow-Origin"), "*");
    assert_string_equal(head_value(r.head, "Cache-Control"), "no-store");
}

static void every_reply_has_the_common_headers(void **unused)
{
    (void)unused;
    ask("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(r.status, 200);
    assert_memory_equal(head_value(r.head, "x-request-id"), "req_", 4);
    assert_string_equal(head_value(r.head, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(head_value(r.head, "Cache-Control"), "no-store");
    assert_non_null(strstr(head_value(r.head, "Access-Control-Expose-Headers"), "x-ratelimit-reset-requests"));
    assert_string_equal(head_value(r.head, "x-ratelimit-remaining-requests"), "3");
    client_say(&c, "GET /health HTTP/1.1\r\nHost: x\r\nX-Request-Id: my.own-id_1\r\n\r\n");
    client_reply(&c, &r, true);
    assert_string_equal(head_value(r.head, "x-request-id"), "my.own-id_1");
    client_say(&c, "GET /health HTTP/1.1\r\nHost: x\r\nX-Request-Id: not sane\r\n\r\n");
    client_reply(&c, &r, true);
    assert_memory_equal(head_value(r.head, "x-request-id"), "req_", 4);
    assert_alive();
}

static void paths_and_methods(void **unused)
{
    (void)unused;
    ask("GET /nowhere?secret=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_error(404, "not_found");
    assert_non_null(strstr(r.body, "There is nothing at /nowhere."));
    assert_non_null(strstr(r.body, "POST /v1/echo"));
    assert_alive();
    ask("DELETE /v1/echo HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_error(405, "method_not_allowed");
    assert_string_equal(head_value(r.head, "Allow"), "POST, OPTIONS");
    assert_alive();
    ask("POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
    assert_error(405, "method_not_allowed");
    assert_string_equal(head_value(r.head, "Allow"), "GET, HEAD, OPTIONS");
    assert_alive();
    ask("GET /health/?x=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(r.status, 200);
    assert_alive();
    ask("GET http://some.host/health HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(r.status, 200);
    assert_alive();
    ask("HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(r.status, 200);
    assert_string_equal(head_value(r.head, "Content-Length"), "11");
    assert_alive();
    ask("HEAD /v1/echo HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(r.status, 405);
    assert_alive();
}

static void wildcards(void **unused)
{
    (void)unused;
    static const struct {
        const char *path;
        int status;
        const char *body;
    } cases[] = {
        {"/v1/models/base", 200, "base"}, {"/v1/models/a%20b%2fc", 200, "a b/c"}, {"/v1/models/base/", 200, "base"},
        {"/v1/models/", 404, NULL},       {"/v1/models/a/b", 404, NULL},          {"/v1/models/a%2", 400, NULL},
        {"/v1/models/a%00b", 400, NULL},  {"/v1/models/%zz", 400, NULL},          {"/v1/models/+a%2Bb", 200, "+a+b"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char request[128];
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", cases[i].path);
        ask(request);
        if (r.status != cases[i].status)
            fail_msg("%s gave %d", cases[i].path, r.status);
        if (cases[i].body)
            assert_string_equal(r.body, cases[i].body);
        assert_alive();
    }
}

static void preflight(void **unused)
{
    (void)unused;
    ask("OPTIONS /v1/echo HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\nAccess-Control-Request-Method: POST\r\n"
        "Access-Control-Request-Headers: authorization,x-stainless-os\r\n\r\n");
    assert_int_equal(r.status, 204);
    assert_string_equal(head_value(r.head, "Access-Control-Allow-Headers"), "authorization,x-stainless-os");
    assert_string_equal(head_value(r.head, "Access-Control-Allow-Methods"), "POST, OPTIONS");
    assert_string_equal(head_value(r.head, "Access-Control-Max-Age"), "86400");
    assert_string_equal(head_value(r.head, "Access-Control-Allow-Origin"), "*");
    assert_alive();
    ask("OPTIONS /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_error(404, "not_found");
    assert_alive();
}

static void framing_that_could_smuggle(void **unused)
{
    (void)unused;
    static const struct {
        const char *headers;
        int status;
    } cases[] = {
        {"Host: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n", 400},
        {"Host: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n", 400},
        {"Host: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n", 400},
        {"Host: x\r\nTransfer-Encoding: gzip, chunked\r\n", 501},
        {"Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
        {"Content-Length: 2\r\n", 400},
        {"Host: x\r\nHost: y\r\nContent-Length: 2\r\n", 400},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char request[256];
        snprintf(request, sizeof request, "POST /open/echo HTTP/1.1\r\n%s\r\n{}GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
                 cases[i].headers);
        ask(request);
        if (r.status != cases[i].status && !(i == 4 && r.status == 501))
            fail_msg("%s gave %d", cases[i].headers, r.status);
        assert_string_equal(head_value(r.head, "Connection"), "close");
        assert_true(client_closed(&c, 3000));
        assert_int_equal(c.n, 0); /* what followed was never answered */
        client_close(&c);
    }
}

static void keys(void **unused)
{
    (void)unused;
    char headers[128];
    client_connect(&c, world.port);
    post(&c, "/v1/echo", "", "{}");
    client_reply(&c, &r, true);
    assert_error(401, "missing_api_key");
    assert_string_equal(head_value(r.head, "WWW-Authenticate"), "Bearer");
    post(&c, "/v1/echo", "Authorization: Bearer fn-wrong\r\n", "{}");
    client_reply(&c, &r, true);
    assert_error(401, "invalid_api_key");
    post(&c, "/v1/echo", "Authorization: Basic YTpi\r\n", "{}");
    client_reply(&c, &r, true);
    assert_error(401, "missing_api_key");
    snprintf(headers, sizeof headers, "Authorization: bearer  %s\r\n", world.key);
    post(&c, "/v1/echo", headers, "{\"a\":1}");
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "{\"a\":1}");
    snprintf(headers, sizeof headers, "X-API-Key: %s\r\n", world.key);
    post(&c, "/v1/echo", headers, "{\"b\":1}");
    client_reply(&c, &r, true);
    assert_string_equal(r.body, "{\"b\":1}");
    struct err e;
    bool found;
    assert_true(state_key_revoke(world.state, SLICE("ada"), &found, &e));
    post(&c, "/v1/echo", headers, "{}");
    client_reply(&c, &r, true);
    assert_error(401, "invalid_api_key");
    assert_alive();
}

static void rates(void **unused)
{
    (void)unused;
    char headers[128];
    snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", world.key);
    client_connect(&c, world.port);
    for (int i = 2; i >= 0; i--) {
        post(&c, "/v1/echo", headers, "{}");
        client_reply(&c, &r, true);
        assert_int_equal(r.status, 200);
        assert_string_equal(head_value(r.head, "x-ratelimit-limit-requests"), "3");
        assert_int_equal(strtol(head_value(r.head, "x-ratelimit-remaining-requests"), NULL, 10), i);
    }
    assert_string_equal(head_value(r.head, "x-ratelimit-reset-requests"), "1m0s");
    post(&c, "/v1/echo", headers, "{}");
    client_reply(&c, &r, true);
    assert_error(429, "rate_limit_exceeded");
    assert_in_range(strtol(head_value(r.head, "Retry-After"), NULL, 10), 1, 20);
    assert_in_range(strtol(head_value(r.head, "retry-after-ms"), NULL, 10), 1, 20000);
    assert_string_equal(head_value(r.head, "x-should-retry"), "true");
    assert_string_equal(head_value(r.head, "x-ratelimit-remaining-requests"), "0");
    assert_alive();
}

static void content_types(void **unused)
{
    (void)unused;
    static const struct {
        const char *header;
        int status;
    } cases[] = {
        {"Content-Type: application/json\r\n", 200},
        {"Content-Type: Application/JSON; charset=utf-8\r\n", 200},
        {"Content-Type: application/vnd.x+json\r\n", 200},
        {"", 200},
        {"Content-Type: application/x-www-form-urlencoded\r\n", 415},
        {"Content-Type: text/plain\r\n", 415},
        {"Content-Type: application/json\r\nContent-Encoding: br\r\n", 415},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char request[256];
        snprintf(request, sizeof request, "POST /open/echo HTTP/1.1\r\nHost: x\r\n%sContent-Length: 2\r\n\r\n{}",
                 cases[i].header);
        ask(request);
        if (r.status != cases[i].status)
            fail_msg("%s gave %d", cases[i].header, r.status);
        assert_alive();
    }
}

static void handlers_errors(void **unused)
{
    (void)unused;
    client_connect(&c, world.port);
    post(&c, "/open/error", "", "{}");
    client_reply(&c, &r, true);
    assert_error(422, "invalid_value");
    assert_non_null(strstr(r.body, "\"param\":\"model\""));
    assert_non_null(strstr(r.body, "No \\\"such\\\" model."));
    post(&c, "/open/nothing", "", "{}");
    client_reply(&c, &r, true);
    assert_error(500, "internal_error");
    assert_alive();
}

static void bodies_at_and_over_the_limit(void **unused)
{
    (void)unused;
    static char body[1002];
    memset(body, 'x', 1001);
    client_connect(&c, world.port);
    post(&c, "/open/echo", "", body);
    client_reply(&c, &r, true);
    assert_error(413, "body_too_large");
    assert_null(head_value(r.head, "Connection"));
    body[1000] = '\0';
    post(&c, "/open/echo", "", body);
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.body_bytes, 1000);
    assert_alive();
}

/* The client is still sending when the answer comes, and must be able to read it. */
static void huge_bodies_get_their_answer(void **unused)
{
    (void)unused;
    static char piece[64 * 1024];
    client_connect(&c, world.port);
    client_say(&c, "POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                   "Content-Length: 3000000\r\n\r\n");
    for (int i = 0; i < 40; i++)
        assert_true(client_send(&c, piece, sizeof piece));
    client_reply(&c, &r, true);
    assert_error(413, "body_too_large");
    assert_string_equal(head_value(r.head, "Connection"), "close");
    client_close(&c);

    client_connect(&c, world.port);
    client_say(&c, "POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20; i++)
        assert_true(client_say(&c, "10000\r\n") && client_send(&c, piece, sizeof piece) && client_say(&c, "\r\n"));
    client_reply(&c, &r, true);
    assert_error(413, "body_too_large");
    assert_true(client_closed(&c, 3000));
    client_close(&c);
}

static void chunked_bodies(void **unused)
{
    (void)unused;
    ask("POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\n{\"a\r\n4;ext=1\r\n\":1}\r\n0\r\n\r\n");
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "{\"a\":1}");
    assert_alive();
    static char big[2048];
    size_t n = (size_t)snprintf(big, sizeof big,
                                "POST /open/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n44c\r\n");
    memset(big + n, 'x', 0x44c);
    snprintf(big + n + 0x44c, 16, "\r\n0\r\n\r\n");
    ask(big);
    assert_error(413, "body_too_large");
    assert_alive();
}

static void expect_continue(void **unused)
{
    (void)unused;
    ask("POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        "Expect: 100-continue\r\n\r\n");
    assert_int_equal(r.status, 100);
    client_say(&c, "{}");
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "{}");
    assert_alive();
    /* A refusal comes instead of the 100, before any body. */
    ask("POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
        "Expect: 100-continue\r\n\r\n");
    assert_error(415, "unsupported_media_type");
    client_close(&c);
}

static void pipelined_requests_are_answered_in_order(void **unused)
{
    (void)unused;
    ask("GET /v1/models/a HTTP/1.1\r\nHost: x\r\n\r\n"
        "POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n[1]"
        "POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n[2]"
        "GET /v1/models/b HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_string_equal(r.body, "a");
    client_reply(&c, &r, true);
    assert_string_equal(r.body, "[1]");
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 401);
    client_reply(&c, &r, true);
    assert_string_equal(r.body, "b");
    assert_alive();
}

/* More than the connection's memory: libmicrohttpd answers by itself, and the server goes on. */
static void headers_too_large(void **unused)
{
    (void)unused;
    static char request[16 * 1024];
    size_t n = (size_t)snprintf(request, sizeof request, "GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ");
    memset(request + n, 'x', 12000);
    snprintf(request + n + 12000, 8, "\r\n\r\n");
    client_connect(&c, world.port);
    client_say(&c, request);
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 431);
    client_close(&c);
    ask("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_alive();
}

static void http_1_0(void **unused)
{
    (void)unused;
    ask("GET /health HTTP/1.0\r\n\r\n");
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "{\"ok\":true}");
    assert_true(client_closed(&c, 3000));
    client_close(&c);
}

/* Says `head`, then `drip` every 50 ms: a byte now and then must not buy time. A byte that meets the closing socket in
 * the wrong instant makes the kernel drop the reply that waits to be read, so the client may try again. */
static void drip_until_408(const char *head, const char *drip)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int64_t before = clock_ms();
        client_connect(&c, world.port);
        client_say(&c, head);
        for (int i = 0; i < 200 && c.n == 0 && client_say(&c, drip); i++)
            client_more(&c, 50);
        client_reply(&c, &r, true);
        assert_true(clock_ms() - before >= 390);
        if (r.status)
            break;
        client_close(&c);
    }
    assert_error(408, "request_timeout");
    assert_true(client_closed(&c, 3000));
    client_close(&c);
}

static void slow_bodies_and_heads_are_408(void **unused)
{
    (void)unused;
    drip_until_408(
        "POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n", "x");
    drip_until_408("POST /open/echo HTTP/1.1\r\n", "X-A: b\r\n");
}

static void idle_connections_are_closed(void **unused)
{
    (void)unused;
    int64_t before = clock_ms();
    ask("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    client_say(&c, "GE"); /* half a request line is no request */
    assert_true(client_closed(&c, 4000));
    assert_true(clock_ms() - before >= 1900);
    assert_int_equal(c.n, 0);
    client_close(&c);
}

static void addresses(void **unused)
{
    (void)unused;
    static const struct {
        const char *listen;
        bool no_auth, ok;
    } cases[] = {
        {"127.0.0.1:0", true, true},   {"[::1]:0", true, true},          {"localhost:0", true, true},
        {"0.0.0.0:0", true, false},    {"[::]:0", true, false},          {"0.0.0.0:0", false, true},
        {"[::]:0", false, true},       {"127.0.0.1", false, false},      {"127.0.0.1:99999", false, false},
        {"::1:80", false, false},      {"example.org:80", false, false}, {"", false, false},
        {"192.0.2.1:0", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct server_options o = world_options();
        struct server *s = NULL;
        struct err e = {.code = ERR_OK};
        unsigned port = 0;
        o.listen = cases[i].listen;
        o.no_auth = cases[i].no_auth;
        if (server_start(&o, &s, &port, &e) != cases[i].ok)
            fail_msg("%s: %s", cases[i].listen, e.message);
        if (cases[i].ok)
            assert_true(port > 0);
        server_stop(s, 0);
    }
    struct server_options o = world_options();
    char taken[32];
    struct server *s = NULL;
    struct err e;
    unsigned port;
    snprintf(taken, sizeof taken, "127.0.0.1:%u", world.port);
    o.listen = taken;
    assert_false(server_start(&o, &s, &port, &e));
    assert_int_equal(e.code, ERR_IO);
}

static void no_auth_asks_for_nothing(void **unused)
{
    (void)unused;
    struct server_options o = world_options();
    struct server *s = NULL;
    struct err e;
    unsigned port;
    o.no_auth = true;
    assert_true(server_start(&o, &s, &port, &e));
    client_connect(&c, port);
    for (int i = 0; i < 5; i++) { /* more than the limit of 3 */
        post(&c, "/v1/echo", "", "{}");
        client_reply(&c, &r, true);
        assert_int_equal(r.status, 200);
        assert_null(head_value(r.head, "x-ratelimit-limit-requests"));
    }
    client_close(&c);
    server_stop(s, 0);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_start, world_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(every_reply_has_the_common_headers),
        WITH_WORLD(paths_and_methods),
        WITH_WORLD(wildcards),
        WITH_WORLD(preflight),
        WITH_WORLD(framing_that_could_smuggle),
        WITH_WORLD(keys),
        WITH_WORLD(rates),
        WITH_WORLD(content_types),
        WITH_WORLD(handlers_errors),
        WITH_WORLD(bodies_at_and_over_the_limit),
        WITH_WORLD(huge_bodies_get_their_answer),
        WITH_WORLD(chunked_bodies),
        WITH_WORLD(expect_continue),
        WITH_WORLD(pipelined_requests_are_answered_in_order),
        WITH_WORLD(headers_too_large),
        WITH_WORLD(http_1_0),
        WITH_WORLD(slow_bodies_and_heads_are_408),
        WITH_WORLD(idle_connections_are_closed),
        WITH_WORLD(addresses),
        WITH_WORLD(no_auth_asks_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
