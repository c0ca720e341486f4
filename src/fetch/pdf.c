/* pdf.c - starts pdftotext, feeds it a PDF through a memory file, reads its text through a pipe, and ends it in time.
 *
 * fork and exec rather than posix_spawn, which cannot set limits. Between the two the child calls only what is safe
 * after a fork in a process with threads. The child is the head of a process group of its own, so that nothing it might
 * start outlives it, and it dies with the thread that started it. */
#include "fetch/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/charset.h"

enum { POLL_MS = 50, CANNOT_START = 127 };

const struct pdf_limits pdf_limits_default = {"/usr/bin/pdftotext", 10, (size_t)1 << 30, PAGE_TEXT_BYTES_MAX, 15000};

static void limit(int what, rlim_t n)
{
    struct rlimit r = {n, n};
    setrlimit((__rlimit_resource_t)what, &r);
}

static _Noreturn void run_child(const struct pdf_limits *l, int in, int out)
{
    char *const argv[] = {
        (char[]){"pdftotext"}, (char[]){"-q"}, (char[]){"-enc"}, (char[]){"UTF-8"}, (char[]){"-"}, (char[]){"-"}, NULL};
    char *const environment[] = {(char[]){"LC_ALL=C.UTF-8"}, NULL};
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    int nothing = open("/dev/null", O_WRONLY);
    if (nothing < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(nothing, 2) < 0)
        _exit(CANNOT_START);
    close_range(3, ~0U, 0);
    limit(RLIMIT_CPU, l->cpu_s);
    limit(RLIMIT_AS, l->memory_bytes);
    limit(RLIMIT_FSIZE, 0); /* it writes to a pipe, and to no file */
    limit(RLIMIT_NOFILE, 32);
    limit(RLIMIT_CORE, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execve(l->program, argv, environment);
    _exit(CANNOT_START);
}

/* The PDF as a file without a name, at its start. */
static int memory_file(struct slice bytes)
{
    int fd = memfd_create("pdf", MFD_CLOEXEC);
    for (size_t done = 0; fd >= 0 && done < bytes.n;) {
        ssize_t n = write(fd, bytes.p + done, bytes.n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            close(fd);
            return -1;
        }
        done += (size_t)n;
    }
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

enum end { END_OF_TEXT, END_FULL, END_TIME, END_CANCELLED };

static enum end read_text(int fd, int64_t until_ms, const struct deadline *d, struct buf *text)
{
    char chunk[65536];
    for (;;) {
        int64_t left = until_ms - clock_ms();
        if (d && deadline_cancelled(d))
            return END_CANCELLED;
        if (left <= 0)
            return END_TIME;
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, left < POLL_MS ? (int)left : POLL_MS);
        if (ready <= 0)
            continue;
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return END_OF_TEXT;
        size_t room = text->max_bytes - text->n;
        buf_add(text, (struct slice){chunk, (size_t)n < room ? (size_t)n : room});
        if ((size_t)n >= room)
            return END_FULL;
    }
}

/* Waits for the child, but no longer than until_ms; then it is killed. */
static int reap(pid_t child, int64_t until_ms)
{
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (clock_ms() >= until_ms)
            kill(-child, SIGKILL);
        struct timespec nap = {0, 1000000};
        nanosleep(&nap, NULL);
    }
    return status;
}

/* Words cut at the end of a line are joined; form feeds part pages as blank lines part paragraphs. */
static struct slice tidy(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n * 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool next_small = i + 2 < text.n && text.p[i + 2] >= 'a' && text.p[i + 2] <= 'z';
        if (c == '-' && i > 0 && text.p[i - 1] >= 'a' && text.p[i - 1] <= 'z' && i + 1 < text.n &&
            text.p[i + 1] == '\n' && next_small) {
            i++;
        } else if (c == '\f') {
            out[n++] = '\n';
            out[n++] = '\n';
        } else if (c >= ' ' || c == '\n' || c == '\t') {
            out[n++] = (char)c;
        }
    }
    return slice_trim((struct slice){out, n});
}

static bool start(const struct pdf_limits *l, struct slice bytes, pid_t *child, int *from, struct err *e)
{
    int pipes[2] = {-1, -1}, in = memory_file(bytes);
    if (in < 0 || pipe2(pipes, O_CLOEXEC) < 0) {
        if (in >= 0)
            close(in);
        return err_set(e, ERR_UNAVAILABLE, "A PDF could not be handed to %s: %s.", l->program, strerror(errno));
    }
    *child = fork();
    if (*child == 0)
        run_child(l, in, pipes[1]);
    if (*child > 0)
        setpgid(*child, *child); /* here too: whoever comes first */
    int cause = errno;
    close(in);
    close(pipes[1]);
    *from = pipes[0];
    if (*child < 0) {
        close(pipes[0]);
        return err_set(e, ERR_UNAVAILABLE, "%s could not be started: %s.", l->program, strerror(cause));
    }
    return true;
}

bool pdf_extract(struct arena *a, struct slice bytes, const struct pdf_limits *limits, const struct deadline *d,
                 struct page_text *out, struct err *e)
{
    const struct pdf_limits *l = limits ? limits : &pdf_limits_default;
    int64_t until = clock_ms() + l->timeout_ms;
    struct buf text;
    pid_t child = -1;
    int from = -1;
    *out = (struct page_text){.why = PAGE_EMPTY};
    if (d && d->at_ms < until)
        until = d->at_ms;
    if (!start(l, bytes, &child, &from, e))
        return false;
    buf_init(&text, l->output_bytes);
    enum end end = read_text(from, until, d, &text);
    close(from);
    if (end != END_OF_TEXT)
        kill(-child, SIGKILL);
    int status = reap(child, until);
    bool ok = true;
    if (end == END_CANCELLED)
        ok = err_set(e, ERR_CANCELLED, NULL);
    else if (end == END_TIME)
        ok = err_set(e, ERR_DEADLINE, "The PDF took too long to read.");
    else if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_START)
        ok = err_set(e, ERR_UNAVAILABLE, "%s could not be started; it is part of the package poppler-utils.",
                     l->program);
    if (ok) {
        struct slice found = buf_slice(&text);
        size_t valid = utf8_check(found);
        if (end == END_FULL && valid < found.n)
            found.n = valid; /* the last character was cut */
        out->text = tidy(a, charset_to_utf8(a, found, SLICE("text/plain; charset=utf-8")));
        out->cut = end == END_FULL;
        out->why = out->text.n ? PAGE_READ : PAGE_EMPTY;
    }
    buf_release(&text);
    return ok;
}
