/* The end of a stream: whatever happens, a client gets a last event and [DONE]. */
#include "unit.h"

#include <jansson.h>

#include "api/chat_reply.h"

static const char done[] = "data: [DONE]\n\n";

static struct chat_request request;
static struct chat_head head;
static const struct evidence nothing_found;

static int set_up(void **unused)
{
    (void)unused;
    request.question.tier = tier_find(SLICE("base"));
    chat_head_init(&head, &request, 1795392000);
    return 0;
}

/* The first event's JSON; the caller gives it back. */
static json_t *first_event(const struct buf *out)
{
    struct slice text = buf_slice(out);
    assert_true(slice_starts(text, SLICE("data: ")));
    text = slice_sub(text, 6, text.n - 6);
    json_t *tree = json_loadb(text.p, slice_find(text, SLICE("\n\n")), 0, NULL);
    assert_non_null(tree);
    return tree;
}

static struct answer answer_of(struct slice *warning)
{
    return (struct answer){.evidence = &nothing_found, .warnings = warning, .warning_count = 1};
}

static void an_end_has_finish_and_done(void **unused)
{
    (void)unused;
    struct slice warning = SLICE("short");
    const struct answer answer = answer_of(&warning);
    struct buf out;
    buf_init(&out, CHAT_FAIL_BYTES);
    chat_chunks_end(&head, &request, &answer, "req_1", &out);
    assert_false(out.over);
    assert_true(slice_ends(buf_slice(&out), slice_of(done)));
    json_t *event = first_event(&out);
    json_t *choice = json_array_get(json_object_get(event, "choices"), 0);
    assert_string_equal(json_string_value(json_object_get(choice, "finish_reason")), "stop");
    json_decref(event);
    buf_release(&out);
}

static void an_end_over_the_buffer_is_an_error_and_done(void **unused)
{
    (void)unused;
    static char long_text[2 * CHAT_FAIL_BYTES];
    memset(long_text, 'x', sizeof long_text);
    struct slice warning = {long_text, sizeof long_text};
    const struct answer answer = answer_of(&warning);
    struct buf out;
    buf_init(&out, CHAT_FAIL_BYTES);
    chat_chunks_end(&head, &request, &answer, "req_1", &out);
    assert_false(out.over);
    assert_true(slice_ends(buf_slice(&out), slice_of(done)));
    json_t *event = first_event(&out), *error = json_object_get(event, "error");
    assert_string_equal(json_string_value(json_object_get(error, "code")), "internal_error");
    assert_string_equal(json_string_value(json_object_get(error, "ref_id")), "req_1");
    json_decref(event);
    buf_release(&out);
}

static void a_failure_has_its_error_and_done(void **unused)
{
    (void)unused;
    struct err e;
    struct buf out;
    buf_init(&out, CHAT_FAIL_BYTES);
    err_set(&e, ERR_DEADLINE, NULL);
    chat_chunks_fail(&e, NULL, &out);
    assert_true(slice_ends(buf_slice(&out), slice_of(done)));
    json_t *event = first_event(&out);
    assert_string_equal(json_string_value(json_object_get(json_object_get(event, "error"), "code")), "deadline");
    json_decref(event);
    buf_release(&out);
}

static void *no_memory(size_t n)
{
    (void)n;
    return NULL;
}

static void without_memory_for_json_the_error_is_a_fixed_one(void **unused)
{
    (void)unused;
    struct err e;
    struct buf out;
    buf_init(&out, CHAT_FAIL_BYTES);
    err_set(&e, ERR_DEADLINE, NULL);
    json_malloc_t take;
    json_free_t give;
    json_get_alloc_funcs(&take, &give);
    json_set_alloc_funcs(no_memory, give);
    chat_chunks_fail(&e, NULL, &out);
    json_set_alloc_funcs(take, give);
    assert_true(slice_ends(buf_slice(&out), slice_of(done)));
    json_t *event = first_event(&out);
    assert_string_equal(json_string_value(json_object_get(json_object_get(event, "error"), "code")), "internal_error");
    json_decref(event);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_has_finish_and_done),
        cmocka_unit_test(an_end_over_the_buffer_is_an_error_and_done),
        cmocka_unit_test(a_failure_has_its_error_and_done),
        cmocka_unit_test(without_memory_for_json_the_error_is_a_fixed_one),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
