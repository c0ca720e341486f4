/* mcp_cmd.c - footnote mcp: the Model Context Protocol on standard input and output, for clients that start their
 * servers themselves. Needs no server and no key; it answers from the local data folder, as footnote ask does.
 *
 * One message is one line. This thread reads them, and answers at once what needs no work. Calls of tools run on a few
 * threads of their own, so that a cancellation is read while they run. At the end of the input, clients want the
 * process to end soon: what still runs is cancelled. Nothing but messages goes to standard output. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/trail.h"
#include "base/work.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/stop_signals.h"
#include "http/mcp_run.h"

enum { CALLS_AT_ONCE = 4, CALLS_WAITING = 60, READ_BYTES = 64 * 1024, NAME_BYTES = 32 };

struct mcp_request { /* a call that waits or runs; in its message's arena */
    struct mcp_session *session;
    struct mcp_message message;
    atomic_bool cancelled;
    int64_t asked_ms;
    char name[NAME_BYTES]; /* for the log */
    struct mcp_request *next;
};

struct mcp_session {
    struct api_world *world;
    struct work *work;
    pthread_mutex_t lock; /* guards the list */
    struct mcp_request *first;
    pthread_mutex_t writing; /* of standard output: a line is never torn */
    atomic_bool output_gone;
    uint64_t calls;
    size_t line_most; /* bytes */
};

static void mcp_help(void)
{
    puts("usage: footnote mcp [OPTIONS]\n\n"
         "Speaks the Model Context Protocol on standard input and output, for programs that start their servers\n"
         "themselves. Tools: research, search, fetch, web_search, web_fetch. It answers from the local data folder;\n"
         "a server (footnote serve) has the same at POST /mcp.\n\n"
         "  claude mcp add footnote -- footnote mcp\n");
    config_help(CONFIG_ASK | CONFIG_ANSWER | CONFIG_WEB | CONFIG_SEARCH, stdout);
    config_help(CONFIG_ALL, stdout);
}

static void mcp_write_line(void *ud, struct slice message)
{
    struct mcp_session *s = ud;
    pthread_mutex_lock(&s->writing);
    bool ok = fwrite(message.p, 1, message.n, stdout) == message.n && putchar('\n') != EOF && fflush(stdout) == 0;
    pthread_mutex_unlock(&s->writing);
    if (!ok)
        atomic_store(&s->output_gone, true);
}

static void mcp_write_error(struct mcp_session *s, const struct value *id, const struct mcp_error *e)
{
    struct buf out;
    buf_init(&out, MCP_MAX_BYTES);
    mcp_print_error(id, e, &out);
    mcp_write_line(s, buf_slice(&out));
    buf_release(&out);
}

/* Answers one request and writes the reply, unless it was cancelled. */
static void mcp_answer_request(struct mcp_session *s, const struct mcp_message *m, atomic_bool *cancelled,
                               int64_t asked_ms)
{
    struct outcome_work work = {.model = NULL};
    bool given = false;
    const struct mcp_caller caller = {.world = s->world,
                                      .models = SLICE(""),
                                      .domains = SLICE(""),
                                      .cancelled = cancelled,
                                      .asked_ms = asked_ms,
                                      .work = &work,
                                      .given = &given,
                                      .notify = mcp_write_line,
                                      .ud = s};
    struct mcp_error e;
    struct buf out;
    buf_init(&out, MCP_MAX_BYTES);
    int status = mcp_run(&caller, m, &out);
    if (status && out.over) {
        (void)mcp_fail(m->arena, &e, MCP_INTERNAL, 200, "The reply is too long.");
        mcp_write_error(s, m->id, &e);
    } else if (status && !atomic_load(cancelled)) {
        mcp_write_line(s, buf_slice(&out));
    }
    buf_release(&out);
}

static void mcp_unlist(struct mcp_session *s, struct mcp_request *r)
{
    pthread_mutex_lock(&s->lock);
    struct mcp_request **at = &s->first;
    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    pthread_mutex_unlock(&s->lock);
}

static void mcp_work_on(void *thing)
{
    struct mcp_request *r = thing;
    struct mcp_session *s = r->session;
    struct arena *a = r->message.arena;
    trail_begin(r->name, "");
    if (!atomic_load(&r->cancelled))
        mcp_answer_request(s, &r->message, &r->cancelled, r->asked_ms);
    trail_end();
    mcp_unlist(s, r);
    arena_free(a);
}

/* The message's arena belongs to the call from now on. */
static void mcp_start_call(struct mcp_session *s, const struct mcp_message *m)
{
    struct mcp_request *r = arena_array(m->arena, struct mcp_request, 1);
    struct mcp_error e;
    *r = (struct mcp_request){.session = s, .message = *m, .asked_ms = clock_ms()};
    snprintf(r->name, sizeof r->name, "mcp-%llu", (unsigned long long)++s->calls);
    pthread_mutex_lock(&s->lock);
    r->next = s->first;
    s->first = r;
    pthread_mutex_unlock(&s->lock);
    if (work_try(s->work, &(struct work_job){.run = mcp_work_on, .thing = r}))
        return;
    mcp_unlist(s, r);
    (void)mcp_fail(m->arena, &e, MCP_INTERNAL, 200, "Too many calls wait; at most %d do.", CALLS_WAITING);
    mcp_write_error(s, m->id, &e);
    arena_free(m->arena);
}

/* id NULL: all of them. */
static void mcp_cancel(struct mcp_session *s, const struct value *id)
{
    pthread_mutex_lock(&s->lock);
    for (struct mcp_request *r = s->first; r; r = r->next)
        if (!id || value_equal(r->message.id, id))
            atomic_store(&r->cancelled, true);
    pthread_mutex_unlock(&s->lock);
}

static void mcp_hear(struct mcp_session *s, const struct mcp_message *m)
{
    const struct value *id = value_member(m->params.object, SLICE("requestId"));
    if (slice_is(m->method, "notifications/cancelled") && id)
        mcp_cancel(s, id);
}

static void mcp_take_line(struct mcp_session *s, struct slice line)
{
    struct arena *a = arena_new();
    struct mcp_message m;
    struct mcp_error e;
    atomic_bool never = false;
    if (!mcp_message_parse(a, line, false, &m, &e)) {
        mcp_write_error(s, m.id, &e);
    } else if (!m.id) {
        mcp_hear(s, &m);
    } else if (mcp_is_work(&m)) {
        mcp_start_call(s, &m);
        return;
    } else {
        mcp_answer_request(s, &m, &never, clock_ms());
    }
    arena_free(a);
}

static void mcp_refuse_line(struct mcp_session *s)
{
    struct arena *a = arena_new();
    struct mcp_error e;
    (void)mcp_fail(a, &e, MCP_PARSE, 400, "A message may have at most %zu bytes.", s->line_most);
    mcp_write_error(s, NULL, &e);
    arena_free(a);
}

/* Takes the whole lines that are there. *skipping: the rest of a line that was too long is left out. */
static void mcp_take_lines(struct mcp_session *s, struct buf *held, struct slice piece, bool *skipping)
{
    while (piece.n) {
        size_t end = slice_find(piece, SLICE("\n"));
        if (!*skipping && !buf_add(held, slice_sub(piece, 0, end))) {
            mcp_refuse_line(s);
            *skipping = true;
        }
        if (end == piece.n)
            return;
        struct slice line = slice_trim(buf_slice(held));
        if (!*skipping && line.n)
            mcp_take_line(s, line);
        *skipping = false;
        buf_reset(held);
        piece = slice_sub(piece, end + 1, piece.n - end - 1);
    }
}

/* Waits until there is something to read; the signals that end the process come through here only. */
static bool mcp_wait(const sigset_t *signals)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    return ppoll(&in, 1, NULL, signals) > 0;
}

/* signals: those that are let through while it waits for input. */
static bool mcp_listen(struct mcp_session *s, const sigset_t *signals, struct err *e)
{
    char *piece = malloc(READ_BYTES);
    bool skipping = false, ok = true;
    struct buf held;
    if (!piece)
        return err_set(e, ERR_NO_MEMORY, NULL);
    buf_init(&held, s->line_most);
    while (!atomic_load(&stop_asked) && !atomic_load(&s->output_gone)) {
        if (!mcp_wait(signals))
            continue;
        ssize_t n = read(STDIN_FILENO, piece, READ_BYTES);
        if (n > 0)
            mcp_take_lines(s, &held, (struct slice){piece, (size_t)n}, &skipping);
        else if (n == 0 || errno != EINTR) {
            ok = n == 0 || err_set(e, ERR_IO, "Standard input cannot be read: %s.", strerror(errno));
            break;
        }
    }
    buf_release(&held);
    free(piece);
    return ok;
}

static bool mcp_serve(const struct config *c, struct err *e)
{
    struct answering own;
    sigset_t ending, before;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, &before); /* in the threads that follow, too */
    stop_signals_catch();
    if (!answering_open(c, &own, e))
        return false;
    struct api_world world = {.world = own.world,
                              .limits = {(size_t)c->max_input_chars, (unsigned)c->max_schema_depth}};
    struct mcp_session s = {.world = &world, .line_most = (size_t)c->max_body_bytes};
    pthread_mutex_init(&s.lock, NULL);
    pthread_mutex_init(&s.writing, NULL);
    s.work = work_new(CALLS_AT_ONCE, CALLS_WAITING, 0, e);
    bool ok = s.work && mcp_listen(&s, &before, e);
    mcp_cancel(&s, NULL);
    work_free(s.work);
    pthread_mutex_destroy(&s.writing);
    pthread_mutex_destroy(&s.lock);
    answering_close(&own);
    return ok;
}

int mcp_cmd(int argc, char **argv, const struct config *config)
{
    struct err e;
    int status;
    if (!options_read(&(struct options){.command = "mcp", .help = mcp_help}, &argc, argv, &status))
        return status;
    if (argc > 1) {
        fprintf(stderr, "footnote mcp: '%s' is not understood; see footnote mcp --help\n", argv[1]);
        return 2;
    }
    return command_status("mcp", mcp_serve(config, &e), &e);
}
