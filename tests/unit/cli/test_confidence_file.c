/* The confidence model as a file: what is written is read back, what is wrong is named by file and line. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/confidence_file.h"
#include "folder.h"

static char folder[FOLDER_BYTES], path[128];

static int make_folder(void **state)
{
    (void)state;
    assert_int_equal(folder_make(folder, "confidence"), 0);
    snprintf(path, sizeof path, "%s/confidence.ini", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return folder_drop(folder);
}

static void put(const char *text)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* The default settings of a program with its data in the folder. */
static struct config settings(void)
{
    return (struct config){
        .data = folder, .confidence_file = "", .confidence_high = -1, .confidence_medium = -1, .confidence_answer = -1};
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct confidence_model odd = confidence_shipped, read = confidence_shipped;
    struct err e;
    odd.weights[INPUT_MARGIN] = -12.34567891;
    odd.bias = 1.0 / 3;
    odd.high_from = 0.8125;
    assert_true(confidence_write(path, &odd, &e) && confidence_read(path, &read, &e));
    for (size_t i = 0; i < INPUT_COUNT; i++)
        assert_near(read.weights[i], odd.weights[i], 1e-9);
    assert_near(read.bias, odd.bias, 1e-9);
    assert_true(read.high_from >= 0.8125 && read.high_from <= 0.8125);
}

static void the_shared_file_is_the_shipped_model(void **state)
{
    (void)state;
    struct confidence_model read = {.bias = 0};
    struct err e;
    char shared[8192];
    struct buf text;
    if (!confidence_read("share/confidence.ini", &read, &e))
        fail_msg("%s", e.message);
    assert_memory_equal(&read, &confidence_shipped, sizeof read);
    FILE *in = fopen("share/confidence.ini", "rb");
    assert_non_null(in);
    size_t n = fread(shared, 1, sizeof shared, in);
    fclose(in);
    buf_init(&text, sizeof shared);
    confidence_print(&confidence_shipped, &text);
    assert_true(slice_eq(buf_slice(&text), (struct slice){shared, n})); /* else: footnote eval --print-model */
    buf_release(&text);
}

static void single_values_override(void **state)
{
    (void)state;
    struct config c = settings();
    struct confidence_model m, expected = confidence_shipped;
    struct err e;
    assert_true(confidence_load(&c, &m, &e)); /* no file */
    assert_memory_equal(&m, &confidence_shipped, sizeof m);
    put("; mine\n[weights]\nMargin = 2.5\nhigh_from = 0.95\n");
    expected.weights[INPUT_MARGIN] = 2.5;
    expected.high_from = 0.95;
    assert_true(confidence_load(&c, &m, &e));
    assert_memory_equal(&m, &expected, sizeof m);
    c.confidence_high = 0.97; /* a setting is stronger */
    c.confidence_answer = 0;
    expected.high_from = 0.97;
    expected.answer_from = 0;
    assert_true(confidence_load(&c, &m, &e));
    assert_memory_equal(&m, &expected, sizeof m);
    c.confidence_file = "/tmp/footnote-there-is-no-such-file.ini";
    assert_false(confidence_load(&c, &m, &e));
    assert_int_equal(e.code, ERR_IO);
}

static void errors_name_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *complaint;
    } cases[] = {
        {"margin = 1\nmargn = 2\n", "confidence.ini:2: the confidence model has no input 'margn'"},
        {"margin = much\n", "confidence.ini:1: margin must be a decimal number from -1000 to 1000, not 'much'"},
        {"\n\nmargin = 1e9\n", "confidence.ini:3: margin must be"},
        {"bias = nan\n", "confidence.ini:1: bias must be"},
        {"bias = inf\n", "confidence.ini:1: bias must be"},
        {"bias = 1 2\n", "confidence.ini:1: bias must be"},
        {"bias =\n", "confidence.ini:1: bias must be"},
        {"high_from = 1.5\n", "confidence.ini:1: high_from must be a decimal number from 0 to 1"},
        {"medium_from = -0.1\n", "confidence.ini:1: medium_from must be"},
        {"margin = 1\nwhat is this\n", "confidence.ini:2: expected 'name = number'"},
        {"high_from = 0.2\n", ", high 0.2, from "},
    };
    struct config c = settings();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct confidence_model m = {.bias = 7};
        struct err e;
        put(cases[i].text);
        assert_false(confidence_load(&c, &m, &e));
        assert_int_equal(e.code, ERR_USAGE);
        if (!strstr(e.message, cases[i].complaint))
            fail_msg("%s: %s", cases[i].text, e.message);
        assert_true(m.bias >= 7 && m.bias <= 7); /* untouched */
    }
}

static void a_folder_that_is_not_there_cannot_be_written(void **state)
{
    (void)state;
    struct err e;
    assert_false(confidence_write("/tmp/footnote-there-is-no-such-folder/c.ini", &confidence_shipped, &e));
    assert_int_equal(e.code, ERR_IO);
}

static void thresholds_are_settings(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct config c;
    struct err e;
    char name[] = "serve", flag[] = "--confidence-high", value[] = "0.75", bad[] = "1.2", data[] = "--data",
         *none = NULL;
    char *argv[] = {name, flag, value, data, folder, none};
    int argc = 5;
    assert_true(config_load(a, &argc, argv, CONFIG_ANSWER, &c, &e));
    assert_int_equal(argc, 1);
    assert_near(c.confidence_high, 0.75, 1e-12);
    assert_near(c.confidence_medium, -1, 1e-12);
    char *wrong[] = {name, flag, bad, data, folder, none};
    argc = 5;
    assert_false(config_load(a, &argc, wrong, CONFIG_ANSWER, &c, &e));
    assert_int_equal(e.code, ERR_USAGE);
    assert_non_null(strstr(e.message, "confidence_high must be a decimal number from 0 to 1, not '1.2'"));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read_back, make_folder, remove_folder),
        cmocka_unit_test(the_shared_file_is_the_shipped_model),
        cmocka_unit_test_setup_teardown(single_values_override, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(errors_name_file_and_line, make_folder, remove_folder),
        cmocka_unit_test(a_folder_that_is_not_there_cannot_be_written),
        cmocka_unit_test_setup_teardown(thresholds_are_settings, make_folder, remove_folder),
    };
    return cmocka_run_group_tests_name("confidence_file", tests, NULL, NULL);
}
