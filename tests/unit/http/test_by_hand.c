/* What libmicrohttpd refuses by itself gets one head, the API's error object and a request id, and is closed. */
#include "http/world.h"

static struct client c; /* static: it is large */
static struct reply r;

static const struct {
    const char *request; /* a format; its %s is so many times x */
    int pad, status;
    const char *code;
} refused[] = {
    {"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", 12300, 414, "uri_too_long"},
    {"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n", 12300, 431, "head_too_large"},
    {"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n", 11500, 431, "head_too_large"}, /* no room for a reply */
    {"GET /health HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n", 8000, 431, "head_too_large"},  /* had two heads */
    {"GET /health HTTP/3.0\r\nHost: x\r\n\r\n%s", 0, 505, "http_version_not_supported"},
    {"GET /health HTTP/0.9\r\nHost: x\r\n\r\n%s", 0, 505, "http_version_not_supported"},
    {"GET /health XTTP/1.1\r\nHost: x\r\n\r\n%s", 0, 400, "bad_request"},
    {"GET /health\r\nHost: x\r\n\r\n%s", 0, 400, "bad_request"},
    {"GET /health HTTP/1.1\r\nHost x\r\n\r\n%s", 0, 400, "bad_request"},
    {"POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\n1%s", 0, 400, "bad_request"}, /* as had these */
    {"POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n%s", 0, 400, "bad_request"},
    {"POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n%s", 0, 413,
     "body_too_large"},
    {"POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
     "zz\r\n{}\r\n%s",
     0, 400, "bad_request"},
    {"POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
     "2\r\n{}x\r\n0\r\n\r\n%s",
     0, 400, "bad_request"},
    {"POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
     "FFFFFFFFFFFFFFFFFFFFF\r\n{}x\r\n%s",
     0, 413, "body_too_large"},
};

static const char *heads(const char *text, unsigned *count)
{
    const char *last = NULL;
    *count = 0;
    for (const char *at = text; (at = strstr(at, "HTTP/1.1 ")); at++)
        if (at[9] >= '0' && at[9] <= '9') {
            last = at;
            (*count)++;
        }
    return last;
}

static void assert_refusal(int status, const char *code)
{
    char line[32], member[80];
    unsigned count = 0;
    assert_true(client_closed(&c, 3000));
    const char *head = heads(c.in, &count);
    if (count != 1)
        fail_msg("%u heads in %s", count, c.in);
    snprintf(line, sizeof line, "HTTP/1.1 %d ", status);
    snprintf(member, sizeof member, "\"code\":\"%s\"", code);
    if (strncmp(head, line, strlen(line)) != 0 || !strstr(head, member))
        fail_msg("no %s and %s in %s", line, member, c.in);
    assert_string_equal(head_value(head, "Content-Type"), "application/json");
    assert_string_equal(head_value(head, "Connection"), "close");
    char id[80];
    snprintf(id, sizeof id, "\"ref_id\":\"%.60s\"", head_value(head, "x-request-id"));
    assert_non_null(strstr(head, id));
    const char *body = strstr(head, "\r\n\r\n") + 4;
    assert_int_equal(strlen(body), strtoul(head_value(head, "Content-Length"), NULL, 10));
    client_close(&c);
}

static void one_head_in_the_form_of_the_api(void **unused)
{
    static char pad[16 * 1024], request[16 * 1024];
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        memset(pad, 'x', (size_t)refused[i].pad);
        pad[refused[i].pad] = '\0';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(request, sizeof request, refused[i].request, pad);
#pragma GCC diagnostic pop
        client_connect(&c, world.port);
        client_say(&c, request);
        assert_refusal(refused[i].status, refused[i].code);
    }
    client_connect(&c, world.port);
    client_say(&c, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 200);
    client_close(&c);
}

/* Of every length a head is answered: with what was asked for, or with 431. There was none for some. */
static void every_length_of_a_head_is_answered(void **unused)
{
    static const char *const names[] = {"X-Long: ", "Cookie: ", "Cookie: a="};
    static char request[16 * 1024];
    size_t most = 0;
    (void)unused;
    for (size_t n = 2000; n < 13000; n += 61) {
        size_t head = (size_t)snprintf(request, sizeof request, "GET /health HTTP/1.1\r\nHost: x\r\n%s", names[n % 3]);
        memset(request + head, 'x', n);
        snprintf(request + head + n, 8, "\r\n\r\n");
        client_connect(&c, world.port);
        client_say(&c, request);
        client_reply(&c, &r, true);
        if (r.status != 200 && r.status != 431)
            fail_msg("%zu bytes of %s: status %d", n, names[n % 3], r.status);
        most = r.status == 200 ? n : most;
        client_close(&c);
    }
    assert_in_range(most, 8192, 9200);
    for (size_t n = 1; n < 400; n += 3) {
        size_t at = (size_t)snprintf(request, sizeof request, "GET /health HTTP/1.1\r\nHost: x\r\n");
        for (size_t i = 0; i < n; i++)
            at += (size_t)snprintf(request + at, sizeof request - at, "A%zu: b\r\n", i);
        snprintf(request + at, sizeof request - at, "\r\n");
        client_connect(&c, world.port);
        client_say(&c, request);
        client_reply(&c, &r, true);
        assert_true(r.status == (n < 60 ? 200 : r.status == 200 ? 200 : 431));
        client_close(&c);
    }
}

/* Behind requests that are answered, on the same connection. */
static void replies_before_it_arrive(void **unused)
{
    (void)unused;
    client_connect(&c, world.port);
    client_say(&c, "GET /v1/models/a HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/models/b HTTP/1.1\r\nHost: x\r\n\r\n"
                   "POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Length: ?\r\n\r\n");
    client_reply(&c, &r, true);
    assert_string_equal(r.body, "a");
    client_reply(&c, &r, true);
    assert_string_equal(r.body, "b");
    assert_refusal(400, "bad_request");
}

/* A client that is still sending reads the reply: no reset takes it away. */
static void a_large_head_is_read_past(void **unused)
{
    static char more[256 * 1024];
    (void)unused;
    memset(more, 'x', sizeof more - 1);
    client_connect(&c, world.port);
    client_say(&c, "GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ");
    client_say(&c, more);
    assert_refusal(431, "head_too_large");
}

static struct outcome_seen {
    atomic_int count;
    int status;
    enum err_code failure;
    char path[16];
} seen;

static void outcome_note(void *ud, const struct outcome *o)
{
    (void)ud;
    seen.status = o->status;
    seen.failure = o->failure;
    snprintf(seen.path, sizeof seen.path, "%.*s", SLICE_ARGS(o->path));
    atomic_fetch_add(&seen.count, 1);
}

static void they_are_counted_and_logged(void **unused)
{
    (void)unused;
    struct server_options o = world_options();
    struct server *s = NULL;
    struct err e;
    unsigned port;
    o.finished = outcome_note;
    assert_true(server_start(&o, &s, &port, &e));
    client_connect(&c, port);
    client_say(&c, "GET /health HTTP/7.1\r\n\r\n");
    assert_refusal(505, "http_version_not_supported");
    assert_true(reaches(&seen.count, 1, 3000));
    assert_int_equal(seen.status, 505);
    assert_int_equal(seen.failure, ERR_HTTP_VERSION);
    assert_string_equal(seen.path, "-");
    client_connect(&c, port);
    client_say(&c, "POST /open/echo HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n");
    assert_refusal(400, "bad_request");
    assert_true(reaches(&seen.count, 2, 3000));
    assert_int_equal(seen.status, 400);
    assert_string_equal(seen.path, "/open/echo");
    server_stop(s, 0);
    assert_int_equal(atomic_load(&seen.count), 2);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_start, world_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(one_head_in_the_form_of_the_api), WITH_WORLD(every_length_of_a_head_is_answered),
        WITH_WORLD(replies_before_it_arrive),        WITH_WORLD(a_large_head_is_read_past),
        WITH_WORLD(they_are_counted_and_logged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
