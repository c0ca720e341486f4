/* The table of conversations, and conversations that want too much. */
#include "unit.h"

#include <stdlib.h>

#include "ask/converse.h"

enum { TURNS_MOST = 400 };

struct talk {
    struct turn turns[TURNS_MOST];
    size_t n;
};

static void say(struct talk *t, enum role role, struct slice text)
{
    t->turns[t->n++] = (struct turn){role, text};
}

static struct slice asked(struct arena *a, const struct talk *t)
{
    const struct question q = {.turns = t->turns, .turn_count = t->n};
    const struct lang *lang;
    struct converse_others others;
    struct slice out = converse_question(a, &q, NULL, &lang, &others);
    assert_non_null(lang);
    return out;
}

/* "\n" in the table is a line break. */
static struct slice unescaped(struct arena *a, const char *line)
{
    char *out = arena_alloc(a, strlen(line) + 1);
    size_t n = 0;
    for (const char *p = line; *p; p++) {
        bool line_break = p[0] == '\\' && p[1] == 'n';
        out[n++] = line_break ? '\n' : *p;
        p += line_break;
    }
    return (struct slice){out, n};
}

static void the_last_turn_stands_alone(void **state)
{
    FILE *file = fopen("tests/unit/ask/conversations.txt", "r");
    struct arena *a = arena_new();
    char line[1024];
    struct talk talk = {.n = 0};
    unsigned number = 0, cases = 0, wrong = 0;
    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        number++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || !line[0])
            continue;
        struct slice text = unescaped(a, line + 2);
        if (line[0] == '=') {
            struct slice got = asked(a, &talk);
            if (!slice_eq(got, text)) {
                fprintf(stderr, "line %u: \"%.*s\" instead of \"%.*s\"\n", number, SLICE_ARGS(got), SLICE_ARGS(text));
                wrong++;
            }
            cases++;
            talk.n = 0;
        } else {
            say(&talk, line[0] == 'S' ? ROLE_SYSTEM : line[0] == 'U' ? ROLE_USER : ROLE_ASSISTANT, text);
        }
    }
    fclose(file);
    arena_free(a);
    assert_true(cases >= 60);
    assert_int_equal(wrong, 0);
}

static void a_system_prompt_gives_no_words(void **state)
{
    static const char *const asks[] = {
        "And its price?",   "Why?", "What about Berlin?", "How big is the second one?", "more", "Is Hamburg bigger?",
        "Who is the mayor?"};
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(asks); i++) {
        struct talk with = {.n = 0}, without = {.n = 0};
        say(&with, ROLE_SYSTEM, SLICE("You work for Globex Corporation in Springfield. List 1. Zork 2. Blorf"));
        for (int turn = 0; turn < 2; turn++) {
            struct talk *t = turn ? &with : &without;
            say(t, ROLE_USER, SLICE("When was the Kestrel Bridge opened?"));
            say(t, ROLE_ASSISTANT, SLICE("It was opened in 2026."));
            say(t, ROLE_USER, slice_of(asks[i]));
        }
        struct slice got = asked(a, &with);
        assert_true(slice_eq(got, asked(a, &without)));
        assert_int_equal(slice_find(got, SLICE("Globex")), got.n);
    }
    arena_free(a);
}

static void only_the_newest_turns_count(void **state)
{
    struct arena *a = arena_new();
    struct talk talk = {.n = 0};
    (void)state;
    say(&talk, ROLE_USER, SLICE("Who discovered Comet Orlin?"));
    for (int i = 0; i < 150; i++) {
        say(&talk, ROLE_ASSISTANT, SLICE("So it is."));
        say(&talk, ROLE_USER, SLICE("And so on and so forth."));
    }
    say(&talk, ROLE_USER, SLICE("How large is its nucleus?"));
    struct slice got = asked(a, &talk);
    assert_int_equal(slice_find(got, SLICE("Orlin")), got.n);
    arena_free(a);
}

/* Text that is all names, all quotation marks, all pronouns, or one word without end: answered, and not longer than
 * what was said. */
static void hostile_turns_are_bounded(void **state)
{
    static const char *const pieces[] = {"Aa ", "\"", "it ", "the ", "Aa of ", "what about ",
                                         "它",  "“",  "a",   "1 ",   "- Aa\n", "Aa, "};
    enum { PIECES = 6000 };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        struct arena *a = arena_new();
        struct talk talk = {.n = 0};
        size_t n = strlen(pieces[i]);
        char *text = arena_alloc(a, PIECES * n + 1);
        for (size_t k = 0; k < PIECES; k++)
            memcpy(text + k * n, pieces[i], n);
        for (int turn = 0; turn < 20; turn++) {
            say(&talk, ROLE_USER, (struct slice){text, PIECES * n});
            say(&talk, ROLE_ASSISTANT, (struct slice){text, PIECES * n});
            say(&talk, ROLE_USER, SLICE("And how big is the second one there, is it bigger?"));
            say(&talk, ROLE_ASSISTANT, (struct slice){text, PIECES * n});
        }
        say(&talk, ROLE_USER, SLICE("What about it?"));
        assert_true(asked(a, &talk).n <= 4 * CONVERSE_TURN_BYTES);
        arena_free(a);
    }
}

static void odd_conversations_have_an_answer(void **state)
{
    struct arena *a = arena_new();
    struct talk talk = {.n = 0};
    (void)state;
    assert_int_equal(asked(a, &talk).n, 0);
    say(&talk, ROLE_ASSISTANT, SLICE("Who?"));
    assert_int_equal(asked(a, &talk).n, 0);
    say(&talk, ROLE_USER, SLICE("??"));
    assert_slice(asked(a, &talk), "??");
    say(&talk, ROLE_USER, SLICE("It?"));
    assert_true(asked(a, &talk).n > 0);
    say(&talk, ROLE_USER, SLICE("🐘"));
    assert_slice(asked(a, &talk), "🐘");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_turn_stands_alone),       cmocka_unit_test(a_system_prompt_gives_no_words),
        cmocka_unit_test(only_the_newest_turns_count),      cmocka_unit_test(hostile_turns_are_bounded),
        cmocka_unit_test(odd_conversations_have_an_answer),
    };
    return cmocka_run_group_tests_name("converse", tests, NULL, NULL);
}
