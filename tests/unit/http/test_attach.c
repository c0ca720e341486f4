/* Repeated requests: a client that asks again waits for the work that runs already. */
#include "http/world.h"

#include <pthread.h>

static struct client a, b, c; /* static: they are large */
static struct reply r;

static void ask(struct client *one, const char *path, const char *headers, const char *body)
{
    client_connect(one, world.port);
    assert_true(post(one, path, headers, body));
}

static void first(struct client *one, const char *path)
{
    int before = atomic_load(&world.running);
    ask(one, path, "x-stainless-retry-count: 0\r\n", "{}");
    assert_true(reaches(&world.running, before + 1, PATIENCE_MS));
}

static void again(struct client *one, const char *path)
{
    ask(one, path, "x-stainless-retry-count: 1\r\nx-request-id: again\r\n", "{}");
}

static void go_on(void)
{
    atomic_store(&world.may_go, true);
}

static void expect(struct client *one, const char *body)
{
    client_reply(one, &r, true);
    while (r.status == 100)
        client_reply(one, &r, true);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, body);
}

static void a_repeat_gets_the_reply_of_the_first(void **unused)
{
    (void)unused;
    first(&a, "/open/wait");
    client_close(&a); /* its patience is over */
    pause_ms(300);
    again(&b, "/open/wait");
    pause_ms(100);
    go_on();
    expect(&b, "waited");
    assert_string_equal(head_value(r.head, "x-request-id"), "again");
    assert_int_equal(atomic_load(&world.running), 1);
    assert_int_equal(atomic_load(&world.cancelled_seen), 0);
    client_close(&b);
}

static void both_get_it_when_both_stay(void **unused)
{
    (void)unused;
    first(&a, "/open/wait");
    again(&b, "/open/wait");
    again(&c, "/open/wait");
    pause_ms(100);
    go_on();
    expect(&a, "waited");
    expect(&b, "waited");
    expect(&c, "waited");
    assert_int_equal(atomic_load(&world.running), 1);
    assert_int_equal(atomic_load(&world.done), 1);
    /* The connections go on, and what is over is no longer attached to. */
    assert_true(post(&b, "/open/wait", "x-stainless-retry-count: 2\r\n", "{}"));
    expect(&b, "waited");
    assert_int_equal(atomic_load(&world.running), 2);
    client_close(&a);
    client_close(&b);
    client_close(&c);
}

#define STREAM "data: one\n\ndata: two\n\ndata: [DONE]\n\n"

static const char *without_heartbeats(struct reply *of)
{
    for (char *beat; (beat = strstr(of->body, ": ping\n\n"));)
        memmove(beat, beat + 8, strlen(beat + 8) + 1);
    return of->body;
}

static void a_stream_is_repeated_from_its_start(void **unused)
{
    (void)unused;
    first(&a, "/open/stream");
    assert_true(client_sees(&a, "data: one\n\n", PATIENCE_MS));
    again(&b, "/open/stream");
    assert_true(client_sees(&b, "data: one\n\n", PATIENCE_MS)); /* at once, not with the next piece */
    client_close(&a);
    pause_ms(200);
    assert_int_equal(atomic_load(&world.cancelled_seen), 0);
    go_on();
    client_reply(&b, &r, true);
    assert_int_equal(r.status, 200);
    assert_string_equal(head_value(r.head, "x-request-id"), "again");
    assert_string_equal(head_value(r.head, "Content-Type"), "text/event-stream; charset=utf-8");
    assert_string_equal(without_heartbeats(&r), STREAM);
    assert_int_equal(atomic_load(&world.running), 1);
    assert_int_equal(atomic_load(&world.cancelled_seen), 0);
    client_close(&b);
}

/* Beyond KEPT_BYTES the start is gone: the repeat is worked on for itself. */
static void a_long_stream_is_made_again(void **unused)
{
    (void)unused;
    static const char body[] = "300000";
    size_t got = 0;
    ask(&a, "/open/long", "x-stainless-retry-count: 0\r\n", body);
    for (ssize_t n; got < 300000 && (n = recv(a.fd, a.in, REPLY_BYTES, 0)) > 0;)
        got += (size_t)n;
    assert_true(reaches(&world.running, 1, PATIENCE_MS));
    ask(&b, "/open/long", "x-stainless-retry-count: 1\r\n", body);
    for (ssize_t n; got < 600000 && (n = recv(b.fd, b.in, REPLY_BYTES, 0)) > 0;)
        got += (size_t)n;
    assert_true(reaches(&world.running, 2, PATIENCE_MS));
    go_on();
    client_close(&a);
    client_close(&b);
}

static void only_twins_are_attached(void **unused)
{
    (void)unused;
    static const struct {
        const char *path, *headers, *body;
    } others[] = {
        {"/open/wait", "x-stainless-retry-count: 1\r\n", "{} "},                    /* another body */
        {"/open/wait", "x-stainless-retry-count: 1\r\nparallel-beta: x\r\n", "{}"}, /* another form of reply */
        {"/open/wait", "x-stainless-retry-count: 0\r\n", "{}"},  /* no repeat, but the same question */
        {"/open/wait", "x-stainless-retry-count: 1x\r\n", "{}"}, /* no count */
        {"/open/wait", "", "{}"},
        {"/open/stream", "x-stainless-retry-count: 1\r\n", "{}"},
    };
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        int before = atomic_load(&world.running);
        atomic_store(&world.may_go, false);
        first(&a, "/open/wait");
        ask(&b, others[i].path, others[i].headers, others[i].body);
        if (!reaches(&world.running, before + 2, PATIENCE_MS))
            fail_msg("case %zu was attached", i);
        go_on();
        expect(&a, "waited");
        client_reply(&b, &r, true);
        client_close(&a);
        client_close(&b);
    }
    /* One that does not say that it would repeat is not attached to. */
    int before = atomic_load(&world.running);
    atomic_store(&world.may_go, false);
    ask(&a, "/open/wait", "", "{}");
    assert_true(reaches(&world.running, before + 1, PATIENCE_MS));
    again(&b, "/open/wait");
    assert_true(reaches(&world.running, before + 2, PATIENCE_MS));
    go_on();
    client_close(&a);
    client_close(&b);
}

static void keys_do_not_share(void **unused)
{
    (void)unused;
    static char other[STATE_KEY_CHARS + 1], headers[2][200];
    struct err e;
    assert_true(state_key_create(world.state, SLICE("eve"), &key_scope_wide, other, &e));
    for (int i = 0; i < 2; i++)
        snprintf(headers[i], sizeof headers[i], "Authorization: Bearer %s\r\nx-stainless-retry-count: %d\r\n",
                 i ? other : world.key, i);
    ask(&a, "/v1/wait", headers[0], "{}");
    assert_true(reaches(&world.running, 1, PATIENCE_MS));
    ask(&b, "/v1/wait", headers[1], "{}");
    assert_true(reaches(&world.running, 2, PATIENCE_MS));
    go_on();
    expect(&a, "waited");
    expect(&b, "waited");
    client_close(&a);
    client_close(&b);
}

static void nobody_comes_back(void **unused)
{
    (void)unused;
    first(&a, "/open/wait");
    client_close(&a);
    pause_ms(300);
    assert_int_equal(atomic_load(&world.cancelled_seen), 0); /* it would ask again after half a second */
    assert_true(reaches(&world.cancelled_seen, 1, PATIENCE_MS));
    first(&a, "/open/stream"); /* has begun: such a client does not ask again */
    client_close(&a);
    assert_true(reaches(&world.cancelled_seen, 2, PATIENCE_MS));
    assert_true(reaches(&world.done, 2, PATIENCE_MS));
}

static void the_last_one_to_leave_cancels(void **unused)
{
    (void)unused;
    first(&a, "/open/stream");
    again(&b, "/open/stream");
    assert_true(client_sees(&b, "data: one\n\n", PATIENCE_MS));
    client_close(&b);
    pause_ms(200);
    assert_int_equal(atomic_load(&world.cancelled_seen), 0);
    client_close(&a);
    assert_true(reaches(&world.cancelled_seen, 1, PATIENCE_MS));
    assert_true(reaches(&world.done, 1, PATIENCE_MS));
}

static void no_more_than_a_few_are_attached(void **unused)
{
    (void)unused;
    static struct client many[5];
    first(&a, "/open/wait");
    for (int i = 0; i < 4; i++)
        again(&many[i], "/open/wait");
    pause_ms(100);
    assert_int_equal(atomic_load(&world.running), 1);
    again(&many[4], "/open/wait");
    assert_true(reaches(&world.running, 2, PATIENCE_MS));
    go_on();
    for (int i = 0; i < 5; i++) {
        expect(&many[i], "waited");
        client_close(&many[i]);
    }
    client_close(&a);
}

static void stopping_tells_all(void **unused)
{
    (void)unused;
    first(&a, "/open/wait");
    again(&b, "/open/wait");
    pause_ms(100);
    client_close(&a);
    server_stop(world.server, 50);
    world.server = NULL;
    client_reply(&b, &r, true);
    assert_int_equal(r.status, 503);
    assert_non_null(strstr(r.body, "\"again\"")); /* under its own id */
    assert_int_equal(atomic_load(&world.cancelled_seen), 1);
    client_close(&b);
}

/* --- many at once, for the thread sanitizer ----------------------------------------------------------------------- */

enum { THREADS = 6, ROUNDS = 60 };

static void *come_and_go(void *arg)
{
    unsigned chance = (unsigned)(uintptr_t)arg * 7919 + 1;
    struct client *one = calloc(1, sizeof *one);
    for (int i = 0; i < ROUNDS; i++) {
        char headers[64];
        chance = chance * 1103515245 + 12345;
        unsigned dice = chance >> 16;
        snprintf(headers, sizeof headers, "x-stainless-retry-count: %u\r\n", dice % 3);
        client_connect(one, world.port);
        if (post(one, dice % 2 ? "/open/stream" : "/open/flood", headers, dice % 2 ? "{}" : "20000"))
            client_sees(one, "HTTP/1.1 ", (int)(dice % 7) * 5);
        if (dice % 5 == 0)
            atomic_store(&world.may_go, dice % 2);
        client_close(one);
    }
    free(one);
    return NULL;
}

static void coming_and_going(void **unused)
{
    (void)unused;
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, (void *)i), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    go_on();
    client_connect(&a, world.port);
    assert_true(client_say(&a, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
    expect(&a, "{\"ok\":true}");
    client_close(&a);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_start, world_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_repeat_gets_the_reply_of_the_first),
        WITH_WORLD(both_get_it_when_both_stay),
        WITH_WORLD(a_stream_is_repeated_from_its_start),
        WITH_WORLD(a_long_stream_is_made_again),
        WITH_WORLD(only_twins_are_attached),
        WITH_WORLD(keys_do_not_share),
        WITH_WORLD(nobody_comes_back),
        WITH_WORLD(the_last_one_to_leave_cancels),
        WITH_WORLD(no_more_than_a_few_are_attached),
        WITH_WORLD(stopping_tells_all),
        WITH_WORLD(coming_and_going),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
