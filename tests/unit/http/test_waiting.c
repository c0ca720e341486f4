/* Requests that wait without a worker (http/waiting.h), and paths with two wildcards. */
#include "http/world.h"

#include "http/waiting.h"

static struct client c, others[8];
static struct reply r;
static struct waiting *waiting;
static atomic_int value, calls;

/* Waits for value to be 1, at most as many milliseconds as the second wildcard says. */
static void handle_until(struct exchange *x, void *unused)
{
    (void)unused;
    int64_t *until_ms = exchange_memory(x, sizeof *until_ms);
    struct err e;
    atomic_fetch_add(&calls, 1);
    if (*until_ms == 0)
        *until_ms = clock_ms() + strtol(exchange_wildcard_2(x).p, NULL, 10);
    exchange_wait(x, 7, *until_ms);
    if (atomic_load(&value) == 0 && clock_ms() < *until_ms)
        return;
    if (atomic_load(&value))
        exchange_reply(x, 200, "text/plain", exchange_wildcard(x));
    else
        exchange_fail(x, (err_set(&e, ERR_RUN_ACTIVE, NULL), &e));
}

/* A stream with an event for each call, until value is 2. */
static void handle_events(struct exchange *x, void *unused)
{
    (void)unused;
    bool *begun = exchange_memory(x, sizeof *begun);
    exchange_wait(x, 8, clock_ms() + 60000);
    if (!*begun)
        exchange_begin(x, "text/event-stream", ": ping\n\n");
    *begun = true;
    bool there = exchange_write(x, atomic_load(&value) == 2 ? SLICE("data: last\n\n") : SLICE("data: one\n\n"));
    atomic_fetch_add(&calls, 1);
    if (!there || atomic_load(&value) == 2)
        exchange_end(x);
}

static const struct route routes[] = {
    {"GET", "/until/*/for/*", false, false, handle_until, NULL, API_ERROR_CHAT},
    {"GET", "/events", false, false, handle_events, NULL, API_ERROR_CHAT},
    {"POST", "/open/echo", false, false, handle_echo, NULL, API_ERROR_CHAT},
};

static int set_up(void **unused)
{
    struct err e;
    if (world_start(unused) != 0)
        return -1;
    server_stop(world.server, 0);
    atomic_store(&value, 0);
    atomic_store(&calls, 0);
    waiting = waiting_new();
    struct server_options o = world_options();
    o.routes = routes;
    o.route_count = COUNT_OF(routes);
    o.waiting = waiting;
    o.workers = 1;
    o.queue_length = 20;
    return waiting && server_start(&o, &world.server, &world.port, &e) ? 0 : -1;
}

static int tear_down(void **unused)
{
    int status = world_stop(unused);
    waiting_free(waiting);
    return status;
}

static void ask(struct client *one, const char *path)
{
    char head[200];
    snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    client_connect(one, world.port);
    assert_true(client_say(one, head));
}

static void expect(struct client *one, int status, const char *body)
{
    client_reply(one, &r, true);
    assert_int_equal(r.status, status);
    if (body)
        assert_string_equal(r.body, body);
    client_close(one);
}

static void waiting_takes_no_worker(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        ask(&others[i], i % 2 ? "/until/odd/for/60000" : "/until/e%76en/for/60000");
    assert_true(reaches(&calls, COUNT_OF(others), 2000));
    client_connect(&c, world.port);
    post(&c, "/open/echo", "", "{}"); /* the only worker is free */
    expect(&c, 200, "{}");
    waiting_wake(waiting, 6); /* not theirs */
    pause_ms(50);
    assert_int_equal(atomic_load(&calls), COUNT_OF(others));
    atomic_store(&value, 1);
    waiting_wake(waiting, 7);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        expect(&others[i], 200, i % 2 ? "odd" : "even");
}

static void time_ends_it(void **unused)
{
    (void)unused;
    ask(&c, "/until/x/for/150");
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 408);
    client_close(&c);
}

static void whoever_leaves_is_forgotten(void **unused)
{
    (void)unused;
    ask(&c, "/until/x/for/60000");
    assert_true(reaches(&calls, 1, 2000));
    client_close(&c);
    pause_ms(400);
    atomic_store(&value, 1);
    waiting_wake(waiting, 7);
    pause_ms(50);
    assert_int_equal(atomic_load(&calls), 1); /* its handler is not called again */
}

static void streams_go_on_when_they_are_woken(void **unused)
{
    (void)unused;
    ask(&c, "/events");
    assert_true(client_sees(&c, "data: one\n\n", 1000));
    waiting_wake(waiting, 8);
    assert_true(reaches(&calls, 2, 1000));
    atomic_store(&value, 2);
    waiting_wake(waiting, 8);
    client_reply(&c, &r, true);
    assert_non_null(strstr(r.body, "data: last\n\n"));
    client_close(&c);
}

static void stopping_answers_those_who_wait(void **unused)
{
    (void)unused;
    ask(&c, "/until/x/for/60000");
    ask(&others[0], "/events");
    assert_true(reaches(&calls, 2, 2000));
    int64_t begin = clock_ms();
    server_stop(world.server, 20000);
    world.server = NULL;
    assert_true(clock_ms() - begin < 10000);
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 503);
    client_close(&c);
    client_reply(&others[0], &r, true);
    assert_int_equal(r.status, 200);
    client_close(&others[0]);
}

static void paths_with_two_wildcards(void **unused)
{
    (void)unused;
    atomic_store(&value, 1);
    static const struct {
        const char *path;
        int status;
    } cases[] = {{"/until/a/for/1", 200},     {"/until/a/for/1/", 200},  {"/until//for/1", 404},
                 {"/until/a/for", 404},       {"/until/a/b/for/1", 404}, {"/until/a/for/1/2", 404},
                 {"/until/a%2Fb/for/1", 200}, {"/untila/for/1", 404},    {"/until/a/for/%zz", 400}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ask(&c, cases[i].path);
        client_reply(&c, &r, true);
        if (r.status != cases[i].status)
            fail_msg("%s: %d", cases[i].path, r.status);
        client_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(waiting_takes_no_worker, set_up, tear_down),
        cmocka_unit_test_setup_teardown(time_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whoever_leaves_is_forgotten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_go_on_when_they_are_woken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopping_answers_those_who_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(paths_with_two_wildcards, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("http/waiting", tests, NULL, NULL);
}
