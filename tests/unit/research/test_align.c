#include "evidence_world.h"
#include "research/align.h"
#include "research_world.h"


/* tests/unit/research/align_cases.json: pages, each with claims and what is to be said of them. */
static void claims_get_the_verdict_of_the_table(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct value *groups = read_cases(a, "tests/unit/research/align_cases.json");
    size_t wrong = 0, count = 0;
    for (size_t g = 0; g < groups->array.n; g++) {
        const struct value *group = &groups->array.at[g];
        struct evidence_world w;
        struct slice lang = text_member(group, "lang"), title = text_member(group, "title");
        evidence_open(&w);
        evidence_page(&w, "https://one.example/page", title.p, "", lang.p, text_member(group, "page"));
        evidence_page(&w, "https://two.example/other", "Weather", "", "en",
                      SLICE("The weather was mild. Rain fell on 7 days, and nobody swam in the bridge pool or the tower."));
        evidence_ready(&w);
        struct aligner *al = align_new(w.arena, w.view, w.pool);
        const struct value *claims = value_member(group, SLICE("claims"));
        for (size_t i = 0; i < claims->array.n; i++) {
            struct slice wanted = claims->array.at[i].array.at[0].string, text = claims->array.at[i].array.at[1].string;
            const struct align_claim claim = {text, text_member(group, "name"), text_member(group, "about"), lang_find(lang)};
            struct alignment got;
            struct err e;
            assert_true(align_claim(al, &claim, &got, &e));
            count++;
            assert_true((got.verdict == ALIGN_SUPPORTED) == (got.support_count > 0));
            assert_true(got.reason.n > 0);
            if (!slice_eq(wanted, slice_of(align_verdict_name(got.verdict)))) {
                wrong++;
                print_message("%.*s: %s, not %.*s (%.*s)\n", SLICE_ARGS(text), align_verdict_name(got.verdict), SLICE_ARGS(wanted),
                              SLICE_ARGS(got.reason));
            }
        }
        evidence_close(&w);
    }
    arena_free(a);
    print_message("%zu claims\n", count);
    assert_true(count >= 120);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_get_the_verdict_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
