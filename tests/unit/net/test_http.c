/* The HTTP client against a server that misbehaves in every way it can, on loopback. */
#include "net/http.h"
#include "net/upstream.h"
#include "unit.h"

#include <errno.h>

struct world {
    struct upstream *u;
    struct guard *guard;
    struct http_client *client;
    struct arena *arena;
};

static struct guard *make_guard(const char *allow)
{
    struct guard *g = NULL;
    struct err e;
    if (!guard_new(slice_of(allow), SLICE("80 443"), &g, &e))
        fail_msg("%s", e.message);
    return g;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->u = upstream_start("127.0.0.1", 0);
    char allow[40];
    snprintf(allow, sizeof allow, "127.0.0.1:%u", w->u->port);
    w->guard = make_guard(allow);
    w->client = http_client_new(&(struct http_options){.guard = w->guard, .timeout_ms = 20000, .stall_ms = 1000});
    w->arena = arena_new();
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    http_client_free(w->client);
    upstream_stop(w->u);
    guard_free(w->guard);
    arena_free(w->arena);
    free(w);
    return 0;
}

static struct slice address(struct world *w, const char *path)
{
    return arena_printf(w->arena, "http://127.0.0.1:%u%s", w->u->port, path);
}

static struct http_reply *ask(struct world *w, struct http_request r)
{
    return http_ask(w->client, w->arena, &r, &(struct deadline){clock_ms() + 15000, NULL});
}

static struct http_reply *get(struct world *w, const char *path)
{
    return ask(w, (struct http_request){.url = address(w, path)});
}

static void a_plain_page(void **state)
{
    struct world *w = *state;
    struct http_reply *r = get(w, "/ok");
    assert_int_equal(r->outcome, HTTP_OK);
    assert_int_equal(r->status, 200);
    assert_slice(r->body, "fine\n");
    assert_slice(r->content_type, "text/plain; charset=utf-8");
    assert_slice(http_header(r, "content-length"), "5");
    assert_slice(http_header(r, "x-none"), "");
    assert_slice(r->url, address(w, "/ok").p);
    assert_int_equal(r->wire_bytes, 5);
}

static void what_is_sent(void **state)
{
    struct world *w = *state;
    struct http_header h[] = {{SLICE("X-Key"), SLICE("secret")}, {SLICE("Accept"), SLICE("text/html")}};
    struct http_reply *r =
        ask(w, (struct http_request){.url = address(w, "/echo?a=b"), .headers = h, .header_count = 2});
    assert_int_equal(r->outcome, HTTP_OK);
    assert_non_null(strstr(r->body.p, "GET /echo?a=b HTTP/1.1\r\n"));
    assert_non_null(strstr(r->body.p, "User-Agent: footnote/"));
    assert_non_null(strstr(r->body.p, "X-Key: secret\r\n"));
    assert_non_null(strstr(r->body.p, "Accept: text/html\r\n"));
    assert_non_null(strstr(r->body.p, "gzip"));
    r = ask(w, (struct http_request){.url = address(w, "/echo"), .body = SLICE("{}")});
    assert_non_null(strstr(r->body.p, "POST /echo HTTP/1.1\r\n"));
    assert_non_null(strstr(r->body.p, "Content-Length: 2\r\n"));
    assert_null(strstr(r->body.p, "Expect"));
    r = ask(w, (struct http_request){.url = address(w, "/echo"), .method = "HEAD"});
    assert_int_equal(r->outcome, HTTP_OK);
    assert_int_equal(r->body.n, 0);
    h[0].value = SLICE("a\r\nHost: evil");
    r = ask(w, (struct http_request){.url = address(w, "/echo"), .headers = h, .header_count = 1});
    assert_int_equal(r->outcome, HTTP_BAD_URL);
}

static void error_statuses_are_data(void **state)
{
    struct world *w = *state;
    struct http_reply *r = get(w, "/404");
    assert_int_equal(r->outcome, HTTP_STATUS);
    assert_int_equal(r->status, 404);
    assert_slice(r->body, "nothing");
    r = get(w, "/429");
    assert_int_equal(r->status, 429);
    assert_int_equal(r->retry_after_ms, 7000);
    r = get(w, "/503-date");
    assert_int_equal(r->retry_after_ms, 24 * 3600 * 1000);
    assert_int_equal(get(w, "/304")->outcome, HTTP_STATUS);
    struct http_header h = {SLICE("If-None-Match"), SLICE("\"v1\"")};
    r = ask(w, (struct http_request){.url = address(w, "/page"), .headers = &h, .header_count = 1});
    assert_int_equal(r->outcome, HTTP_OK);
    assert_int_equal(r->status, 304);
}

static void broken_replies(void **state)
{
    struct world *w = *state;
    assert_int_equal(get(w, "/reset")->outcome, HTTP_RESET);
    assert_int_equal(get(w, "/close")->outcome, HTTP_RESET);
    assert_int_equal(get(w, "/lying-long")->outcome, HTTP_RESET);
    assert_int_equal(get(w, "/chunk-cut")->outcome, HTTP_RESET);
    assert_int_equal(get(w, "/chunk-garbage")->outcome, HTTP_RESET);
    assert_int_equal(get(w, "/garbage")->outcome, HTTP_BROKEN);
    struct http_reply *r = get(w, "/lying-short");
    assert_int_equal(r->outcome, HTTP_OK);
    assert_slice(r->body, "short");
    assert_slice(get(w, "/ok")->body, "fine\n"); /* what was left over is not taken for this reply */
}

static void bodies_are_read_by_their_bytes(void **state)
{
    struct world *w = *state;
    struct http_reply *r = get(w, "/gzip-garbage");
    assert_int_equal(r->outcome, HTTP_OK);
    assert_slice(r->body, "this is not gzip at all");
    assert_slice(get(w, "/gzip-unsaid")->body, "packed");
    assert_true(slice_starts(get(w, "/gzip-unsaid?1")->body, SLICE("\x1f\x8b"))); /* a file that is to stay packed */
    assert_int_equal(get(w, "/bomb-unsaid?100")->outcome, HTTP_TOO_LARGE);
    assert_true(get(w, "/bomb-unsaid?1")->body.n > 1000000);
}

static void cookies_go_along_on_one_request(void **state)
{
    struct world *w = *state;
    struct http_reply *r = get(w, "/cookies");
    assert_int_equal(r->outcome, HTTP_OK);
    assert_slice(r->body, "<p>with cookies");
    r = get(w, "/echo");
    assert_true(slice_find(r->body, SLICE("Cookie")) == r->body.n);
}

static void ceilings(void **state)
{
    struct world *w = *state;
    struct http_request r = {.url = address(w, "/huge"), .max_wire_bytes = 100000, .max_body_bytes = 1000000};
    struct http_reply *reply = ask(w, r);
    assert_int_equal(reply->outcome, HTTP_TOO_LARGE);
    assert_int_equal(reply->body.n, 0);
    r.max_wire_bytes = 1000000, r.max_body_bytes = 1000;
    assert_int_equal(ask(w, r)->outcome, HTTP_TOO_LARGE);
    assert_int_equal(get(w, "/huge-length")->outcome, HTTP_TOO_LARGE);
    assert_int_equal(get(w, "/headers")->outcome, HTTP_TOO_LARGE);
    assert_int_equal(get(w, "/continue")->outcome, HTTP_TOO_LARGE);
}

static void zip_bombs(void **state)
{
    struct world *w = *state;
    struct http_reply *r = get(w, "/bomb?1"); /* 1 MiB, which is fine, up to its missing checksum */
    assert_true(r->outcome == HTTP_BROKEN || r->outcome == HTTP_OK);
    r = get(w, "/bomb?600"); /* 3 MB of wire */
    assert_int_equal(r->outcome, HTTP_TOO_LARGE);
    assert_true(r->wire_bytes < 1000000);
}

static void slow_servers(void **state)
{
    struct world *w = *state;
    int64_t start = clock_ms();
    struct http_reply *r = ask(w, (struct http_request){.url = address(w, "/hang"), .timeout_ms = 200});
    assert_int_equal(r->outcome, HTTP_TIMEOUT);
    assert_int_equal(ask(w, (struct http_request){.url = address(w, "/hang-body"), .timeout_ms = 200})->outcome,
                     HTTP_TIMEOUT);
    assert_int_equal(get(w, "/drip")->outcome, HTTP_TIMEOUT); /* by stall_ms */
    assert_int_equal(ask(w, (struct http_request){.url = address(w, "/drip-head"), .timeout_ms = 500})->outcome,
                     HTTP_TIMEOUT);
    assert_true(clock_ms() - start < 12000);
}

static void *cancel_soon(void *flag)
{
    poll(NULL, 0, 100);
    atomic_store((atomic_bool *)flag, true);
    return NULL;
}

static void deadline_and_cancellation(void **state)
{
    struct world *w = *state;
    atomic_bool cancelled = false;
    pthread_t thread;
    struct http_request r = {.url = address(w, "/hang")};
    int64_t start = clock_ms();
    struct http_reply *reply = http_ask(w->client, w->arena, &r, &(struct deadline){clock_ms() + 200, NULL});
    assert_int_equal(reply->outcome, HTTP_TIMEOUT);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancelled), 0);
    reply = http_ask(w->client, w->arena, &r, &(struct deadline){clock_ms() + 60000, &cancelled});
    assert_int_equal(reply->outcome, HTTP_CANCELLED);
    pthread_join(thread, NULL);
    reply = http_ask(w->client, w->arena, &r, &(struct deadline){clock_ms() - 1, NULL});
    assert_int_equal(reply->outcome, HTTP_TIMEOUT);
    assert_true(clock_ms() - start < 5000);
}

static void redirects(void **state)
{
    struct world *w = *state;
    struct http_reply *r = get(w, "/hop?3");
    assert_int_equal(r->outcome, HTTP_OK);
    assert_int_equal(r->redirects, 3);
    assert_slice(r->url, address(w, "/ok?0").p);
    r = get(w, "/loop");
    assert_int_equal(r->outcome, HTTP_REDIRECTS);
    assert_int_equal(r->redirects, 5);
    assert_slice(r->location, address(w, "/loop").p);
    r = ask(w, (struct http_request){.url = address(w, "/hop?3"), .max_redirects = HTTP_NO_REDIRECTS});
    assert_int_equal(r->outcome, HTTP_REDIRECTS);
    assert_int_equal(r->status, 301);
    assert_slice(r->location, address(w, "/hop?2").p);
    r = ask(w, (struct http_request){.url = address(w, "/hop?1"), .body = SLICE("x")});
    assert_int_equal(r->outcome, HTTP_REDIRECTS);
}

/* Where a hostile page would like to send us. */
static void redirects_are_judged(void **state)
{
    struct world *w = *state;
    struct upstream *other = upstream_start("127.0.0.1", 0);
    static const char *const targets[] = {"file:///etc/passwd",      "http://169.254.169.254/latest/meta-data/",
                                          "http://127.0.0.2/",       "http://2130706434/",
                                          "http://[::1]/",           "gopher://127.0.0.1:70/_x",
                                          "http://user@example.org", "http://localhost:1/",
                                          "ftp://127.0.0.1/x",       "//[::ffff:10.0.0.1]/"};
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        struct http_reply *r = get(w, arena_printf(w->arena, "/to?%s", targets[i]).p);
        if (r->outcome != HTTP_REFUSED_BY_GUARD)
            fail_msg("%s: %s", targets[i], r->reason);
    }
    struct http_reply *r = get(w, arena_printf(w->arena, "/to?http://127.0.0.1:%u/ok", other->port).p);
    assert_int_equal(r->outcome, HTTP_REFUSED_BY_GUARD);
    assert_slice(slice_of(r->reason), "127.0.0.0/8 is loopback");
    assert_int_equal(r->status, 302);
    assert_int_equal(atomic_load(&other->server.connections), 0);
    upstream_stop(other);
}

static void secrets_stay_with_their_origin(void **state)
{
    struct world *w = *state;
    struct upstream *other = upstream_start("127.0.0.1", 0);
    struct guard *g = make_guard("127.0.0.1");
    struct http_client *c = http_client_new(&(struct http_options){.guard = g});
    struct http_header h[] = {{SLICE("Authorization"), SLICE("Bearer x")}, {SLICE("Accept"), SLICE("text/html")}};
    struct deadline d = {clock_ms() + 5000, NULL};
    struct slice to = address(w, arena_printf(w->arena, "/to?http://127.0.0.1:%u/echo", other->port).p);
    struct http_reply *r =
        http_ask(c, w->arena, &(struct http_request){.url = to, .headers = h, .header_count = 2}, &d);
    assert_int_equal(r->outcome, HTTP_OK);
    assert_null(strstr(r->body.p, "Authorization"));
    assert_non_null(strstr(r->body.p, "Accept: text/html"));
    r = http_ask(c, w->arena, &(struct http_request){.url = address(w, "/to?/echo"), .headers = h, .header_count = 2},
                 &d);
    assert_non_null(strstr(r->body.p, "Authorization"));
    http_client_free(c);
    guard_free(g);
    upstream_stop(other);
}

/* A public name whose DNS says 127.0.0.1: the URL passes, the socket does not. Once opened for the operator's host, the
 * same address is fine. */
static void rebinding(void **state)
{
    struct world *w = *state;
    const char *pinned[] = {"rebound.example:80:127.0.0.1", "six.example:80:[::1]", "cloud.example:80:169.254.169.254",
                            arena_printf(w->arena, "wiki.corp:%u:127.0.0.1", w->u->port).p, NULL};
    struct guard *g = make_guard("wiki.corp");
    struct http_client *c = http_client_new(&(struct http_options){.guard = g, .pinned = pinned});
    static const struct {
        const char *url, *reason;
    } cases[] = {{"http://rebound.example/", "127.0.0.0/8 is loopback"},
                 {"http://six.example/", "::1 is loopback"},
                 {"http://cloud.example/", "169.254.169.254 is the cloud's metadata service"}};
    struct deadline d = {clock_ms() + 5000, NULL};
    for (size_t i = 0; i < 3; i++) {
        struct http_reply *r = http_ask(c, w->arena, &(struct http_request){.url = slice_of(cases[i].url)}, &d);
        assert_int_equal(r->outcome, HTTP_REFUSED_BY_GUARD);
        assert_slice(slice_of(r->reason), cases[i].reason);
    }
    unsigned before = atomic_load(&w->u->server.connections);
    struct slice url = arena_printf(w->arena, "http://wiki.corp:%u/ok", w->u->port);
    assert_int_equal(http_ask(c, w->arena, &(struct http_request){.url = url}, &d)->outcome, HTTP_OK);
    assert_int_equal(atomic_load(&w->u->server.connections), before + 1);
    http_client_free(c);
    guard_free(g);
}

static void what_cannot_be_reached(void **state)
{
    struct world *w = *state;
    struct upstream *gone = upstream_start("127.0.0.1", 0);
    unsigned port = gone->port;
    upstream_stop(gone);
    struct guard *g = make_guard("127.0.0.1 nowhere.invalid");
    struct http_client *c = http_client_new(&(struct http_options){.guard = g});
    struct deadline d = {clock_ms() + 15000, NULL};
    struct slice closed = arena_printf(w->arena, "http://127.0.0.1:%u/", port);
    assert_int_equal(http_ask(c, w->arena, &(struct http_request){.url = closed}, &d)->outcome, HTTP_CONNECT);
    /* Without a resolver in reach the lookup hangs; the request still ends in time. */
    int64_t start = clock_ms();
    struct http_request lost = {.url = SLICE("http://nowhere.invalid/"), .timeout_ms = 300};
    enum http_outcome o = http_ask(c, w->arena, &lost, &d)->outcome;
    assert_true(o == HTTP_DNS || o == HTTP_TIMEOUT);
    assert_true(clock_ms() - start < 3000);
    struct slice plain = arena_printf(w->arena, "https://127.0.0.1:%u/ok", w->u->port);
    assert_int_equal(http_ask(c, w->arena, &(struct http_request){.url = plain}, &d)->outcome, HTTP_TLS);
    assert_int_equal(http_ask(c, w->arena, &(struct http_request){.url = SLICE("x")}, &d)->outcome, HTTP_BAD_URL);
    http_client_free(c);
    guard_free(g);
}

static void connections_are_kept_between_batches(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(get(w, "/ok")->outcome, HTTP_OK);
    assert_int_equal(atomic_load(&w->u->server.connections), 1);
}

static bool count_reply(void *ud, size_t i, struct http_reply *r)
{
    unsigned *seen = ud;
    seen[0] += r->outcome == HTTP_OK && r->number == i;
    seen[1]++;
    return seen[1] < seen[2];
}

static void many_at_once(void **state)
{
    struct world *w = *state;
    struct http_request r[20];
    unsigned seen[3] = {0, 0, 100};
    for (size_t i = 0; i < 20; i++)
        r[i] = (struct http_request){.url = address(w, i < 19 ? "/slow?100" : "http://x y")};
    http_run(w->client, w->arena, r, 20, &(struct deadline){clock_ms() + 10000, NULL}, count_reply, seen);
    assert_int_equal(seen[0], 19);
    assert_int_equal(seen[1], 20);
    assert_true(atomic_load(&w->u->most_busy) > 5);
    unsigned few[3] = {0, 0, 3};
    http_run(w->client, w->arena, r, 20, &(struct deadline){clock_ms() + 10000, NULL}, count_reply, few);
    assert_int_equal(few[1], 3);
}

struct pieces {
    struct buf text;
    bool go_on;
};

static bool on_piece(void *ud, struct slice piece)
{
    struct pieces *p = ud;
    buf_add(&p->text, piece);
    return p->go_on;
}

static void pieces_as_they_come(void **state)
{
    struct world *w = *state;
    struct pieces p = {.go_on = true};
    buf_init(&p.text, 1 << 20);
    struct http_reply *r = ask(w, (struct http_request){.url = address(w, "/ok"), .on_piece = on_piece, .ud = &p});
    assert_int_equal(r->outcome, HTTP_OK);
    assert_ptr_equal(r->ud, &p);
    assert_int_equal(r->body.n, 0);
    assert_slice(buf_slice(&p.text), "fine\n");
    r = ask(w, (struct http_request){.url = address(w, "/404"), .on_piece = on_piece, .ud = &p});
    assert_slice(r->body, "nothing"); /* an error's text is no piece of an answer */
    p.go_on = false;
    r = ask(w, (struct http_request){.url = address(w, "/ok"), .on_piece = on_piece, .ud = &p});
    assert_int_equal(r->outcome, HTTP_CANCELLED);
    buf_release(&p.text);
}

/* The server sends two bytes and falls silent: they are here, and the silence can be timed. */
static void pieces_are_not_held_back(void **state)
{
    struct world *w = *state;
    struct pieces p = {.go_on = true};
    buf_init(&p.text, 1 << 20);
    struct http_client *c = http_client_new(&(struct http_options){.timeout_ms = 20000});
    struct http_batch *b = http_begin(c, w->arena, &(struct deadline){clock_ms() + 15000, NULL});
    http_add(b, &(struct http_request){.url = address(w, "/hang-body"), .on_piece = on_piece, .ud = &p});
    for (int i = 0; i < 100 && p.text.n == 0; i++)
        assert_null(http_next(b, clock_ms() + 50));
    assert_slice(buf_slice(&p.text), "ab");
    assert_int_equal(http_running(b), 1);
    http_end(b);
    struct http_request r = {.url = address(w, "/hang"), .timeout_ms = 100};
    struct http_reply *late = http_ask(c, w->arena, &r, &(struct deadline){clock_ms() + 15000, NULL});
    assert_int_equal(late->outcome, HTTP_TIMEOUT);
    assert_true(late->connected);
    http_client_free(c);
    buf_release(&p.text);
}

/* A full backlog: the kernel drops what else wants to connect. */
static void connecting_has_its_own_time(void **state)
{
    struct world *w = *state;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0), fill[4];
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 0), 0);
    getsockname(fd, (struct sockaddr *)&at, &n);
    for (size_t i = 0; i < 4; i++) {
        fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(fill[i], (struct sockaddr *)&at, sizeof at) != 0)
            assert_int_equal(errno, EINPROGRESS);
    }
    poll(NULL, 0, 50);
    struct http_client *c = http_client_new(&(struct http_options){.timeout_ms = 20000});
    struct slice url = arena_printf(w->arena, "http://127.0.0.1:%u/", ntohs(at.sin_port));
    struct http_reply *r = http_ask(c, w->arena, &(struct http_request){.url = url, .connect_timeout_ms = 150},
                                    &(struct deadline){clock_ms() + 15000, NULL});
    assert_int_equal(r->outcome, HTTP_TIMEOUT);
    assert_false(r->connected);
    assert_true(r->took_ms >= 150);
    http_client_free(c);
    for (size_t i = 0; i < 4; i++)
        close(fill[i]);
    close(fd);
}

static void *ask_often(void *ud)
{
    struct world *w = ud;
    struct arena *a = arena_new();
    size_t good = 0;
    struct slice url = arena_printf(a, "http://127.0.0.1:%u/ok", w->u->port);
    for (int i = 0; i < 25; i++)
        good += http_ask(w->client, a, &(struct http_request){.url = url}, &(struct deadline){clock_ms() + 9000, NULL})
                    ->outcome == HTTP_OK;
    arena_free(a);
    return (void *)good;
}

static void threads_share_a_client(void **state)
{
    struct world *w = *state;
    pthread_t threads[8];
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, w), 0);
    for (size_t i = 0; i < 8; i++) {
        void *good;
        pthread_join(threads[i], &good);
        assert_int_equal((size_t)good, 25);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_plain_page),
        TEST(what_is_sent),
        TEST(error_statuses_are_data),
        TEST(broken_replies),
        TEST(bodies_are_read_by_their_bytes),
        TEST(cookies_go_along_on_one_request),
        TEST(ceilings),
        TEST(zip_bombs),
        TEST(slow_servers),
        TEST(deadline_and_cancellation),
        TEST(redirects),
        TEST(redirects_are_judged),
        TEST(secrets_stay_with_their_origin),
        TEST(rebinding),
        TEST(what_cannot_be_reached),
        TEST(connections_are_kept_between_batches),
        TEST(many_at_once),
        TEST(pieces_as_they_come),
        TEST(pieces_are_not_held_back),
        TEST(connecting_has_its_own_time),
        TEST(threads_share_a_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
