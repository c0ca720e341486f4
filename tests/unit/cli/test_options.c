#include "unit.h"

#include "cli/options.h"
#include "streams.h"

struct taken {
    bool json, list;
    char said[200]; /* "--count=3;" for each value */
    int helped;
};

static struct taken *asked_for_help;
static struct streams heard;

static void help(void)
{
    asked_for_help->helped++;
}

static const char *take(void *ud, const char *name, const char *value)
{
    struct taken *t = ud;
    size_t n = strlen(t->said);
    snprintf(t->said + n, sizeof t->said - n, "%s=%s;", name, value);
    return strcmp(value, "bad") == 0 ? "must be good" : NULL;
}

/* The words and what was told on standard error, one after the other: "a b |footnote try: ...". */
static int read_line(const char *line, struct taken *t, char *out, size_t room)
{
    char text[200], *argv[20] = {(char[]){"try"}};
    const struct options o = {.command = "try",
                              .help = help,
                              .flags = {{"--json", &t->json}, {"--list", &t->list}},
                              .with_value = {"--count", "--lang"},
                              .take = take,
                              .ud = t};
    int argc = 1, status;
    snprintf(text, sizeof text, "%s", line);
    for (char *at = text, *space; *at; at = space) {
        argv[argc++] = at;
        space = at + strcspn(at, " ");
        if (*space)
            *space++ = '\0';
    }
    *t = (struct taken){.json = false};
    asked_for_help = t;
    streams_begin(&heard);
    bool go_on = options_read(&o, &argc, argv, &status);
    streams_end(&heard);
    size_t n = 0;
    for (int i = 1; go_on && i < argc; i++)
        n += (size_t)snprintf(out + n, room - n, "%s ", argv[i]);
    snprintf(out + n, room - n, "|%.400s", heard.complaint);
    return go_on ? -1 : status;
}

static void options_flags_and_words_are_told_apart(void **state)
{
    static const struct {
        const char *line, *words, *said;
        bool json;
        int status; /* -1: go on */
    } cases[] = {
        {"", "|", "", false, -1},
        {"a --json b", "a b |", "", true, -1},
        {"--count 3 a --lang en", "a |", "--count=3;--lang=en;", false, -1},
        {"--count --json", "|", "--count=--json;", false, -1},
        {"a - b", "a - b |", "", false, -1},
        {"-- --json -x", "--json -x |", "", false, -1},
        {"--json -- --help", "--help |", "", true, -1},
        {"a --nonsense", "|footnote try: '--nonsense' is not understood; see footnote try --help\n", "", false, 2},
        {"--count", "|footnote try: '--count' needs a value; see footnote try --help\n", "", false, 2},
        {"--lang bad a", "|footnote try: '--lang' must be good; see footnote try --help\n", "--lang=bad;", false, 2},
        {"--nonsense --help", "|", "", false, 0},
        {"a -h", "|", "", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct taken t;
        char out[500];
        assert_int_equal(read_line(cases[i].line, &t, out, sizeof out), cases[i].status);
        assert_string_equal(out, cases[i].words);
        assert_string_equal(t.said, cases[i].said);
        assert_int_equal(t.json, cases[i].json);
        assert_false(t.list);
        assert_int_equal(t.helped, cases[i].status == 0);
    }
}

static void commands_end_with_their_status(void **state)
{
    struct err e = {ERR_OK, 0, "", ""};
    (void)state;
    streams_begin(&heard);
    err_set_param(&e, ERR_USAGE, "a.b", "Used wrongly.");
    int usage = command_status("try", false, &e);
    err_set(&e, ERR_IO, "No disk.");
    int io = command_status("try", false, &e);
    streams_end(&heard);
    assert_int_equal(usage, 2);
    assert_int_equal(io, 1);
    assert_string_equal(heard.complaint, "footnote try: Used wrongly. At: a.b\nfootnote try: No disk.\n");
    assert_int_equal(command_status("try", true, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_flags_and_words_are_told_apart),
        cmocka_unit_test(commands_end_with_their_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
