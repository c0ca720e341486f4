/* verify: what the warnings and the reasoning say of pages that were left out and of what stands behind a claim. */
#include "research_world.h"

#include "research/step.h"

static const struct question nothing_asked;

struct fixture {
    struct arena *arena;
    struct answer answer;
    struct session session;
};

static int begin(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_new();
    f->session = (struct session){
        .question = &nothing_asked, .arena = f->arena, .answer = &f->answer, .confidence = &confidence_shipped};
    *state = f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    arena_free(f->arena);
    free(f);
    return 0;
}

static void a_source_that_was_well_once_stays_so(void **state)
{
    struct fixture *f = *state;
    session_report(&f->session, "pages", SEARCH_FAILED, 0, 7, SLICE(""));
    assert_string_equal(report_status(&f->answer.reports[0]), "failed");
    session_report(&f->session, "pages", SEARCH_OK, 2, 5, SLICE(""));
    session_report(&f->session, "pages", SEARCH_EMPTY, 1, 1, SLICE(""));
    assert_int_equal(f->answer.report_count, 1);
    assert_int_equal(f->answer.reports[0].status, SEARCH_OK);
    assert_string_equal(report_status(&f->answer.reports[0]), "ok");
    assert_int_equal(f->answer.reports[0].results, 3);
}

/* The fetcher's sentence may be the same as ours. */
static void slow_pages_are_counted_by_their_cause(void **state)
{
    struct fixture *f = *state;
    struct left_out pages[] = {{.url = SLICE("https://a.example/"), .cause = LEFT_OUT_FAILED, .reason = "too slow"},
                               {.url = SLICE("https://b.example/"), .cause = LEFT_OUT_SLOW},
                               {.url = SLICE("https://c.example/"), .cause = LEFT_OUT_EXCLUDED}};
    struct err e;
    f->session.left_out = pages;
    f->session.left_out_count = f->session.seen_count = sizeof pages / sizeof pages[0];
    session_claim(&f->session, (struct claim){.field = SLICE("output"), .note = SLICE("Nothing was found.")});
    assert_true(step_verify(&f->session, &e));
    assert_int_equal(f->answer.warning_count, 1);
    assert_slice(f->answer.warnings[0],
                 "3 of 3 pages were left out: https://a.example/ (too slow), https://b.example/ (too slow), "
                 "https://c.example/ (led to an excluded site).");
    assert_slice(f->answer.basis[0].reasoning, "Nothing was found. 1 page was too slow to be read.");
}

static void only_what_was_taken_from_a_page_is_said_to_be_quoted(void **state)
{
    struct fixture *f = *state;
    struct source source = {.url = SLICE("https://a.example/"), .title = SLICE("A"), .site = SLICE("a.example")};
    struct evidence_passage passage = {.source = &source};
    const struct sentence one = {.text = SLICE("It was built in 1871."), .passage = &passage}, *support[] = {&one};
    struct claim claim = {.field = SLICE("output"), .support = support, .support_count = 1, .note = SLICE("")};
    struct err e;
    session_claim(&f->session, claim);
    claim.written = true;
    session_claim(&f->session, claim);
    assert_true(step_verify(&f->session, &e));
    assert_slice(f->answer.basis[0].reasoning, "Taken from 1 sentence of \"A\" (a.example), quoted word for word.");
    assert_slice(f->answer.basis[1].reasoning,
                 "Written by a language model and compared with 1 sentence of \"A\" (a.example), "
                 "which the excerpts quote word for word.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_source_that_was_well_once_stays_so, begin, end),
        cmocka_unit_test_setup_teardown(only_what_was_taken_from_a_page_is_said_to_be_quoted, begin, end),
        cmocka_unit_test_setup_teardown(slow_pages_are_counted_by_their_cause, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
