/* supervise_child.c - one llama-server: command line, environment, fork and exec, log.
 *
 * It uses fork and exec, since posix_spawn can neither tie a child to the life of its parent nor set limits. Everything
 * that takes memory is prepared before the fork; between fork and exec the child calls only functions that are safe
 * there in a process with threads. */
#include "llm/supervise_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/again.h"
#include "llm/supervise.h"

extern char **environ;

enum { CANNOT_START = 127, ARGUMENTS = 24, ENVIRONMENT = 128 };

static char *child_text(struct arena *a, const char *s)
{
    struct slice copy = slice_of(s);
    char *out = arena_alloc(a, copy.n + 1);
    memcpy(out, copy.p, copy.n);
    return out;
}

static char *child_number(struct arena *a, unsigned n)
{
    return child_text(a, arena_printf(a, "%u", n).p);
}

/* The model's name in replies: its file's, without folders. */
static const char *child_alias(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct slice name = slice_of(slash ? slash + 1 : path);
    if (slice_ends(name, SLICE(".gguf")))
        name.n -= 5;
    return arena_dup(a, name).p;
}

static bool passed_on(struct slice entry)
{
    static const char *const prefixes[] = {"LLAMA_ARG_", "GGML_", "CUDA_", "HIP_", "ROCR_", "HSA_", "OMP_"};
    static const char *const names[] = {"PATH", "HOME", "XDG_CACHE_HOME", "LD_LIBRARY_PATH", "TMPDIR", "TZ"};
    struct slice name = slice_sub(entry, 0, slice_find(entry, SLICE("=")));
    if (slice_is(name, "LLAMA_ARG_REUSE_PORT"))
        return false;
    for (size_t i = 0; i < COUNT_OF(prefixes); i++)
        if (slice_starts(name, slice_of(prefixes[i])))
            return true;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (slice_is(name, names[i]))
            return true;
    return false;
}

static char *const *environment_of(struct arena *a, const char *key)
{
    char **out = arena_array(a, char *, ENVIRONMENT + 1);
    size_t n = 0;
    out[n++] = child_text(a, "LC_ALL=C.UTF-8");
    out[n++] = child_text(a, arena_printf(a, "LLAMA_API_KEY=%s", key).p);
    out[n++] = child_text(a, "LLAMA_ARG_REUSE_PORT=1"); /* as a variable, since older ones refuse unknown flags */
    for (char **entry = environ; *entry && n < ENVIRONMENT; entry++)
        if (passed_on(slice_of(*entry)))
            out[n++] = child_text(a, *entry);
    return out;
}

void child_plan(struct arena *a, const struct local_options *o, const char *program, const char *model_path,
                unsigned port, const char *key, struct child_plan *out)
{
    unsigned parallel = o->parallel ? o->parallel : LOCAL_PARALLEL;
    unsigned context = o->context_tokens ? o->context_tokens : LOCAL_CONTEXT_TOKENS;
    char **v = arena_array(a, char *, ARGUMENTS);
    size_t n = 0;
    v[n++] = child_text(a, "llama-server");
    v[n++] = child_text(a, "--model"), v[n++] = child_text(a, model_path);
    v[n++] = child_text(a, "--alias"), v[n++] = child_text(a, child_alias(a, model_path));
    v[n++] = child_text(a, "--host"), v[n++] = child_text(a, "127.0.0.1");
    v[n++] = child_text(a, "--port"), v[n++] = child_number(a, port);
    /* llama-server shares one context out among its slots. */
    v[n++] = child_text(a, "--ctx-size"),
    v[n++] = child_number(a, context > UINT32_MAX / parallel ? UINT32_MAX : context * parallel);
    v[n++] = child_text(a, "--parallel"), v[n++] = child_number(a, parallel);
    v[n++] = child_text(a, "--jinja");
    v[n++] = child_text(a, "--no-webui");
    if (o->threads)
        v[n++] = child_text(a, "--threads"), v[n++] = child_number(a, o->threads);
    *out = (struct child_plan){program, v, environment_of(a, key)};
}

/* When memory runs short, the model should go before footnote does. */
static void offer_to_the_oom_killer(void)
{
    (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* else the file is root's */
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)!again_write(fd, SLICE("500"));
    close(fd);
}

static _Noreturn void run_child(const struct child_plan *p, pid_t parent, int out)
{
    struct rlimit no_core = {0, 0};
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before we asked to be told */
        _exit(CANNOT_START);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &no_core); /* it would hold what users asked */
    offer_to_the_oom_killer();
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || chdir("/") != 0)
        _exit(CANNOT_START);
    close_range(3, ~0U, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execve(p->program, p->arguments, p->environment);
    _exit(CANNOT_START);
}

bool child_start(const struct child_plan *p, struct child *out, struct err *e)
{
    int pipes[2];
    pid_t self = getpid();
    *out = (struct child){0, -1, -1};
    if (pipe2(pipes, O_CLOEXEC) < 0)
        return err_set(e, ERR_UNAVAILABLE, "%s could not be started: %s.", p->program, strerror(errno));
    pid_t pid = fork();
    if (pid == 0)
        run_child(p, self, pipes[1]);
    int cause = errno;
    close(pipes[1]);
    if (pid < 0) {
        close(pipes[0]);
        return err_set(e, ERR_UNAVAILABLE, "%s could not be started: %s.", p->program, strerror(cause));
    }
    setpgid(pid, pid); /* here too: whoever comes first */
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    *out = (struct child){pid, pidfd_open(pid, 0), pipes[0]};
    if (out->pidfd >= 0)
        return true;
    cause = errno;
    kill(pid, SIGKILL);
    again_wait(pid, NULL);
    close(pipes[0]);
    *out = (struct child){0, -1, -1};
    return err_set(e, ERR_UNAVAILABLE, "%s could not be watched: %s.", p->program, strerror(cause));
}

/* The group is killed before the child is reaped; afterwards its number may belong to another process. */
bool child_ended(struct child *c, int *status)
{
    struct pollfd ended = {.fd = c->pidfd, .events = POLLIN};
    *status = 0;
    if (poll(&ended, 1, 0) <= 0)
        return false;
    kill(-c->pid, SIGKILL);
    again_wait(c->pid, status);
    return true;
}

void child_signal(const struct child *c, int sign)
{
    kill(-c->pid, sign);
}

void child_close(struct child *c)
{
    close(c->pidfd);
    close(c->out);
    *c = (struct child){0, -1, -1};
}

static int open_log(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

bool child_log_open(struct arena *a, const char *folder, size_t max_bytes, struct child_log *out, struct err *e)
{
    const char *path = arena_printf(a, "%s/llama-server.log", folder).p;
    *out = (struct child_log){path, arena_printf(a, "%s.old", path).p, max_bytes, 0, open_log(path)};
    if (out->fd < 0)
        return err_set(e, ERR_IO, "%s cannot be written: %s.", path, strerror(errno));
    off_t end = lseek(out->fd, 0, SEEK_END);
    out->bytes = end > 0 ? (size_t)end : 0;
    return true;
}

static void child_rotate(struct child_log *l)
{
    close(l->fd);
    if (rename(l->path, l->old_path) != 0)
        unlink(l->path);
    l->fd = open_log(l->path);
    l->bytes = 0;
}

void child_log_add(struct child_log *l, struct slice bytes)
{
    while (bytes.n > 0) {
        if (l->bytes >= l->max_bytes)
            child_rotate(l);
        size_t room = l->max_bytes - l->bytes;
        struct slice now = slice_sub(bytes, 0, bytes.n < room ? bytes.n : room);
        if (l->fd >= 0)
            (void)!again_write(l->fd, now); /* a full disk costs the log only */
        l->bytes += now.n;
        bytes = slice_sub(bytes, now.n, bytes.n - now.n);
    }
}

void child_log_close(struct child_log *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
}
