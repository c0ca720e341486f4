/* What tests/e2e/test_tasks.py does not see: the question that a run asks, and the text that is kept of its request. */
#include "unit.h"

#include "api/task_request.h"

static const struct chat_limits limits = {1000, 20};
static struct arena *arena;

static int set_up(void **unused)
{
    (void)unused;
    arena = arena_new();
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    arena_free(arena);
    return 0;
}

static struct task_request parse(const char *body)
{
    struct task_request r;
    struct err e;
    if (!task_request_parse(arena, slice_of(body), &limits, &r, &e))
        fail_msg("%s: %s", body, e.message);
    return r;
}

static void objects_are_asked_by_their_members(void **unused)
{
    (void)unused;
    struct task_request r =
        parse("{\"processor\":\"base\",\"input\":{\"company_name\":\"Ada & Co\",\"years\":[1,2],\"n\":3}}");
    assert_int_equal(r.question.turn_count, 1);
    assert_slice(r.question.turns[0].text, "company name: Ada & Co\nyears: [1,2]\nn: 3");
    assert_int_equal(r.output, TASK_AUTO);
    assert_int_equal(r.question.output, OUTPUT_JSON_SCHEMA);
    assert_int_equal(r.question.basis_depth, BASIS_ELEMENT);
}

static void a_description_is_an_instruction(void **unused)
{
    (void)unused;
    struct task_request r =
        parse("{\"processor\":\"lite-fast\",\"input\":\"?\",\"task_spec\":{\"output_schema\":\"In a word.\"}}");
    assert_int_equal(r.output, TASK_TEXT);
    assert_int_equal(r.question.turn_count, 2);
    assert_int_equal(r.question.turns[0].role, ROLE_SYSTEM);
    assert_slice(r.question.turns[0].text, "In a word.");
    assert_slice(r.question.turns[1].text, "?");
    assert_string_equal(r.question.tier->name, "speed");
}

static void an_input_schema_may_have_a_description(void **unused)
{
    static const char wrong[] = "{\"processor\":\"lite\",\"input\":\"?\",\"task_spec\":{\"input_schema\":{"
                                "\"type\":\"AAA\",\"description\":\"json\",\"json_schema\":{}}}}";
    struct task_request r;
    struct err e;
    (void)unused;
    (void)parse("{\"processor\":\"lite\",\"input\":\"?\",\"task_spec\":{\"input_schema\":{\"type\":\"json\","
                "\"description\":\"a company\",\"json_schema\":{}}}}");
    assert_false(task_request_parse(arena, slice_of(wrong), &limits, &r, &e));
    assert_string_equal(e.param, "task_spec.input_schema.type");
}

static void what_is_kept_asks_the_same(void **unused)
{
    (void)unused;
    static const char body[] =
        "{\"zzz\":1,\"webhook\":{\"url\":\"https://x.example/"
        "\"},\"processor\":\"pro\",\"input\":\"?\",\"metadata\":{\"a\":true},"
        "\"source_policy\":{\"include_domains\":[\"x.example\"]},\"previous_interaction_id\":\"int_1\"}";
    struct task_request first = parse(body), again = parse(first.kept.p);
    assert_slice(first.kept, "{\"input\":\"?\",\"processor\":\"pro\",\"metadata\":{\"a\":true},\"source_policy\":"
                             "{\"include_domains\":[\"x.example\"]},\"previous_interaction_id\":\"int_1\",\"webhook\":"
                             "{\"url\":\"https://x.example/\"}}");
    assert_slice(again.kept, first.kept.p);
    assert_slice(again.hook, "https://x.example/");
    assert_slice(again.previous, "int_1");
    assert_true(again.traced);
    assert_int_equal(again.question.policy.include_count, 1);
    assert_int_equal(first.warning_count, 1);
    assert_int_equal(again.warning_count, 0);
}

static void runs_of_a_group_take_its_spec(void **unused)
{
    (void)unused;
    struct task_request *r = NULL;
    struct err e;
    size_t n = 0;
    static const char body[] =
        "{\"default_task_spec\":{\"output_schema\":\"Short.\"},\"inputs\":[{\"processor\":\"lite\",\"input\":\"a\"},"
        "{\"processor\":\"lite\",\"input\":\"b\",\"task_spec\":{\"output_schema\":\"Long.\"}}]}";
    assert_true(task_group_parse(arena, slice_of(body), &limits, &r, &n, &e));
    assert_int_equal(n, 2);
    assert_slice(r[0].question.turns[0].text, "Short.");
    assert_slice(r[1].question.turns[0].text, "Long.");
    assert_slice(r[0].kept, "{\"input\":\"a\",\"processor\":\"lite\",\"task_spec\":{\"output_schema\":\"Short.\"}}");
    assert_slice(parse(r[0].kept.p).question.turns[0].text, "Short.");
}

static void schemas_that_cannot_be_used(void **unused)
{
    (void)unused;
    static const char *const schemas[] = {"{\"type\":\"bar\"}", "{\"type\":\"array\"}", "7",
                                          "{\"type\":\"object\",\"properties\":3}"};
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        struct slice body = arena_printf(arena,
                                         "{\"processor\":\"lite\",\"input\":\"?\",\"task_spec\":{\"output_schema\":{"
                                         "\"type\":\"json\",\"json_schema\":%s}}}",
                                         schemas[i]);
        struct task_request r = parse(body.p);
        assert_true(r.unusable);
        assert_int_equal(r.warning_count, 1);
        assert_string_equal(r.warnings[0].type, "spec_validation_warning");
        assert_true(r.why.message[0] && strstr(r.why.param, "json_schema"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(objects_are_asked_by_their_members, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_description_is_an_instruction, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_input_schema_may_have_a_description, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_kept_asks_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(runs_of_a_group_take_its_spec, set_up, tear_down),
        cmocka_unit_test_setup_teardown(schemas_that_cannot_be_used, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("api/task_request", tests, NULL, NULL);
}
