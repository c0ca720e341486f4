/* Answers found in texts, and what a reply is worth. */
#include "unit.h"

#include <math.h>

#include "eval/metrics.h"

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void norms(void **state)
{
    (void)state;
    static const struct {
        const char *text, *norm;
    } cases[] = {
        {"", ""},
        {"   ", ""},
        {"The Rhine.", "rhine"},
        {"  A cat, an OX and the Bat!  ", "cat ox and bat"},
        {"Theodore ate another apple", "theodore ate another apple"},
        {"the", ""},
        {"1,234.5 km/h", "1 234 5 km h"},
        {"snake_case stays", "snake_case stays"},
        {"don't", "don t"},
        {"Pok\xc3\xa9mon", "pok\xc3\xa9mon"},
        {"e\xcc\x81t\xc3\xa9", "e t\xc3\xa9"}, /* a combining mark is no letter */
        {"\xc3\x9c"
         "BER \xc3\x84PFEL",
         "\xc3\xbc"
         "ber \xc3\xa4pfel"},
        {"\xd0\x9c\xd0\x9e\xd0\xa1\xd0\x9a\xd0\x92\xd0\x90", "\xd0\xbc\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0"},
        {"\xce\x9f\xce\x94\xce\x9f\xce\xa3", "\xce\xbf\xce\xb4\xce\xbf\xcf\x82"}, /* final sigma */
        {"H\xe2\x82\x82O and x\xc2\xb2", "h\xe2\x82\x82o and x\xc2\xb2"},         /* small digits are digits */
        {"\xc2\xbd litre", "\xc2\xbd litre"},
        {"\xe2\x80\x9cquoted\xe2\x80\x9d \xe2\x80\x93 text\xe2\x80\xa6", "quoted text"},
        {"\xe8\xae\xa1\xe7\xae\x97\xef\xbc\x8c\xe7\x90\x86\xe8\xae\xba\xe3\x80\x82",
         "\xe8\xae\xa1\xe7\xae\x97 \xe7\x90\x86\xe8\xae\xba"},
        {"10\xc2\xa0"
         "000",
         "10 000"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_slice(eval_norm(arena, slice_of(cases[i].text)), cases[i].norm);
}

static void answers_are_found_as_whole_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *answer;
        bool has;
    } cases[] = {
        {"It is the Rhine.", "rhine", true},
        {"It is the Rhineland.", "Rhine", false},
        {"in 1871, by Ida Kessel.[1]", "Ida Kessel", true},
        {"Kessel, Ida", "Ida Kessel", false},
        {"The answer is the a cat.", "answer is cat", true},
        {"43 metres", "3 metres", false},
        {"about 1,200 people", "1,200", true},
        {"", "x", false},
        {"nothing but marks", "...", false},
        {"\xe5\xae\x83\xe6\x98\xaf\xe8\xae\xa1\xe7\xae\x97\xe5\xa4\x8d\xe6\x9d\x82\xe6\x80\xa7\xe7\x90\x86\xe8\xae\xba"
         "\xe3\x80\x82",
         "\xe8\xae\xa1\xe7\xae\x97\xe5\xa4\x8d\xe6\x9d\x82\xe6\x80\xa7\xe7\x90\x86\xe8\xae\xba", true},
        {"\xe4\xba\xba\xe5\x8f\xa3 1,200 \xe4\xb8\x87",
         "\xe5\x8f\xa3"
         "1200\xe4\xb8\x87",
         true}, /* spaces do not count */
        {"\xe4\xba\xba\xe5\x8f\xa3", "\xe5\x8f\xa3\xe4\xba\xba", false},
        {"\xed\x95\x9c\xea\xb5\xad\xec\x9d\x80", "\xed\x95\x9c\xea\xb5\xad", false}, /* Hangul is written with spaces */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slice answer = slice_of(cases[i].answer);
        if (eval_has(arena, slice_of(cases[i].text), &answer, 1) != cases[i].has)
            fail_msg("\"%s\" in \"%s\" should be %d", cases[i].answer, cases[i].text, cases[i].has);
    }
    const struct slice several[] = {SLICE("no"), SLICE("Rhine")};
    assert_true(eval_has(arena, SLICE("the Rhine"), several, 2));
    assert_false(eval_has(arena, SLICE("the Rhine"), several, 1));
}

static const struct slice kessel = SLICE("Ida Kessel");
static const struct eval_question who = {
    .text = SLICE("Who?"), .url = SLICE("https://x/1"), .answers = &kessel, .answer_count = 1};
static const struct eval_question nowhere = {.text = SLICE("Who?")};

static struct eval_row judged(const struct eval_question *q, const char *text, const char *url, const char *excerpt,
                              enum confidence level, double probability)
{
    struct slice *excerpts = arena_array(arena, struct slice, 1);
    struct eval_citation *citation = arena_array(arena, struct eval_citation, 1);
    excerpts[0] = slice_of(excerpt);
    *citation = (struct eval_citation){slice_of(url), excerpts, 1};
    struct eval_row row = {
        .question = q, .ms = 1, .reply = {slice_of(text), citation, url ? 1 : 0, level, probability, NULL}};
    eval_judge(arena, &row);
    return row;
}

static void replies_are_judged(void **state)
{
    (void)state;
    struct eval_row good =
        judged(&who, "It was Ida Kessel.[1] She was old.", "https://x/1", "It was Ida Kessel.", 3, 0.9);
    assert_true(good.found && good.first && good.cited && good.proved && good.right);
    assert_int_equal(good.words, 7);
    assert_int_equal(good.pages_cited, 1);
    assert_int_equal(good.pages_expected, 1);
    struct eval_row late = judged(&who, "It is old. It was Ida Kessel.", "https://x/1", "It was Ida Kessel.", 3, 0.9);
    assert_true(late.found && !late.first);
    struct eval_row warned =
        judged(&who, "This is not sure.\n\nIt was Dr. Ida Kessel. [1] It is old. [2]", "https://x/1", "", 1, 0.3);
    assert_true(
        warned.first); /* a sentence of our own, without a mark, is not the first quote; nor does "Dr." end it */
    struct eval_row second_mark = judged(&who, "It is old. [1] It was Ida Kessel. [2]", "https://x/1", "", 1, 0.3);
    assert_true(second_mark.found && !second_mark.first);
    struct eval_row elsewhere = judged(&who, "It was Ida Kessel.", "https://x/2", "It was Ida Kessel.", 3, 0.9);
    assert_true(elsewhere.found && !elsewhere.cited && !elsewhere.proved && elsewhere.right);
    struct eval_row unproved = judged(&who, "It was Ida Kessel.", "https://x/1", "Somebody did.", 3, 0.9);
    assert_true(unproved.found && unproved.cited && !unproved.proved && !unproved.right);
    struct eval_row none = judged(&nowhere, "It was Ida Kessel.", "https://x/1", "It was Ida Kessel.", 3, 0.9);
    assert_false(none.found || none.first || none.cited || none.proved || none.right);
    struct eval_question any = who;
    any.url = SLICE("");
    struct eval_row free = judged(&any, "It was Ida Kessel.", "https://x/9", "It was Ida Kessel.", 3, 0.9);
    assert_true(free.cited && free.proved && free.pages_expected == 0);
    struct slice chinese = SLICE("\xe5\x8c\x97\xe4\xba\xac"); /* its first sentence ends with its own full stop */
    struct eval_question where = {.text = SLICE("?"), .answers = &chinese, .answer_count = 1};
    struct eval_row second =
        judged(&where, "\xe4\xb8\x8d\xe3\x80\x82\xe5\x8c\x97\xe4\xba\xac\xe3\x80\x82", "u", "", 1, 0.2);
    assert_true(second.found && !second.first);
}

static void figures_are_counted(void **state)
{
    (void)state;
    struct eval_row rows[6] = {
        judged(&who, "It was Ida Kessel.", "https://x/1", "It was Ida Kessel.", CONFIDENCE_HIGH, 0.9),
        judged(&who, "Somebody did it there.", "https://x/2", "Somebody", CONFIDENCE_MEDIUM, 0.6),
        judged(&who, "It was Ida Kessel.", "https://x/1", "It was Ida Kessel.", CONFIDENCE_LOW, 0.2),
        judged(&nowhere, "Nothing.", NULL, "", CONFIDENCE_NONE, NAN),
        judged(&nowhere, "It was Ida Kessel.", "https://x/1", "It was Ida Kessel.", CONFIDENCE_HIGH, 0.95),
        {.question = &who, .error = SLICE("broken")},
    };
    struct eval_figures f = eval_count(arena, rows, 6);
    assert_int_equal(f.asked, 6);
    assert_int_equal(f.errors, 1);
    assert_int_equal(f.answerable, 3);
    assert_int_equal(f.unanswerable, 2);
    assert_near(f.found, 2.0 / 3, 1e-12);
    assert_near(f.words, 4, 1e-12);
    assert_near(f.given_up, 1.0 / 3, 1e-12);
    assert_near(f.abstained, 0.5, 1e-12);
    assert_near(f.precision, 2.0 / 3, 1e-12);
    assert_near(f.recall, 2.0 / 3, 1e-12);
    assert_near(f.answers_wrong, 0.5, 1e-12);
    assert_near(f.high_wrong, 0.5, 1e-12);
    assert_near(f.high_share, 0.5, 1e-12);
    assert_int_equal(f.levels[CONFIDENCE_NONE].questions, 1);
    assert_int_equal(f.levels[CONFIDENCE_LOW].right, 1);
    assert_near(f.brier, (0.01 + 0.36 + 0.64 + 0.9025) / 4, 1e-12);
    eval_give_up(&rows[0]);
    f = eval_count(arena, rows, 6);
    assert_near(f.found, 1.0 / 3, 1e-12);
    assert_near(f.given_up, 2.0 / 3, 1e-12);
    assert_near(f.brier, (0.36 + 0.64 + 0.9025) / 3, 1e-12);
    f = eval_count(arena, rows, 0);
    assert_true(isnan(f.found) && isnan(f.ece) && isnan(f.abstained));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(norms),
        cmocka_unit_test(answers_are_found_as_whole_words),
        cmocka_unit_test(replies_are_judged),
        cmocka_unit_test(figures_are_counted),
    };
    return cmocka_run_group_tests_name("metrics", tests, open_arena, close_arena);
}
