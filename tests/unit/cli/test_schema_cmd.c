/* footnote schema: exit statuses, and what is said where. */
#include "unit.h"

#include "cli/commands.h"
#include "folder.h"
#include "streams.h"

static char folder[FOLDER_BYTES];
static struct streams heard;
static const char *const out = heard.out, *const complaint = heard.complaint;

static void path_of(const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *content)
{
    char path[128];
    path_of(name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

/* Runs the command with its streams in files. A word that starts with '@' is the name of a file in the folder. */
static int run(const char *first, const char *second, const char *third)
{
    const char *words[] = {first, second, third};
    char name[] = "schema", copies[3][128], *argv[5] = {name};
    int argc = 1;
    for (int i = 0; i < 3 && words[i]; i++) {
        if (words[i][0] == '@')
            path_of(words[i] + 1, copies[i]);
        else
            snprintf(copies[i], 128, "%s", words[i]);
        argv[argc++] = copies[i];
    }
    streams_begin(&heard);
    int status = schema_cmd(argc, argv);
    streams_end(&heard);
    return status;
}

static int open_folder(void **state)
{
    (void)state;
    if (folder_make(folder, "schema") != 0)
        return -1;
    write_file("schema", "{\"properties\":{\"d\":{\"type\":\"string\",\"format\":\"date\"}}}");
    write_file("unsupported", "{\"properties\":{\"a\":{\"oneOf\":[]}}}");
    write_file("wrong", "{\"type\":\"strnig\"}");
    write_file("good", "{\"d\":\"2024-02-29\"}");
    write_file("misformatted", "{\"d\":\"2023-02-29\"}");
    write_file("bad", "{\"d\":1}");
    write_file("not-json", "{");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return folder_drop(folder);
}

static void test_verdicts(void **state)
{
    (void)state;
    assert_int_equal(run("@schema", NULL, NULL), 0);
    assert_string_equal(out, "schema: supported\n");
    assert_string_equal(complaint, "");
    assert_int_equal(run("@schema", "@good", NULL), 0);
    assert_string_equal(out, "schema: supported\ndata: valid\n");
    assert_int_equal(run("@schema", "@bad", NULL), 1);
    assert_string_equal(out, "schema: supported\ndata: invalid\n");
    assert_non_null(strstr(complaint, "d: must be string (\"type\")"));
    assert_int_equal(run("@unsupported", "@good", NULL), 2);
    assert_string_equal(out, "schema: not supported\n");
    assert_non_null(strstr(complaint, "properties.a.oneOf"));
    assert_int_equal(run("@wrong", NULL, NULL), 2);
    assert_non_null(strstr(complaint, "type"));
}

static void test_formats(void **state)
{
    (void)state;
    assert_int_equal(run("@schema", "@misformatted", NULL), 0);
    assert_int_equal(run("--assert-format", "@schema", "@misformatted"), 1);
    assert_non_null(strstr(complaint, "date"));
    assert_int_equal(run("@schema", "@good", "--assert-format"), 0);
    assert_int_equal(run("--data=/nowhere", "@schema", "@good"), 0);
}

static void test_files(void **state)
{
    (void)state;
    assert_int_equal(run("@absent", NULL, NULL), 1);
    assert_non_null(strstr(complaint, "No such file"));
    assert_int_equal(run("@schema", "@absent", NULL), 1);
    assert_int_equal(run("@not-json", NULL, NULL), 1);
    assert_non_null(strstr(complaint, "Not valid JSON"));
    assert_int_equal(run("@schema", "@not-json", NULL), 1);
    assert_int_equal(run(folder, NULL, NULL), 1);
}

static void test_standard_input(void **state)
{
    (void)state;
    char path[128];
    path_of("bad", path);
    assert_non_null(freopen(path, "r", stdin));
    assert_int_equal(run("@schema", "-", NULL), 1);
    path_of("schema", path);
    assert_non_null(freopen(path, "r", stdin));
    assert_int_equal(run("-", "@good", NULL), 0);
}

static void test_usage(void **state)
{
    (void)state;
    assert_int_equal(run("--help", NULL, NULL), 0);
    assert_non_null(strstr(out, "Usage: footnote schema"));
    assert_int_equal(run(NULL, NULL, NULL), 1);
    assert_non_null(strstr(complaint, "Usage:"));
    assert_int_equal(run("-", "-", NULL), 1);
    assert_int_equal(run("--no-such-option", NULL, NULL), 1);
    assert_int_equal(run("@schema", "@good", "@good"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),       cmocka_unit_test(test_formats), cmocka_unit_test(test_files),
        cmocka_unit_test(test_standard_input), cmocka_unit_test(test_usage),
    };
    return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
