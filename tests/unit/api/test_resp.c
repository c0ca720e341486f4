/* The Responses API: what a request becomes, and the events of a stream. */
#include "unit.h"

#include <jansson.h>

#include "api/resp_reply.h"

static const struct chat_limits limits = {25000, 5};
static const struct evidence nothing_found;

static bool parse(struct arena *a, const char *body, struct resp_request *out, struct err *e)
{
    const struct chat_headers headers = {{"", 0}, {"", 0}};
    return resp_request_parse(a, slice_of(body), &headers, &limits, 1795392000, out, e);
}

static void a_request_is_one_of_chat(void **state)
{
    struct arena *a = arena_new();
    struct resp_request r;
    struct err e;
    (void)state;
    assert_true(parse(a,
                      "{\"model\":\"parallel\",\"instructions\":\"be brief\",\"input\":[{\"role\":\"user\",\"content\":"
                      "\"one\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"two\"}]},"
                      "{\"type\":\"reasoning\",\"id\":\"r\"},{\"role\":\"user\",\"content\":\"three\"}],"
                      "\"tools\":[{\"type\":\"web_search\",\"filters\":{\"allowed_domains\":[\"a.example\"]},"
                      "\"external_web_access\":false}],\"source_policy\":{\"include_domains\":[\"b.example\"]},"
                      "\"store\":false,\"max_output_tokens\":9}",
                      &r, &e));
    const struct question *q = &r.chat.question;
    assert_string_equal(q->tier->name, "base");
    assert_slice(r.model, "parallel");
    assert_int_equal(q->turn_count, 4);
    assert_int_equal(q->turns[0].role, ROLE_SYSTEM);
    assert_slice(q->turns[3].text, "three");
    assert_int_equal(q->policy.include_count, 2);
    assert_true(r.own_only && r.instructed && r.asked && !r.chat.keep && !r.background);
    assert_int_equal(q->max_tokens, 9);
    assert_int_equal(r.chat.warning_count, 0);
    struct chat_request kept = resp_request_kept(a, &r);
    assert_int_equal(kept.question.turn_count, 3);
    assert_slice(kept.question.turns[0].text, "one");
    arena_free(a);
}

static void instructions_are_left_out_behind_what_was_kept(void **state)
{
    static const struct turn before[] = {{ROLE_USER, {"q0", 2}}, {ROLE_ASSISTANT, {"a0", 2}}};
    struct arena *a = arena_new();
    struct resp_request r;
    struct err e;
    (void)state;
    assert_true(
        parse(a,
              "{\"model\":\"speed\",\"instructions\":\"be brief\",\"previous_response_id\":\"resp_1\",\"input\":["
              "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"21 degrees in Paris\"}]}",
              &r, &e));
    struct question *q = &r.chat.question;
    assert_false(r.asked);
    assert_int_equal(q->known_count, 1);
    struct turn *turns = arena_array(a, struct turn, 3); /* as http/conversation.h puts them together */
    memcpy(turns, before, sizeof before);
    turns[2] = q->turns[0];
    q->turns = turns;
    q->turn_count = 3;
    assert_true(resp_request_go_on(a, &r, &e));
    assert_int_equal(q->turn_count, 4);
    assert_slice(q->turns[3].text, "q0");
    struct chat_request kept = resp_request_kept(a, &r);
    assert_int_equal(kept.question.turn_count, 3);
    assert_slice(kept.question.turns[2].text, "q0");
    arena_free(a);
}

/* The types of all events, with blanks between them; each must be one event with its type and the next number. */
static struct slice types_of(struct arena *a, const struct buf *out, json_int_t *next)
{
    struct arena_text types = {.arena = a};
    struct slice rest = buf_slice(out);
    while (rest.n) {
        size_t end = slice_find(rest, SLICE("\n\n")), line = slice_find(rest, SLICE("\n"));
        assert_true(end < rest.n && slice_starts(rest, SLICE("event: response.")));
        struct slice type = slice_sub(rest, 7, line - 7), data = slice_sub(rest, line + 1, end - line - 1);
        assert_true(slice_starts(data, SLICE("data: ")));
        json_t *tree = json_loadb(data.p + 6, data.n - 6, 0, NULL);
        assert_non_null(tree);
        assert_slice(type, json_string_value(json_object_get(tree, "type")));
        assert_int_equal(json_integer_value(json_object_get(tree, "sequence_number")), (*next)++);
        json_decref(tree);
        arena_text_printf(&types, "%.*s ", (int)type.n - 9, type.p + 9);
        rest = slice_sub(rest, end + 2, rest.n - end - 2);
    }
    return arena_text_slice(&types);
}

static const struct slice query = {"who", 3};
static const struct slice urls[] = {{"https://a.example/", 18}, {"https://b.example/", 18}};

static void a_stream_has_its_events_in_order(void **state)
{
    struct arena *a = arena_new();
    struct resp_request request;
    struct resp_reply r;
    struct buf out;
    struct err e;
    json_int_t next = 0;
    (void)state;
    assert_true(parse(a, "{\"model\":\"speed\",\"input\":\"q\"}", &request, &e));
    resp_reply_init(&r, a, &request, 1795392000);
    buf_init(&out, 100000);
    resp_stream_begin(&r, &out);
    resp_stream_headway(&r, &(struct headway){HEADWAY_SEARCH, 1, &query, 1, NULL, 0}, &out);
    resp_stream_headway(&r, &(struct headway){HEADWAY_SEARCH, 2, &query, 1, urls, 1}, &out);
    resp_stream_headway(&r, &(struct headway){HEADWAY_WRITE, 2, &query, 1, urls, 2}, &out);
    resp_stream_text(&r, SLICE("hel"), &out);
    resp_stream_text(&r, SLICE("lo\n\"x\""), &out);
    const struct answer answer = {.text = SLICE("hello\n\"x\""), .evidence = &nothing_found};
    resp_stream_end(&r, &answer, 1795392001, &out);
    assert_false(out.over);
    assert_slice(types_of(a, &out, &next), "created in_progress "
                                           "output_item.added web_search_call.in_progress web_search_call.searching "
                                           "web_search_call.completed output_item.done "
                                           "output_item.added web_search_call.in_progress web_search_call.searching "
                                           "web_search_call.completed output_item.done "
                                           "output_item.added content_part.added output_text.delta output_text.delta "
                                           "output_text.done content_part.done output_item.done completed ");
    assert_int_equal(r.search_count, 2);
    assert_int_equal(r.searches[0].url_count, 1);
    assert_int_equal(r.searches[1].url_count, 1); /* what the first one has found is its own */
    assert_slice(r.searches[1].urls[0], "https://b.example/");
    buf_release(&out);
    arena_free(a);
}

static void an_end_over_the_buffer_is_a_failure(void **state)
{
    static char long_text[100000];
    struct arena *a = arena_new();
    struct resp_request request;
    struct resp_reply r;
    struct buf out;
    struct err e;
    json_int_t next = 2;
    (void)state;
    memset(long_text, 'x', sizeof long_text);
    assert_true(parse(a, "{\"model\":\"speed\",\"input\":\"q\"}", &request, &e));
    resp_reply_init(&r, a, &request, 1795392000);
    buf_init(&out, 16000);
    resp_stream_begin(&r, &out);
    buf_reset(&out);
    const struct answer answer = {.text = {long_text, sizeof long_text}, .evidence = &nothing_found};
    resp_stream_end(&r, &answer, 1795392001, &out);
    assert_false(out.over);
    next = (json_int_t)r.next - 1;
    assert_slice(types_of(a, &out, &next), "failed ");
    buf_release(&out);
    arena_free(a);
}

static void items_have_pages(void **state)
{
    struct arena *a = arena_new();
    struct buf out;
    struct err e;
    struct slice items = SLICE("[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}]");
    (void)state;
    buf_init(&out, 1000);
    assert_true(resp_items_print(a, items, SLICE(""), 2, true, &out, &e));
    assert_slice(buf_slice(&out), "{\"object\":\"list\",\"data\":[{\"id\":\"c\"},{\"id\":\"b\"}],\"first_id\":\"c\","
                                  "\"last_id\":\"b\",\"has_more\":true}");
    buf_reset(&out);
    assert_true(resp_items_print(a, items, SLICE("b"), 2, true, &out, &e));
    assert_slice(buf_slice(&out), "{\"object\":\"list\",\"data\":[{\"id\":\"a\"}],\"first_id\":\"a\",\"last_id\":\"a\","
                                  "\"has_more\":false}");
    assert_false(resp_items_print(a, SLICE("{"), SLICE(""), 2, true, &out, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
    buf_release(&out);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_one_of_chat),
        cmocka_unit_test(instructions_are_left_out_behind_what_was_kept),
        cmocka_unit_test(a_stream_has_its_events_in_order),
        cmocka_unit_test(an_end_over_the_buffer_is_a_failure),
        cmocka_unit_test(items_have_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
