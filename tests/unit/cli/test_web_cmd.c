/* footnote guard, robots and fetch: exit statuses, and what is said where. */
#include "cli/commands.h"
#include "net/upstream.h"
#include "streams.h"
#include "unit.h"

static struct streams heard;
static const char *const out = heard.out, *const complaint = heard.complaint;

/* Runs a command line, cut at spaces, with its streams in files. */
static int run(int (*command)(int, char **, const struct config *), const struct config *c, const char *line)
{
    char copy[1024], *argv[16], *rest = NULL;
    int argc = 0;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok_r(copy, " ", &rest); word && argc < 15; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    argv[argc] = NULL;
    streams_begin(&heard);
    int status = command(argc, argv, c);
    streams_end(&heard);
    return status;
}

static struct config settings(const char *allow)
{
    return (struct config){.data = "/tmp",
                           .user_agent = "footnote/test",
                           .allow = allow,
                           .fetch_ports = "80, 443",
                           .max_page_bytes = 100000,
                           .max_redirects = 5,
                           .page_timeout_ms = 5000,
                           .per_host = 4};
}

static void guard_says_yes_or_no(void **state)
{
    (void)state;
    struct config c = settings("");
    assert_int_equal(run(guard_cmd, &c, "guard http://8.8.8.8/"), 0);
    assert_string_equal(out, "yes: the address is public: http://8.8.8.8/\n");
    assert_int_equal(run(guard_cmd, &c, "guard http://8.8.8.8/ http://0x7f.1/ ftp://8.8.8.8/"), 1);
    assert_string_equal(out, "yes: the address is public: http://8.8.8.8/\n"
                             "no: 127.0.0.0/8 is loopback: http://0x7f.1/\n"
                             "no: only http and https URLs can be read: ftp://8.8.8.8/\n");
    assert_int_equal(run(guard_cmd, &c, "guard http://h\x1b[31m/"), 1);
    assert_null(strchr(out, '\x1b'));
    assert_int_equal(run(guard_cmd, &c, "guard"), 2);
    assert_int_equal(run(guard_cmd, &c, "guard --nonsense http://8.8.8.8/"), 2);
    assert_int_equal(run(guard_cmd, &c, "guard --help"), 0);
    assert_non_null(strstr(out, "--allow"));
    c = settings("127.0.0.0/8");
    assert_int_equal(run(guard_cmd, &c, "guard http://127.0.0.1:8080/"), 0);
    c = settings("10.0.0/8");
    assert_int_equal(run(guard_cmd, &c, "guard http://8.8.8.8/"), 2);
    assert_non_null(strstr(complaint, "'10.0.0/8' in allow"));
}

/* A name of /etc/hosts, so that no resolver is asked. */
static void guard_judges_what_a_name_leads_to(void **state)
{
    (void)state;
    struct config c = settings("10.0.0.0/8"); /* an intranet is open, so local names may be looked up */
    assert_int_equal(run(guard_cmd, &c, "guard http://localhost/"), 1);
    assert_non_null(strstr(out, "loopback"));
    c = settings("localhost");
    assert_int_equal(run(guard_cmd, &c, "guard http://localhost:3000/"), 0);
}

static void robots_says_yes_or_no(void **state)
{
    (void)state;
    struct config c = settings("");
    char file[] = "/tmp/footnote-robots-XXXXXX", line[256];
    int fd = mkstemp(file);
    assert_true(fd >= 0);
    static const char text[] = "User-agent: *\nDisallow: /private\nAllow: /private/open\n";
    assert_int_equal(write(fd, text, sizeof text - 1), (int)sizeof text - 1);
    close(fd);
    snprintf(line, sizeof line, "robots %s footnote https://h.org/private/x", file);
    assert_int_equal(run(robots_cmd, &c, line), 1);
    assert_string_equal(out, "no: line 2: Disallow: /private\n");
    snprintf(line, sizeof line, "robots %s footnote /private/open", file);
    assert_int_equal(run(robots_cmd, &c, line), 0);
    assert_string_equal(out, "yes: line 3: Allow: /private/open\n");
    snprintf(line, sizeof line, "robots %s footnote https://h.org", file);
    assert_int_equal(run(robots_cmd, &c, line), 0);
    assert_string_equal(out, "yes: no rule matches\n");
    assert_int_equal(run(robots_cmd, &c, "robots /nonexistent footnote /x"), 2);
    snprintf(line, sizeof line, "robots %s footnote ftp://h.org/", file);
    assert_int_equal(run(robots_cmd, &c, line), 2);
    assert_int_equal(run(robots_cmd, &c, "robots x"), 2);
    unlink(file);
}

static void fetch_reads_pages(void **state)
{
    (void)state;
    struct upstream *u = upstream_start("127.0.0.1", 0);
    struct config c = settings("127.0.0.1");
    char line[256];
    snprintf(line, sizeof line, "fetch http://127.0.0.1:%u/ok", u->port);
    assert_int_equal(run(fetch_cmd, &c, line), 0);
    assert_memory_equal(out, "ok 200 5 text/plain; charset=utf-8 ", 35);
    snprintf(line, sizeof line, "fetch --body http://127.0.0.1:%u/ok", u->port);
    assert_int_equal(run(fetch_cmd, &c, line), 0);
    assert_string_equal(out, "fine\n");
    snprintf(line, sizeof line, "fetch http://127.0.0.1:%u/404 http://10.0.0.1/", u->port);
    assert_int_equal(run(fetch_cmd, &c, line), 1);
    assert_non_null(strstr(out, "status 404 0 "));
    assert_non_null(strstr(out, "refused 0 0 - "));
    assert_int_equal(run(fetch_cmd, &c, "fetch"), 2);
    assert_int_equal(run(fetch_cmd, &c, "fetch --body a b"), 2);
    upstream_stop(u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(guard_says_yes_or_no),
                                       cmocka_unit_test(guard_judges_what_a_name_leads_to),
                                       cmocka_unit_test(robots_says_yes_or_no), cmocka_unit_test(fetch_reads_pages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
