/* Questions taken apart: question, language, the parts that must come out. */
#include "ask/subquestions.h"

#include "unit.h"

static const struct {
    const char *lang, *question;
    const char *parts[4]; /* none: it stays whole */
} cases[] = {
    {"en",
     "When was the Eiffel Tower built and how tall is it?",
     {"When was the Eiffel Tower built", "how tall is it (Eiffel Tower)"}},
    {"en",
     "When was the Cold Ferry Bridge opened, and how tall is the Dunmoor Tower?",
     {"When was the Cold Ferry Bridge opened", "how tall is the Dunmoor Tower"}},
    {"en", "Who wrote Hamlet? When did he die?", {"Who wrote Hamlet?", "When did he die? (Hamlet)"}},
    {"en",
     "What are the population, the area and the mayor of Graz?",
     {"What is the population of Graz?", "What is the area of Graz?", "What is the mayor of Graz?"}},
    {"en",
     "What is the height and weight of the Statue of Liberty?",
     {"What is the height of the Statue of Liberty?", "What is the weight of the Statue of Liberty?"}},
    {"en",
     "Which is taller, the Eiffel Tower or the Shard?",
     {"How tall is the Eiffel Tower?", "How tall is the Shard?"}},
    {"en", "Which river is longer, the Rhine or the Elbe?", {"How long is the Rhine?", "How long is the Elbe?"}},
    {"en", "What is the difference between a barque and a brig?", {NULL}}, /* is about both at once */
    {"de",
     "Wann wurde der Turm gebaut und wer war der Architekt des Turms?",
     {"Wann wurde der Turm gebaut", "wer war der Architekt des Turms (Turm)"}},
    {"ru", "Когда построен мост и кто его архитектор?", {"Когда построен мост", "кто его архитектор"}},
    {"en", "Is the Nile longer than the Amazon?", {"How long is the Nile?", "How long is the Amazon?"}},
    {"en", "Which is taller: the Shard or the Gherkin?", {"How tall is the Shard?", "How tall is the Gherkin?"}},
    {"en",
     "Compare the populations of Graz and Linz",
     {"What is the populations of Graz?", "What is the populations of Linz?"}},
    {"en", "compare brass with bronze", {"What is brass?", "What is bronze?"}},
    {"en", "barque vs brig", {"What is barque?", "What is brig?"}},
    /* one question */
    {"en", "Is it warmer than before?", {NULL}},
    {"en", "Compare notes", {NULL}},
    {"en", "Who won Ajax vs Celtic?", {NULL}},
    {"en", "Who discovered penicillin?", {NULL}},
    {"en", "How and why did Rome fall?", {NULL}},
    {"en", "What do cats and dogs eat?", {NULL}},
    {"en", "Who are the king and queen of Spain", {NULL}},
    {"en", "What is the name of the king of Norway and Denmark?", {NULL}},
    {"en", "Which countries border France and Spain?", {NULL}},
    {"en", "What did the man who sold the world say?", {NULL}},
    {"en", "", {NULL}},
    {"en", "and", {NULL}},
    {"en", "What is the of of and the of?", {NULL}},
    {"zh", "谁写了这本书，什么时候？", {NULL}},
};

static void questions_are_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *a = arena_new();
        struct slice out[SUBQUESTIONS_MAX];
        size_t n = subquestions_split(a, slice_of(cases[i].question), lang_find(slice_of(cases[i].lang)), out),
               wanted = 0;
        while (wanted < 4 && cases[i].parts[wanted])
            wanted++;
        if (n != (wanted ? wanted : 1))
            fail_msg("'%s': %zu parts, the first '%.*s'", cases[i].question, n, SLICE_ARGS(out[0]));
        for (size_t k = 0; k < wanted; k++)
            assert_slice(out[k], cases[i].parts[k]);
        if (!wanted)
            assert_slice(out[0], cases[i].question);
        arena_free(a);
    }
}

static void a_long_text_costs_little_and_stays_in_bounds(void **state)
{
    (void)state;
    enum { TIMES = 4000 };
    static const char unit[] = "what and who, X or Y of the and how? ";
    struct arena *a = arena_new();
    char *text = arena_alloc(a, TIMES * sizeof unit);
    for (size_t i = 0; i < TIMES; i++)
        memcpy(text + i * (sizeof unit - 1), unit, sizeof unit - 1);
    struct slice out[SUBQUESTIONS_MAX];
    size_t n = subquestions_split(a, (struct slice){text, TIMES * (sizeof unit - 1)}, lang_find(SLICE("en")), out);
    assert_true(n >= 1 && n <= SUBQUESTIONS_MAX);
    arena_free(a);
}

static struct slice repeated(struct arena *a, const char *head, const char *unit, size_t times, const char *unit2,
                             size_t times2)
{
    struct slice *parts = arena_array(a, struct slice, 1 + times + times2);
    parts[0] = slice_of(head);
    for (size_t i = 0; i < times + times2; i++)
        parts[1 + i] = slice_of(i < times ? unit : unit2);
    return arena_join(a, parts, 1 + times + times2);
}

/* The names of the first sentence were printed anew for each that follows: gigabytes for a question of 20 KB. */
static void many_names_and_many_sentences_cost_little_memory(void **state)
{
    (void)state;
    enum { MEMORY_MAX = 16 * 1024 * 1024 };
    struct arena *a = arena_new();
    struct slice out[SUBQUESTIONS_MAX];
    struct slice text = repeated(a, "Where was ", "the London ", 1000, ". So it was", 1000);
    size_t before = arena_bytes(a);
    assert_int_equal(subquestions_split(a, text, lang_find(SLICE("en")), out), 1);
    assert_true(arena_bytes(a) - before < MEMORY_MAX);
    text = repeated(a, "Where was ", "the London ", 2000, "? What was it", 5);
    before = arena_bytes(a);
    assert_int_equal(subquestions_split(a, repeated(a, "", text.p, 1, "?", 1), lang_find(SLICE("en")), out),
                     SUBQUESTIONS_MAX);
    assert_true(out[1].n < 200);
    assert_true(arena_bytes(a) - before < MEMORY_MAX);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_taken_apart),
        cmocka_unit_test(a_long_text_costs_little_and_stays_in_bounds),
        cmocka_unit_test(many_names_and_many_sentences_cost_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
