#include "unit.h"

#include "api/chat_request.h"

static const struct chat_limits limits = {25000, 5};
static const char minimal[] = "\"model\":\"speed\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]";

static bool parse(struct arena *a, struct slice body, struct chat_request *out, struct err *e)
{
    const struct chat_headers headers = {{"", 0}, {"", 0}};
    return chat_request_parse(a, body, &headers, &limits, 1795392000, out, e);
}

static struct slice expand(struct arena *a, struct slice line)
{
    if (slice_is(line, "(empty)"))
        return SLICE("");
    size_t at = slice_find(line, SLICE("%M"));
    if (at == line.n)
        return line;
    return arena_printf(a, "%.*s%s%.*s", (int)at, line.p, minimal, (int)(line.n - at - 2), line.p + at + 2);
}

static void table(void **state)
{
    char body[8192], expected[512], got[512];
    FILE *in = fopen("tests/unit/api/requests.txt", "r");
    int cases = 0, wrong = 0;
    (void)state;
    assert_non_null(in);
    while (fgets(body, sizeof body, in)) {
        if (body[0] == '#' || body[0] == '\n')
            continue;
        assert_non_null(fgets(expected, sizeof expected, in));
        struct arena *a = arena_new();
        struct chat_request r;
        struct err e;
        struct slice text = expand(a, slice_trim(slice_of(body)));
        if (parse(a, text, &r, &e))
            snprintf(got, sizeof got, "ok\n");
        else
            snprintf(got, sizeof got, "%d %s %s\n", err_status(e.code), err_wire_code(e.code),
                     e.param[0] ? e.param : "-");
        if (strcmp(got, expected) != 0) {
            print_message("%.*s\n  gave %s  instead of %s", SLICE_ARGS(text), got, expected);
            wrong++;
        }
        cases++;
        arena_free(a);
    }
    fclose(in);
    assert_true(cases > 50);
    assert_int_equal(wrong, 0);
}

static void native_form(void **state)
{
    struct arena *a = arena_new();
    struct chat_request r;
    struct err e;
    (void)state;
    assert_true(parse(
        a,
        SLICE("{\"model\":\"base\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"stop\":\"X\","
              "\"max_tokens\":9,\"messages\":[{\"role\":\"developer\",\"content\":\"d\"},{\"role\":\"user\","
              "\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}],"
              "\"source_policy\":{\"include_domains\":[\"https://www.Example.org/x\",\".gov\"]},"
              "\"search_domain_filter\":[\"-bad.example\"],\"search_recency_filter\":\"day\",\"max_seconds\":2.5}"),
        &r, &e));
    assert_string_equal(r.question.tier->name, "base");
    assert_true(r.stream && r.include_usage);
    assert_int_equal(r.question.turn_count, 2);
    assert_int_equal(r.question.turns[0].role, ROLE_SYSTEM);
    assert_int_equal(r.question.turns[1].role, ROLE_USER);
    assert_slice(r.question.turns[1].text, "a\nb");
    assert_int_equal(r.question.max_tokens, 9);
    assert_slice(r.question.stops[0], "X");
    assert_int_equal(r.question.policy.include_count, 2);
    assert_slice(r.question.policy.include[0], "example.org/x");
    assert_slice(r.question.policy.include[1], ".gov");
    assert_slice(r.question.policy.exclude[0], "bad.example");
    assert_slice(r.question.policy.after_date, "2026-11-22");
    assert_int_equal(r.question.max_ms, 2500);
    arena_free(a);
}

static void read_timeout_bounds_the_session(void **state)
{
    static const struct {
        const char *header;
        int64_t max_ms;
    } cases[] = {{"600", 599500}, {"60.0", 59500}, {"0.8", 400}, {"", 0}, {"soon", 0}, {"-1", 0}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        const struct chat_headers headers = {slice_of(cases[i].header), {"", 0}};
        struct chat_request r;
        struct err e;
        struct slice body = arena_printf(a, "{%s}", minimal);
        assert_true(chat_request_parse(a, body, &headers, &limits, 0, &r, &e));
        assert_int_equal(r.question.max_ms, cases[i].max_ms);
        arena_free(a);
    }
}

static void a_beta_header_asks_for_the_basis_of_elements(void **state)
{
    static const struct {
        const char *header;
        bool elements;
    } cases[] = {{"field-basis-2025-11-25", true},
                 {"mcp-server-2025-07-17, field-basis-2025-11-25 ,x", true},
                 {"field-basis-2025-11-2", false},
                 {"field-basis-2025-11-25x", false},
                 {",, ,", false},
                 {"", false}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        const struct chat_headers headers = {{"", 0}, slice_of(cases[i].header)};
        struct chat_request r;
        struct err e;
        assert_true(chat_request_parse(a, arena_printf(a, "{%s}", minimal), &headers, &limits, 0, &r, &e));
        assert_int_equal(r.question.basis_depth, cases[i].elements ? BASIS_ELEMENT : BASIS_FIELD);
        arena_free(a);
    }
}

static void the_body_is_stronger_than_the_beta_header(void **state)
{
    static const struct {
        const char *body;
        enum basis_depth depth;
    } cases[] = {{"\"basis_depth\":\"field\"", BASIS_FIELD},
                 {"\"basis_depth\":\"element\"", BASIS_ELEMENT},
                 {"\"basis_depth\":\"leaf\"", BASIS_LEAF},
                 {"\"basis_depth\":null", BASIS_ELEMENT}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        const struct chat_headers headers = {{"", 0}, SLICE("field-basis-2025-11-25")};
        struct chat_request r;
        struct err e;
        assert_true(
            chat_request_parse(a, arena_printf(a, "{%s,%s}", minimal, cases[i].body), &headers, &limits, 0, &r, &e));
        assert_int_equal(r.question.basis_depth, cases[i].depth);
        arena_free(a);
    }
}

static void a_forced_tool_is_the_form_of_the_answer(void **state)
{
    struct arena *a = arena_new();
    struct chat_request r;
    struct err e;
    (void)state;
    static const char tools[] =
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"getWeather\",\"description\":\"The weather of a "
        "place\",\"parameters\":{\"type\":\"object\",\"properties\":{\"sky\":{\"type\":\"string\"}}}}},"
        "{\"type\":\"function\",\"function\":{\"name\":\"Report\",\"description\":\"Stocks of a firm\"}}]";
    assert_true(parse(a, arena_printf(a, "{%s,%s}", minimal, tools), &r, &e));
    assert_int_equal(r.call, CHAT_CALL_NONE);
    assert_int_equal(r.question.output, OUTPUT_TEXT);
    assert_int_equal(r.warning_count, 1);
    static const char asked[] = "\"model\":\"speed\",\"tool_choice\":\"required\",\"messages\":[{\"role\":\"user\","
                                "\"content\":\"What is the weather like in Oslo?\"}%s],%s";
    assert_true(parse(a, arena_printf(a, "{%s}", arena_printf(a, asked, "", tools).p), &r, &e));
    assert_int_equal(r.call, CHAT_CALL_TOOL);
    assert_int_equal(r.question.output, OUTPUT_JSON_SCHEMA);
    assert_slice(r.call_name, "getWeather");
    assert_int_equal(r.warning_count, 1);
    /* Once it has given its result, the other one is left. */
    static const char called[] = ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":"
                                 "\"getWeather\",\"arguments\":\"{\\\"place\\\":\\\"Oslo\\\"}\"}}]},"
                                 "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"{\\\"sky\\\":\\\"blue\\\","
                                 "\\\"wind\\\":{\\\"from\\\":\\\"west\\\"}}\"}";
    assert_true(parse(a, arena_printf(a, "{%s}", arena_printf(a, asked, called, tools).p), &r, &e));
    assert_slice(r.call_name, "Report");
    assert_int_equal(r.question.known_count, 1);
    assert_slice(r.question.known_pages[0].url, "urn:tool:getWeather:c1");
    assert_slice(r.question.known_pages[0].title, "getWeather (Oslo)");
    assert_slice(r.question.known_pages[0].text, "sky: blue.\nwind: from: west.\n");
    assert_int_equal(r.question.turn_count, 1);
    arena_free(a);
}

static void values_are_taken_for_what_they_mean(void **state)
{
    struct arena *a = arena_new();
    struct chat_request r;
    struct err e;
    (void)state;
    assert_true(parse(a, arena_printf(a, "\xEF\xBB\xBF{%s,\"max_tokens\":256.0,\"seed\":42.0}", minimal), &r, &e));
    assert_int_equal(r.question.max_tokens, 256);
    assert_int_equal(*r.question.seed, 42);
    assert_true(parse(a, arena_printf(a, "{%s,\"max_tokens\":5,\"max_completion_tokens\":-1}", minimal), &r, &e));
    assert_int_equal(r.question.max_tokens, 0);
    assert_int_equal(r.warning_count, 0);
    assert_true(parse(
        a, arena_printf(a, "{%s,\"stop\":[\"\",\"a\",\"b\",\"\",\"c\",\"d\",\"e\",\"f\"],\"logprobs\":true}", minimal),
        &r, &e));
    assert_int_equal(r.question.stop_count, 4);
    assert_slice(r.question.stops[3], "d");
    assert_int_equal(r.warning_count, 2);
    assert_true(parse(a,
                      arena_printf(a,
                                   "{%s,\"search_after_date_filter\":\"3/1/2025\",\"last_updated_after_filter\":"
                                   "\"02/28/2025\"}",
                                   minimal),
                      &r, &e));
    assert_slice(r.question.policy.after_date, "2025-03-01");
    arena_free(a);
}

static void a_schema_in_the_prompt_is_used(void **state)
{
    static const struct {
        const char *text; /* with ' for " */
        bool used;
        const char *rest;
    } cases[] = {
        {"Give the objects as json_schema:\n{'properties':{'a':{'type':'string'}},'type':'object'}\nBe brief.", true,
         "Be brief."},
        {"For the schema {'properties':{'foo':{'type':'array'}}}\nthe object {'properties':{'foo':['x']}} is wrong as "
         "JSON."
         "\nSchema:\n```\n{'properties':{'b':{'type':'integer'}}}\n```\n",
         true, NULL},
        {"{'$defs':{'A':{'properties':{'a':{}}}},'$ref':'#/$defs/A'}", true, NULL},
        {"Tools: {'name':'f','parameters':{'type':'object','properties':{'a':{}}}}", false, NULL},
        {"Tools: [{'type':'object','properties':{'a':{}}}]", false, NULL},
        {"An example is {'properties': ['a']} or {'type':'array','properties':{'a':{}}} or {}", false, NULL},
        {"{ {{{ \\\" {'properties':{'a':{}}", false, NULL},
        {"{% if %} {x} {'properties':{'a':{'type':'string'}}}", true, NULL},
        {"{'properties':{'a':{'if':{}}}}", false, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        struct chat_request r;
        struct err e;
        struct buf body;
        char text[512];
        snprintf(text, sizeof text, "%s", cases[i].text);
        for (char *c = text; *c; c++)
            *c = *c == '\'' ? '"' : *c;
        buf_init(&body, 4096);
        assert_true(buf_add(&body, SLICE("{\"model\":\"speed\",\"messages\":[{\"role\":\"system\",\"content\":")));
        assert_true(value_print_string(slice_of(text), &body));
        assert_true(buf_add(&body, SLICE("},{\"role\":\"user\",\"content\":\"q\"}]}")));
        assert_true(parse(a, buf_slice(&body), &r, &e));
        assert_int_equal(r.question.output == OUTPUT_JSON_SCHEMA, cases[i].used);
        assert_int_equal(r.warning_count, cases[i].used || strstr(cases[i].text, "'if'") ? 1 : 0);
        if (cases[i].rest)
            assert_slice(r.question.turns[0].text, cases[i].rest);
        buf_release(&body);
        arena_free(a);
    }
}

static void long_input_is_refused(void **state)
{
    struct arena *a = arena_new();
    struct chat_request r;
    struct err e;
    char *text = arena_alloc(a, 25002);
    (void)state;
    memset(text, 'x', 25000);
    assert_true(
        parse(a, arena_printf(a, "{\"model\":\"speed\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}", text),
              &r, &e));
    text[25000] = 'x';
    assert_false(
        parse(a, arena_printf(a, "{\"model\":\"speed\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}", text),
              &r, &e));
    assert_int_equal(e.code, ERR_INPUT_TOO_LONG);
    assert_string_equal(e.param, "messages");
    arena_free(a);
}

static void deep_nesting_is_malformed(void **state)
{
    struct arena *a = arena_new();
    struct chat_request r;
    struct err e;
    char *deep = arena_alloc(a, 100001);
    (void)state;
    memset(deep, '[', 100000);
    assert_false(parse(a, slice_of(deep), &r, &e));
    assert_int_equal(e.code, ERR_BAD_JSON);
    assert_false(parse(a, SLICE("{\"model\":\"sp\xff"), &r, &e));
    assert_int_equal(e.code, ERR_BAD_JSON);
    assert_non_null(strstr(e.message, "byte"));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(native_form),
        cmocka_unit_test(read_timeout_bounds_the_session),
        cmocka_unit_test(a_beta_header_asks_for_the_basis_of_elements),
        cmocka_unit_test(the_body_is_stronger_than_the_beta_header),
        cmocka_unit_test(a_forced_tool_is_the_form_of_the_answer),
        cmocka_unit_test(values_are_taken_for_what_they_mean),
        cmocka_unit_test(a_schema_in_the_prompt_is_used),
        cmocka_unit_test(long_input_is_refused),
        cmocka_unit_test(deep_nesting_is_malformed),
    };
    return cmocka_run_group_tests_name("chat_request", tests, NULL, NULL);
}
