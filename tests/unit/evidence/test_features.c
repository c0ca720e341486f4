/* What the ranker sees in a sentence. */
#include <math.h>

#include "evidence_world.h"
#include "evidence/features.h"

static bool has_type(const char *lang, const char *question, const char *text)
{
    struct evidence_world w;
    struct need need;
    struct err e;
    evidence_open(&w);
    evidence_page(&w, "https://a.example/1", "", "", lang, slice_of(text));
    evidence_ready(&w);
    assert_true(need_make(w.arena, slice_of(question), lang_find(slice_of(lang)), w.pool, NEED_ANY, &need, &e));
    assert_int_not_equal(need.type, NEED_ANY);
    struct facts *facts = features_make(w.arena, w.view, &need);
    bool there = facts[0].at[FEATURE_TYPE_THERE] > 0;
    evidence_close(&w);
    return there;
}

static void reasons_are_seen(void **state)
{
    (void)state;
    assert_true(has_type("en", "Why is the tower white?", "The tower is white because of the paint."));
    assert_false(has_type("en", "Why is the tower white?", "The tower is white and tall."));
    assert_true(has_type("ru", "Почему башня белая?", "Башня белая из-за краски."));
    assert_true(has_type("ru", "Почему башня белая?", "Из-за краски башня белая."));
    assert_false(has_type("ru", "Почему башня белая?", "Башня белая, из краски, за рекой."));
}

struct titled {
    const char *title, *text;
};

/* Features of the first sentence of each page, to be read before world is closed. */
static struct facts *features_of(struct evidence_world *w, const char *lang, const char *question,
                                 const struct titled *pages, size_t n)
{
    struct need *need = NULL;
    struct err e;
    evidence_open(w);
    for (size_t i = 0; i < n; i++) {
        struct slice url = arena_printf(w->arena, "https://a.example/%zu", i);
        evidence_page(w, url.p, pages[i].title, "", lang, slice_of(pages[i].text));
    }
    evidence_ready(w);
    need = arena_array(w->arena, struct need, 1);
    assert_true(need_make(w->arena, slice_of(question), lang_find(slice_of(lang)), w->pool, NEED_ANY, need, &e));
    return features_make(w->arena, w->view, need);
}

static void titles_in_the_question_are_seen(void **state)
{
    (void)state;
    static const struct titled pages[] = {{"Mercury (planet)", "Mercury is the smallest planet."},
                                          {"Mercury - Encyclopedia", "The orbit of Mercury takes 88 days."},
                                          {"Orbit of the Moon", "The Moon orbits in 27 days."}};
    struct evidence_world w;
    const struct facts *f = features_of(&w, "en", "orbit of mercury", pages, 3);
    assert_float_equal(f[0].at[FEATURE_TITLE_ASKED], 1, 1e-9);
    assert_float_equal(f[1].at[FEATURE_TITLE_ASKED], 1, 1e-9);
    assert_float_equal(f[2].at[FEATURE_TITLE_ASKED], 0.5, 1e-9);
    assert_true(f[0].at[FEATURE_TITLE_DEFINED] > 0);
    assert_true(f[1].at[FEATURE_TITLE_BEGINS] == 0);
    assert_true(f[0].at[FEATURE_TITLE_ABOUT] > f[2].at[FEATURE_TITLE_ABOUT]);
    assert_float_equal(f[0].at[FEATURE_TITLE_BEST], 1, 1e-9);
    evidence_close(&w);
}

static void titles_are_defined_in_any_language(void **state)
{
    (void)state;
    static const struct {
        const char *lang, *question, *title, *text;
    } rows[] = {{"de", "Was ist Merkur?", "Merkur (Planet)", "Der Merkur ist der kleinste Planet."},
                {"ru", "Что такое Меркурий?", "Меркурий", "Меркурий — ближайшая к Солнцу планета."},
                {"zh", "水星是什么？", "水星", "水星是太阳系最小的行星。"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct evidence_world w;
        const struct titled page = {rows[i].title, rows[i].text};
        const struct facts *f = features_of(&w, rows[i].lang, rows[i].question, &page, 1);
        assert_true(f->at[FEATURE_TITLE_DEFINED] > 0);
        evidence_close(&w);
    }
}

/* A page whose title is all of the question loses nothing against pages that have terms beside their titles. */
static void nothing_beside_the_title_is_all_of_it(void **state)
{
    (void)state;
    static const struct titled pages[] = {{"Mercury", "It is small."}};
    struct evidence_world w;
    assert_float_equal(features_of(&w, "en", "Mercury", pages, 1)->at[FEATURE_COVER_BESIDE_TITLE], 1, 1e-9);
    evidence_close(&w);
}

static void an_exact_word_is_at_least_a_similar_one(void **state)
{
    (void)state;
    static const struct titled pages[] = {{"Riga", "Riga is in Latvia."},
                                          {"People", "Many Latvians are there."},
                                          {"Space", "The universe is large."},
                                          {"Schools", "The university is large."}};
    struct evidence_world w;
    const struct facts *f = features_of(&w, "en", "Latvia", pages, 2);
    assert_true(f[0].at[FEATURE_PREFIX] >= f[1].at[FEATURE_PREFIX]);
    evidence_close(&w);
    f = features_of(&w, "en", "universe", pages + 2, 2);
    assert_true(f[0].at[FEATURE_FORM] > f[1].at[FEATURE_FORM]);
    evidence_close(&w);
}

static void a_pronoun_stands_for_the_title(void **state)
{
    (void)state;
    static const struct titled pages[] = {{"Eiffel Tower", "It is 324 metres tall."},
                                          {"Towers", "Others are 324 metres tall."}};
    struct evidence_world w;
    const struct facts *f = features_of(&w, "en", "How tall is the Eiffel Tower?", pages, 2);
    assert_float_equal(f[0].cover, 1, 1e-9);
    assert_true(f[0].at[FEATURE_NEAR_TYPE] > f[1].at[FEATURE_NEAR_TYPE]);
    assert_true(f[0].at[FEATURE_TITLE_PRONOUN] > 0);
    assert_true(f[1].at[FEATURE_TITLE_PRONOUN] == 0);
    evidence_close(&w);
}

static void pairs_are_close_in_either_order(void **state)
{
    (void)state;
    static const struct titled pages[] = {
        {"A", "The capital of Germany."},
        {"B", "Germany has a capital."},
        {"C", "Germany has many old towns, and one of them is where the capital is."}};
    struct evidence_world w;
    const struct facts *f = features_of(&w, "en", "capital of Germany", pages, 3);
    assert_true(f[0].at[FEATURE_PAIRS] > f[2].at[FEATURE_PAIRS]);
    assert_true(f[1].at[FEATURE_PAIRS] > f[2].at[FEATURE_PAIRS]);
    assert_true(f[2].at[FEATURE_PAIRS] > 0);
    evidence_close(&w);
}

static void words_of_answers_stand_for_those_of_questions(void **state)
{
    (void)state;
    static const struct titled pages[] = {{"Ishmael", "His mother was Hagar."}, {"Ishmael", "He was the first son."}};
    struct evidence_world w;
    const struct facts *f = features_of(&w, "en", "who was ishmael's mom", pages, 2);
    assert_true(f[0].at[FEATURE_ALSO_BESIDE] > f[1].at[FEATURE_ALSO_BESIDE]);
    assert_float_equal(f[0].at[FEATURE_ALSO_ASKED], 1, 1e-9);
    assert_float_equal(f[0].at[FEATURE_ALSO_MISSING], 0, 1e-9);
    assert_float_equal(f[1].at[FEATURE_ALSO_MISSING], 1, 1e-9);
    evidence_close(&w);
}

static void a_property_of_something_else_is_seen(void **state)
{
    (void)state;
    static const struct titled pages[] = {{"Bern", "Bern is the capital of Switzerland."},
                                          {"Bern", "Bern is the capital of the canton."}};
    struct evidence_world w;
    const struct facts *f = features_of(&w, "en", "Is Bern the capital of Switzerland?", pages, 2);
    assert_float_equal(f[0].at[FEATURE_PROPERTY_OTHER], 0, 1e-9);
    assert_true(f[1].at[FEATURE_PROPERTY_OTHER] > 0);
    assert_true(f[0].at[FEATURE_PROPERTY_NEAR] > 0);
    evidence_close(&w);
}

static void the_noun_that_is_asked_for_is_seen(void **state)
{
    (void)state;
    static const struct titled pages[] = {{"Mars", "Mars has two moons."}, {"Mars", "Mars has two poles."}};
    static const struct titled money[] = {{"Spain", "Its currency is the euro."},
                                          {"Spain", "It has 47 million people."}};
    struct evidence_world w;
    const struct facts *f = features_of(&w, "en", "How many moons does Mars have?", pages, 2);
    assert_float_equal(f[0].at[FEATURE_FOCUS_THERE], 1, 1e-9);
    assert_float_equal(f[1].at[FEATURE_FOCUS_MISSING], 1, 1e-9);
    evidence_close(&w);
    f = features_of(&w, "en", "what kind of currency does spain have", money, 2);
    assert_float_equal(f[0].at[FEATURE_FOCUS_THERE], 1, 1e-9);
    assert_float_equal(f[1].at[FEATURE_FOCUS_THERE], 0, 1e-9);
    evidence_close(&w);
}

static void meaning_is_relative_to_the_nearest(void **state)
{
    (void)state;
    static const struct titled pages[] = {{"A", "One is here."}, {"B", "Two is here."}, {"C", "Three is here."}};
    const float near[] = {0.25F, 0.75F, NAN}, none[] = {NAN, NAN, NAN};
    struct evidence_world w;
    struct facts *f = features_of(&w, "en", "where is two", pages, 3);
    assert_false(features_add_meaning(w.arena, f, w.view, none));
    assert_true(features_add_meaning(w.arena, f, w.view, near));
    assert_float_equal(f[0].at[FEATURE_MEANING_BEST], 0.5, 1e-6);
    assert_float_equal(f[1].at[FEATURE_MEANING_RANK], 1, 1e-6);
    assert_float_equal(f[0].at[FEATURE_MEANING_RANK], 0.5, 1e-6);
    assert_float_equal(f[2].at[FEATURE_MEANING], 0.25, 1e-6); /* not known: as the least */
    assert_float_equal(f[0].at[FEATURE_MEANING_PAGE], 0.5, 1e-6);
    evidence_close(&w);
}

/* "How many people live in Dunhaven?" where nearly all pages name the town. */
static void names_tell_most_in_a_small_index(void **state)
{
    (void)state;
    struct evidence_world w;
    struct need need;
    struct err e;
    evidence_open(&w);
    evidence_page(&w, "https://a.example/1", "Dunhaven", "", "en", SLICE("Dunhaven has 4,310 residents."));
    evidence_page(&w, "https://a.example/2", "Skarn", "", "en",
                  SLICE("Ferries go from Dunhaven. 140 people live there."));
    evidence_page(&w, "https://a.example/3", "Inn", "", "en", SLICE("The inn of Dunhaven is old."));
    evidence_ready(&w);
    assert_true(need_make(w.arena, SLICE("How many people live in Dunhaven?"), lang_find(SLICE("en")), w.pool, NEED_ANY,
                          &need, &e));
    double name = 0, other = 0;
    for (size_t i = 0; i < need.term_count; i++)
        *(need.terms[i].capital ? &name : &other) = fmax(need.terms[i].capital ? name : other, need.terms[i].idf);
    assert_true(name > 0 && name >= other);
    evidence_close(&w);
}

/* The value of a feature for the sentence that has the words. */
static double feature_where(const char *question, const char *text, const char *words, enum feature feature)
{
    struct evidence_world w;
    struct need need;
    struct err e;
    double out = -1;
    evidence_open(&w);
    evidence_page(&w, "https://a.example/1", "Manual", "", "en", slice_of(text));
    evidence_ready(&w);
    assert_true(need_make(w.arena, slice_of(question), lang_find(SLICE("en")), w.pool, NEED_ANY, &need, &e));
    struct facts *facts = features_make(w.arena, w.view, &need);
    for (size_t i = 0; i < w.view->sentence_count; i++)
        if (slice_find(w.view->sentences[i].text, slice_of(words)) < w.view->sentences[i].text.n)
            out = facts[i].at[feature];
    evidence_close(&w);
    return out;
}

static void the_kind_that_is_asked_for_is_seen(void **state)
{
    (void)state;
    const char *terms =
        "work_mem (integer)\n\nSets the memory of a query. The default value is 4MB. It is for sorts.\n\n"
        "A partial index is an index over some rows. Sorts use a partial index.";
    assert_true(feature_where("what does work_mem mean", terms, "Sets the memory", FEATURE_MEANS) > 0.9);
    assert_true(feature_where("what does work_mem mean", terms, "for sorts", FEATURE_NAME_IS) > 0.9);
    assert_true(feature_where("what is a partial index", terms, "over some rows", FEATURE_MEANS) > 0.9);
    assert_true(feature_where("what is a partial index", terms, "Sorts use", FEATURE_MEANS) == 0);
    assert_true(feature_where("work_mem default", terms, "4MB", FEATURE_VALUE_THERE) == 1);
    assert_true(feature_where("work_mem default", terms, "for sorts", FEATURE_VALUE_THERE) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_tell_most_in_a_small_index),
                                       cmocka_unit_test(the_kind_that_is_asked_for_is_seen),
                                       cmocka_unit_test(reasons_are_seen),
                                       cmocka_unit_test(titles_in_the_question_are_seen),
                                       cmocka_unit_test(titles_are_defined_in_any_language),
                                       cmocka_unit_test(nothing_beside_the_title_is_all_of_it),
                                       cmocka_unit_test(an_exact_word_is_at_least_a_similar_one),
                                       cmocka_unit_test(a_pronoun_stands_for_the_title),
                                       cmocka_unit_test(pairs_are_close_in_either_order),
                                       cmocka_unit_test(words_of_answers_stand_for_those_of_questions),
                                       cmocka_unit_test(a_property_of_something_else_is_seen),
                                       cmocka_unit_test(the_noun_that_is_asked_for_is_seen),
                                       cmocka_unit_test(meaning_is_relative_to_the_nearest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
