/* Whether what is asked of a thing is stated: an invented world, one page of one passage each. */
#include "evidence_world.h"
#include "evidence/relation.h"

struct asked {
    const char *question, *title, *text; /* the answer is the text's first sentence */
    int found;                           /* an input that is set; -1, STATED: none of the others is */
};

static const struct asked cases[] = {
    {"who is the wife of Tam Orrel", "Tam Orrel",
     "Tam Orrel is a politician who served as president of Veland from 2009 to 2017. He represented Brenmark before.",
     RELATION_UNSTATED_VALUE},
    {"who is the wife of tam orrel", "Tam Orrel", "Tam Orrel is a politician. In 1992, he married Lia Benn.",
     -1}, /* in the page's second sentence, by another word */
    {"who is the wife of Tam Orrel", "Tam Orrel", "Tam Orrel married Lia Benn in 1992.", RELATION_STATED},
    {"how many eggs does the kestrel finch lay", "Kestrel finch", "The kestrel finch is a small bird of the coast.",
     RELATION_UNSTATED_VALUE},
    {"what is the anthem of Veland", "Veland", "Veland is a country on the northern coast.", RELATION_UNSTATED},
    {"where was Tam Orrel buried", "Tam Orrel", "Tam Orrel was a politician from Brenmark.", RELATION_UNSTATED_PLACE},
    {"what kind of animal is the kestrel finch", "Kestrel finch", "The kestrel finch is a small bird.", -1},
    {"what country is Brenmark in", "Brenmark", "Brenmark is the largest city of Veland.", -1},
    {"who won the 2030 harbour race", "Harbour race", "The harbour race was won by Lia Benn in 2026.", RELATION_YEAR},
    {"who won the 2026 harbour race", "Harbour race", "The harbour race was won by Lia Benn in 2026.", RELATION_STATED},
    {"how deep is the Orrel trench", "Orrel trench", "The Orrel trench is the deepest one of the coast.",
     RELATION_NO_UNIT},
    {"how deep is the Orrel trench", "Orrel trench", "The Orrel trench is 900 m deep.", RELATION_STATED},
    {"how many people live in Brenmark", "Brenmark", "Brenmark is a city with a population of 20 million.",
     RELATION_STATED},
    {"capital of Australia", "Perth", "Perth is the capital city of Western Australia.", RELATION_NARROWED},
    {"capital of Australia", "Canberra", "Canberra is the capital city of Australia.", -1},
    {"capital of Australia", "Canberra", "Canberra, the capital of New Town, Australia and others.", -1},
    {"¿quién es la esposa de Tam Orrel?", "Tam Orrel", "Tam Orrel es un político.", -1}, /* it has no lists */
};

static void what_is_asked_is_stated_or_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct asked *c = &cases[i];
        struct evidence_world w;
        struct need need;
        struct err e;
        double out[RELATION_COUNT];
        bool spanish = (unsigned char)c->question[0] == 0xC2;
        evidence_open(&w);
        evidence_page(&w, "https://a.example/1", c->title, "", spanish ? "es" : "en", slice_of(c->text));
        evidence_ready(&w);
        assert_true(need_make(w.arena, slice_of(c->question), lang_find(slice_of(spanish ? "es" : "en")), w.pool,
                              NEED_ANY, &need, &e));
        const struct sentence *said[] = {w.view->sentences};
        relation_read(w.arena, w.view, &need, said, 1, out);
        for (int k = 0; k < RELATION_COUNT; k++)
            if (k == c->found ? out[k] <= 0 : c->found <= RELATION_STATED && k > RELATION_STATED && out[k] > 0)
                fail_msg("%s | %s: input %d is %g, expected input %d", c->question, c->text, k, out[k], c->found);
        double p = relation_adjust(w.arena, w.view, &need, said, 1, 0.8);
        if (c->found > RELATION_STATED && p >= 0.8)
            fail_msg("%s | %s: %g", c->question, c->text, p);
        if (c->found == RELATION_STATED && (p < 0.8 || p > 0.85))
            fail_msg("%s | %s: %g", c->question, c->text, p);
        evidence_close(&w);
    }
}

static void superlatives_are_said_by_others_of_their_group(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool missing;
    } says[] = {{"The Orrel is the largest lake of Veland.", false},
                {"The Orrel is a lake of Veland.", true},
                {"The Orrel is the smallest lake of Veland.", true}};
    for (size_t i = 0; i < COUNT_OF(says); i++) {
        struct evidence_world w;
        struct need need;
        struct err e;
        double out[RELATION_COUNT];
        evidence_open(&w);
        evidence_page(&w, "https://a.example/1", "Orrel", "", "en", slice_of(says[i].text));
        evidence_ready(&w);
        assert_true(need_make(w.arena, SLICE("what is the biggest lake of Veland"), lang_find(SLICE("en")), w.pool,
                              NEED_ANY, &need, &e));
        const struct sentence *said[] = {w.view->sentences};
        relation_read(w.arena, w.view, &need, said, 1, out);
        if ((out[RELATION_SUPERLATIVE] > 0) != says[i].missing)
            fail_msg("%s", says[i].text);
        evidence_close(&w);
    }
}

static void nothing_said_changes_nothing(void **state)
{
    (void)state;
    struct evidence_world w;
    struct need need;
    struct err e;
    evidence_open(&w);
    evidence_page(&w, "https://a.example/1", "Orrel", "", "en", SLICE("The Orrel is a lake."));
    evidence_ready(&w);
    assert_true(
        need_make(w.arena, SLICE("how deep is the Orrel"), lang_find(SLICE("en")), w.pool, NEED_ANY, &need, &e));
    const struct sentence *said[] = {w.view->sentences};
    assert_true(relation_adjust(w.arena, w.view, &need, said, 0, 0.7) == 0.7);
    assert_true(relation_adjust(w.arena, w.view, &need, said, 1, 0) == 0);
    assert_true(relation_adjust(w.arena, w.view, &need, said, 1, 1) == 1);
    evidence_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_is_stated_or_not),
        cmocka_unit_test(superlatives_are_said_by_others_of_their_group),
        cmocka_unit_test(nothing_said_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
