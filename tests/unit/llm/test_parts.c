/* The pure parts: URLs, lists of models, chunks and errors of each server, speech out of deltas, estimates. */
#include "base/utf8.h"
#include "llm/chunk.h"
#include "llm/endpoint.h"
#include "llm/models.h"
#include "llm/speech.h"
#include "unit.h"

static void urls(void **state)
{
    static const struct {
        const char *url, *chat, *models, *root;
        bool azure;
    } cases[] = {
        {"http://h:1", "http://h:1/v1/chat/completions", "http://h:1/v1/models", "http://h:1", false},
        {"http://h:1/", "http://h:1/v1/chat/completions", "http://h:1/v1/models", "http://h:1", false},
        {"http://h:1/v1", "http://h:1/v1/chat/completions", "http://h:1/v1/models", "http://h:1", false},
        {" http://h:1/v1/ ", "http://h:1/v1/chat/completions", "http://h:1/v1/models", "http://h:1", false},
        {"http://h:1/v1/chat/completions", "http://h:1/v1/chat/completions", "http://h:1/v1/models", "http://h:1",
         false},
        {"https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/chat/completions",
         "https://openrouter.ai/api/v1/models", "https://openrouter.ai/api", false},
        {"https://h/v1beta/openai/", "https://h/v1beta/openai/chat/completions", "https://h/v1beta/openai/models",
         "https://h", false},
        {"https://h/proxy", "https://h/proxy/v1/chat/completions", "https://h/proxy/v1/models", "https://h/proxy",
         false},
        {"https://h/chat/completions", "https://h/chat/completions", "https://h/models", "https://h", false},
        {"https://x.openai.azure.com/openai/deployments/d?api-version=2024-06-01",
         "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-06-01", "",
         "https://x.openai.azure.com/openai/deployments/d", true},
        {"https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=v",
         "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=v", "",
         "https://x.openai.azure.com/openai/deployments/d", true},
        {"https://x.openai.azure.com/openai/v1", "https://x.openai.azure.com/openai/v1/chat/completions",
         "https://x.openai.azure.com/openai/v1/models", "https://x.openai.azure.com/openai", true},
        {"http://[::1]:11434", "http://[::1]:11434/v1/chat/completions", "http://[::1]:11434/v1/models",
         "http://[::1]:11434", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        struct endpoint at;
        const char *why = "";
        assert_true(endpoint_parse(a, slice_of(cases[i].url), &at, &why));
        assert_slice(at.chat, cases[i].chat);
        assert_slice(at.models, cases[i].models);
        assert_slice(at.root, cases[i].root);
        assert_int_equal(at.azure, cases[i].azure);
        arena_free(a);
    }
    static const char *const wrong[] = {"", "localhost:11434", "ftp://h", "http://u:p@h/", "http://h h/"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct arena *a = arena_new();
        struct endpoint at;
        const char *why = "";
        assert_false(endpoint_parse(a, slice_of(wrong[i]), &at, &why));
        assert_true(strlen(why) > 0);
        arena_free(a);
    }
}

static void lists_of_models(void **state)
{
    static const struct {
        const char *json, *wanted;
        bool ok;
        enum llm_kind kind;
        size_t n;
        const char *first;
        bool listed;
        unsigned context;
    } cases[] = {
        {"{\"object\":\"list\",\"data\":[{\"id\":\"Qwen\",\"owned_by\":\"vllm\",\"max_model_len\":32768}]}", "", true,
         LLM_VLLM, 1, "Qwen", false, 32768},
        {"{\"data\":[{\"id\":\"m.gguf\",\"owned_by\":\"llamacpp\",\"meta\":{\"n_ctx_train\":131072,\"n_ctx\":4096}}]}",
         "", true, LLM_LLAMA_CPP, 1, "m.gguf", false, 4096},
        {"{\"models\":[{\"name\":\"nomic-embed-text:latest\"},{\"name\":\"all-minilm\",\"details\":{\"family\":"
         "\"bert\"}},"
         "{\"name\":\"llama3.2:latest\",\"details\":{\"family\":\"llama\"}}]}",
         "llama3.2", true, LLM_OLLAMA, 1, "llama3.2:latest", true, 0},
        {"{\"data\":[{\"id\":\"a\",\"context_length\":8},{\"id\":\"b\",\"context_length\":9}]}", "b", true, LLM_OTHER,
         2, "a", true, 9},
        {"{\"data\":[{\"id\":\"speed\",\"owned_by\":\"footnote\"}]}", "", true, LLM_OTHER, 1, "speed", false, 0},
        {"{\"data\":[]}", "x", true, LLM_OTHER, 0, "", false, 0},
        {"{\"data\":[1,null,{},{\"id\":7},[]]}", "", true, LLM_OTHER, 0, "", false, 0},
        {"{\"data\":{}}", "", false, LLM_OTHER, 0, "", false, 0},
        {"[]", "", false, LLM_OTHER, 0, "", false, 0},
        {"<html>", "", false, LLM_OTHER, 0, "", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        struct models m;
        assert_int_equal(models_read(a, slice_of(cases[i].json), slice_of(cases[i].wanted), &m), cases[i].ok);
        if (cases[i].ok) {
            assert_int_equal(m.kind, cases[i].kind);
            assert_int_equal(m.n, cases[i].n);
            assert_slice(m.first, cases[i].first);
            assert_int_equal(m.listed, cases[i].listed);
            assert_int_equal(m.context_tokens, cases[i].context);
        }
        arena_free(a);
    }
}

static void chunks(void **state)
{
    static const struct {
        const char *json, *text, *reasoning;
        enum llm_finish finish;
        unsigned prompt;
    } cases[] = {
        {"{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}", "", "", LLM_FINISH_NONE, 0},
        {"{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}", "", "", LLM_FINISH_NONE, 0},
        {"{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}", "a", "", LLM_FINISH_STOP, 0},
        {"{\"choices\":[{\"message\":{\"content\":\"b\"},\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":7,"
         "\"completion_tokens\":1}}",
         "b", "", LLM_FINISH_LENGTH, 7},
        {"{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}", "", "", LLM_FINISH_NONE, 9},
        {"{\"choices\":[{\"delta\":{\"reasoning_content\":\"r\",\"content\":null}}]}", "", "r", LLM_FINISH_NONE, 0},
        {"{\"choices\":[{\"delta\":{\"reasoning\":\"r\",\"content\":\"t\"}}]}", "t", "r", LLM_FINISH_NONE, 0},
        {"{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":"
         "\"hm\"}]},"
         "{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"text\",\"text\":\"y\"}]}}]}",
         "xy", "hm", LLM_FINISH_NONE, 0},
        {"{\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}", "", "", LLM_FINISH_REFUSAL, 0},
        {"{\"choices\":[{\"delta\":{\"tool_calls\":[]},\"finish_reason\":\"tool_calls\"}]}", "", "", LLM_FINISH_TOOL,
         0},
        {"{\"choices\":[{\"delta\":{\"content\":\"z\"}}],\"usage\":null,\"error\":null}", "z", "", LLM_FINISH_NONE, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        struct chunk k;
        assert_true(chunk_read(a, slice_of(cases[i].json), &k));
        assert_false(k.error);
        assert_slice(k.text, cases[i].text);
        assert_slice(k.reasoning, cases[i].reasoning);
        assert_int_equal(k.finish, cases[i].finish);
        assert_int_equal(k.prompt_tokens, cases[i].prompt);
        arena_free(a);
    }
    static const char *const none[] = {"", "[]", "{}", "{\"x\":1}", "{\"choices\":7}", "{\"choices\":[", "7"};
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        struct arena *a = arena_new();
        struct chunk k;
        assert_false(chunk_read(a, slice_of(none[i]), &k));
        arena_free(a);
    }
}

/* Bodies as the servers write them. */
static void errors(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum llm_outcome outcome;
        unsigned context;
        const char *detail;
    } cases[] = {
        {400,
         "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens. However, your messages "
         "resulted in 9000.\","
         "\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}",
         LLM_OVERFLOW, 8192, NULL},
        {400,
         "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens. However, you "
         "requested 5000 tokens\","
         "\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
         LLM_OVERFLOW, 4096, NULL},
        {400,
         "{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size. try increasing the "
         "context size\","
         "\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":9000,\"n_ctx\":2048}}",
         LLM_OVERFLOW, 2048, NULL},
        {400,
         "{\"error\":{\"code\":400,\"type\":\"exceed_context_size_error\",\"message\":\"request (9412 tokens) exceeds "
         "the available "
         "context size (8192 tokens), try increasing it\"}}",
         LLM_OVERFLOW, 8192, NULL},
        {500,
         "{\"error\":{\"code\":500,\"message\":\"the request exceeds the available context "
         "size\",\"type\":\"server_error\"}}",
         LLM_OVERFLOW, 0, NULL},
        {400,
         "{\"error\":\"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded "
         "with context "
         "length of only 4096 tokens, which is not enough.\"}",
         LLM_OVERFLOW, 4096, NULL},
        {404,
         "{\"error\":{\"message\":\"model \\\"x\\\" not found, try pulling it "
         "first\",\"type\":\"api_error\",\"param\":null,\"code\":null}}",
         LLM_NOT_FOUND, 0, "model \"x\" not found, try pulling it first"},
        {404,
         "{\"object\":\"error\",\"message\":\"The model `x` does not exist.\",\"type\":\"NotFoundError\",\"code\":404}",
         LLM_NOT_FOUND, 0, "The model `x` does not exist"},
        {400, "{\"error\":{\"message\":\"x is not a valid model ID\",\"code\":400}}", LLM_NOT_FOUND, 0, NULL},
        {401, "{\"error\":{\"message\":\"Incorrect API key provided.\",\"code\":\"invalid_api_key\"}}", LLM_AUTH, 0,
         NULL},
        {429,
         "{\"error\":{\"message\":\"You exceeded your current "
         "quota\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}",
         LLM_AUTH, 0, NULL},
        {429, "{\"error\":{\"message\":\"Rate limit reached\",\"code\":\"rate_limit_exceeded\"}}", LLM_LIMITED, 0,
         NULL},
        {429, "slow down\n", LLM_LIMITED, 0, "slow down"},
        {402, "{\"error\":{\"message\":\"Insufficient credits\",\"code\":402}}", LLM_AUTH, 0, NULL},
        {400, "{\"error\":{\"message\":\"The response was filtered\",\"code\":\"content_filter\"}}", LLM_REFUSED, 0,
         NULL},
        {400,
         "{\"error\":{\"message\":\"Unsupported parameter: "
         "'max_tokens'\",\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}",
         LLM_REJECTED, 0, NULL},
        {422, "{\"detail\":\"bad\"}", LLM_REJECTED, 0, "bad"},
        {500, "<html><body>oops</body></html>", LLM_SERVER, 0, ""},
        {503, "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}", LLM_SERVER, 0,
         "Loading model"},
        {529, "", LLM_SERVER, 0, ""},
        {500, "{\"error\":\"a\\u0000\\n\\u001b[31mb\"}", LLM_SERVER, 0, NULL},
        {500, "{\"error\":\"line\\n\\u001b[31mb\"}", LLM_SERVER, 0, "line ?[31mb"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        struct chunk k;
        chunk_read_error(a, cases[i].status, slice_of(cases[i].body), &k);
        if (k.outcome != cases[i].outcome)
            fail_msg("%s: %s", cases[i].body, llm_outcome_name(k.outcome));
        assert_int_equal(k.context_tokens, cases[i].context);
        if (cases[i].detail)
            assert_slice(k.detail, cases[i].detail);
        assert_true(k.error && k.detail.n <= CHUNK_DETAIL_BYTES && utf8_check(k.detail) == k.detail.n);
        arena_free(a);
    }
}

static void fields_that_are_blamed(void **state)
{
    static const char *const names[] = {"max_tokens", "seed", "stop"};
    (void)state;
    assert_int_equal(chunk_blamed_field(SLICE("{\"param\":\"seed\"}"), names, 3), 1);
    assert_int_equal(
        chunk_blamed_field(SLICE("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'"), names, 3), 0);
    assert_int_equal(chunk_blamed_field(SLICE("{\"m\":\"field \\\"stop\\\" is unknown\"}"), names, 3), 2);
    assert_int_equal(chunk_blamed_field(SLICE("please stop max_tokens seed 'max_tokens_x'"), names, 3), 3);
    assert_int_equal(chunk_blamed_field(SLICE(""), names, 3), 3);
}

struct heard {
    struct buf text, reasoning;
    size_t deltas;
};

static bool hear(struct buf *out, struct slice delta)
{
    assert_true(delta.n > 0 && utf8_check(delta) == delta.n);
    return buf_add(out, delta);
}

static bool on_text(void *ud, struct slice delta)
{
    struct heard *h = ud;
    h->deltas++;
    return hear(&h->text, delta);
}

static bool on_reasoning(void *ud, struct slice delta)
{
    struct heard *h = ud;
    return hear(&h->reasoning, delta);
}

/* In pieces of n bytes, each mended as if it stood in a chunk of its own. */
static void speak(const char *all, size_t n, bool thinks_first, const char *text, const char *reasoning, bool unopened)
{
    struct arena *a = arena_new();
    struct heard h = {.deltas = 0};
    struct speech s;
    struct slice rest = slice_of(all);
    buf_init(&h.text, 100000);
    buf_init(&h.reasoning, 100000);
    speech_init(&s, 100000, thinks_first, on_text, on_reasoning, &h);
    while (rest.n > 0) {
        size_t take = rest.n < n ? rest.n : n;
        assert_true(speech_add(&s, speech_mend(a, slice_sub(rest, 0, take))));
        rest = slice_sub(rest, take, rest.n - take);
    }
    assert_true(speech_end(&s, true));
    assert_slice(buf_slice(&s.text), text);
    assert_slice(buf_slice(&s.reasoning), reasoning);
    assert_int_equal(s.unopened, unopened);
    if (!unopened && !thinks_first) {
        assert_slice(buf_slice(&h.text), text);
        assert_slice(buf_slice(&h.reasoning), reasoning);
    }
    speech_release(&s);
    buf_release(&h.text);
    buf_release(&h.reasoning);
    arena_free(a);
}

static void speech_cut_anywhere(void **state)
{
    static const struct {
        const char *all;
        bool thinks_first;
        const char *text, *reasoning;
        bool unopened;
    } cases[] = {
        {"plain", false, "plain", "", false},
        {" \n\n plain \n", false, "plain \n", "", false},
        {"<think>hm</think>\n\nyes", false, "yes", "hm", false},
        {"<thinking>hm</thinking>yes", false, "yes", "hm", false},
        {"a <think>b</think> c <think>d</think>e", false, "a  c e", "bd", false},
        {"1 < 2 <thin <b> <think", false, "1 < 2 <thin <b> <think", "", false},
        {"<<think>x</think>y", false, "<y", "x", false},
        {"<think>never closed", false, "", "never closed", false},
        {"hm, so</think>yes", false, "yes", "hm, so", true},
        {"hm, so</think>yes", true, "yes", "hm, so", false},
        {"did not think", true, "did not think", "", false},
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80!", false,
         "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80!", "", false},
        {"a\xff"
         "b\xc3",
         false,
         "a\xef\xbf\xbd"
         "b\xef\xbf\xbd",
         "", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (size_t n = 1; n <= strlen(cases[i].all); n++)
            speak(cases[i].all, n, cases[i].thinks_first, cases[i].text, cases[i].reasoning, cases[i].unopened);
}

/* Escapes that JSON's reader would refuse. */
static void halves_of_characters(void **state)
{
    static const char *const chunks[] = {"{\"choices\":[{\"delta\":{\"content\":\"x\\ud83d\"}}]}",
                                         "{\"choices\":[{\"delta\":{\"content\":\"\\ude00y\\u0000\\\\ud83d\"}}]}",
                                         "{\"choices\":[{\"delta\":{\"content\":\"\\udc00\\ud83d\\ude01\"}}]}",
                                         "{\"choices\":[{\"delta\":{\"content\":\"\xe2\x82\"}}]}",
                                         "{\"choices\":[{\"delta\":{\"content\":\"\xac\\\"\"}}]}"};
    struct arena *a = arena_new();
    struct speech s;
    (void)state;
    speech_init(&s, 1000, false, NULL, NULL, NULL);
    for (size_t i = 0; i < COUNT_OF(chunks); i++) {
        struct chunk k;
        assert_true(chunk_read(a, slice_of(chunks[i]), &k));
        assert_true(speech_add(&s, k.text));
    }
    speech_end(&s, true);
    assert_slice(buf_slice(&s.text), "x\xf0\x9f\x98\x80y\xef\xbf\xbd\\ud83d\xef\xbf\xbd\xf0\x9f\x98\x81\xe2\x82\xac\"");
    speech_release(&s);
    arena_free(a);
}

static size_t said_until_repeated(const char *unit, const char *before)
{
    struct speech s;
    size_t n;
    speech_init(&s, 1 << 20, false, NULL, NULL, NULL);
    speech_add(&s, slice_of(before));
    for (n = 0; n < 1000 && speech_add(&s, slice_of(unit)); n++)
        ;
    assert_int_equal(s.repeated, n < 1000);
    n = s.text.n;
    speech_release(&s);
    return n;
}

static void endless_repetition(void **state)
{
    char wide[601], wider[900];
    (void)state;
    for (size_t i = 0; i < sizeof wide - 1; i++)
        wide[i] = (char)('a' + (i * i + i / 7) % 26);
    wide[sizeof wide - 1] = '\0';
    for (size_t i = 0; i < sizeof wider - 1; i++)
        wider[i] = (char)('a' + (i * i * i + i / 11 + i * i / 29) % 26);
    wider[sizeof wider - 1] = '\0';
    assert_true(said_until_repeated("\n", "text") < 1100);
    assert_true(said_until_repeated(" ", "") == 0); /* nothing but white space */
    assert_true(said_until_repeated("I am sorry. ", "Once upon a time, ") < 1200);
    assert_true(said_until_repeated("\xe4\xbd\xa0\xe5\xa5\xbd", "") < 1100);
    assert_true(said_until_repeated(wide, "") < 600 * 8);
    assert_true(said_until_repeated(wider, "") == 1000 * (sizeof wider - 1)); /* a unit that long is not looked for */
    struct speech s;
    speech_init(&s, 1 << 20, false, NULL, NULL, NULL);
    for (int i = 0; i < 3000; i++) { /* a list is no repetition */
        char line[40];
        snprintf(line, sizeof line, "- item %d of the list\n", i);
        assert_true(speech_add(&s, slice_of(line)));
    }
    for (int i = 0; i < 5; i++) /* nor is a line of dashes */
        assert_true(speech_add(&s, SLICE("----------------------------------------------------------------------\n")));
    speech_release(&s);
}

static void too_long(void **state)
{
    struct speech s;
    (void)state;
    speech_init(&s, 10, false, NULL, NULL, NULL);
    assert_true(speech_add(&s, SLICE("0123456789")));
    assert_false(speech_add(&s, SLICE("x")));
    assert_true(s.too_long);
    assert_slice(buf_slice(&s.text), "0123456789");
    speech_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls),
        cmocka_unit_test(lists_of_models),
        cmocka_unit_test(chunks),
        cmocka_unit_test(errors),
        cmocka_unit_test(fields_that_are_blamed),
        cmocka_unit_test(speech_cut_anywhere),
        cmocka_unit_test(halves_of_characters),
        cmocka_unit_test(endless_repetition),
        cmocka_unit_test(too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
