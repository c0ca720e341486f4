/* The files of prompts/ and the code that fills them agree on the words. */
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "prompts/texts.h"
#include "session/prompts.h"
#include "shape/value.h"

enum { WORDS_MAX = 8 };

/* The words of the table in prompts.h, separated by blanks. */
static const char *prompt_words(enum prompt which)
{
    static const char *const lists[] = {
#define X(name, file, words) [PROMPT_##name] = words,
        PROMPTS(X)
#undef X
    };
    return lists[which];
}

/* The table's words, each with a value that no prompt has by itself; without the one at `without`. */
static size_t words_of(struct arena *a, enum prompt which, size_t without, struct prompt_word *out)
{
    struct slice rest = slice_of(prompt_words(which));
    size_t n = 0;
    for (size_t i = 0; rest.n; i++) {
        size_t end = slice_find(rest, SLICE(" "));
        struct slice name = arena_dup(a, slice_sub(rest, 0, end));
        rest = slice_trim(slice_sub(rest, end, rest.n - end));
        assert_true(n + 1 < WORDS_MAX);
        if (i != without)
            out[n++] = (struct prompt_word){name.p, arena_printf(a, "<<%s>>", name.p)};
    }
    out[n] = (struct prompt_word){NULL, {"", 0}};
    return n;
}

static void every_word_is_put_in(void **state)
{
    (void)state;
    for (enum prompt which = 0; which < PROMPT_COUNT; which++) {
        struct arena *a = arena_new();
        struct prompt_word words[WORDS_MAX];
        size_t n = words_of(a, which, SIZE_MAX, words);
        struct slice made = prompt_make(a, which, words);
        assert_true(made.n > 0 && slice_find(made, SLICE("{{")) == made.n);
        for (size_t i = 0; i < n; i++)
            if (slice_find(made, words[i].value) == made.n)
                fail_msg("prompt %d does not ask for %s", (int)which, words[i].name);
        arena_free(a);
    }
}

static void a_word_that_is_not_given_ends_the_process(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct arena *a = arena_new();
        struct prompt_word words[WORDS_MAX];
        if (!freopen("/dev/null", "w", stderr))
            _exit(2);
        words_of(a, PROMPT_ANSWER, 1, words);
        signal(SIGABRT, SIG_DFL);
        (void)prompt_make(a, PROMPT_ANSWER, words);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* What is put in may be anybody's text. */
static void values_are_not_searched(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct prompt_word words[] = {{"statements", SLICE("{{today}}")}, {NULL, {"", 0}}};
    struct slice made = prompt_make(a, PROMPT_REVISE, words);
    assert_true(slice_find(made, SLICE("{{today}}")) < made.n);
    arena_free(a);
}

/* Servers get a schema as its file has it: one line, without white space around it. */
static void schemas_are_whole_and_on_one_line(void **state)
{
    (void)state;
    static const char *const schemas[] = {PROMPT_FILE_plan_json, PROMPT_FILE_check_json, PROMPT_FILE_document_json,
                                          PROMPT_FILE_trial_json};
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        struct arena *a = arena_new();
        struct slice text = slice_of(schemas[i]);
        const struct value *v;
        struct err e;
        if (!value_parse(a, text, &v, NULL, &e))
            fail_msg("schema %zu: %s", i, e.message);
        const struct value *required = value_member(v, SLICE("required"));
        assert_true(required && required->kind == VALUE_ARRAY && required->array.n > 0);
        assert_true(slice_find(text, SLICE("\n")) == text.n && slice_eq(text, slice_trim(text)));
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_put_in),
        cmocka_unit_test(a_word_that_is_not_given_ends_the_process),
        cmocka_unit_test(values_are_not_searched),
        cmocka_unit_test(schemas_are_whole_and_on_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
