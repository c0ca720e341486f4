/* Claims in other words than the page's: what meaning supports, and what it must not. Needs the weights, which
 * 'footnote encoder install' puts into the cache; without them it is skipped. */
#include "evidence_world.h"

#include "evidence/align.h"
#include "weights.h"

static const struct deadline no_deadline = {INT64_MAX, NULL};

static const char page[] =
    "Ostwick is a port on the northern coast of Norland. Some 40 % of its houses were destroyed by the fire of 1862. "
    "Most "
    "of the town was rebuilt by the architect Maria Holt between 1865 and 1879. The painter Edwin Marsh taught Clara "
    "Voss "
    "there. Its fish market is the largest in the country and is open from Monday to Friday. The railway was never "
    "extended to the harbour. The Danish king visited the town in 1901. "
    "The north pier is longer than the south pier. Few ships call there in winter. Every lighthouse but the oldest is "
    "lit by lamps of gas; the glow of the mantles comes from the heat of gas. Darwinian ideas were taught at its "
    "school.";

static const struct said_case {
    const char *text;
    bool by_words, by_meaning; /* supported */
} said_cases[] = {
    {"Ostwick is a port on the northern coast of Norland.", true, true},
    {"The blaze of 1862 wiped out around 40 % of Ostwick's homes.", false, true},
    {"The blaze of 1862 wiped out around 60 % of Ostwick's homes.", false, false},
    {"The blaze of 1826 wiped out around 40 % of Ostwick's homes.", false, false},
    {"Between 1865 and 1879, the architect Maria Holt erected most of the town anew.", false, true},
    {"Between 1865 and 1879, the architect Maria Holt erected all of the town anew.", false, false},
    {"Between 1865 and 1879, the architect Edgar Lane erected most of the town anew.", false, false},
    {"Ostwick is a port on the southern coast of Norland.", false, false},
    {"Ostwick's fish market is the country's biggest.", false, true},
    {"Ostwick's fish market is the country's smallest.", false, false},
    {"The painter Edwin Marsh taught Clara Voss in Ostwick.", true, true},
    {"Clara Voss taught the painter Edwin Marsh in Ostwick.", false, false},
    {"The north pier is longer than the south pier.", true, true},
    {"The south pier is shorter than the north pier.", false, true},
    {"The south pier is longer than the north pier.", false, false},
    {"The north pier is shorter than the south pier.", false, false},
    {"Few ships call there in summer.", false, false},
    {"Most ships call there in winter.", false, false},
    {"Many ships call there in winter.", false, false},
    {"The glow of gas comes from the heat of the mantles.", false, false},
    {"Its school taught the ideas of Darwin.", true, true},
    {"In 1901 a king from Denmark came to see Ostwick.", false, true},
    {"In 1901 a king from Sweden came to see Ostwick.", false, false},
    {"Martians painted the lighthouse of Ostwick green.", false, false},
};

static bool said_supported(struct evidence_world *w, struct meaning *m, const struct deadline *d, const char *text)
{
    struct aligner *al = align_new(w->arena, w->view, w->pool);
    const struct align_claim claim = {.text = slice_of(text), .lang = lang_find(SLICE("en"))};
    struct alignment out;
    struct err e;
    align_mean(al, m, d);
    assert_true(align_claim(al, &claim, &out, &e));
    return out.verdict == ALIGN_SUPPORTED;
}

static void said_open(struct evidence_world *w)
{
    evidence_open(w);
    evidence_page(w, "https://one.example/", "Ostwick", "", "en", SLICE(page));
    evidence_ready(w);
}

static void words_alone_support_less(void **state)
{
    (void)state;
    struct evidence_world w;
    said_open(&w);
    for (size_t i = 0; i < COUNT_OF(said_cases); i++)
        if (said_supported(&w, NULL, NULL, said_cases[i].text) != said_cases[i].by_words)
            fail_msg("%s", said_cases[i].text);
    evidence_close(&w);
}

static void other_words_are_supported_and_changes_are_not(void **state)
{
    (void)state;
    struct encoder *x = weights_open_or_skip();
    struct meaning *m = meaning_new(x, NULL, NULL);
    struct evidence_world w;
    size_t wrong = 0;
    said_open(&w);
    for (size_t i = 0; i < COUNT_OF(said_cases); i++)
        if (said_supported(&w, m, &no_deadline, said_cases[i].text) != said_cases[i].by_meaning) {
            print_message("%s\n", said_cases[i].text);
            wrong++;
        }
    assert_int_equal(wrong, 0);
    evidence_close(&w);
    meaning_free(m);
    encoder_close(x);
}

static void without_time_words_decide(void **state)
{
    (void)state;
    struct encoder *x = weights_open_or_skip();
    struct meaning *m = meaning_new(x, NULL, NULL);
    const struct deadline past = {0, NULL};
    struct evidence_world w;
    said_open(&w);
    assert_true(said_supported(&w, m, &past, said_cases[0].text));
    assert_false(said_supported(&w, m, &past, said_cases[1].text));
    assert_true(said_supported(&w, m, &no_deadline, said_cases[1].text));
    evidence_close(&w);
    meaning_free(m);
    encoder_close(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_alone_support_less),
        cmocka_unit_test(other_words_are_supported_and_changes_are_not),
        cmocka_unit_test(without_time_words_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
