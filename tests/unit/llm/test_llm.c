/* The client of language models against scripted servers: what each kind says of itself, streams with every quirk, and
 * every way to fail. */
#include "base/buf.h"
#include "base/utf8.h"
#include "llm/chat_server.h"
#include "llm/find.h"
#include "llm/llm_inner.h"
#include "unit.h"

#define MODELS(owner, more)                                                                                            \
    "=200~{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"object\":\"model\",\"owned_by\":\"" owner "\"" more "}]}"

struct world {
    struct chat_server *s;
    struct llm *l;
    struct arena *a;
    struct deadline d;
    struct buf text, reasoning;
    size_t deltas, stop_after; /* on_text says enough at this delta; 0: never */
    atomic_bool cancelled;
    bool cancel_at_first;
    int64_t cancelled_ms;
};

static struct world *open_with(const struct rule *rules, struct llm_options o)
{
    struct world *w = calloc(1, sizeof *w);
    struct err e;
    char url[64];
    w->s = chat_server_start(rules);
    w->a = arena_new();
    w->d = (struct deadline){clock_ms() + 30000, &w->cancelled};
    buf_init(&w->text, 1 << 20);
    buf_init(&w->reasoning, 1 << 20);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", w->s->port);
    if (o.url.n == 0)
        o.url = slice_of(url);
    if (!llm_open(&o, &w->l, &e))
        fail_msg("%s", e.message);
    return w;
}

static struct world *open(const struct rule *rules)
{
    return open_with(rules, (struct llm_options){.model = SLICE("m"), .retries = 0});
}

static void close_world(struct world *w)
{
    llm_close(w->l);
    chat_server_stop(w->s);
    arena_free(w->a);
    buf_release(&w->text);
    buf_release(&w->reasoning);
    free(w);
}

static bool on_text(void *ud, struct slice delta)
{
    struct world *w = ud;
    assert_true(delta.n > 0 && utf8_check(delta) == delta.n);
    buf_add(&w->text, delta);
    w->deltas++;
    if (w->cancel_at_first) {
        w->cancelled_ms = clock_ms();
        atomic_store(&w->cancelled, true);
    }
    return w->deltas != w->stop_after;
}

static bool on_reasoning(void *ud, struct slice delta)
{
    struct world *w = ud;
    return buf_add(&w->reasoning, delta);
}

static struct llm_reply chat_with(struct world *w, struct llm_request r)
{
    static const struct llm_message hello[] = {{SLICE("system"), SLICE("Be brief.")},
                                               {SLICE("user"), SLICE("Hello \"you\"")}};
    struct llm_reply reply;
    r.messages = hello;
    r.message_count = 2;
    r.on_text = on_text;
    r.on_reasoning = on_reasoning;
    r.ud = w;
    bool ok = llm_chat(w->l, w->a, &r, &w->d, &reply);
    assert_int_equal(ok, reply.outcome == LLM_OK);
    assert_true(strlen(reply.reason) > 0);
    return reply;
}

static struct llm_reply chat(struct world *w)
{
    return chat_with(w, (struct llm_request){.max_tokens = 100});
}

#define assert_outcome(reply, expected)                                                                                \
    assert_string_equal(llm_outcome_name((reply).outcome), llm_outcome_name(expected))

/* Each is a stream of some server that says "Hello there." */
static void streams_of_all_servers(void **state)
{
    static const char *const streams[] = {
        /* OpenAI: the role first, usage with empty choices at the end */
        "data: "
        "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}}],\"usage\":"
        "null}\n\n" DELTA("Hello") DELTA(" there.")
            FINISH("stop") "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}\n\n" DONE,
        /* vLLM: role with null content, the reason with the last text */
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n" DELTA(
            "Hello there") "data: "
                           "{\"choices\":[{\"delta\":{\"content\":\".\"},\"finish_reason\":\"stop\",\"stop_reason\":"
                           "null}],"
                           "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}\n\n" DONE,
        /* llama.cpp: timings, usage beside the reason; and no [DONE] */
        DELTA("Hello there.") "data: "
                              "{\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}],\"usage\":{"
                              "\"prompt_tokens\":5,"
                              "\"completion_tokens\":3},\"timings\":{\"prompt_ms\":1.5}}\n\n",
        /* CRLF, no space, comments of a gateway, an event without data */
        ": OPENROUTER PROCESSING\r\n\r\nevent: ping\r\n\r\ndata:{\"choices\":[{\"delta\":{\"content\":\"Hello "
        "there.\"}}]}\r\n\r\n: x\r\n\r\n"
        "data:{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_"
        "tokens\":3}}\r\n\r\ndata:[DONE]\r\n\r\n",
        /* The last event without its blank line */
        DELTA("Hello there.") "data: "
                              "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,"
                              "\"completion_tokens\":3}}",
        /* Cut inside of a line and between tokens */
        "da" PAUSE("30") "ta: {\"choices\":[{\"delta\":{\"cont" PAUSE("30") "ent\":\"Hello there.\"}}]}\n" PAUSE(
            "30") "\n" FINISH("stop") "data: "
                                      "{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}"
                                      "\n\n" DONE,
        /* Not a stream at all */
        "=200~{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"Hello "
        "there.\"},\"finish_reason\":\"stop\"}],"
        "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}",
        /* White space before, as some gateways keep a connection alive */
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n \n " PAUSE(
            "20") "{\"choices\":[{\"message\":{\"content\":\"Hello "
                  "there.\"}}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}",
        /* A connection that breaks when all is said */
        DELTA("Hello there.") FINISH(
            "stop") "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}\n\n" PAUSE("50")
            RESET,
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(streams); i++) {
        struct world *w = open((struct rule[]){{CHAT, streams[i]}, {NULL, NULL}});
        struct llm_reply r = chat(w);
        assert_outcome(r, LLM_OK);
        assert_slice(r.text, "Hello there.");
        assert_slice(buf_slice(&w->text), "Hello there.");
        assert_int_equal(r.finish, LLM_FINISH_STOP);
        assert_int_equal(r.prompt_tokens, 5);
        assert_int_equal(r.completion_tokens, 3);
        assert_true(r.tokens_known && r.calls == 1 && r.first_token_ms > 0);
        close_world(w);
    }
}

static void deltas_are_not_held_back(void **state)
{
    struct world *w = open((struct rule[]){{CHAT, DELTA("one ") DELTA("two ") HANG}, {NULL, NULL}});
    (void)state;
    w->cancel_at_first = true;
    struct llm_reply r = chat(w);
    assert_outcome(r, LLM_CANCELLED);
    for (int i = 0; i < 400 && !atomic_load(&w->s->gone_ms); i++)
        poll(NULL, 0, 5);
    int64_t gone = atomic_load(&w->s->gone_ms);
    assert_true(gone > 0);                      /* the server knows that nobody listens, */
    assert_true(gone - w->cancelled_ms < 1000); /* within a second, as promised */
    close_world(w);
}

static void enough_is_enough(void **state)
{
    struct world *w = open((struct rule[]){{CHAT, DELTA("one ") DELTA("two ") DELTA("three") HANG}, {NULL, NULL}});
    (void)state;
    w->stop_after = 2;
    struct llm_reply r = chat(w);
    assert_outcome(r, LLM_CANCELLED);
    assert_slice(r.text, "one two ");
    assert_int_equal(w->deltas, 2);
    close_world(w);
}

static void thinking_is_kept_apart(void **state)
{
    struct world *w = open(
        (struct rule[]){{CHAT, THOUGHT("hm ") THOUGHT("so") DELTA("\\n\\nyes") FINISH("stop") DONE},
                        {CHAT, DELTA("<thi") DELTA("nk>hm so</th") DELTA("ink>\\n") DELTA("yes") FINISH("stop") DONE},
                        {CHAT, DELTA("hm so</think>") DELTA("yes") FINISH("stop") DONE},
                        {NULL, NULL}});
    (void)state;
    for (int i = 0; i < 4; i++) { /* the last two are the same, but the first of them taught something */
        buf_reset(&w->text);
        buf_reset(&w->reasoning);
        struct llm_reply r = chat(w);
        assert_outcome(r, LLM_OK);
        assert_slice(r.text, "yes");
        assert_slice(r.reasoning, "hm so");
        assert_slice(buf_slice(&w->text), i == 2 ? "hm soyes" : "yes");
        assert_slice(buf_slice(&w->reasoning), i == 2 ? "" : "hm so");
        assert_false(r.tokens_known);
        assert_true(r.prompt_tokens > 0 && r.completion_tokens > 0);
    }
    close_world(w);
}

static void every_way_to_fail(void **state)
{
    static const struct {
        const char *script;
        enum llm_outcome outcome;
        const char *text;
    } cases[] = {
        {"=401~{\"error\":{\"message\":\"bad key sk-secret-1234\",\"code\":\"invalid_api_key\"}}", LLM_AUTH, ""},
        {"=404~{\"error\":{\"message\":\"model not found\"}}", LLM_NOT_FOUND, ""},
        {"=429~Retry-After: 7~{\"error\":{\"message\":\"slow down\"}}", LLM_LIMITED, ""},
        {"=500~{\"error\":{\"message\":\"oops\"}}", LLM_SERVER, ""},
        {"=400~{\"error\":{\"message\":\"messages must alternate\"}}", LLM_REJECTED, ""},
        {"=400~{\"error\":{\"message\":\"This model's maximum context length is 512 tokens.\"}}", LLM_OVERFLOW, ""},
        {"=302~Location: /elsewhere~", LLM_NOT_FOUND, ""},
        {HANG, LLM_TIMEOUT_FIRST, ""},
        {"HTTP/1.1 200 OK\r\n" HANG, LLM_TIMEOUT_FIRST, ""},
        {": still here\n\n" PAUSE("200") ": and here\n\n" PAUSE("200") ": and here\n\n" PAUSE("200") HANG,
         LLM_TIMEOUT_FIRST, ""},
        {"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n" HANG, LLM_TIMEOUT_FIRST, ""},
        {DELTA("begun") HANG, LLM_TIMEOUT_IDLE, "begun"},
        {DELTA("begun") ": ping\n\n" PAUSE("150") ": ping\n\n" PAUSE("150") ": ping\n\n" PAUSE("150") HANG,
         LLM_TIMEOUT_IDLE, "begun"},
        {RESET, LLM_BROKEN, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" DELTA("begun") PAUSE("50") RESET, LLM_BROKEN, "begun"},
        {DELTA("begun"), LLM_BROKEN, "begun"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", LLM_EMPTY, ""},
        {FINISH("stop") DONE, LLM_EMPTY, ""},
        {DELTA("\\n \\n") FINISH("stop") DONE, LLM_EMPTY, ""},
        {THOUGHT("hm") FINISH("length") DONE, LLM_EMPTY, ""},
        {FINISH("tool_calls") DONE, LLM_EMPTY, ""},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>Welcome</html>", LLM_GARBAGE, ""},
        {"data: {\"choices\":[{\"del\n\n" HANG, LLM_GARBAGE, ""},
        {"data: hello\n\n" HANG, LLM_GARBAGE, ""},
        {"just words, no stream", LLM_GARBAGE, ""},
        {"=200~{\"hello\":1}", LLM_GARBAGE, ""},
        {"SSH-2.0-OpenSSH\r\n", LLM_GARBAGE, ""}, /* inside of an event stream */
        {"data: {\"choices\":[{\"delta\":{\"refusal\":\"I can not.\"}}]}\n\n" FINISH("stop") DONE, LLM_REFUSED,
         "I can not."},
        {DELTA("beg") FINISH("content_filter") DONE, LLM_REFUSED, "beg"},
        {DELTA("beg") "data: {\"error\":{\"message\":\"CUDA error\",\"code\":500}}\n\n" DONE, LLM_SERVER, "beg"},
        {"error: {\"code\":500,\"message\":\"slot\",\"type\":\"server_error\"}\n\n", LLM_SERVER, ""},
        {"=200~{\"error\":{\"message\":\"Rate limit\",\"code\":429}}", LLM_LIMITED, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        /* Only what is to run into these times: a busy machine takes longer for the rest, too. */
        bool late = cases[i].outcome == LLM_TIMEOUT_FIRST, stops = cases[i].outcome == LLM_TIMEOUT_IDLE;
        struct world *w = open_with((struct rule[]){{CHAT, cases[i].script}, {NULL, NULL}},
                                    (struct llm_options){.model = SLICE("m"),
                                                         .retries = 0,
                                                         .key = SLICE("sk-secret-1234"),
                                                         .first_token_ms = late ? 400 : 20000,
                                                         .idle_ms = stops ? 300 : 20000});
        struct llm_reply r = chat(w);
        if (r.outcome != cases[i].outcome)
            fail_msg("%s: got %s (%s)", cases[i].script, llm_outcome_name(r.outcome), r.reason);
        assert_slice(r.text, cases[i].text);
        assert_null(strstr(r.reason, "secret"));
        assert_int_equal(r.calls, 1);
        if (r.outcome == LLM_LIMITED && i < 10)
            assert_int_equal(r.retry_after_ms, 7000);
        close_world(w);
    }
}

static void nobody_there(void **state)
{
    struct chat_server *gone = chat_server_start((struct rule[]){{NULL, NULL}});
    char url[64];
    (void)state;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/v1", gone->port);
    chat_server_stop(gone);
    struct world *w = open_with((struct rule[]){{NULL, NULL}},
                                (struct llm_options){.url = slice_of(url), .model = SLICE("m"), .retries = 1});
    struct llm_reply r = chat(w);
    assert_outcome(r, LLM_DOWN);
    assert_int_equal(r.calls, 2);
    chat(w);
    chat(w);
    r = chat(w); /* three chats failed: it is left alone */
    assert_outcome(r, LLM_DOWN);
    assert_int_equal(r.calls, 0);
    assert_true(r.retry_after_ms > 0);
    close_world(w);
}

static unsigned up_as_set(void *ud)
{
    return atomic_load((_Atomic unsigned *)ud);
}

static void one_that_is_not_up_is_not_asked(void **state)
{
    static const char good[] = DELTA("fine") FINISH("stop") DONE;
    _Atomic unsigned start = 0;
    (void)state;
    struct world *w =
        open_with((struct rule[]){{CHAT, RESET}, {CHAT, RESET}, {CHAT, RESET}, {CHAT, good}, {NULL, NULL}},
                  (struct llm_options){.model = SLICE("m"), .retries = 0, .up = up_as_set, .up_ud = &start});
    struct llm_reply r;
    for (int i = 0; i < 5; i++) { /* more than the breaker bears */
        r = chat(w);
        assert_outcome(r, LLM_DOWN);
        assert_int_equal(r.calls, 0);
    }
    atomic_store(&start, 1);
    for (int i = 0; i < 3; i++) {
        r = chat(w);
        assert_outcome(r, LLM_BROKEN);
        assert_int_equal(r.calls, 1);
    }
    r = chat(w); /* the first start has failed too often */
    assert_outcome(r, LLM_DOWN);
    assert_true(r.retry_after_ms > 0);
    atomic_store(&start, 0);
    r = chat(w);
    assert_outcome(r, LLM_DOWN);
    assert_int_equal(r.retry_after_ms, 0);
    atomic_store(&start, 2);
    r = chat(w);
    assert_outcome(r, LLM_OK);
    close_world(w);
}

static unsigned up_once(void *ud)
{
    return atomic_exchange((_Atomic unsigned *)ud, 0);
}

static void one_that_ended_is_not_tried_again(void **state)
{
    _Atomic unsigned start = 1;
    (void)state;
    struct world *w =
        open_with((struct rule[]){{CHAT, RESET}, {NULL, NULL}},
                  (struct llm_options){.model = SLICE("m"), .retries = 5, .up = up_once, .up_ud = &start});
    struct llm_reply r = chat(w);
    assert_outcome(r, LLM_BROKEN);
    assert_int_equal(r.calls, 1);
    close_world(w);
}

static void repetition_and_length(void **state)
{
    static char stream[64 * 1024];
    size_t n = 0;
    (void)state;
    for (int i = 0; i < 300; i++)
        n += (size_t)snprintf(stream + n, sizeof stream - n, "%s", DELTA("Again and again. "));
    snprintf(stream + n, sizeof stream - n, "%s", HANG);
    struct world *w = open((struct rule[]){{CHAT, stream}, {NULL, NULL}});
    struct llm_reply r = chat(w);
    assert_outcome(r, LLM_REPEATED);
    assert_true(r.text.n < 2000);
    r = chat_with(w, (struct llm_request){.max_text_bytes = 100});
    assert_outcome(r, LLM_TOO_LONG);
    assert_true(r.text.n <= 100);
    close_world(w);
}

static void second_tries(void **state)
{
    static const char good[] = DELTA("fine") FINISH("stop") DONE;
    struct llm_options o = {.model = SLICE("m"), .retries = 2};
    (void)state;
    struct world *w = open_with(
        (struct rule[]){
            {CHAT, "=503~{\"error\":{\"message\":\"Loading model\"}}"}, {CHAT, RESET}, {CHAT, good}, {NULL, NULL}},
        o);
    struct llm_reply r = chat(w);
    assert_outcome(r, LLM_OK);
    assert_int_equal(r.calls, 3);
    assert_slice(buf_slice(&w->text), "fine");
    close_world(w);

    w = open_with((struct rule[]){{CHAT, "=429~Retry-After: 1~{}"}, {CHAT, good}, {NULL, NULL}}, o);
    int64_t start = clock_ms();
    r = chat(w);
    assert_outcome(r, LLM_OK);
    assert_true(clock_ms() - start >= 1000);
    close_world(w);

    w = open_with((struct rule[]){{CHAT, "=429~Retry-After: 100~{}"}, {CHAT, good}, {NULL, NULL}}, o);
    r = chat(w); /* longer than there is time: no waiting */
    assert_outcome(r, LLM_LIMITED);
    assert_int_equal(r.calls, 1);
    assert_int_equal(r.retry_after_ms, 100000);
    r = chat(w);
    assert_int_equal(r.calls, 0);
    close_world(w);

    w = open_with((struct rule[]){{CHAT, DELTA("begun") RESET}, {CHAT, good}, {NULL, NULL}}, o);
    r = chat(w); /* never after a word */
    assert_outcome(r, LLM_BROKEN);
    assert_int_equal(r.calls, 1);
    close_world(w);

    w = open_with((struct rule[]){{CHAT, "=401~{}"}, {CHAT, good}, {NULL, NULL}}, o);
    assert_int_equal(chat(w).calls, 1); /* a refused key is not tried again */
    close_world(w);
}

static void the_deadline(void **state)
{
    struct world *w =
        open_with((struct rule[]){{CHAT, HANG}, {CHAT, DELTA("x") HANG}, {CHAT, "=503~{}"}, {CHAT, HANG}, {NULL, NULL}},
                  (struct llm_options){.model = SLICE("m"), .retries = 20});
    (void)state;
    for (int i = 0; i < 3; i++) {
        w->d.at_ms = clock_ms() + 1500;
        struct llm_reply r = chat(w);
        assert_outcome(r,
                       i == 2 ? LLM_SERVER : LLM_DEADLINE); /* the last one failed, and then did not answer any more */
        assert_int_equal(r.calls, i == 2 ? 2 : 1);
        assert_slice(r.text, i == 1 ? "x" : "");
    }
    close_world(w);
}

static bool sent(struct world *w, size_t i, const char *text)
{
    assert_true(i < w->s->count);
    return strstr(w->s->calls[i].body, text) || strstr(w->s->calls[i].head, text);
}

static void what_is_sent(void **state)
{
    struct world *w =
        open_with((struct rule[]){{CHAT, DELTA("x") FINISH("stop") DONE}, {NULL, NULL}},
                  (struct llm_options){.model = SLICE("a\"b"),
                                       .key = SLICE(" k-1 "),
                                       .headers = SLICE("{\"X-Title\":\"t\",\"content-type\":\"application/json; x\"}"),
                                       .body = SLICE("{\"top_k\":3,\"temperature\":0.5}")});
    static const struct slice stops[] = {{"A", 1}, {"\n", 1}};
    (void)state;
    chat_with(w, (struct llm_request){.max_tokens = 9,
                                      .temperature = &(double){1},
                                      .top_p = &(double){0.25},
                                      .seed = &(int64_t){-3},
                                      .stops = stops,
                                      .stop_count = 2,
                                      .reasoning_effort = SLICE("low")});
    static const char *const all[] = {"\"model\":\"a\\\"b\"",
                                      "{\"role\":\"user\",\"content\":\"Hello \\\"you\\\"\"}",
                                      "\"max_tokens\":9",
                                      "\"top_p\":0.25",
                                      "\"seed\":-3",
                                      "\"stop\":[\"A\",\"\\n\"]",
                                      "\"reasoning_effort\":\"low\"",
                                      "\"stream\":true",
                                      "\"include_usage\":true",
                                      "\"top_k\":3",
                                      "\"temperature\":0.5",
                                      "Authorization: Bearer k-1\r\n",
                                      "X-Title: t\r\n",
                                      "application/json; x\r\n"};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (!sent(w, 0, all[i]))
            fail_msg("%s is not in %s%s", all[i], w->s->calls[0].head, w->s->calls[0].body);
    assert_false(sent(w, 0, "\"temperature\":1"));
    close_world(w);

    char url[100];
    w = open((struct rule[]){{"/openai/deployments/d/chat/completions?api-version=v", DELTA("x") FINISH("stop") DONE},
                             {NULL, NULL}});
    snprintf(url, sizeof url, "http://127.0.0.1:%u/openai/deployments/d?api-version=v", w->s->port);
    struct err e;
    llm_close(w->l);
    assert_true(llm_open(&(struct llm_options){.url = slice_of(url), .key = SLICE("k-2")}, &w->l, &e));
    assert_outcome(chat(w), LLM_OK); /* without a model's name */
    assert_true(sent(w, 0, "api-key: k-2\r\n"));
    assert_false(sent(w, 0, "Authorization"));
    assert_false(sent(w, 0, "\"model\""));
    close_world(w);
}

static void wrong_options(void **state)
{
    static const struct llm_options wrong[] = {{.url = SLICE("nonsense")},
                                               {.url = SLICE("http://h"), .headers = SLICE("{\"a\":1}")},
                                               {.url = SLICE("http://h"), .headers = SLICE("a: b")},
                                               {.url = SLICE("http://h"), .body = SLICE("[]")}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct llm *l = NULL;
        struct err e = {.code = ERR_OK};
        assert_false(llm_open(&wrong[i], &l, &e));
        assert_int_equal(e.code, ERR_USAGE);
    }
}

/* As OpenAI's reasoning models do: one field at a time. */
static void refused_fields_are_left_out_for_good(void **state)
{
    struct world *w = open((struct rule[]){
        {CHAT,
         "=400~{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is not supported with this model. Use "
         "'max_completion_tokens' instead.\",\"param\":\"max_tokens\"}}"},
        {CHAT, "=400~{\"error\":{\"message\":\"Unsupported value\",\"param\":\"temperature\"}}"},
        {CHAT, DELTA("x") FINISH("stop") DONE},
        {NULL, NULL}});
    struct llm_request q = {.max_tokens = 9, .temperature = &(double){0}};
    (void)state;
    struct llm_reply r = chat_with(w, q);
    assert_outcome(r, LLM_OK);
    assert_int_equal(r.calls, 3);
    assert_true(sent(w, 2, "\"max_completion_tokens\":9") && !sent(w, 2, "\"max_tokens\"") &&
                !sent(w, 2, "temperature"));
    r = chat_with(w, q);
    assert_int_equal(r.calls, 1);
    close_world(w);
}

static void what_servers_say_of_themselves(void **state)
{
    static const struct {
        struct rule rules[6];
        enum llm_kind kind;
        const char *model;
        unsigned context;
        bool known, tokenizer;
    } cases[] = {
        {{{"/v1/models", MODELS("vllm", ",\"max_model_len\":16384")},
          {"/tokenize", "=200~{\"count\":4,\"max_model_len\":16384,\"tokens\":[1,2,3,4]}"}},
         LLM_VLLM,
         "m",
         16384,
         true,
         true},
        {{{"/v1/models", MODELS("llamacpp", ",\"meta\":{\"n_ctx_train\":8192}")},
          {"/props", "=200~{\"default_generation_settings\":{\"n_ctx\":2048},\"total_slots\":1}"},
          {"/tokenize", "=200~{\"tokens\":[1,2,3,4]}"}},
         LLM_LLAMA_CPP,
         "m",
         2048,
         true,
         true},
        {{{"/v1/models", MODELS("llamacpp", "")}, {"/props", "=501~{}"}},
         LLM_LLAMA_CPP,
         "m",
         LLM_CONTEXT_TOKENS,
         false,
         false},
        {{{"/v1/models", MODELS("library", "")},
          {"/api/show",
           "=200~{\"model_info\":{\"llama.context_length\":131072},\"parameters\":\"stop x\\nnum_ctx    16000\\n\"}"}},
         LLM_OLLAMA,
         "m",
         16000,
         true,
         false},
        {{{"/v1/models", MODELS("library", "")},
          {"/api/show", "=200~{\"model_info\":{\"llama.context_length\":131072}}"},
          {"/api/ps", "=200~{\"models\":[{\"name\":\"m:latest\",\"context_length\":32000}]}"}},
         LLM_OLLAMA,
         "m",
         32000,
         true,
         false},
        {{{"/v1/models", MODELS("library", "")},
          {"/api/show", "=200~{\"model_info\":{\"llama.context_length\":2048}}"}},
         LLM_OLLAMA,
         "m",
         2048,
         true,
         false},
        {{{"/v1/models", MODELS("library", "")},
          {"/api/show", "=200~{\"model_info\":{\"llama.context_length\":131072}}"}},
         LLM_OLLAMA,
         "m",
         LLM_OLLAMA_CONTEXT_TOKENS,
         false,
         false},
        {{{"/v1/models", MODELS("someone", "")}, {"/api/version", "=200~{\"version\":\"0.5.1\"}"}},
         LLM_OLLAMA,
         "m",
         LLM_OLLAMA_CONTEXT_TOKENS,
         false,
         false},
        {{{"/v1/models", MODELS("organization_owner", "")},
          {"/api/v0/models",
           "=200~{\"data\":[{\"id\":\"m\",\"max_context_length\":9000,\"loaded_context_length\":4000}]}"}},
         LLM_LM_STUDIO,
         "m",
         4000,
         true,
         false},
        {{{"/v1/models", MODELS("acme", ",\"context_length\":65536")}}, LLM_OTHER, "m", 65536, true, false},
        {{{"/v1/models", MODELS("acme", "")}}, LLM_OTHER, "m", LLM_CONTEXT_TOKENS, false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct world *w = open_with(cases[i].rules, (struct llm_options){.retries = 0});
        struct llm_facts f;
        enum llm_outcome o;
        const char *why = "";
        if (!llm_probe(w->l, w->a, &w->d, &f, &o, &why))
            fail_msg("%zu: %s", i, why);
        assert_string_equal(llm_kind_name(f.kind), llm_kind_name(cases[i].kind));
        assert_slice(f.model, cases[i].model);
        assert_int_equal(f.context_tokens, cases[i].context);
        assert_int_equal(f.context_known, cases[i].known);
        assert_int_equal(f.tokenizer, cases[i].tokenizer);
        size_t asked = w->s->count;
        assert_true(llm_probe(w->l, w->a, &w->d, &f, &o, &why)); /* remembered */
        assert_int_equal(w->s->count, asked);
        unsigned tokens = 0;
        assert_int_equal(llm_tokens(w->l, w->a, SLICE("One two three"), &w->d, &tokens), f.tokenizer);
        assert_int_equal(tokens, f.tokenizer ? 4 : 0);
        close_world(w);
    }
}

static void probes_that_fail(void **state)
{
    static const struct {
        const char *models;
        enum llm_outcome outcome;
    } cases[] = {{"=401~{}", LLM_AUTH},
                 {RESET, LLM_BROKEN},
                 {"=200~{\"data\":[]}", LLM_NOT_FOUND},
                 {"=200~nonsense", LLM_GARBAGE},
                 {"=200~{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", LLM_NOT_FOUND},
                 {"=404~{}", LLM_NOT_FOUND}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct world *w = open_with((struct rule[]){{"/v1/models", cases[i].models}, {NULL, NULL}},
                                    (struct llm_options){.retries = 0});
        assert_outcome(chat(w), cases[i].outcome); /* without a model there is nothing to ask */
        close_world(w);
    }
    struct world *w = open((struct rule[]){{"/v1/models", "=404~{}"}, {NULL, NULL}});
    struct llm_facts f;
    enum llm_outcome o;
    const char *why;
    assert_true(llm_probe(w->l, w->a, &w->d, &f, &o, &why)); /* a configured model needs no list */
    assert_slice(f.model, "m");
    close_world(w);
    w = open((struct rule[]){{"/v1/models", "=503~{\"error\":\"Loading model\"}"},
                             {"/v1/models", MODELS("vllm", ",\"max_model_len\":5000")},
                             {"/tokenize", "=500~{}"},
                             {NULL, NULL}});
    assert_false(llm_probe(w->l, w->a, &w->d, &f, &o, &why)); /* not ready is nothing to remember */
    assert_int_equal(o, LLM_SERVER);
    assert_slice(f.model, "m");
    assert_true(llm_probe(w->l, w->a, &w->d, &f, &o, &why));
    assert_int_equal(f.context_tokens, 5000);
    assert_false(f.tokenizer);
    close_world(w);
}

/* The size that would fit is said once, by the error. */
static void an_overflow_teaches_the_context(void **state)
{
    struct world *w = open((struct rule[]){
        {CHAT, "=400~{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"too large\",\"n_ctx\":512}}"},
        {NULL, NULL}});
    struct llm_facts f;
    (void)state;
    assert_outcome(chat(w), LLM_OVERFLOW);
    llm_facts(w->l, &f);
    assert_int_equal(f.context_tokens, 512);
    assert_true(f.context_known);
    close_world(w);
}

static void forms(void **state)
{
#define ODD DELTA("{\\\"reply\\\": \\\"quince-7341\\\"}") FINISH("stop") DONE
#define CHATTY DELTA("Hello!") FINISH("stop") DONE
#define NO "=400~{\"error\":{\"message\":\"unknown\"}}"
    static const struct {
        struct rule rules[8];
        enum llm_form form;
        const char *sent;
    } cases[] = {
        {{{"/v1/models", MODELS("acme", "")}, {CHAT, ODD}},
         LLM_FORM_STRICT,
         "\"strict\":true,\"schema\":{\"type\":\"array\"}"},
        {{{"/v1/models", MODELS("acme", "")}, {CHAT, NO}, {CHAT, ODD}},
         LLM_FORM_SCHEMA,
         "\"name\":\"reply\",\"schema\":{\"type\":\"array\"}"},
        {{{"/v1/models", MODELS("vllm", "")}, {CHAT, NO}, {CHAT, ODD}},
         LLM_FORM_STRUCTURED_OUTPUTS,
         "\"structured_outputs\":{\"json\":{\"type\":\"array\"}}"},
        {{{"/v1/models", MODELS("vllm", "")}, {CHAT, CHATTY}, {CHAT, CHATTY}, {CHAT, ODD}},
         LLM_FORM_GUIDED_JSON,
         "\"guided_json\":{\"type\":\"array\"}"},
        {{{"/v1/models", MODELS("llamacpp", "")}, {CHAT, NO}, {CHAT, ODD}},
         LLM_FORM_LLAMA_SCHEMA,
         "\"json_schema\":{\"type\":\"array\"}"},
        {{{"/v1/models", MODELS("acme", "")},
          {CHAT, NO},
          {CHAT, CHATTY},
          {CHAT, DELTA("{\\\"hello\\\":1}") FINISH("stop") DONE}},
         LLM_FORM_JSON_OBJECT,
         "\"response_format\":{\"type\":\"json_object\"}"},
        {{{"/v1/models", MODELS("acme", "")}, {CHAT, CHATTY}},
         LLM_FORM_PROMPT,
         "JSON Schema:\\n{\\\"type\\\":\\\"array\\\"}"},
        {{{"/v1/models", MODELS("acme", "")}, {CHAT, "=500~{}"}, {CHAT, ODD}},
         LLM_FORM_SCHEMA,
         "\"name\":\"reply\",\"schema\":{\"type\":\"array\"}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct world *w = open_with(cases[i].rules, (struct llm_options){.retries = 0});
        assert_string_equal(llm_form_name(llm_form(w->l, w->a, &w->d)), llm_form_name(cases[i].form));
        size_t asked = w->s->count;
        assert_outcome(chat_with(w, (struct llm_request){.schema = SLICE("{\"type\":\"array\"}")}), LLM_OK);
        assert_int_equal(w->s->count, asked + 1); /* remembered */
        if (!sent(w, asked, cases[i].sent))
            fail_msg("%s is not in %s", cases[i].sent, w->s->calls[asked].body);
        close_world(w);
    }
    struct world *w = open((struct rule[]){{"/v1/models", MODELS("acme", "")}, {CHAT, "=401~{}"}, {NULL, NULL}});
    assert_int_equal(llm_form(w->l, w->a, &w->d), LLM_FORM_UNKNOWN); /* decides nothing */
    close_world(w);
    w = open((struct rule[]){
        {"/v1/models", MODELS("acme", "")}, {CHAT, ODD}, {CHAT, NO}, {CHAT, NO}, {CHAT, ODD}, {NULL, NULL}});
    struct llm_reply r = chat_with(w, (struct llm_request){.schema = SLICE("{\"type\":\"array\"}")});
    assert_outcome(r, LLM_OK); /* a schema that this server can not have: weaker, for once */
    assert_int_equal(r.calls, 4);
    assert_true(sent(w, w->s->count - 1, "json_object"));
    assert_int_equal(llm_form(w->l, w->a, &w->d), LLM_FORM_STRICT);
    close_world(w);
    w = open((struct rule[]){{CHAT, ODD}, {NULL, NULL}});
    assert_outcome(chat_with(w, (struct llm_request){.schema = SLICE("{nonsense")}), LLM_REJECTED);
    close_world(w);
}

static void finding_a_server(void **state)
{
    struct chat_server *none = chat_server_start((struct rule[]){{"/v1/models", "=401~{}"}, {NULL, NULL}});
    struct chat_server *self = chat_server_start((struct rule[]){{"/v1/models", MODELS("footnote", "")}, {NULL, NULL}});
    struct chat_server *slow = chat_server_start((struct rule[]){{"/v1/models", HANG}, {NULL, NULL}});
    struct chat_server *vllm = chat_server_start((struct rule[]){{"/v1/models", MODELS("vllm", "")}, {NULL, NULL}});
    struct chat_server *ollama = chat_server_start(
        (struct rule[]){{"/api/tags", "=200~{\"models\":[{\"name\":\"llama3.2:latest\"}]}"}, {NULL, NULL}});
    struct chat_server *bare = chat_server_start((struct rule[]){{"/api/tags", "=200~{\"models\":[]}"}, {NULL, NULL}});
    struct deadline d = {clock_ms() + 20000, NULL};
    struct arena *a = arena_new();
    struct llm_found f;
    (void)state;
    assert_false(llm_find(a, (unsigned[]){none->port, self->port, slow->port, none->port}, &d, &f));
    assert_slice(f.url, "");
    assert_false(
        llm_find(a, (unsigned[]){bare->port, none->port, none->port, none->port}, &d, &f)); /* Ollama without a model */
    assert_true(llm_find(a, (unsigned[]){none->port, self->port, slow->port, vllm->port}, &d, &f));
    assert_int_equal(f.kind, LLM_VLLM);
    assert_true(llm_find(a, (unsigned[]){ollama->port, self->port, slow->port, vllm->port}, &d, &f));
    assert_int_equal(f.kind, LLM_OLLAMA);
    assert_slice(f.model, "llama3.2:latest");
    assert_slice(f.url, arena_printf(a, "http://127.0.0.1:%u", ollama->port).p);
    struct chat_server *const all[] = {none, self, slow, vllm, ollama, bare};
    for (size_t i = 0; i < 6; i++)
        chat_server_stop(all[i]);
    arena_free(a);
}

struct asker {
    struct llm *l;
    bool ok;
};

static size_t calls_of(const struct world *w, const char *path)
{
    size_t n = 0;
    for (size_t i = 0; i < w->s->count; i++)
        n += strcmp(w->s->calls[i].path, path) == 0;
    return n;
}

static void *ask_often(void *ud)
{
    struct asker *k = ud;
    struct llm_message m = {SLICE("user"), SLICE("hello")};
    struct llm_request r = {.messages = &m, .message_count = 1, .schema = SLICE("{}")};
    struct deadline d = {clock_ms() + 30000, NULL};
    k->ok = true;
    for (int i = 0; i < 2; i++) {
        struct arena *a = arena_new();
        struct llm_reply reply;
        k->ok &= llm_chat(k->l, a, &r, &d, &reply);
        arena_free(a);
    }
    return NULL;
}

static void threads_share_a_model(void **state)
{
    struct world *w = open_with((struct rule[]){{"/v1/models", MODELS("acme", "")}, {CHAT, ODD}, {NULL, NULL}},
                                (struct llm_options){.retries = 0});
    pthread_t threads[6];
    struct asker askers[6];
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        askers[i] = (struct asker){w->l, false};
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &askers[i]), 0);
    }
    for (size_t i = 0; i < 6; i++) {
        pthread_join(threads[i], NULL);
        assert_true(askers[i].ok);
    }
    assert_int_equal(calls_of(w, CHAT), 13); /* 12 chats, and the form is tried once for all of them */
    close_world(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_of_all_servers),
        cmocka_unit_test(deltas_are_not_held_back),
        cmocka_unit_test(enough_is_enough),
        cmocka_unit_test(thinking_is_kept_apart),
        cmocka_unit_test(every_way_to_fail),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(one_that_is_not_up_is_not_asked),
        cmocka_unit_test(one_that_ended_is_not_tried_again),
        cmocka_unit_test(repetition_and_length),
        cmocka_unit_test(second_tries),
        cmocka_unit_test(the_deadline),
        cmocka_unit_test(what_is_sent),
        cmocka_unit_test(wrong_options),
        cmocka_unit_test(refused_fields_are_left_out_for_good),
        cmocka_unit_test(what_servers_say_of_themselves),
        cmocka_unit_test(probes_that_fail),
        cmocka_unit_test(an_overflow_teaches_the_context),
        cmocka_unit_test(forms),
        cmocka_unit_test(finding_a_server),
        cmocka_unit_test(threads_share_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
