/* Reranking against a scripted service: both forms, many documents, and everything that may go wrong. */
#include "unit.h"

#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "llm/rerank.h"
#include "net/http.h"

extern char **environ;

enum { PATIENCE_MS = 60 * 1000, MANY = 150 };

static unsigned port;
static const struct slice three[] = {
    {"bread and butter", 16}, {"the lighthouse was built in 1871", 32}, {"a lighthouse", 12}};
static const struct slice question = {"who built the lighthouse", 24};

static struct reranker *connect_to(const char *path, unsigned timeout_ms)
{
    char url[100];
    struct reranker *r;
    struct err e;
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    struct rerank_options o = {
        .url = slice_of(url), .model = SLICE("m-1"), .key = SLICE("k3y"), .timeout_ms = timeout_ms};
    if (!rerank_open(&o, &r, &e))
        fail_msg("%s", e.message);
    return r;
}

static bool rank_three(struct reranker *r, double scores[3])
{
    struct arena *a = arena_new();
    struct deadline d = {clock_ms() + PATIENCE_MS, NULL};
    bool ok = rerank_scores(r, a, question, three, 3, &d, scores);
    arena_free(a);
    return ok;
}

/* Requests so far whose path is this one; *last gets the latest (release it). */
static size_t requests(const char *path, json_t **last)
{
    struct arena *a = arena_new();
    struct http_client *c = http_client_new(
        &(struct http_options){.timeout_ms = PATIENCE_MS, .max_wire_bytes = 1u << 26, .max_body_bytes = 1u << 26});
    struct http_request r = {.url = arena_printf(a, "http://127.0.0.1:%u/log", port)};
    struct deadline d = {clock_ms() + PATIENCE_MS, NULL};
    struct http_reply *reply = http_ask(c, a, &r, &d);
    json_t *log = json_loadb(reply->body.p, reply->body.n, 0, NULL), *entry;
    size_t i, n = 0;
    assert_non_null(log);
    json_array_foreach(log, i, entry) if (strcmp(json_string_value(json_object_get(entry, "path")), path) == 0)
    {
        n++;
        if (last) {
            if (n > 1)
                json_decref(*last);
            *last = json_incref(entry);
        }
    }
    json_decref(log);
    http_client_free(c);
    arena_free(a);
    return n;
}

static void documents_get_their_scores(void **state)
{
    (void)state;
    double s[3];
    json_t *last = NULL;
    struct reranker *r = connect_to("/v1/rerank", PATIENCE_MS);
    assert_true(rank_three(r, s));
    assert_true(fabs(s[0] - 0) < 1e-9 && fabs(s[1] - 0.75) < 1e-9 && fabs(s[2] - 0.25) < 1e-9);
    assert_int_equal(requests("/v1/rerank", &last), 1);
    const json_t *body = json_object_get(last, "body");
    assert_string_equal(json_string_value(json_object_get(body, "model")), "m-1");
    assert_string_equal(json_string_value(json_object_get(body, "query")), question.p);
    assert_int_equal(json_integer_value(json_object_get(body, "top_n")), 3);
    assert_int_equal(json_array_size(json_object_get(body, "documents")), 3);
    assert_string_equal(json_string_value(json_object_get(last, "key")), "Bearer k3y");
    json_decref(last);
    rerank_close(r);
    rerank_close(NULL);
}

static void the_other_form_is_found_out_once(void **state)
{
    (void)state;
    double s[3];
    struct reranker *r = connect_to("/tei", PATIENCE_MS);
    for (int i = 0; i < 3; i++) {
        assert_true(rank_three(r, s));
        assert_true(fabs(s[1] - 0.75) < 1e-9);
    }
    assert_int_equal(requests("/tei", NULL), 4); /* one that was refused */
    rerank_close(r);
}

static void many_go_in_several_requests(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct slice documents[MANY];
    double s[MANY];
    struct deadline d = {clock_ms() + PATIENCE_MS, NULL};
    struct reranker *r = connect_to("/many", PATIENCE_MS);
    for (size_t i = 0; i < MANY; i++)
        documents[i] = i % 7 == 3 ? arena_printf(a, "who %zu", i) : arena_printf(a, "\"quoted\" \\ \n %zu", i);
    assert_true(rerank_scores(r, a, question, documents, MANY, &d, s));
    for (size_t i = 0; i < MANY; i++)
        assert_true(fabs(s[i] - (i % 7 == 3 ? 0.25 : 0)) < 1e-9);
    assert_int_equal(requests("/many", NULL), (MANY + RERANK_DOCUMENTS_PER_REQUEST - 1) / RERANK_DOCUMENTS_PER_REQUEST);
    rerank_close(r);
    r = connect_to("/second-fails", PATIENCE_MS);
    s[0] = -7;
    assert_false(rerank_scores(r, a, question, documents, MANY, &d, s)); /* all or nothing */
    assert_true(fabs(s[0] + 7) < 1e-9);
    rerank_close(r);
    arena_free(a);
}

static void what_is_sent_is_bounded(void **state)
{
    (void)state;
    enum { LONG = 100000 };
    struct arena *a = arena_new();
    struct deadline d = {clock_ms() + PATIENCE_MS, NULL};
    double s[1];
    char *text = arena_alloc(a, LONG);
    for (size_t i = 0; i + 1 < LONG; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    struct slice big = {text, LONG};
    struct reranker *r = connect_to("/long", PATIENCE_MS);
    json_t *last = NULL;
    assert_true(rerank_scores(r, a, big, &big, 1, &d, s));
    assert_int_equal(requests("/long", &last), 1);
    const json_t *body = json_object_get(last, "body");
    assert_int_equal(json_string_length(json_object_get(body, "query")), RERANK_QUERY_BYTES);
    assert_int_equal(json_string_length(json_array_get(json_object_get(body, "documents"), 0)), RERANK_DOCUMENT_BYTES);
    json_decref(last);
    size_t many = RERANK_DOCUMENTS_PER_REQUEST * RERANK_REQUESTS_MAX + 1;
    struct slice *documents = arena_array(a, struct slice, many);
    double *scores = arena_array(a, double, many);
    assert_false(rerank_scores(r, a, question, documents, many, &d, scores));
    assert_true(rerank_scores(r, a, question, documents, 0, &d, scores));
    assert_int_equal(requests("/long", NULL), 1);
    rerank_close(r);
    arena_free(a);
}

static void wrong_replies_count_for_nothing(void **state)
{
    (void)state;
    static const char *const paths[] = {"/garbage",  "/html",     "/deep",     "/big",        "/string",   "/null",
                                        "/numbers",  "/nan",      "/infinite", "/text-score", "/no-score", "/beyond",
                                        "/negative", "/fraction", "/twice",    "/fewer",      "/more",     "/reset",
                                        "/500",      "/413",      "/404",      "/401",        "/429"};
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        double s[3] = {-1, -2, -3};
        struct reranker *r = connect_to(paths[i], PATIENCE_MS);
        if (rank_three(r, s) || s[0] + 1 > 0 || s[1] + 2 > 0 || s[2] + 3 > 0)
            fail_msg("%s was taken", paths[i]);
        rerank_close(r);
    }
}

static void it_is_left_alone_after_failures(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        size_t requests; /* until it is left alone */
    } cases[] = {{"/fewer", 3}, {"/500", 3}, {"/429", 1}, {"/401", 1}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        double s[3];
        size_t before = requests(cases[i].path, NULL);
        struct reranker *r = connect_to(cases[i].path, PATIENCE_MS);
        for (int k = 0; k < 10; k++)
            assert_false(rank_three(r, s));
        assert_int_equal(requests(cases[i].path, NULL) - before, cases[i].requests);
        rerank_close(r);
    }
}

static void *cancel_soon(void *flag)
{
    usleep(100000);
    atomic_store((atomic_bool *)flag, true);
    return NULL;
}

static void it_ends_in_time(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    double s[3];
    struct reranker *r = connect_to("/hang", 200);
    assert_false(rank_three(r, s)); /* its own timeout, which counts as a failure */
    rerank_close(r);
    r = connect_to("/slow", PATIENCE_MS * 10);
    for (int i = 0; i < 5; i++) {
        struct deadline soon = {clock_ms() + 30, NULL};
        assert_false(rerank_scores(r, a, question, three, 3, &soon, s));
    }
    assert_true(rank_three(r, s)); /* the caller's deadline is no failure of the service */
    rerank_close(r);
    r = connect_to("/hang", PATIENCE_MS * 10);
    atomic_bool cancelled = false;
    struct deadline d = {clock_ms() + PATIENCE_MS * 10, &cancelled};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancelled), 0);
    assert_false(rerank_scores(r, a, question, three, 3, &d, s));
    pthread_join(thread, NULL);
    rerank_close(r);
    r = connect_to("/never", PATIENCE_MS);
    assert_false(rerank_scores(r, a, question, three, 3, &d, s)); /* cancelled before it began */
    assert_int_equal(requests("/never", NULL), 0);
    rerank_close(r);
    arena_free(a);
}

static void *rank_often(void *r)
{
    double s[3];
    for (int i = 0; i < 20; i++)
        if (!rank_three(r, s) || fabs(s[1] - 0.75) > 1e-9)
            return r;
    return NULL;
}

static void many_threads_share_it(void **state)
{
    (void)state;
    pthread_t threads[8];
    struct reranker *r = connect_to("/tei/threads", PATIENCE_MS);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, rank_often, r), 0);
    for (size_t i = 0; i < 8; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    rerank_close(r);
}

static void wrong_settings_are_refused(void **state)
{
    (void)state;
    struct reranker *r;
    struct err e;
    assert_false(rerank_open(&(struct rerank_options){.url = SLICE("not a url")}, &r, &e));
    assert_int_equal(e.code, ERR_USAGE);
    assert_false(
        rerank_open(&(struct rerank_options){.url = SLICE("http://localhost/"), .key = SLICE("a\r\nb")}, &r, &e));
    assert_int_equal(e.code, ERR_USAGE);
    assert_null(strstr(e.message, "a\r"));
    double s[3];
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:1/rerank"); /* nobody listens there */
    assert_true(rerank_open(&(struct rerank_options){.url = slice_of(url)}, &r, &e));
    assert_false(rank_three(r, s));
    rerank_close(r);
}

int main(void)
{
    log_set_level(LOG_OFF);
    int pipes[2];
    pid_t pid;
    char *argv[] = {(char[]){"rerank_server.py"}, NULL};
    posix_spawn_file_actions_t actions;
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return 1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1);
    if (posix_spawn(&pid, "tests/unit/llm/rerank_server.py", &actions, NULL, argv, environ) != 0)
        return 1;
    posix_spawn_file_actions_destroy(&actions);
    close(pipes[1]);
    FILE *in = fdopen(pipes[0], "r");
    if (!in || fscanf(in, "%u", &port) != 1)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_get_their_scores),
        cmocka_unit_test(the_other_form_is_found_out_once),
        cmocka_unit_test(many_go_in_several_requests),
        cmocka_unit_test(what_is_sent_is_bounded),
        cmocka_unit_test(wrong_replies_count_for_nothing),
        cmocka_unit_test(it_is_left_alone_after_failures),
        cmocka_unit_test(it_ends_in_time),
        cmocka_unit_test(many_threads_share_it),
        cmocka_unit_test(wrong_settings_are_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    fclose(in);
    return failed;
}
