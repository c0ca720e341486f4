/* The supervised model: a fake llama-server that starts late, dies, hangs, floods and does not want to stop. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "llm/supervise.h"
#include "llm/supervise_find.h"
#include "net/http.h"

extern char **environ;

enum { PATIENCE_MS = 60 * 1000 };
#define FAKE "tests/unit/llm/fake_server.py"

static char folder[] = "/tmp/footnote-supervise-XXXXXX";
static char script[64], model[64], log_path[64];

static void write_file(const char *path, const char *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    close(fd);
}

static struct local_options options(const char *words)
{
    char path[96];
    write_file(script, words, strlen(words));
    snprintf(path, sizeof path, "%s.starts", script);
    unlink(path);
    unlink(log_path);
    return (struct local_options){.model_file = model,
                                  .server = FAKE,
                                  .data = folder,
                                  .poll_ms = 50,
                                  .health_ms = 5000,
                                  .back_off_ms = 50,
                                  .back_off_longest_ms = 200};
}

static struct local_model *start(const struct local_options *o)
{
    struct local_model *m;
    struct err e;
    if (!local_model_start(o, &m, &e))
        fail_msg("%s", e.message);
    return m;
}

static void be_ready(struct local_model *m)
{
    struct deadline d = {clock_ms() + PATIENCE_MS, NULL};
    struct local_report r;
    bool ready = local_model_ready(m, &d);
    local_model_state(m, &r);
    if (!ready)
        fail_msg("not ready: %s, %u starts, %s", local_state_name(r.state), r.starts, r.last_end);
}

/* LOCAL_STATE_COUNT: in any state. */
static struct local_report wait_for_start(struct local_model *m, unsigned starts, enum local_state state)
{
    struct local_report r;
    int64_t until = clock_ms() + PATIENCE_MS;
    for (local_model_state(m, &r); r.starts < starts || (state != LOCAL_STATE_COUNT && r.state != state);
         local_model_state(m, &r)) {
        if (clock_ms() > until)
            fail_msg("waited for start %u: %s, %u starts, %s", starts, local_state_name(r.state), r.starts, r.last_end);
        usleep(5000);
    }
    return r;
}

static bool gone(pid_t pid)
{
    for (int64_t until = clock_ms() + PATIENCE_MS; clock_ms() < until; usleep(5000))
        if (kill(pid, 0) != 0 && errno == ESRCH)
            return true;
    return false;
}

static int ask(struct local_model *m, const char *path, const char *key, unsigned timeout_ms)
{
    struct arena *a = arena_new();
    struct http_client *c = http_client_new(&(struct http_options){.timeout_ms = timeout_ms});
    struct slice url = local_model_url(m);
    struct http_header h = {SLICE("Authorization"), arena_printf(a, "Bearer %s", key)};
    struct http_request r = {
        .url = arena_printf(a, "%.*s%s", (int)url.n - 3, url.p, path), .headers = &h, .header_count = 1};
    struct deadline d = {clock_ms() + timeout_ms, NULL};
    int status = http_ask(c, a, &r, &d)->status;
    http_client_free(c);
    arena_free(a);
    return status;
}

static void it_starts_and_answers_to_its_key_alone(void **state)
{
    (void)state;
    struct local_options o = options("ok");
    struct local_report r;
    struct local_model *m = start(&o);
    assert_true(slice_starts(local_model_url(m), SLICE("http://127.0.0.1:")) &&
                slice_ends(local_model_url(m), SLICE("/v1")));
    be_ready(m);
    assert_true(local_model_ready(m, NULL));
    assert_int_equal(ask(m, "/v1/models", local_model_key(m).p, PATIENCE_MS), 200);
    assert_int_equal(ask(m, "/v1/models", "guess", PATIENCE_MS), 401);
    local_model_state(m, &r);
    assert_int_equal(r.starts, 1);
    assert_int_equal(kill(r.pid, 0), 0);
    local_model_stop(m);
    assert_true(kill(r.pid, 0) != 0 && errno == ESRCH);
}

/* The value behind a flag. */
static const char *argument(const json_t *seen, const char *flag)
{
    const json_t *arguments = json_object_get(seen, "arguments");
    for (size_t i = 0; i + 1 < json_array_size(arguments); i++)
        if (strcmp(json_string_value(json_array_get(arguments, i)), flag) == 0)
            return json_string_value(json_array_get(arguments, i + 1));
    return "";
}

static void the_child_gets_what_it_needs_and_nothing_else(void **state)
{
    (void)state;
    char path[96];
    struct local_options o = options("ok");
    o.context_tokens = 3000;
    o.parallel = 3;
    o.threads = 2;
    setenv("FOOTNOTE_LLM_KEY", "secret", 1);
    setenv("LLAMA_ARG_REUSE_PORT", "0", 1);
    int leak = open("/dev/null", O_RDONLY); /* not close-on-exec */
    struct local_model *m = start(&o);
    be_ready(m);
    snprintf(path, sizeof path, "%s.seen", script);
    json_t *seen = json_load_file(path, 0, NULL), *environment = json_object_get(seen, "environment");
    assert_non_null(seen);
    assert_string_equal(argument(seen, "--ctx-size"), "9000");
    assert_string_equal(argument(seen, "--parallel"), "3");
    assert_string_equal(argument(seen, "--threads"), "2");
    assert_string_equal(argument(seen, "--alias"), "tiny");
    assert_string_equal(argument(seen, "--host"), "127.0.0.1");
    assert_string_equal(json_string_value(json_object_get(environment, "LLAMA_API_KEY")), local_model_key(m).p);
    assert_string_equal(json_string_value(json_object_get(environment, "LLAMA_ARG_REUSE_PORT")), "1");
    assert_null(json_object_get(environment, "FOOTNOTE_LLM_KEY"));
    assert_null(strstr(json_string_value(json_object_get(seen, "command_line")), local_model_key(m).p));
    assert_true(json_is_true(json_object_get(seen, "group")));
    assert_string_equal(json_string_value(json_object_get(seen, "cwd")), "/");
    const json_t *fds = json_object_get(seen, "fds"); /* 0, 1, 2, and two of the look itself */
    for (size_t i = 0; i < json_array_size(fds); i++)
        assert_true(json_integer_value(json_array_get(fds, i)) <= 4);
    json_decref(seen);
    local_model_stop(m);
    close(leak);
    unsetenv("FOOTNOTE_LLM_KEY");
    unsetenv("LLAMA_ARG_REUSE_PORT");
}

static void a_late_one_is_waited_for(void **state)
{
    (void)state;
    struct local_options o = options("late");
    struct local_model *m = start(&o);
    assert_false(local_model_ready(m, NULL));
    atomic_bool cancelled = true;
    struct deadline d = {clock_ms() + PATIENCE_MS, &cancelled};
    assert_false(local_model_ready(m, &d));
    d = (struct deadline){clock_ms() + 30, NULL};
    local_model_ready(m, &d); /* returns */
    be_ready(m);
    struct local_report r;
    local_model_state(m, &r);
    assert_int_equal(r.starts, 1);
    local_model_stop(m);
}

static void one_that_ends_is_started_again(void **state)
{
    (void)state;
    struct local_options o = options("exit exit ok");
    struct local_model *m = start(&o);
    be_ready(m);
    struct local_report r = wait_for_start(m, 3, LOCAL_READY);
    assert_non_null(strstr(r.last_end, "status 3"));
    assert_int_equal(r.back_off_ms, 100); /* the second pause is twice the first */
    local_model_stop(m);
    struct slice text;
    char bytes[4096] = "";
    int fd = open(log_path, O_RDONLY);
    ssize_t n = read(fd, bytes, sizeof bytes - 1);
    close(fd);
    text = (struct slice){bytes, n > 0 ? (size_t)n : 0};
    assert_true(slice_find(text, SLICE("cannot load the model")) < text.n); /* standard error as well */
    assert_true(slice_find(text, SLICE("start 2: ok")) < text.n);
}

static void a_killed_one_comes_back_at_the_same_place(void **state)
{
    (void)state;
    struct local_options o = options("ok");
    struct local_model *m = start(&o);
    char url[64], key[64];
    assert_int_equal(local_model_up(m), 0);
    be_ready(m);
    snprintf(url, sizeof url, "%s", local_model_url(m).p);
    snprintf(key, sizeof key, "%s", local_model_key(m).p);
    for (unsigned i = 1; i <= 3; i++) {
        struct local_report r = wait_for_start(m, i, LOCAL_READY);
        assert_int_equal(local_model_up(m), i);
        kill(r.pid, SIGKILL);
        r = wait_for_start(m, i + 1, LOCAL_READY);
        assert_non_null(strstr(r.last_end, "signal 9"));
        assert_int_equal(ask(m, "/v1/models", key, PATIENCE_MS), 200);
    }
    assert_slice(local_model_url(m), url);
    assert_slice(local_model_key(m), key);
    local_model_stop(m);
}

static void a_hung_one_is_killed(void **state)
{
    (void)state;
    struct local_options o = options("ok");
    struct local_model *m = start(&o);
    be_ready(m); /* with a long time for an answer, so that a busy machine is no hang */
    local_model_stop(m);
    o.health_ms = 500;
    m = start(&o);
    be_ready(m);
    struct local_report before, r;
    local_model_state(m, &before);
    ask(m, "/hang", "", PATIENCE_MS);
    r = wait_for_start(m, before.starts + 1, LOCAL_READY);
    assert_non_null(strstr(r.last_end, "no longer answered"));
    assert_true(gone(before.pid));
    local_model_stop(m);
}

static void one_that_never_gets_well_is_killed(void **state)
{
    (void)state;
    struct local_options o = options("never ok");
    o.start_ms = 1500;
    struct local_model *m = start(&o);
    struct local_report r = wait_for_start(m, 2, LOCAL_STATE_COUNT);
    assert_non_null(strstr(r.last_end, "in time"));
    local_model_stop(m);
}

static size_t size_of(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 ? (size_t)s.st_size : 0;
}

static void its_log_has_a_ceiling(void **state)
{
    (void)state;
    char old[96];
    struct stat s;
    struct local_options o = options("flood");
    o.log_bytes = 50000;
    snprintf(old, sizeof old, "%s.old", log_path);
    unlink(old);
    struct local_model *m = start(&o);
    be_ready(m);
    for (int64_t until = clock_ms() + PATIENCE_MS; size_of(old) == 0 && clock_ms() < until; usleep(5000))
        continue;
    for (int i = 0; i < 50; i++, usleep(5000)) {
        assert_true(size_of(log_path) <= o.log_bytes);
        assert_true(size_of(old) <= o.log_bytes);
    }
    assert_int_equal(size_of(old), o.log_bytes);
    assert_true(stat(old, &s) == 0 && (s.st_mode & 0777) == 0600);
    assert_true(local_model_ready(m, NULL));
    local_model_stop(m);
}

static void stopping_takes_the_whole_group(void **state)
{
    (void)state;
    struct local_report r;
    struct local_options o = options("hang-term");
    o.stop_ms = 100;
    struct local_model *m = start(&o);
    be_ready(m);
    local_model_state(m, &r);
    local_model_stop(m);
    assert_true(gone(r.pid));
    o = options("child");
    m = start(&o);
    be_ready(m);
    local_model_state(m, &r);
    local_model_stop(m);
    assert_true(gone(-r.pid)); /* no process of its group is left */
    o = options("exit");
    o.back_off_ms = PATIENCE_MS * 10;
    o.back_off_longest_ms = PATIENCE_MS * 10;
    m = start(&o);
    wait_for_start(m, 1, LOCAL_WAITING);
    local_model_stop(m); /* does not wait for the pause to end */
    local_model_stop(NULL);
}

static void other_children_are_left_alone(void **state)
{
    (void)state;
    struct local_options o = options("exit exit ok");
    struct local_model *m = start(&o);
    pid_t pids[20];
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, (char[]){"exit 7"}, NULL};
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(posix_spawn(&pids[i], "/bin/sh", NULL, NULL, argv, environ), 0);
    be_ready(m);
    for (size_t i = 0; i < 20; i++) {
        int status = 0;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    }
    local_model_stop(m);
}

/* As another user, in a child that calls nothing but the system: 0 when no option lets it take the port. */
static int steal(unsigned port)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    if (setgid(65534) != 0 || setuid(65534) != 0)
        return 2;
    for (int options_set = 0; options_set < 4; options_set++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (options_set & 1)
            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (options_set & 2)
            setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0)
            return 1;
        close(fd);
    }
    return 0;
}

static void nobody_else_can_take_the_port(void **state)
{
    (void)state;
    struct local_options o = options("exit ok");
    o.back_off_ms = PATIENCE_MS * 10;
    o.back_off_longest_ms = PATIENCE_MS * 10;
    struct local_model *m = start(&o);
    wait_for_start(m, 1, LOCAL_WAITING); /* nobody listens now */
    unsigned port = (unsigned)strtoul(local_model_url(m).p + strlen("http://127.0.0.1:"), NULL, 10);
    if (geteuid() == 0) {
        int status;
        pid_t pid = fork();
        if (pid == 0)
            _exit(steal(port));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    } else {
        print_message("not root: only that the port is taken was looked at\n");
        struct sockaddr_in at = {
            .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_not_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
        close(fd);
    }
    local_model_stop(m);
}

/* This program again, as one that starts a model, says so and waits to be killed. */
static int be_parent(const char *fake_model, const char *data, const char *script_path)
{
    setenv("LLAMA_ARG_FAKE", script_path, 1);
    struct local_options o = {.model_file = fake_model, .server = FAKE, .data = data, .poll_ms = 50};
    struct deadline d = {clock_ms() + PATIENCE_MS, NULL};
    struct local_model *m;
    struct local_report r;
    struct err e;
    if (!local_model_start(&o, &m, &e) || !local_model_ready(m, &d))
        return 1;
    local_model_state(m, &r);
    printf("%d\n", (int)r.pid);
    fflush(stdout);
    pause();
    return 0;
}

static void it_dies_with_its_parent(void **state)
{
    (void)state;
    options("hang-term");
    char *argv[] = {(char[]){"parent"}, (char[]){"--parent"}, model, folder, script, NULL};
    int pipes[2], n = 0, child = 0;
    pid_t parent;
    posix_spawn_file_actions_t actions;
    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1);
    assert_int_equal(posix_spawn(&parent, "/proc/self/exe", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(pipes[1]);
    FILE *in = fdopen(pipes[0], "r");
    n = fscanf(in, "%d", &child);
    fclose(in);
    assert_int_equal(n, 1);
    assert_int_equal(kill(child, 0), 0);
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    assert_true(gone(child));
}

static void wrong_files_are_refused_at_once(void **state)
{
    (void)state;
    char path[96];
    struct local_model *m;
    struct err e;
    uint64_t bytes;
    struct local_options o = options("ok");
    assert_true(local_file_check(model, &bytes, &e));
    assert_int_equal(bytes, 24);
    o.model_file = "/nonexistent/model.gguf";
    assert_false(local_model_start(&o, &m, &e));
    assert_int_equal(e.code, ERR_USAGE);
    assert_non_null(strstr(e.message, "/nonexistent/model.gguf"));
    o.model_file = folder;
    assert_false(local_model_start(&o, &m, &e));
    assert_non_null(strstr(e.message, "no file"));
    snprintf(path, sizeof path, "%s/other", folder);
    o.model_file = path;
    write_file(path, "PK\003\004 a zip file, longer than a head", 36);
    assert_false(local_model_start(&o, &m, &e));
    assert_non_null(strstr(e.message, "no GGUF"));
    write_file(path, "GGUF\001\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
    assert_false(local_model_start(&o, &m, &e));
    assert_non_null(strstr(e.message, "version 1"));
    write_file(path, "GGUF", 4);
    assert_false(local_model_start(&o, &m, &e));
    o = options("ok");
    o.data = "/nonexistent";
    assert_false(local_model_start(&o, &m, &e));
    assert_int_equal(e.code, ERR_IO);
    o = options("ok");
    o.server = "/nonexistent/llama-server";
    assert_false(local_model_start(&o, &m, &e));
    assert_int_equal(e.code, ERR_USAGE);
}

static void the_server_is_found(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e;
    const char *path, *before = arena_dup(a, slice_of(getenv("PATH"))).p, *cache = getenv("XDG_CACHE_HOME");
    char bin[96], place[128], expected[192];
    snprintf(bin, sizeof bin, "%s/bin", folder);
    mkdir(bin, 0700);
    snprintf(place, sizeof place, "%s/footnote", folder);
    mkdir(place, 0700);
    snprintf(place, sizeof place, "%s/footnote/llm", folder);
    mkdir(place, 0700);
    setenv("PATH", arena_printf(a, "bin:%s:/bin", bin).p, 1);
    setenv("XDG_CACHE_HOME", folder, 1);
    assert_false(local_server_find(a, NULL, &path, &e));
    assert_string_equal(path, ""); /* doctor prints it */
    assert_non_null(strstr(e.message, "make llm"));
    assert_false(local_server_find(a, "llama-server-2", &path, &e));
    snprintf(expected, sizeof expected, "%s/llama-server", place);
    assert_int_equal(symlink("/bin/true", expected), 0);
    assert_true(local_server_find(a, "", &path, &e));
    assert_string_equal(path, expected);
    snprintf(expected, sizeof expected, "%s/llama-server", bin);
    write_file(expected, "x", 1);
    assert_true(local_server_find(a, "", &path, &e)); /* not executable: passed over */
    assert_string_not_equal(path, expected);
    chmod(expected, 0700);
    assert_true(local_server_find(a, "", &path, &e));
    assert_string_equal(path, expected);
    assert_true(local_server_find(a, "llama-server", &path, &e));
    assert_false(local_server_find(a, folder, &path, &e));
    assert_true(local_server_find(a, FAKE, &path, &e));
    assert_true(path[0] == '/' && slice_ends(slice_of(path), SLICE(FAKE)));
    setenv("PATH", before, 1);
    if (cache)
        setenv("XDG_CACHE_HOME", cache, 1);
    else
        unsetenv("XDG_CACHE_HOME");
    arena_free(a);
}

int main(int argc, char **argv)
{
    log_set_level(LOG_OFF);
    if (argc == 5 && strcmp(argv[1], "--parent") == 0)
        return be_parent(argv[2], argv[3], argv[4]);
    if (!mkdtemp(folder))
        return 1;
    snprintf(script, sizeof script, "%s/script", folder);
    snprintf(model, sizeof model, "%s/tiny.gguf", folder);
    snprintf(log_path, sizeof log_path, "%s/llama-server.log", folder);
    write_file(model, "GGUF\003\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
    setenv("LLAMA_ARG_FAKE", script, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files_are_refused_at_once),
        cmocka_unit_test(the_server_is_found),
        cmocka_unit_test(it_starts_and_answers_to_its_key_alone),
        cmocka_unit_test(the_child_gets_what_it_needs_and_nothing_else),
        cmocka_unit_test(a_late_one_is_waited_for),
        cmocka_unit_test(one_that_ends_is_started_again),
        cmocka_unit_test(a_killed_one_comes_back_at_the_same_place),
        cmocka_unit_test(a_hung_one_is_killed),
        cmocka_unit_test(one_that_never_gets_well_is_killed),
        cmocka_unit_test(its_log_has_a_ceiling),
        cmocka_unit_test(stopping_takes_the_whole_group),
        cmocka_unit_test(other_children_are_left_alone),
        cmocka_unit_test(nobody_else_can_take_the_port),
        cmocka_unit_test(it_dies_with_its_parent),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pid_t pid;
    char *rm[] = {(char[]){"rm"}, (char[]){"-rf"}, folder, NULL};
    if (posix_spawn(&pid, "/bin/rm", NULL, NULL, rm, environ) == 0)
        waitpid(pid, NULL, 0);
    return failed;
}
