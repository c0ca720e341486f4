/* A session on a real index of invented pages: what the steps decide together. */
#include "research_world.h"

#include "research/known.h"
#include "evidence/rank.h"

struct fixture {
    struct arena *arena;
    struct research_world world;
};

struct asked {
    struct answer answer;
    struct err e;
    struct heard heard;
    bool ok;
};

static int open_world(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_new();
    world_open(&f->world, read_cases(f->arena, "tests/unit/research/session_pages.json"));
    *state = f;
    return 0;
}

static int close_world(void **state)
{
    struct fixture *f = *state;
    world_close(&f->world);
    arena_free(f->arena);
    free(f);
    return 0;
}

static struct asked run(struct fixture *f, const struct question *q, atomic_bool *cancelled)
{
    struct asked a = {0};
    const struct sink sink = {.text = hear_piece, .ud = &a.heard};
    const struct world world = {.index = f->world.index};
    buf_init(&a.heard.text, 65536);
    a.ok = research_run(&world, q, &sink, cancelled, f->arena, &a.answer, &a.e);
    buf_release(&a.heard.text);
    return a;
}

static struct asked ask(struct fixture *f, const char *text)
{
    const struct turn turn = {ROLE_USER, slice_of(text)};
    const struct question q = {.tier = tier_find(SLICE("speed")), .turns = &turn, .turn_count = 1};
    return run(f, &q, NULL);
}

static bool says(const struct asked *a, const char *words)
{
    return slice_find(a->answer.text, slice_of(words)) < a->answer.text.n;
}

static void the_direct_answer_comes_first_with_its_mark(void **state)
{
    struct asked a = ask(*state, "Who built the lighthouse of Vorn?");
    assert_true(a.ok);
    assert_true(
        slice_starts(a.answer.text, SLICE("The lighthouse of Vorn was built in 1871 by the engineer Ida Kessel.[1]")));
    assert_int_equal(a.answer.basis_count, 1);
    assert_slice(a.answer.basis[0].field, "output");
    assert_true(a.answer.basis[0].confidence >= CONFIDENCE_MEDIUM);
    assert_true(a.heard.pieces >= 2);
    assert_true(a.answer.prompt_tokens > 0 && a.answer.completion_tokens > 0);
}

static void greetings_are_answered_without_a_search(void **state)
{
    static const struct {
        const char *turn, *answer;
    } rows[] = {
        {"hi", "Ask me a question."},
        {"Thanks!", "Ask me a question."},
        {"Hello, who are you?", "Ask me a question."},
        {"Danke schön", "Stellen Sie mir"},
        {"gracias", "Hágame una pregunta"},
        {"你好", "请提出一个问题"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct asked a = ask(*state, rows[i].turn);
        assert_true(a.ok);
        if (!slice_starts(a.answer.text, slice_of(rows[i].answer)))
            fail_msg("%s: %.*s", rows[i].turn, SLICE_ARGS(a.answer.text));
        assert_int_equal(a.answer.report_count, 0); /* nobody was asked, not even the index */
        assert_int_equal(a.answer.basis[0].confidence, CONFIDENCE_NONE);
        assert_int_equal(a.answer.basis[0].citation_count, 0);
    }
    /* What asks something is searched, whatever it begins with. */
    assert_true(says(&(struct asked){.answer = ask(*state, "Hi! Who built the lighthouse of Vorn?").answer}, "Kessel"));
    assert_true(ask(*state, "What is a good day?").answer.report_count > 0);
}

static void a_pronoun_gets_its_page_s_title(void **state)
{
    struct asked a = ask(*state, "Who invented the tidal clock?");
    assert_true(a.ok);
    if (!slice_starts(a.answer.text, SLICE("[Orin Vale] He invented the tidal clock in 1702.[1]")))
        fail_msg("%.*s", SLICE_ARGS(a.answer.text));
    assert_slice(a.answer.basis[0].citations[0].excerpts[0],
                 "He invented the tidal clock in 1702."); /* the page's words */
    /* Behind a sentence of the same page it needs none. */
    assert_true(slice_find(a.answer.text, SLICE("[Orin Vale] His")) == a.answer.text.n);
}

static void the_same_sentence_is_said_once(void **state)
{
    struct asked a = ask(*state, "Who built the lighthouse of Vorn?");
    size_t first = slice_find(a.answer.text, SLICE("Ida Kessel"));
    struct slice rest = slice_sub(a.answer.text, first + 1, a.answer.text.n - first - 1);
    assert_int_equal(slice_find(rest, SLICE("Ida Kessel")), rest.n);
}

static void excerpts_are_the_pages_own_bytes(void **state)
{
    struct fixture *f = *state;
    struct asked a = ask(f, "How long does the ferry from Tolm to Vorn take?");
    assert_true(a.ok && a.answer.basis[0].citation_count > 0);
    for (size_t c = 0; c < a.answer.basis[0].citation_count; c++) {
        const struct citation *citation = &a.answer.basis[0].citations[c];
        struct slice text;
        struct err e;
        bool found;
        assert_true(index_page_text(f->world.index, citation->source->url, f->arena, &text, &found, &e) && found);
        assert_slice(index_hash(f->arena, text), arena_dup(f->arena, citation->source->sha256).p);
        for (size_t i = 0; i < citation->excerpt_count; i++) {
            struct slice excerpt = citation->excerpts[i];
            assert_true(citation->offsets[i] + excerpt.n <= text.n);
            assert_true(slice_eq(slice_sub(text, citation->offsets[i], excerpt.n), excerpt));
        }
    }
}

static void what_nothing_answers_is_said_so(void **state)
{
    struct asked a = ask(*state, "What is the boiling point of tungsten hexafluoride?");
    assert_true(a.ok);
    assert_slice(a.answer.text, "Nothing in the pages that were searched answers this question.");
    assert_int_equal(a.answer.cited_count, 0);
    assert_int_equal(a.answer.basis[0].citation_count, 0);
    assert_int_equal(a.answer.basis[0].confidence, CONFIDENCE_NONE);
    assert_true(a.answer.basis[0].reasoning.n > 0);
}

static void a_fragment_leans_on_the_turn_before(void **state)
{
    const struct turn turns[] = {{ROLE_USER, SLICE("Tell me about the lighthouse of Vorn.")},
                                 {ROLE_ASSISTANT, SLICE("It is on an island.")},
                                 {ROLE_USER, SLICE("How high is it?")}};
    const struct question q = {.tier = tier_find(SLICE("speed")), .turns = turns, .turn_count = 3};
    struct asked a = run(*state, &q, NULL);
    assert_true(a.ok && says(&a, "43 metres"));
}

/* What an answer stood on is enough for the next one, also when the index has nothing; the source policy still holds.
 */
static void a_follow_up_stands_on_known_pages(void **state)
{
    struct fixture *f = *state;
    struct fixture empty = {.arena = f->arena};
    struct asked first = ask(f, "Who built the lighthouse of Vorn?");
    struct question q = {.tier = tier_find(SLICE("speed"))};
    const struct page_copy *pages;
    struct err e;
    size_t n;
    assert_true(first.ok);
    known_of_answer(f->arena, &q, &first.answer, f->world.index, &pages, &n);
    assert_true(n >= 2);
    const struct turn turns[] = {{ROLE_USER, SLICE("Who built the lighthouse of Vorn?")},
                                 {ROLE_ASSISTANT, first.answer.text},
                                 {ROLE_USER, SLICE("How high is the lighthouse of Vorn?")}};
    q = (struct question){.tier = q.tier, .turns = turns, .turn_count = 3, .known_pages = pages, .known_count = n};
    assert_true(index_open("/tmp/footnote-test-there-is-no-such-folder", &empty.world.index, &e));
    struct asked second = run(&empty, &q, NULL);
    assert_true(second.ok && says(&second, "43 metres"));
    const struct page_copy *again;
    size_t more;
    known_of_answer(f->arena, &q, &second.answer, empty.world.index, &again, &more);
    assert_true(more >= 1 && more <= n);
    const struct slice not = SLICE("isles.example");
    q.policy.exclude = &not ;
    q.policy.exclude_count = 1;
    struct asked third = run(&empty, &q, NULL);
    assert_true(third.ok && !says(&third, "43 metres"));
    index_close(empty.world.index);
}

/* A page that has changed in the index: the old version is not quoted beside the new one. */
static void the_index_knows_better(void **state)
{
    struct fixture *f = *state;
    const struct page_copy old = {.url = SLICE("https://isles.example/vorn"),
                                  .title = SLICE("Vorn"),
                                  .text = SLICE("The lighthouse of Vorn was built in 1777 by the engineer Otto Falk."),
                                  .lang = SLICE("en"),
                                  .sha256 = SLICE("00")};
    const struct turn turn = {ROLE_USER, SLICE("Who built the lighthouse of Vorn?")};
    const struct question q = {
        .tier = tier_find(SLICE("speed")), .turns = &turn, .turn_count = 1, .known_pages = &old, .known_count = 1};
    struct asked a = run(f, &q, NULL);
    assert_true(a.ok && says(&a, "Ida Kessel") && !says(&a, "Otto Falk"));
}

static void sources_can_be_limited(void **state)
{
    const struct turn turn = {ROLE_USER, SLICE("Who built the lighthouse of Vorn?")};
    const struct slice only = SLICE("example.org");
    struct question q = {.tier = tier_find(SLICE("speed")), .turns = &turn, .turn_count = 1};
    q.policy.include = &only;
    q.policy.include_count = 1;
    struct asked a = run(*state, &q, NULL);
    assert_true(a.ok);
    for (size_t i = 0; i < a.answer.evidence->source_count; i++)
        assert_slice(a.answer.evidence->sources[i]->site, "news.example.org");
    assert_true(a.answer.cited_count == 1);
}

static void wishes_shape_the_answer(void **state)
{
    const struct turn turns[] = {{ROLE_SYSTEM, SLICE("Answer in one sentence, as a bullet list. Talk like a pirate.")},
                                 {ROLE_USER, SLICE("What is known about the lighthouse of Vorn?")}};
    const struct question q = {.tier = tier_find(SLICE("speed")), .turns = turns, .turn_count = 2};
    struct asked a = run(*state, &q, NULL);
    assert_true(a.ok && slice_starts(a.answer.text, SLICE("- ")));
    assert_int_equal(slice_find(a.answer.text, SLICE("\n")), a.answer.text.n);
    assert_int_equal(a.answer.warning_count, 1);
}

static void a_cancelled_session_says_nothing(void **state)
{
    const struct turn turn = {ROLE_USER, SLICE("Who built the lighthouse of Vorn?")};
    const struct question q = {.tier = tier_find(SLICE("speed")), .turns = &turn, .turn_count = 1};
    atomic_bool cancelled = true;
    struct asked a = run(*state, &q, &cancelled);
    assert_false(a.ok);
    assert_int_equal(a.e.code, ERR_CANCELLED);
    assert_int_equal(a.heard.pieces, 0);
}

static void an_empty_index_is_no_answer(void **state)
{
    struct fixture *f = *state;
    struct fixture empty = {.arena = f->arena};
    struct err e;
    assert_true(index_open("/tmp/footnote-test-there-is-no-such-folder", &empty.world.index, &e));
    struct asked a = ask(&empty, "Who built the lighthouse of Vorn?");
    assert_false(a.ok);
    assert_int_equal(a.e.code, ERR_UNAVAILABLE);
    index_close(empty.world.index);
}

static void other_languages_are_answered_in_kind(void **state)
{
    struct asked a = ask(*state, "Wer hat den Leuchtturm von Vorn gebaut?");
    assert_true(a.ok && says(&a, "wurde 1871 von der Ingenieurin Ida Kessel gebaut.[1]"));
    struct asked none = ask(*state, "Welche Farbe haben die Dächer von Samarkand im Winter?");
    assert_true(none.ok && says(&none, "Nichts in den durchsuchten Seiten"));
}

static void expected_types_of_answers(void **state)
{
    static const struct {
        const char *question;
        enum need_type type;
        const char *lang; /* NULL: English */
    } cases[] = {
        {"Wer hat ihn gebaut?", NEED_PERSON, "de"},
        {"In welchem Jahr wurde er gebaut?", NEED_DATE, "de"},
        {"Wie viele Schiffe gibt es?", NEED_NUMBER, "de"},
        {"Wie arbeitet ein Leuchtturm?", NEED_ANY, "de"},
        {"¿Quién lo construyó?", NEED_PERSON, "es"},
        {"¿Dónde está?", NEED_PLACE, "es"},
        {"¿Cuántos barcos hay?", NEED_NUMBER, "es"},
        {"Кто построил маяк?", NEED_PERSON, "ru"},
        {"В каком году он был построен?", NEED_DATE, "ru"},
        {"Почему это длится три часа?", NEED_REASON, "ru"},
        {"那里有多少艘船？", NEED_NUMBER, "zh"},
        {"灯塔何时建成？", NEED_DATE, "zh"},
        {"Qui l'a construit?", NEED_ANY, "fr"},
        {"Who built it?", NEED_PERSON, NULL},
        {"In what year was it built?", NEED_DATE, NULL},
        {"When was it built?", NEED_DATE, NULL},
        {"Where does it stand?", NEED_PLACE, NULL},
        {"Which city is the capital?", NEED_PLACE, NULL},
        {"What is the capital of Marr?", NEED_PLACE, NULL},
        {"How many ships are there?", NEED_NUMBER, NULL},
        {"What percentage of ships is electric?", NEED_NUMBER, NULL},
        {"Why does it take three hours?", NEED_REASON, NULL},
        {"How does a lighthouse work?", NEED_ANY, NULL},
        {"What is a reef?", NEED_ANY, NULL},
        {"Name the largest isle.", NEED_ANY, NULL},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct lang *lang = lang_find(slice_of(cases[i].lang ? cases[i].lang : "en"));
        struct words words = words_split(f->arena, slice_of(cases[i].question), lang);
        if (need_type_of(words, lang) != cases[i].type)
            fail_msg("%s", cases[i].question);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_direct_answer_comes_first_with_its_mark),
        cmocka_unit_test(greetings_are_answered_without_a_search),
        cmocka_unit_test(a_pronoun_gets_its_page_s_title),
        cmocka_unit_test(the_same_sentence_is_said_once),
        cmocka_unit_test(excerpts_are_the_pages_own_bytes),
        cmocka_unit_test(what_nothing_answers_is_said_so),
        cmocka_unit_test(a_fragment_leans_on_the_turn_before),
        cmocka_unit_test(a_follow_up_stands_on_known_pages),
        cmocka_unit_test(the_index_knows_better),
        cmocka_unit_test(sources_can_be_limited),
        cmocka_unit_test(wishes_shape_the_answer),
        cmocka_unit_test(a_cancelled_session_says_nothing),
        cmocka_unit_test(an_empty_index_is_no_answer),
        cmocka_unit_test(other_languages_are_answered_in_kind),
        cmocka_unit_test(expected_types_of_answers),
    };
    return cmocka_run_group_tests_name("session", tests, open_world, close_world);
}
