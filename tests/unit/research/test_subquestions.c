/* Questions taken apart: question, language, the parts that must come out. */
#include "research/subquestions.h"

#include "unit.h"

static const struct {
    const char *lang, *question;
    const char *parts[4]; /* none: it stays whole */
} cases[] = {
    {"en", "When was the Eiffel Tower built and how tall is it?",
     {"When was the Eiffel Tower built", "how tall is it (Eiffel Tower)"}},
    {"en", "When was the Cold Ferry Bridge opened, and how tall is the Dunmoor Tower?",
     {"When was the Cold Ferry Bridge opened", "how tall is the Dunmoor Tower"}},
    {"en", "Who wrote Hamlet? When did he die?", {"Who wrote Hamlet?", "When did he die? (Hamlet)"}},
    {"en", "What are the population, the area and the mayor of Graz?",
     {"What is the population of Graz?", "What is the area of Graz?", "What is the mayor of Graz?"}},
    {"en", "What is the height and weight of the Statue of Liberty?",
     {"What is the height of the Statue of Liberty?", "What is the weight of the Statue of Liberty?"}},
    {"en", "Which is taller, the Eiffel Tower or the Shard?",
     {"How tall is the Eiffel Tower?", "How tall is the Shard?"}},
    {"en", "Which river is longer, the Rhine or the Elbe?", {"How long is the Rhine?", "How long is the Elbe?"}},
    {"en", "What is the difference between a barque and a brig?", {"What is a barque?", "What is a brig?"}},
    {"de", "Wann wurde der Turm gebaut und wer war der Architekt des Turms?",
     {"Wann wurde der Turm gebaut", "wer war der Architekt des Turms (Turm)"}},
    {"ru", "Когда построен мост и кто его архитектор?", {"Когда построен мост", "кто его архитектор"}},
    /* one question */
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
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new();
        struct slice out[SUBQUESTIONS_MAX];
        size_t n = subquestions_split(a, slice_of(cases[i].question), lang_find(slice_of(cases[i].lang)), out), wanted = 0;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_taken_apart),
        cmocka_unit_test(a_long_text_costs_little_and_stays_in_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
