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
    assert_true(parse(a,
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
    assert_slice(question_ask(&r.question), "a\nb");
    assert_int_equal(r.question.max_tokens, 9);
    assert_slice(r.question.stops[0], "X");
    assert_int_equal(r.question.filter.include_count, 2);
    assert_slice(r.question.filter.include[0], "example.org");
    assert_slice(r.question.filter.include[1], ".gov");
    assert_slice(r.question.filter.exclude[0], "bad.example");
    assert_slice(r.question.filter.after_date, "2026-11-22");
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
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
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
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
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
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new();
        const struct chat_headers headers = {{"", 0}, SLICE("field-basis-2025-11-25")};
        struct chat_request r;
        struct err e;
        assert_true(chat_request_parse(a, arena_printf(a, "{%s,%s}", minimal, cases[i].body), &headers, &limits, 0, &r, &e));
        assert_int_equal(r.question.basis_depth, cases[i].depth);
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
    assert_true(parse(a, arena_printf(a, "{\"model\":\"speed\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}", text),
                      &r, &e));
    text[25000] = 'x';
    assert_false(parse(
        a, arena_printf(a, "{\"model\":\"speed\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}", text), &r, &e));
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
        cmocka_unit_test(long_input_is_refused),
        cmocka_unit_test(deep_nesting_is_malformed),
    };
    return cmocka_run_group_tests_name("chat_request", tests, NULL, NULL);
}
