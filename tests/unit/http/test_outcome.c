/* What a finished request hands on, once for each. */
#include "http/world.h"

enum { OUTCOMES = 16 };

static struct {
    pthread_mutex_t lock;
    atomic_int n;
    struct outcome at[OUTCOMES];
    char id[OUTCOMES][80], client[OUTCOMES][64], key[OUTCOMES][80], path[OUTCOMES][64];
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct client a, b;
static struct reply r;

static void note(void *ud, const struct outcome *o)
{
    assert_ptr_equal(ud, &seen);
    pthread_mutex_lock(&seen.lock);
    int i = atomic_load(&seen.n);
    assert_true(i < OUTCOMES);
    seen.at[i] = *o;
    snprintf(seen.id[i], sizeof seen.id[i], "%s", o->request_id);
    snprintf(seen.client[i], sizeof seen.client[i], "%s", o->client);
    snprintf(seen.key[i], sizeof seen.key[i], "%s", o->key ? o->key->name : "");
    snprintf(seen.path[i], sizeof seen.path[i], "%.*s", SLICE_ARGS(o->path));
    atomic_store(&seen.n, i + 1);
    pthread_mutex_unlock(&seen.lock);
}

static void handle_priced(struct exchange *x, void *unused)
{
    (void)unused;
    *exchange_work(x) = (struct outcome_work){"base", false, 3, 5, 2, 700, 80};
    atomic_fetch_add(&world.running, 1);
    while (!atomic_load(&world.may_go) && !atomic_load(exchange_cancelled(x)))
        pause_ms(1);
    exchange_reply(x, 200, "text/plain", SLICE("worth it"));
}

static const struct route priced_routes[] = {{"POST", "/v1/priced", true, false, handle_priced, NULL, API_ERROR_CHAT},
                                             {"GET", "/health", false, true, handle_health, NULL, API_ERROR_CHAT}};

static int start(void **unused)
{
    if (world_start(unused) != 0)
        return -1;
    server_stop(world.server, 0);
    atomic_store(&seen.n, 0);
    struct server_options o = world_options();
    struct err e;
    o.routes = priced_routes;
    o.route_count = COUNT_OF(priced_routes);
    o.finished = note;
    o.finished_ud = &seen;
    return server_start(&o, &world.server, &world.port, &e) ? 0 : -1;
}

static void ask(struct client *c, const char *retry)
{
    char headers[256];
    snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n%s", world.key, retry);
    client_connect(c, world.port);
    assert_true(post(c, "/v1/priced?secret=1", headers, "{}"));
}

static void an_answer_has_its_counts(void **unused)
{
    (void)unused;
    atomic_store(&world.may_go, true);
    ask(&a, "x-request-id: mine\r\n");
    client_reply(&a, &r, true);
    assert_int_equal(r.status, 200);
    assert_true(reaches(&seen.n, 1, PATIENCE_MS));
    const struct outcome *o = &seen.at[0];
    assert_string_equal(seen.id[0], "mine");
    assert_string_equal(seen.client[0], "127.0.0.1");
    assert_string_equal(seen.key[0], "ada");
    assert_string_equal(seen.path[0], "/v1/priced");
    assert_string_equal(o->route, "/v1/priced");
    assert_string_equal(o->work.model, "base");
    assert_int_equal(o->status, 200);
    assert_int_equal(o->reply_bytes, 8);
    assert_int_equal(o->work.searches + o->work.pages + o->work.model_calls, 10);
    assert_int_equal(o->work.prompt_tokens + o->work.completion_tokens, 780);
    assert_true(o->started_us <= o->begun_us && o->begun_us <= o->first_us && o->first_us <= o->ended_us);
    assert_false(o->shared);
    client_close(&a);
}

static void a_refusal_has_none(void **unused)
{
    (void)unused;
    client_connect(&a, world.port);
    assert_true(post(&a, "/v1/priced", "Authorization: Bearer no\r\n", "{}"));
    client_reply(&a, &r, true);
    assert_true(client_say(&a, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"));
    client_reply(&a, &r, true);
    assert_true(reaches(&seen.n, 2, PATIENCE_MS));
    assert_int_equal(seen.at[0].status, 401);
    assert_null(seen.at[0].key);
    assert_null(seen.at[0].work.model);
    assert_int_equal(seen.at[1].status, 404);
    assert_null(seen.at[1].route);
    client_close(&a);
}

static void a_client_that_left_is_told_apart(void **unused)
{
    (void)unused;
    ask(&a, "");
    assert_true(reaches(&world.running, 1, PATIENCE_MS));
    client_close(&a);
    assert_true(reaches(&seen.n, 1, PATIENCE_MS));
    assert_int_equal(seen.at[0].status, OUTCOME_LEFT);
    assert_int_equal(seen.at[0].work.searches, 3);
}

static void shared_work_is_counted_once(void **unused)
{
    (void)unused;
    ask(&a, "x-stainless-retry-count: 0\r\n");
    assert_true(reaches(&world.running, 1, PATIENCE_MS));
    ask(&b, "x-stainless-retry-count: 1\r\n");
    pause_ms(100);
    atomic_store(&world.may_go, true);
    for (struct client *c = &a;; c = &b) {
        do
            client_reply(c, &r, true);
        while (r.status == 100);
        assert_int_equal(r.status, 200);
        client_close(c);
        if (c == &b)
            break;
    }
    assert_true(reaches(&seen.n, 2, PATIENCE_MS));
    uint64_t searches = 0, shared = 0;
    for (int i = 0; i < 2; i++) {
        searches += seen.at[i].work.searches;
        shared += seen.at[i].shared;
        assert_string_equal(seen.at[i].work.model, "base");
        assert_int_equal(seen.at[i].status, 200);
    }
    assert_int_equal(searches, 3);
    assert_int_equal(shared, 1);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, start, world_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(an_answer_has_its_counts),
        WITH_WORLD(a_refusal_has_none),
        WITH_WORLD(a_client_that_left_is_told_apart),
        WITH_WORLD(shared_work_is_counted_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
