/* footnote search: exit statuses, what is printed where, and where presets are found. */
#include "cli/commands.h"
#include "search/scripted.h"
#include "streams.h"
#include "unit.h"

static struct streams heard;
static const char *const out = heard.out, *const complaint = heard.complaint;

/* The command with these arguments, which end in NULL; its streams go to files. */
static int run(const struct config *c, const char *const *arguments)
{
    char *argv[16] = {NULL};
    int argc = 0;
    argv[argc++] = strdup("search");
    for (; arguments[argc - 1]; argc++)
        argv[argc] = strdup(arguments[argc - 1]);
    streams_begin(&heard);
    int status = search_cmd(argc, argv, c);
    streams_end(&heard);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return status;
}
#define RUN(c, ...) run(c, (const char *const[]){__VA_ARGS__, NULL})

static struct config settings(const char *share)
{
    return (struct config){.data = "/tmp/footnote-no-such-folder",
                           .share = share,
                           .providers = "",
                           .user_agent = "footnote/test",
                           .ca_file = ""};
}

static void the_list(void **state)
{
    struct config c = settings("share");
    (void)state;
    c.providers = "none";
    assert_int_equal(RUN(&c, "--list"), 0);
    assert_non_null(strstr(out, "searxng        SearXNG - name it with its address: providers = searxng https://..."));
    assert_non_null(strstr(out, "wikipedia      Wikipedia - ready"));
    c = settings("/nowhere");
    assert_int_equal(RUN(&c, "--list"), 0);
    assert_non_null(strstr(out, "No presets were found"));
}

static void mistakes(void **state)
{
    struct config c = settings("share");
    (void)state;
    assert_int_equal(RUN(&c, "--help"), 0);
    assert_non_null(strstr(out, "--providers"));
    assert_int_equal(RUN(&c, ""), 2);
    assert_int_equal(RUN(&c, "a", "b"), 2);
    assert_int_equal(RUN(&c, "--nonsense", "a"), 2);
    assert_int_equal(RUN(&c, "--count", "0", "a"), 2);
    assert_int_equal(RUN(&c, "--after", "May", "a"), 2);
    assert_int_equal(RUN(&c, "--lang", "english", "a"), 2);
    assert_int_equal(RUN(&c, "a", "--provider"), 2);
    assert_int_equal(RUN(&c, "a", "--provider", "bing"), 2);
    assert_non_null(strstr(complaint, "there is no 'bing'"));
    assert_int_equal(RUN(&c, "a", "--provider", "searxng"), 2);
}

static void results(void **state)
{
    struct scripted *s = scripted_start();
    struct config c = settings("share");
    char wiki[100], hang[100];
    (void)state;
    snprintf(wiki, sizeof wiki, "mediawiki http://127.0.0.1:%u/reply/mediawiki.json", s->port);
    snprintf(hang, sizeof hang, "mediawiki http://127.0.0.1:%u/500", s->port);
    assert_int_equal(RUN(&c, "raft", "--provider", wiki, "--provider", hang), 0);
    assert_non_null(
        strstr(out, " 1. Raft (algorithm)\n    https://wiki.example/wiki/Raft_(algorithm)\n    2023-11-02, 0.0164 "
                    "mediawiki 127.0.0.1\n    Raft is a consensus algorithm & more\n"));
    assert_non_null(strstr(complaint, "failed         0 results"));
    assert_non_null(strstr(complaint, "status 500"));
    assert_int_equal(RUN(&c, "raft", "--json", "--provider", wiki), 0);
    assert_non_null(strstr(out, "\"search_report\":[ {\"provider\":\"mediawiki\",\"status\":\"ok\",\"results\":2,"));
    assert_string_equal(complaint, "");
    assert_int_equal(RUN(&c, "raft", "--provider", wiki, "--exclude", "wiki.example"), 1); /* nothing left */
    assert_int_equal(RUN(&c, "--provider", wiki, "--", "--raft"), 0);
    scripted_stop(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_list), cmocka_unit_test(mistakes),
                                       cmocka_unit_test(results)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
