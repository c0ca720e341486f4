/* The supervised model with a real llama-server and a real model; built and run by scripts/real-llm alone, since both
 * have to be built or fetched first. FOOTNOTE_REAL_SERVER and FOOTNOTE_REAL_MODEL name them. */
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "llm/llm.h"
#include "llm/supervise.h"
#include "shape/value.h"

enum { PATIENCE_MS = 5 * 60 * 1000, CONTEXT = 1024, PARALLEL = 4 };

static char folder[] = "/tmp/footnote-real-XXXXXX";
static struct local_model *model;
static struct llm *llm;

static struct deadline patience(void)
{
    return (struct deadline){clock_ms() + PATIENCE_MS, NULL};
}

static void be_ready(void)
{
    struct deadline d = patience();
    struct local_report r;
    bool ready = local_model_ready(model, &d);
    local_model_state(model, &r);
    if (!ready)
        fail_msg("%s, %u starts, %s; see %s/llama-server.log", local_state_name(r.state), r.starts, r.last_end, folder);
}

static bool ask(struct arena *a, const char *text, const char *schema, unsigned tokens, struct llm_reply *out)
{
    struct llm_message m = {SLICE("user"), slice_of(text)};
    const double cold = 0;
    struct llm_request r = {
        .messages = &m, .message_count = 1, .max_tokens = tokens, .temperature = &cold, .schema = slice_of(schema)};
    struct deadline d = patience();
    return llm_chat(llm, a, &r, &d, out);
}

static void it_starts_and_answers(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct llm_reply reply;
    be_ready();
    if (!ask(a, "What is the capital of France?", "", 32, &reply))
        fail_msg("%s", reply.reason);
    assert_true(reply.text.n > 0 && reply.completion_tokens > 0);
    arena_free(a);
}

static void each_request_has_the_context_that_was_set(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct llm_facts f;
    enum llm_outcome outcome;
    const char *reason;
    struct deadline d = patience();
    assert_true(llm_probe(llm, a, &d, &f, &outcome, &reason));
    assert_int_equal(f.kind, LLM_LLAMA_CPP);
    assert_true(f.context_known && f.tokenizer);
    assert_int_equal(f.context_tokens, CONTEXT);
    arena_free(a);
}

static void a_schema_is_kept_to(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct llm_reply reply;
    const struct value *v;
    struct err e;
    if (!ask(a, "Name a city and its country.",
             "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\",\"maxLength\":20},\"country\":{"
             "\"type\":\"string\",\"maxLength\":20}},"
             "\"required\":[\"city\",\"country\"],\"additionalProperties\":false}",
             200, &reply))
        fail_msg("%s", reply.reason);
    assert_true(value_parse(a, reply.text, &v, NULL, &e));
    assert_non_null(value_member(v, SLICE("city")));
    assert_non_null(value_member(v, SLICE("country")));
    arena_free(a);
}

static void *ask_on_a_thread(void *ud)
{
    struct arena *a = arena_new();
    struct llm_reply reply;
    (void)ud;
    bool ok = ask(a, "Count from one to ten.", "", 24, &reply);
    arena_free(a);
    return ok ? NULL : &llm;
}

static void several_are_served_at_once(void **state)
{
    (void)state;
    pthread_t threads[PARALLEL];
    for (size_t i = 0; i < PARALLEL; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_on_a_thread, NULL), 0);
    for (size_t i = 0; i < PARALLEL; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
}

static bool kill_it(void *ud, struct slice delta)
{
    struct local_report r;
    bool *killed = ud;
    (void)delta;
    local_model_state(model, &r);
    if (!*killed)
        kill(r.pid, SIGKILL);
    *killed = true;
    return true;
}

static void it_comes_back_when_killed_in_the_middle_of_a_reply(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct llm_message m = {SLICE("user"), SLICE("Tell a long story about a lighthouse.")};
    bool killed = false;
    struct llm_request r = {.messages = &m, .message_count = 1, .max_tokens = 800, .on_text = kill_it, .ud = &killed};
    struct llm_reply reply;
    struct local_report before, after;
    struct deadline d = patience();
    local_model_state(model, &before);
    assert_false(llm_chat(llm, a, &r, &d, &reply));
    assert_true(killed && reply.text.n > 0);
    assert_int_equal(reply.outcome, LLM_BROKEN);
    for (local_model_state(model, &after); after.starts == before.starts && deadline_left_ms(&d) > 0;
         local_model_state(model, &after))
        usleep(10000);
    be_ready();
    if (!ask(a, "What is the capital of France?", "", 16, &reply)) /* the same client, address and key */
        fail_msg("%s", reply.reason);
    arena_free(a);
}

static void it_ends_when_stopped(void **state)
{
    (void)state;
    struct local_report r;
    local_model_state(model, &r);
    llm_close(llm);
    local_model_stop(model);
    assert_true(kill(r.pid, 0) != 0 && errno == ESRCH);
}

int main(void)
{
    struct err e;
    log_set_level(LOG_OFF);
    if (!mkdtemp(folder) || !getenv("FOOTNOTE_REAL_MODEL"))
        return 1;
    struct local_options o = {.model_file = getenv("FOOTNOTE_REAL_MODEL"),
                              .server = getenv("FOOTNOTE_REAL_SERVER"),
                              .data = folder,
                              .context_tokens = CONTEXT,
                              .parallel = PARALLEL,
                              .back_off_ms = 100};
    if (!local_model_start(&o, &model, &e) || !llm_open(&(struct llm_options){.url = local_model_url(model),
                                                                              .key = local_model_key(model),
                                                                              .first_token_ms = PATIENCE_MS,
                                                                              .idle_ms = PATIENCE_MS},
                                                        &llm, &e)) {
        fprintf(stderr, "%s\n", e.message);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_starts_and_answers),
        cmocka_unit_test(each_request_has_the_context_that_was_set),
        cmocka_unit_test(a_schema_is_kept_to),
        cmocka_unit_test(several_are_served_at_once),
        cmocka_unit_test(it_comes_back_when_killed_in_the_middle_of_a_reply),
        cmocka_unit_test(it_ends_when_stopped),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char log[64];
    snprintf(log, sizeof log, "%s/llama-server.log", folder);
    if (!failed) { /* else its log may be wanted */
        unlink(log);
        rmdir(folder);
    }
    return failed;
}
