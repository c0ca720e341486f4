/* No memory: what fails for lack of it has set its error. Each allocation of an opening fails once, in a process of its
 * own, since an arena ends the process. */
#include "folder.h"
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cage.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/confidence_file.h"
#include "cli/files.h"
#include "cli/remember.h"
#include "crawl/frontier.h"
#include "index/index.h"
#include "llm/llm.h"
#include "net/guard.h"
#include "search/search.h"
#include "state/cache.h"
#include "state/completions.h"
#include "state/interactions.h"
#include "state/replies.h"
#include "state/state.h"

static long left = -1; /* allocations until the one that fails; less than 0: none */

extern void *__libc_malloc(size_t n), *__libc_calloc(size_t n, size_t size), *__libc_realloc(void *p, size_t n);
void *malloc(size_t n) __attribute__((malloc));
void *calloc(size_t n, size_t size) __attribute__((malloc));

static bool fails(void)
{
    if (left < 0 || left-- > 0)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return fails() ? NULL : __libc_realloc(p, n);
}

enum { MOST = 300, FINE = 0, UNSET = 1, ENOUGH = 2 };

static char folder[64], path[128];
static struct config config;

static bool open_state(struct err *e)
{
    struct state *s;
    return state_open(folder, &s, e);
}

static bool open_interactions(struct err *e)
{
    struct interactions *x;
    return interactions_open(folder, &x, e);
}

static bool open_replies(struct err *e)
{
    struct replies *r;
    return replies_open(folder, 1 << 20, &r, e);
}

static bool open_completions(struct err *e)
{
    struct completions *c;
    return completions_open(folder, 1 << 20, 1000, &c, e);
}

static bool open_cache(struct err *e)
{
    struct cache *c;
    return cache_open(folder, 1 << 20, &c, e);
}

static bool open_index(struct err *e)
{
    struct index *x;
    return index_open(folder, &x, e);
}

static bool open_frontier(struct err *e)
{
    struct frontier *f;
    bool goes_on, again;
    return frontier_open(path, SLICE("https://a.example/"), false, &f, &goes_on, &again, e);
}

static bool open_guard(struct err *e)
{
    struct guard *g;
    return guard_new(SLICE("10.0.0.0/8"), SLICE("80 443"), &g, e);
}

static bool open_search(struct err *e)
{
    static const char *const none[] = {NULL};
    struct search *s;
    return search_new(&(struct search_options){.providers = SLICE("none"), .folders = none}, &s, e);
}

static bool open_llm(struct err *e)
{
    struct llm *l;
    return llm_open(&(struct llm_options){.url = SLICE("http://127.0.0.1:9/v1")}, &l, e);
}

static bool open_remember(struct err *e)
{
    struct remember *r;
    return remember_new(folder, &r, e);
}

static bool write_confidence(struct err *e)
{
    static const struct confidence_model model;
    return confidence_write(path, &model, e);
}

static bool read_file(struct err *e)
{
    struct slice text;
    return file_read(arena_new(), "/proc/self/status", 1 << 20, &text, e);
}

/* The whole command, as far as an address that is none; what it prints is its error. */
static bool run_serve(struct err *e)
{
    char name[] = "serve", *argv[] = {name, NULL}, said[1024];
    int file = memfd_create("said", MFD_CLOEXEC);
    FILE *out = fdopen(dup(file), "w");
    if (!out)
        return true;
    stderr = out;
    int status = serve_cmd(1, argv, &config);
    fflush(out);
    ssize_t n = pread(file, said, sizeof said, 0);
    struct slice text = {said, n > 0 ? (size_t)n : 0};
    static const char begins[] = "footnote serve: ";
    bool sentence = slice_starts(text, slice_of(begins)) && text.n > sizeof begins && slice_ends(text, SLICE(".\n"));
    if (status != 0 && sentence && utf8_check(text) == text.n)
        err_set(e, ERR_IO, "%.*s", SLICE_ARGS(text));
    return status == 0;
}

static void each_allocation_fails_once(bool (*act)(struct err *e))
{
    for (long n = 0; n < MOST; n++) {
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            struct err e = {.code = ERR_COUNT};
            if (!freopen("/dev/null", "w", stderr))
                _exit(FINE);
            left = n;
            bool ok = act(&e), enough = left >= 0;
            left = -1;
            _exit(enough ? ENOUGH : ok || (e.code < ERR_COUNT && e.message[0]) ? FINE : UNSET);
        }
        int status = 0;
        while (waitpid(child, &status, 0) < 0)
            assert_int_equal(errno, EINTR);
        if (WIFSIGNALED(status)) {
            assert_int_equal(WTERMSIG(status), SIGABRT); /* an arena's last word */
            continue;
        }
        if (WEXITSTATUS(status) == ENOUGH)
            return;
        if (WEXITSTATUS(status) != FINE)
            fail_msg("without allocation %ld the error is not set", n);
    }
}

static void what_fails_for_lack_of_memory_says_so(void **unused)
{
    (void)cage_server_filter(); /* a thousand allocations, without which a server starts as well */
    static bool (*const acts[])(struct err *) = {
        open_state, open_interactions, open_replies, open_completions, open_cache,       open_index, open_frontier,
        open_guard, open_search,       open_llm,     open_remember,    write_confidence, read_file,  run_serve};
    (void)unused;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        each_allocation_fails_once(acts[i]);
}

static int make_folder(void **unused)
{
    (void)unused;
    snprintf(folder, sizeof folder, "/tmp/footnote-memory-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    char program[] = "footnote", data[] = "--data", listen[] = "--listen", nowhere[] = "nowhere", llm[] = "--llm",
         none[] = "none", *argv[] = {program, data, folder, listen, nowhere, llm, none, NULL};
    int argc = 7;
    struct err e;
    assert_true(config_load(arena_new(), &argc, argv,
                            CONFIG_SERVE | CONFIG_ANSWER | CONFIG_LLM | CONFIG_WEB | CONFIG_SEARCH | CONFIG_ALL,
                            &config, &e));
    return 0;
}

static int remove_folder(void **unused)
{
    (void)unused;
    return folder_drop(folder);
}
int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_fails_for_lack_of_memory_says_so)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
