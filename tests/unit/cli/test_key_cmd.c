/* footnote key: what goes to standard output, and the exit status. */
#include "cli/commands.h"
#include "folder.h"
#include "state/state.h"
#include "streams.h"
#include "unit.h"

static char folder[FOLDER_BYTES];
static struct streams heard;
static const char *const printed = heard.out;

static int make_folder(void **unused)
{
    (void)unused;
    return folder_make(folder, "key");
}

static int drop_folder(void **unused)
{
    (void)unused;
    return folder_drop(folder);
}

/* Runs `footnote key` with two words; what it prints is in `printed`, its complaints are dropped. */
static int run(const char *verb, const char *word)
{
    char name[] = "key", first[32], second[80];
    snprintf(first, sizeof first, "%s", verb);
    snprintf(second, sizeof second, "%s", word ? word : "");
    char *argv[] = {name, first, word ? second : NULL, NULL};
    streams_begin(&heard);
    int status = key_cmd(word ? 3 : 2, argv, folder);
    streams_end(&heard);
    return status;
}

static void create_prints_only_the_key(void **unused)
{
    (void)unused;
    assert_int_equal(run("create", "ada"), 0);
    assert_int_equal(strlen(printed), STATE_KEY_CHARS + 1);
    assert_int_equal(printed[STATE_KEY_CHARS], '\n');
    struct state *s;
    struct state_key found;
    struct err e;
    assert_true(state_open(folder, &s, &e));
    struct arena *a = arena_new();
    assert_true(state_key_check(s, (struct slice){printed, STATE_KEY_CHARS}, 1000, a, &found, &e));
    arena_free(a);
    state_close(s);
    assert_int_equal(run("create", "ada"), 1);
    assert_string_equal(printed, "");
}

static void list_and_revoke(void **unused)
{
    (void)unused;
    char hint[8];
    assert_int_equal(run("create", "ada"), 0);
    snprintf(hint, sizeof hint, "%.7s", printed);
    assert_int_equal(run("list", NULL), 0);
    assert_non_null(strstr(printed, "ada"));
    assert_non_null(strstr(printed, hint));
    assert_non_null(strstr(printed, "valid"));
    assert_int_equal(run("revoke", "grace"), 1);
    assert_int_equal(run("revoke", hint), 0);
    assert_int_equal(run("revoke", "ada"), 1);
    assert_int_equal(run("list", "--json"), 0);
    assert_int_equal(printed[0], '[');
    assert_null(strstr(printed, "\"revoked_unix\": null"));
    assert_int_equal(run("list", NULL), 0);
    assert_non_null(strstr(printed, "revoked"));
}

static void words_that_are_not_understood(void **unused)
{
    (void)unused;
    assert_int_equal(run("--help", NULL), 0);
    assert_non_null(strstr(printed, "Usage: footnote key create NAME"));
    assert_int_equal(run("create", NULL), 2);
    assert_int_equal(run("create", ""), 2);
    assert_int_equal(run("create", "--name"), 2);
    assert_int_equal(run("list", "ada"), 2);
    assert_int_equal(run("destroy", "ada"), 2);
    assert_string_equal(printed, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(create_prints_only_the_key, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(list_and_revoke, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(words_that_are_not_understood, make_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
