/* Which sentences are quoted beside the best one. */
#include "evidence/rank.h"
#include "evidence_world.h"

/* Two pages with two sentences each, the likeliest first; returns how many are chosen.
 * *others: those of the second page. */
static size_t choose(double elsewhere, size_t *others)
{
    static const double masses[] = {0.6, 0.1, 0.05, 0.04};
    const struct sentence *out[COUNT_OF(masses)];
    struct evidence_world w;
    struct err e;
    struct need need;
    evidence_open(&w);
    evidence_page(&w, "https://a.example/1", "Kestrel", "", "en",
                  SLICE("The Kestrel Tower is 300 m tall. Painters work on white walls for years."));
    evidence_page(&w, "https://b.example/2", "Falcon", "", "en",
                  SLICE("Rivers of the north are long and cold. Bridges cross the valley near a town."));
    evidence_ready(&w);
    assert_true(need_make(w.arena, SLICE("How tall is it?"), lang_find(SLICE("en")), w.pool, NEED_ANY, &need, &e));
    struct ranking ranking = rank_sentences(w.arena, w.view, &need, &confidence_shipped);
    assert_int_equal(ranking.n, COUNT_OF(masses));
    for (size_t i = 0; i < ranking.n; i++)
        ranking.at[i] = (struct ranked){.sentence = &w.view->sentences[i], .mass = masses[i]};
    const struct choice_limits limits = {.max_words = 100, .mass_per_word = 0.001, .elsewhere = elsewhere};
    size_t n = rank_choose(&ranking, &limits, out);
    *others = 0;
    for (size_t i = 0; i < n; i++)
        *others += out[i]->passage->source != out[0]->passage->source;
    evidence_close(&w);
    return n;
}

static void other_pages_have_to_bring_more(void **state)
{
    size_t others;
    (void)state;
    assert_int_equal(choose(0, &others), 4);
    assert_int_equal(others, 2);
    assert_int_equal(choose(1, &others), 4);
    assert_int_equal(choose(10, &others), 2);
    assert_int_equal(others, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_pages_have_to_bring_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
