#include "unit.h"

#include "base/buf.h"
#include "session/compose.h"
#include "ask/wishes.h"

struct compose_world {
    struct arena *a;
    struct evidence *evidence;
    struct source *found[3];
    struct compose *c;
    struct buf heard;
    int pieces, leave_after;
};

static bool hear(void *ud, struct slice delta)
{
    struct compose_world *w = ud;
    buf_add(&w->heard, delta);
    return ++w->pieces != w->leave_after;
}

static int set_up(void **state)
{
    struct compose_world *w = calloc(1, sizeof *w);
    struct passage *passages;
    w->a = arena_new();
    passages = arena_array(w->a, struct passage, 3);
    passages[0].url = SLICE("https://a.example/");
    passages[1].url = SLICE("https://b.example/");
    passages[2].url = SLICE("https://a.example/");
    w->evidence = evidence_new(w->a);
    for (size_t i = 0; i < 3; i++)
        w->found[i] = evidence_source(w->evidence, &passages[i]);
    w->c = compose_new(w->a, w->evidence);
    buf_init(&w->heard, 1024);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct compose_world *w = *state;
    buf_release(&w->heard);
    arena_free(w->a);
    free(w);
    return 0;
}

static struct answer send(struct compose_world *w)
{
    struct answer answer = {0};
    const struct sink sink = {.text = hear, .ud = w};
    assert_true(compose_send(w->c, &sink, &answer));
    assert_true(slice_eq(answer.text, buf_slice(&w->heard)));
    return answer;
}

static void sources_are_pages_and_get_numbers_when_cited(void **state)
{
    struct compose_world *w = *state;
    assert_int_equal(w->evidence->source_count, 2);
    assert_ptr_equal(w->found[0], w->found[2]);
    assert_int_equal(evidence_cite(w->evidence, w->evidence->sources[1]), 1);
    assert_int_equal(evidence_cite(w->evidence, w->evidence->sources[0]), 2);
    assert_int_equal(evidence_cite(w->evidence, w->evidence->sources[1]), 1);
    assert_int_equal(w->evidence->cited_count, 2);
}

static void marks_are_annotated_in_code_points(void **state)
{
    struct compose_world *w = *state;
    compose_quote(w->c, SLICE("  Gr\xc3\xbc\xc3\x9f\n \t Gott. "));
    compose_mark(w->c, w->evidence->sources[1]);
    compose_text(w->c, SLICE(" "));
    compose_quote(w->c, SLICE("Zwei."));
    compose_mark(w->c, w->evidence->sources[0]);
    struct answer answer = send(w);
    assert_slice(answer.text, "Gr\xc3\xbc\xc3\x9f Gott.[1] Zwei.[2]");
    assert_int_equal(w->pieces, 5);
    assert_int_equal(answer.annotation_count, 2);
    assert_int_equal(answer.annotations[0].start, 10);
    assert_int_equal(answer.annotations[0].end, 13);
    assert_int_equal(answer.annotations[1].end, 22);
    assert_ptr_equal(answer.annotations[1].source, w->evidence->sources[0]);
    assert_int_equal(answer.finish, FINISH_STOP);
}

static void a_page_has_no_marks_of_its_own(void **state)
{
    struct compose_world *w = *state;
    compose_quote(w->c, SLICE("It has 1,470 inhabitants[12] and a[b] [] [1234] [7"));
    compose_mark(w->c, w->evidence->sources[0]);
    struct answer answer = send(w);
    assert_slice(answer.text, "It has 1,470 inhabitants and a[b] [] [1234] [7[1]");
    assert_int_equal(answer.annotation_count, 1);
}

static void stop_sequences_cut_across_pieces(void **state)
{
    struct compose_world *w = *state;
    struct question q = {.stops = {SLICE("nothing"), SLICE(".[1] T")}, .stop_count = 2};
    compose_text(w->c, SLICE("One."));
    compose_mark(w->c, w->evidence->sources[0]);
    compose_text(w->c, SLICE(" Two."));
    compose_mark(w->c, w->evidence->sources[1]);
    compose_limit(w->c, &q);
    struct answer answer = send(w);
    assert_slice(answer.text, "One");
    assert_int_equal(answer.annotation_count, 0);
    assert_int_equal(answer.finish, FINISH_STOP);
}

static void max_tokens_cuts_at_a_word(void **state)
{
    struct compose_world *w = *state;
    struct question q = {.max_tokens = 3};
    compose_text(w->c, SLICE("abcd efgh ijkl mnop"));
    compose_limit(w->c, &q);
    struct answer answer = send(w);
    assert_slice(answer.text, "abcd efgh");
    assert_int_equal(answer.finish, FINISH_LENGTH);
}

static void a_stop_at_the_start_leaves_nothing(void **state)
{
    struct compose_world *w = *state;
    struct question q = {.stops = {SLICE("O")}, .stop_count = 1};
    compose_text(w->c, SLICE("One."));
    compose_limit(w->c, &q);
    assert_slice(send(w).text, "");
    assert_int_equal(w->pieces, 0);
}

static void a_listener_that_left_ends_it(void **state)
{
    struct compose_world *w = *state;
    struct answer answer = {0};
    const struct sink sink = {.text = hear, .ud = w};
    w->leave_after = 1;
    compose_text(w->c, SLICE("One."));
    compose_text(w->c, SLICE("Two."));
    assert_false(compose_send(w->c, &sink, &answer));
    assert_int_equal(w->pieces, 1);
}

static void wishes_of_the_system_prompt(void **state)
{
    static const struct {
        const char *prompt;
        size_t sentences, words;
        bool list, unmet, unmarked;
    } cases[] = {
        {"You are a helpful assistant.", 0, 0, false, false, false},
        {"Answer in one sentence.", 1, 0, false, false, false},
        {"Use at most 30 words.", 0, 30, false, false, false},
        {"Be brief.", 1, 0, false, false, false},
        {"Answer in two sentences, as bullet points.", 2, 0, true, false, false},
        {"Answer like a pirate.", 0, 0, false, true, false},
        {"Answer with at most 10 words, no citation markers. If unknown, say so.", 0, 10, false, false, true},
        {"Do not add footnotes.", 0, 0, false, false, true},
        {"Never answer without sources.", 0, 0, false, false, false},
        {"Cite your sources.", 0, 0, false, false, false},
        {"Antworte in einem Satz, ohne Quellenangaben.", 1, 0, false, false, true},
        {"Antworte bitte mit höchstens 20 Wörtern.", 0, 20, false, false, false},
    };
    struct compose_world *w = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct turn turn = {ROLE_SYSTEM, slice_of(cases[i].prompt)};
        const struct question q = {.turns = &turn, .turn_count = 1};
        struct wishes got = wishes_read(w->a, &q);
        assert_int_equal(got.max_sentences, cases[i].sentences);
        assert_int_equal(got.max_words, cases[i].words);
        assert_int_equal(got.list, cases[i].list);
        if (got.unmet != cases[i].unmet || got.unmarked != cases[i].unmarked)
            fail_msg("%s: unmet %d, unmarked %d", cases[i].prompt, got.unmet, got.unmarked);
    }
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(sources_are_pages_and_get_numbers_when_cited),
        WORLD_TEST(marks_are_annotated_in_code_points),
        WORLD_TEST(a_page_has_no_marks_of_its_own),
        WORLD_TEST(stop_sequences_cut_across_pieces),
        WORLD_TEST(max_tokens_cuts_at_a_word),
        WORLD_TEST(a_stop_at_the_start_leaves_nothing),
        WORLD_TEST(a_listener_that_left_ends_it),
        WORLD_TEST(wishes_of_the_system_prompt),
    };
    return cmocka_run_group_tests_name("compose", tests, NULL, NULL);
}
