/* Replies that take time: streams, heartbeats, clients that leave, that read slowly or not at all, a full queue,
 * stopping in the middle. */
#include "http/world.h"

#include <pthread.h>

static struct client c, others[3]; /* static: they are large */
static struct reply r;

static void go_on(void)
{
    atomic_store(&world.may_go, true);
}

static void assert_alive(struct client *one)
{
    assert_true(client_say(one, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
    client_reply(one, &r, true);
    assert_int_equal(r.status, 200);
    client_close(one);
}

static void events_arrive_as_they_are_written(void **unused)
{
    (void)unused;
    client_connect(&c, world.port);
    post(&c, "/open/stream", "", "{}");
    assert_true(client_sees(&c, "data: one\n\n", 1000)); /* while the handler still waits */
    assert_int_equal(atomic_load(&world.done), 0);
    go_on();
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 200);
    assert_string_equal(head_value(r.head, "Content-Type"), "text/event-stream; charset=utf-8");
    assert_string_equal(head_value(r.head, "Cache-Control"), "no-cache");
    assert_string_equal(head_value(r.head, "X-Accel-Buffering"), "no");
    assert_non_null(head_value(r.head, "x-request-id"));
    assert_string_equal(r.body, "data: one\n\ndata: two\n\ndata: [DONE]\n\n");
    assert_alive(&c);
}

static void silence_is_filled_with_heartbeats(void **unused)
{
    (void)unused;
    client_connect(&c, world.port);
    post(&c, "/open/stream", "", "{}");
    assert_true(client_sees(&c, ": ping\n\n", 1000));
    pause_ms(250);
    go_on();
    client_reply(&c, &r, true);
    int beats = 0;
    const char *at = r.body;
    assert_memory_equal(at, "data: one\n\n", 11);
    for (at += 11; strncmp(at, ": ping\n\n", 8) == 0; at += 8)
        beats++;
    assert_in_range(beats, 2, 6); /* one each 80 ms of about 300 */
    assert_string_equal(at, "data: two\n\ndata: [DONE]\n\n");
    assert_alive(&c);
}

static void reset(struct client *one)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(one->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    client_close(one);
}

/* Both kinds of leaving, before and after the reply has begun; each must reach the handler soon. */
static void leaving_cancels(void **unused)
{
    (void)unused;
    static const char *const paths[] = {"/open/stream", "/open/wait"};
    int left = 0;
    for (int path = 0; path < 2; path++)
        for (int with_reset = 0; with_reset < 2; with_reset++) {
            client_connect(&c, world.port);
            post(&c, paths[path], "", "{}");
            assert_true(reaches(&world.running, ++left, 1000));
            pause_ms(20);
            if (with_reset)
                reset(&c);
            else
                client_close(&c);
            if (!reaches(&world.cancelled_seen, left, 400))
                fail_msg("%s, reset %d: not noticed", paths[path], with_reset);
        }
    assert_true(reaches(&world.done, left, 1000));
}

/* `printf ... | nc -N` closes its sending half at once and goes on reading. */
static void half_closed_clients_get_their_reply(void **unused)
{
    (void)unused;
    client_connect(&c, world.port);
    post(&c, "/open/wait", "", "{}");
    shutdown(c.fd, SHUT_WR);
    pause_ms(200);
    assert_int_equal(atomic_load(&world.cancelled_seen), 0);
    go_on();
    client_reply(&c, &r, true);
    while (r.status == 100)
        client_reply(&c, &r, true);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "waited");
    client_close(&c);

    atomic_store(&world.may_go, false);
    client_connect(&c, world.port);
    post(&c, "/open/stream", "", "{}");
    assert_true(client_sees(&c, "data: one\n\n", 1000));
    shutdown(c.fd, SHUT_WR);
    pause_ms(200);
    assert_int_equal(atomic_load(&world.cancelled_seen), 0);
    go_on();
    client_reply(&c, &r, true);
    assert_non_null(strstr(r.body, "data: [DONE]\n\n"));
    client_close(&c);
}

/* The end of input may arrive at any moment of the request's way through the server. */
static void half_closing_at_once_loses_nothing(void **unused)
{
    (void)unused;
    static const char *const paths[] = {"/open/flood", "/open/echo", "/open/error"};
    for (int i = 0; i < 300; i++) {
        char request[128];
        int n = snprintf(request, sizeof request, "POST %s HTTP/1.%d\r\nHost: x\r\nContent-Length: 2\r\n\r\n50",
                         paths[i % 3], i % 2);
        client_connect(&c, world.port);
        assert_true(client_send(&c, request, (size_t)n));
        if (i % 5)
            usleep((useconds_t)(i % 5) * 20);
        shutdown(c.fd, SHUT_WR);
        assert_true(client_closed(&c, 3000));
        if (!strstr(c.in, i % 3 == 2 ? " 422 " : " 200 "))
            fail_msg("%s, try %d: %s", paths[i % 3], i, c.in);
        client_close(&c);
    }
}

static void check_flood(struct client *one, size_t total)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", total);
    client_connect(one, world.port);
    post(one, "/open/flood", "", number);
    client_reply(one, &r, true);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.body_bytes, total);
    for (size_t i = 0; i < total; i++)
        if (r.body[i] != (char)(i * 7 + i / 251))
            fail_msg("byte %zu of %zu is wrong", i, total);
    client_close(one);
}

static void every_byte_arrives(void **unused)
{
    (void)unused;
    static const size_t totals[] = {0, 1, 4095, 4096, 4097, 100000, 250000};
    for (size_t i = 0; i < COUNT_OF(totals); i++)
        check_flood(&c, totals[i]);
    for (size_t i = 0; i < 300; i++)
        check_flood(&c, 1 + i * 37);
}

static void http_1_0_streams_end_with_the_connection(void **unused)
{
    (void)unused;
    go_on();
    client_connect(&c, world.port);
    client_say(&c, "POST /open/stream HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");
    assert_true(client_closed(&c, 2000));
    assert_null(head_value(c.in, "Transfer-Encoding"));
    assert_non_null(strstr(c.in, "\r\n\r\ndata: one\n\ndata: two\n\ndata: [DONE]\n\n"));
    client_close(&c);
}

static void a_client_that_does_not_read_is_cut(void **unused)
{
    (void)unused;
    client_connect(&c, world.port);
    post(&c, "/open/flood", "", "100000000");
    int64_t before = clock_ms();
    assert_true(reaches(&world.done, 1, 5000));
    assert_int_equal(atomic_load(&world.cancelled_seen), 1);
    assert_true(clock_ms() - before >= 200);
    client_close(&c);
    check_flood(&c, 1000); /* and the worker is free again */
}

static void a_full_queue_is_429_at_once(void **unused)
{
    (void)unused;
    for (int i = 0; i < 2; i++) {
        client_connect(&others[i], world.port);
        post(&others[i], "/open/wait", "", "{}");
    }
    assert_true(reaches(&world.running, 2, 1000));
    client_connect(&others[2], world.port); /* waits: the queue holds one */
    post(&others[2], "/open/wait", "", "{}");
    pause_ms(50);
    int64_t before = clock_ms();
    client_connect(&c, world.port);
    post(&c, "/open/wait", "", "{}");
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 429);
    assert_true(clock_ms() - before < 10000);
    assert_non_null(strstr(r.body, "\"server_busy\""));
    assert_string_equal(head_value(r.head, "Retry-After"), "1");
    assert_string_equal(head_value(r.head, "retry-after-ms"), "1000");
    assert_string_equal(head_value(r.head, "x-should-retry"), "true");
    assert_alive(&c); /* direct routes need no worker */
    go_on();
    for (int i = 0; i < 3; i++) {
        client_reply(&others[i], &r, true);
        assert_string_equal(r.body, "waited");
        client_close(&others[i]);
    }
}

/* One that left while it was in the queue never reaches a handler. */
static void leaving_the_queue(void **unused)
{
    (void)unused;
    for (int i = 0; i < 3; i++) {
        client_connect(&others[i], world.port);
        post(&others[i], "/open/wait", "", "{}");
        if (i < 2)
            assert_true(reaches(&world.running, i + 1, 1000));
    }
    pause_ms(50);
    reset(&others[2]);
    pause_ms(50);
    go_on();
    for (int i = 0; i < 2; i++) {
        client_reply(&others[i], &r, true);
        assert_string_equal(r.body, "waited");
        client_close(&others[i]);
    }
    pause_ms(50);
    assert_int_equal(atomic_load(&world.running), 2);
}

static void *stop(void *grace_ms)
{
    server_stop(world.server, (unsigned)(uintptr_t)grace_ms);
    world.server = NULL;
    return NULL;
}

static void stopping_lets_running_requests_end(void **unused)
{
    (void)unused;
    pthread_t stopper;
    client_connect(&c, world.port);
    client_connect(&others[0], world.port);
    post(&c, "/open/stream", "", "{}");
    assert_true(client_sees(&c, "data: one\n\n", 1000));
    pthread_create(&stopper, NULL, stop, (void *)(uintptr_t)3000);
    pause_ms(50);
    post(&others[0], "/open/echo", "", "{}");
    client_reply(&others[0], &r, true);
    assert_int_equal(r.status, 503);
    assert_non_null(strstr(r.body, "\"stopping\""));
    go_on();
    client_reply(&c, &r, true);
    assert_non_null(strstr(r.body, "data: [DONE]\n\n"));
    assert_int_equal(atomic_load(&world.cancelled_seen), 0);
    pthread_join(stopper, NULL);
    client_close(&c);
    client_close(&others[0]);
}

static void stopping_cancels_after_the_grace(void **unused)
{
    (void)unused;
    pthread_t stopper;
    client_connect(&c, world.port);
    client_connect(&others[0], world.port);
    post(&c, "/open/stream", "", "{}");
    post(&others[0], "/open/wait", "", "{}");
    assert_true(reaches(&world.running, 2, 1000));
    int64_t before = clock_ms();
    pthread_create(&stopper, NULL, stop, (void *)(uintptr_t)150);
    client_reply(&c, &r, true); /* the handler may still say its last words */
    assert_non_null(strstr(r.body, "data: [DONE]\n\n"));
    client_reply(&others[0], &r, true);
    assert_int_equal(r.status, 503);
    pthread_join(stopper, NULL);
    assert_true(clock_ms() - before >= 150);
    assert_int_equal(atomic_load(&world.cancelled_seen), 2);
    client_close(&c);
    client_close(&others[0]);
}

static void stopping_does_not_wait_for_one_who_never_reads(void **unused)
{
    (void)unused;
    client_connect(&c, world.port);
    post(&c, "/open/flood", "", "100000000");
    pause_ms(50);
    int64_t before = clock_ms();
    stop((void *)(uintptr_t)50);
    assert_true(clock_ms() - before >= 50);
    client_close(&c);
}

static void more_connections_than_allowed_wait_and_are_served(void **unused)
{
    (void)unused;
    int held[80];
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)world.port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 80; i++) {
        held[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(held[i], (struct sockaddr *)&at, sizeof at), 0);
    }
    client_connect(&c, world.port);
    client_say(&c, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    pause_ms(50);
    for (int i = 0; i < 80; i++)
        close(held[i]);
    client_reply(&c, &r, true);
    assert_int_equal(r.status, 200);
    client_close(&c);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_start, world_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(events_arrive_as_they_are_written),
        WITH_WORLD(silence_is_filled_with_heartbeats),
        WITH_WORLD(leaving_cancels),
        WITH_WORLD(half_closed_clients_get_their_reply),
        WITH_WORLD(half_closing_at_once_loses_nothing),
        WITH_WORLD(every_byte_arrives),
        WITH_WORLD(http_1_0_streams_end_with_the_connection),
        WITH_WORLD(a_client_that_does_not_read_is_cut),
        WITH_WORLD(a_full_queue_is_429_at_once),
        WITH_WORLD(leaving_the_queue),
        WITH_WORLD(stopping_lets_running_requests_end),
        WITH_WORLD(stopping_cancels_after_the_grace),
        WITH_WORLD(stopping_does_not_wait_for_one_who_never_reads),
        WITH_WORLD(more_connections_than_allowed_wait_and_are_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
