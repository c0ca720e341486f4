/* pdf.c - starts pdftotext, feeds it a PDF through a memory file, reads its text through a pipe, and ends it in time.
 * Twice at once, since only its second way of reading keeps hyphens (pdf_hyphens.h).
 *
 * It uses fork and exec, since posix_spawn cannot set limits. Between the two, the child calls only functions that are
 * safe after a fork in a process with threads. The child leads a process group of its own, so that its own children die
 * with it. It dies with the thread that started it. */
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

#include "base/again.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/cage.h"
#include "base/utf8.h"
#include "fetch/pdf_hyphens.h"
#include "text/charset.h"

enum { POLL_MS = 50, CANNOT_START = 127 };

const struct pdf_limits pdf_limits_default = {"/usr/bin/pdftotext", 10, (size_t)1 << 30, PAGE_TEXT_BYTES_MAX, 15000};

static void pdf_limit(int what, rlim_t n)
{
    struct rlimit r = {n, n};
    setrlimit((__rlimit_resource_t)what, &r);
}

/* It reads libraries, and fonts and tables of its own. It writes nothing, calls nobody, and starts nothing. `footnote
 * doctor` and the log of a server say what the kernel lacks. */
static void pdf_confine(const struct pdf_limits *l, const struct cage_filter *filter)
{
    const struct cage_place places[] = {{"/usr", CAGE_READ | CAGE_RUN},    {"/lib", CAGE_READ | CAGE_RUN},
                                        {"/lib64", CAGE_READ | CAGE_RUN},  {"/etc/ld.so.cache", CAGE_READ},
                                        {"/etc/fonts", CAGE_READ},         {"/dev/null", CAGE_READ | CAGE_WRITE},
                                        {l->program, CAGE_READ | CAGE_RUN}};
    (void)cage_files(CAGE_READ | CAGE_WRITE | CAGE_RUN, places, COUNT_OF(places));
    if (filter)
        (void)cage_enter(filter);
}

/* The filter knows the program by where its name stands: a child writes it here. */
static char pdf_program[4096];

static _Noreturn void run_child(const struct pdf_limits *l, const struct cage_filter *filter, int in, int out, bool raw)
{
    char *const argv[] = {(char[]){"pdftotext"},
                          (char[]){"-q"},
                          (char[]){"-enc"},
                          (char[]){"UTF-8"},
                          (char[]){"-"},
                          (char[]){"-"},
                          raw ? (char[]){"-raw"} : NULL,
                          NULL};
    char *const environment[] = {(char[]){"LC_ALL=C.UTF-8"}, NULL};
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    int nothing = open("/dev/null", O_WRONLY);
    if (nothing < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(nothing, 2) < 0)
        _exit(CANNOT_START);
    close_range(3, ~0U, 0);
    pdf_limit(RLIMIT_CPU, l->cpu_s);
    pdf_limit(RLIMIT_AS, l->memory_bytes);
    pdf_limit(RLIMIT_FSIZE, 0); /* it writes to a pipe, so it needs no files */
    pdf_limit(RLIMIT_NOFILE, 32);
    pdf_limit(RLIMIT_CORE, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    memcpy(pdf_program, l->program, strnlen(l->program, sizeof pdf_program - 1));
    pdf_confine(l, filter);
    execve(pdf_program, argv, environment);
    _exit(CANNOT_START);
}

/* A file without a name that contains the PDF, positioned at its start. */
static int memory_file(struct slice bytes)
{
    int fd = memfd_create("pdf", MFD_CLOEXEC);
    if (fd >= 0 && (!again_write(fd, bytes) || lseek(fd, 0, SEEK_SET) < 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

enum end { END_NOT_YET, END_OF_TEXT, END_FULL, END_TIME, END_CANCELLED };

struct child {
    pid_t pid;
    int from; /* the pipe that its text comes from */
    struct buf text;
    enum end end;
};

static void child_read(struct child *c)
{
    char chunk[65536];
    ssize_t n = again_read(c->from, chunk, sizeof chunk);
    size_t room = c->text.max_bytes - c->text.n;
    if (n <= 0) {
        c->end = END_OF_TEXT;
        return;
    }
    buf_add(&c->text, (struct slice){chunk, (size_t)n < room ? (size_t)n : room});
    if ((size_t)n >= room)
        c->end = END_FULL;
}

/* Reads both to their ends. */
static void read_texts(struct child *both, int64_t until_ms, const struct deadline *d)
{
    while (both[0].end == END_NOT_YET || both[1].end == END_NOT_YET) {
        struct pollfd p[2];
        int64_t left = until_ms - clock_ms();
        bool cancelled = d && deadline_cancelled(d);
        for (size_t i = 0; i < 2; i++) {
            if (both[i].end == END_NOT_YET && (cancelled || left <= 0))
                both[i].end = cancelled ? END_CANCELLED : END_TIME;
            p[i] = (struct pollfd){.fd = both[i].end == END_NOT_YET ? both[i].from : -1, .events = POLLIN};
        }
        if (cancelled || left <= 0 || poll(p, 2, left < POLL_MS ? (int)left : POLL_MS) <= 0)
            continue;
        for (size_t i = 0; i < 2; i++)
            if (p[i].revents)
                child_read(&both[i]);
    }
}

/* Waits for the child until until_ms, then kills it. */
static int pdf_reap(pid_t child, int64_t until_ms)
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

static bool pdf_in_word(unsigned char c)
{
    return ascii_is_letter(c) || c >= 0x80;
}

/* Joins words that were cut at the end of a line, and turns form feeds, which end pages, into blank lines. Soft hyphens
 * go, with the line end behind them. */
static struct slice pdf_tidy(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n * 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        struct slice rest = slice_sub(text, i, text.n - i);
        bool next_small = rest.n > 2 && ascii_is_lower((unsigned char)rest.p[2]);
        if (c == '-' && i > 0 && ascii_is_lower((unsigned char)text.p[i - 1]) && rest.n > 1 && rest.p[1] == '\n' &&
            next_small) {
            i++;
        } else if (slice_starts(rest, SLICE("\xC2\xAD"))) {
            bool cut = rest.n > 3 && (rest.p[2] == ' ' || rest.p[2] == '\n') && pdf_in_word((unsigned char)rest.p[3]);
            i += 1 + cut;
        } else if (c == '\f') {
            out[n++] = '\n';
            out[n++] = '\n';
        } else if (c >= ' ' || c == '\n' || c == '\t') {
            out[n++] = (char)c;
        }
    }
    return slice_trim((struct slice){out, n});
}

static bool pdf_start(const struct pdf_limits *l, struct slice bytes, bool raw, struct child *c, struct err *e)
{
    const struct cage_filter *filter = cage_reader_filter(pdf_program);
    int pipes[2] = {-1, -1}, in = memory_file(bytes);
    *c = (struct child){.pid = -1, .from = -1, .end = END_OF_TEXT};
    buf_init(&c->text, l->output_bytes);
    if (in < 0 || pipe2(pipes, O_CLOEXEC) < 0) {
        if (in >= 0)
            close(in);
        return err_set(e, ERR_UNAVAILABLE, "A PDF could not be handed to %s: %s.", l->program, strerror(errno));
    }
    c->pid = fork();
    if (c->pid == 0)
        run_child(l, filter, in, pipes[1], raw);
    if (c->pid > 0)
        setpgid(c->pid, c->pid); /* the child does the same; whichever runs first wins */
    int cause = errno;
    close(in);
    close(pipes[1]);
    c->from = pipes[0];
    if (c->pid < 0)
        return err_set(e, ERR_UNAVAILABLE, "%s could not be started: %s.", l->program, strerror(cause));
    c->end = END_NOT_YET;
    return true;
}

/* The status that the child ended with. */
static int pdf_end(struct child *c, int64_t until_ms)
{
    if (c->from >= 0)
        close(c->from);
    if (c->pid > 0 && c->end != END_OF_TEXT)
        kill(-c->pid, SIGKILL);
    return c->pid > 0 ? pdf_reap(c->pid, until_ms) : 0;
}

static struct slice child_text(struct arena *a, const struct child *c)
{
    struct slice text = buf_slice(&c->text);
    size_t valid = utf8_check(text);
    if (c->end == END_FULL && valid < text.n)
        text.n = valid; /* drops a last character that was cut */
    return charset_to_utf8(a, text, SLICE("text/plain; charset=utf-8"));
}

/* pdftotext says by its exit status that it could not open the file, but not why. */
static enum page_why pdf_why(struct slice bytes, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return PAGE_PDF_PICTURES;
    return slice_find(bytes, SLICE("/Encrypt")) < bytes.n ? PAGE_PDF_LOCKED : PAGE_PDF_DAMAGED;
}

bool pdf_extract(struct arena *a, struct slice bytes, const struct pdf_limits *limits, const struct deadline *d,
                 struct page_text *out, struct err *e)
{
    const struct pdf_limits *l = limits ? limits : &pdf_limits_default;
    int64_t until = clock_ms() + l->timeout_ms;
    struct child both[2]; /* the text in the order of reading, and line by line */
    struct err ignored;
    *out = (struct page_text){.why = PAGE_EMPTY};
    if (d && d->at_ms < until)
        until = d->at_ms;
    if (!pdf_start(l, bytes, false, &both[0], e)) {
        pdf_end(&both[0], until);
        return false;
    }
    if (!pdf_start(l, bytes, true, &both[1], &ignored))
        both[1].end = END_OF_TEXT; /* then hyphens at line ends are lost */
    read_texts(both, until, d);
    int status = pdf_end(&both[0], until);
    pdf_end(&both[1], until);
    enum end end = both[0].end;
    bool ok = true;
    if (end == END_CANCELLED)
        ok = err_set(e, ERR_CANCELLED, NULL);
    else if (end == END_TIME)
        ok = err_set(e, ERR_DEADLINE, "The PDF took too long to read.");
    else if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_START)
        ok = err_set(e, ERR_UNAVAILABLE, "%s could not be started; it is part of the package poppler-utils.",
                     l->program);
    if (ok) {
        struct slice found = child_text(a, &both[0]);
        out->text = pdf_tidy(a, pdf_hyphens(a, found, child_text(a, &both[1])));
        out->cut = end == END_FULL;
        out->why = out->text.n ? PAGE_READ : pdf_why(bytes, status);
    }
    buf_release(&both[0].text);
    buf_release(&both[1].text);
    return ok;
}
