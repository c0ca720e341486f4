/* supervise.c - the keeper's thread: starts the child, watches it, and starts it again.
 *
 * One loop waits for three things at once: a wish to stop (an eventfd), the end of the child (a pidfd) and its output.
 * Requests to /health run in small steps in between, so that a server that hangs while it prints a lot blocks neither.
 *
 * The port is reserved as long as the model lives: a socket of ours is bound to it with SO_REUSEPORT and never listens,
 * so connections go to the child alone. Linux lets others bind to the port if they use the same option and belong to
 * the same user. So the child can, at each start, and no other user can pose as the child to get the key and the
 * questions. */
#include "llm/supervise.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/random.h"
#include "llm/supervise_child.h"
#include "llm/supervise_find.h"
#include "net/http.h"

enum {
    KEY_CHARS = 40,
    STEP_MS = 20,          /* while a look at /health is under way */
    START_POLL_MS = 250,   /* between looks, until the first good one */
    READY_STEP_MS = 50,    /* how soon local_model_ready notices a cancel flag */
    PRINTED_BYTES = 16384, /* read at once of what the child prints, so that a flood leaves time for the rest */
    HEALTH_BYTES = 64 * 1024,
    CANNOT_START = 127, /* of child_start's exec */
};

struct local_model {
    struct arena *arena;
    struct local_options o; /* defaults filled in */
    struct child_plan plan;
    struct child_log log;     /* of the keeper's thread */
    struct http_client *http; /* for /health */
    const char *url, *health_url, *key;
    int port_fd, wake_fd;
    pthread_t thread;
    atomic_bool stopping;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct local_report report;
};

const char *local_state_name(enum local_state s)
{
    static const char *const names[] = {
#define X(name, wire, sentence) wire,
        LOCAL_STATES(X)
#undef X
    };
    return names[s];
}

const char *local_state_sentence(enum local_state s)
{
    static const char *const sentences[] = {
#define X(name, wire, sentence) sentence,
        LOCAL_STATES(X)
#undef X
    };
    return sentences[s];
}

/* why: NULL leaves what the last one ended of. */
static void set_state(struct local_model *m, enum local_state state, pid_t pid, const char *why)
{
    pthread_mutex_lock(&m->lock);
    struct local_report *r = &m->report;
    r->starts += state == LOCAL_STARTING;
    r->state = state;
    r->pid = pid;
    if (why)
        snprintf(r->last_end, sizeof r->last_end, "%s", why);
    struct local_report now = *r;
    pthread_cond_broadcast(&m->changed);
    pthread_mutex_unlock(&m->lock);
    log_event(state == LOCAL_WAITING ? LOG_WARN : LOG_INFO, "llama_server", "state=%s pid=%d starts=%u%s%s%s",
              local_state_name(state), (int)now.pid, now.starts, why ? " reason=\"" : "", why ? why : "",
              why ? "\"" : "");
}

/* One look at /health. */
struct look {
    struct arena *arena; /* NULL: none is under way */
    struct http_batch *batch;
};

static void look_begin(const struct local_model *m, struct look *l)
{
    struct deadline d = {clock_ms() + m->o.health_ms, NULL};
    struct http_request r = {.url = slice_of(m->health_url),
                             .max_wire_bytes = HEALTH_BYTES,
                             .max_body_bytes = HEALTH_BYTES,
                             .timeout_ms = m->o.health_ms,
                             .max_redirects = HTTP_NO_REDIRECTS};
    l->arena = arena_new();
    l->batch = http_begin(m->http, l->arena, &d);
    http_add(l->batch, &r);
}

static void look_end(struct look *l)
{
    if (!l->arena)
        return;
    http_end(l->batch);
    arena_free(l->arena);
    *l = (struct look){NULL, NULL};
}

/* True: it is done, and *well says how. */
static bool look_step(struct look *l, bool *well)
{
    struct http_reply *r = http_next(l->batch, clock_ms());
    if (!r)
        return false;
    *well = r->outcome == HTTP_OK && r->status == 200;
    look_end(l);
    return true;
}

/* The life of one child, as its keeper sees it. */
struct watch {
    struct child child;
    struct look look;
    bool silent; /* it closed its output */
    bool ready;
    int64_t started_ms, ready_ms, next_look_ms;
    unsigned failures; /* of looks, in a row, since it was ready */
};

static void read_output(struct local_model *m, struct watch *w)
{
    char chunk[PRINTED_BYTES];
    ssize_t n = read(w->child.out, chunk, sizeof chunk);
    if (n > 0)
        child_log_add(&m->log, (struct slice){chunk, (size_t)n});
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        w->silent = true;
}

/* Until something happens or `until_ms`. */
static void wait_for_news(struct local_model *m, struct watch *w, int64_t until_ms)
{
    int64_t left = until_ms - clock_ms();
    struct pollfd p[] = {{.fd = m->wake_fd, .events = POLLIN},
                         {.fd = w->child.pidfd, .events = POLLIN},
                         {.fd = w->silent ? -1 : w->child.out, .events = POLLIN}};
    if (poll(p, COUNT_OF(p), left > 0 ? (int)left : 0) > 0 && p[2].revents)
        read_output(m, w);
}

static void say_end(int status, char *out, size_t room)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_START)
        snprintf(out, room, "it could not be started");
    else if (WIFEXITED(status))
        snprintf(out, room, "it ended with status %d, see llama-server.log", WEXITSTATUS(status));
    else
        snprintf(out, room, "it was ended by signal %d", WTERMSIG(status));
}

/* Ends a child that still runs: asks first, when grace_ms allows it. */
static void end_child(struct local_model *m, struct watch *w, unsigned grace_ms)
{
    int status;
    int64_t until = clock_ms() + grace_ms;
    child_signal(&w->child, grace_ms ? SIGTERM : SIGKILL);
    for (bool killed = !grace_ms; !child_ended(&w->child, &status);) {
        struct pollfd p[] = {{.fd = w->child.pidfd, .events = POLLIN},
                             {.fd = w->silent ? -1 : w->child.out, .events = POLLIN}};
        int64_t left = until - clock_ms();
        if (!killed && left <= 0) {
            child_signal(&w->child, SIGKILL);
            killed = true;
        }
        if (poll(p, 2, killed ? READY_STEP_MS : (int)left) > 0 && p[1].revents)
            read_output(m, w);
    }
}

/* Looks at /health when it is time. NULL, or why the child has to go. */
static const char *look_after(struct local_model *m, struct watch *w)
{
    int64_t now = clock_ms();
    bool well;
    if (!w->look.arena && now >= w->next_look_ms)
        look_begin(m, &w->look);
    if (w->look.arena && look_step(&w->look, &well)) {
        w->next_look_ms = clock_ms() + (w->ready ? m->o.poll_ms : START_POLL_MS);
        if (well && !w->ready) {
            w->ready = true;
            w->ready_ms = clock_ms();
            w->next_look_ms = w->ready_ms + m->o.poll_ms;
            set_state(m, LOCAL_READY, w->child.pid, NULL);
        }
        w->failures = well ? 0 : w->failures + 1;
        if (w->ready && w->failures >= LOCAL_HEALTH_FAILURES)
            return "it no longer answered /health and was killed";
    }
    if (!w->ready && now - w->started_ms > m->o.start_ms)
        return "it did not answer /health in time after its start and was killed";
    return NULL;
}

/* Runs one child from its start to its end. *why: why it ended. True: it was up for so long that earlier ends are
 * forgotten.
 */
static bool keep_one(struct local_model *m, char *why, size_t room)
{
    struct watch w = {.started_ms = clock_ms()};
    struct err e;
    int status;
    if (!child_start(&m->plan, &w.child, &e)) {
        snprintf(why, room, "%.*s", (int)room - 1, e.message);
        return false;
    }
    set_state(m, LOCAL_STARTING, w.child.pid, NULL);
    for (;;) {
        if (atomic_load(&m->stopping)) {
            end_child(m, &w, m->o.stop_ms);
            break;
        }
        if (child_ended(&w.child, &status)) {
            say_end(status, why, room);
            break;
        }
        const char *reason = look_after(m, &w);
        if (reason) {
            snprintf(why, room, "%s", reason);
            end_child(m, &w, 0);
            break;
        }
        wait_for_news(m, &w, w.look.arena ? clock_ms() + STEP_MS : w.next_look_ms);
    }
    for (size_t i = 0; i < 64 && !w.silent;
         i++) /* its last words; a grandchild that escaped could hold the pipe open */
        read_output(m, &w);
    look_end(&w.look);
    child_close(&w.child);
    return w.ready && clock_ms() - w.ready_ms >= m->o.steady_ms;
}

static void *local_keep(void *ud)
{
    struct local_model *m = ud;
    unsigned pause = m->o.back_off_ms;
    char why[sizeof m->report.last_end];
    while (!atomic_load(&m->stopping)) {
        why[0] = '\0';
        if (keep_one(m, why, sizeof why))
            pause = m->o.back_off_ms;
        if (atomic_load(&m->stopping))
            break;
        pthread_mutex_lock(&m->lock);
        m->report.back_off_ms = pause;
        pthread_mutex_unlock(&m->lock);
        set_state(m, LOCAL_WAITING, 0, why);
        struct pollfd p = {.fd = m->wake_fd, .events = POLLIN};
        for (int64_t until = clock_ms() + pause; clock_ms() < until && !atomic_load(&m->stopping);)
            poll(&p, 1, (int)(until - clock_ms() > 0 ? until - clock_ms() : 0));
        pause = pause > m->o.back_off_longest_ms / 2 ? m->o.back_off_longest_ms : pause * 2;
    }
    set_state(m, LOCAL_STOPPED, 0, NULL);
    return NULL;
}

static bool reserve_port(int *fd, unsigned *port, struct err *e)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    int on = 1;
    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd < 0 || setsockopt(*fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) < 0 ||
        bind(*fd, (struct sockaddr *)&at, sizeof at) < 0 || getsockname(*fd, (struct sockaddr *)&at, &n) < 0)
        return err_set(e, ERR_IO, "There is no free port for llama-server: %s.", strerror(errno));
    *port = ntohs(at.sin_port);
    return true;
}

static unsigned or_default(unsigned n, unsigned initial)
{
    return n ? n : initial;
}

static struct local_options with_defaults(const struct local_options *o)
{
    struct local_options d = *o;
    d.start_ms = or_default(o->start_ms, LOCAL_START_MS);
    d.poll_ms = or_default(o->poll_ms, LOCAL_POLL_MS);
    d.health_ms = or_default(o->health_ms, LOCAL_HEALTH_MS);
    d.back_off_ms = or_default(o->back_off_ms, LOCAL_BACK_OFF_MS);
    d.back_off_longest_ms = or_default(o->back_off_longest_ms, LOCAL_BACK_OFF_LONGEST_MS);
    d.steady_ms = or_default(o->steady_ms, LOCAL_STEADY_MS);
    d.stop_ms = or_default(o->stop_ms, LOCAL_STOP_MS);
    d.log_bytes = o->log_bytes ? o->log_bytes : LOCAL_LOG_BYTES;
    return d;
}

static bool local_prepare(struct local_model *m, const struct local_options *o, struct err *e)
{
    const char *program;
    uint64_t bytes;
    unsigned port = 0;
    char *key = arena_alloc(m->arena, KEY_CHARS + 1);
    if (!local_file_check(o->model_file, &bytes, e) || !local_server_find(m->arena, o->server, &program, e) ||
        !reserve_port(&m->port_fd, &port, e) || !child_log_open(m->arena, o->data, m->o.log_bytes, &m->log, e))
        return false;
    m->wake_fd = eventfd(0, EFD_CLOEXEC);
    char *whole = realpath(o->model_file, NULL);
    if (m->wake_fd < 0 || !whole) {
        free(whole);
        return err_set(e, ERR_IO, "llama-server cannot be prepared: %s.", strerror(errno));
    }
    const char *model_path = arena_dup(m->arena, slice_of(whole)).p;
    free(whole);
    random_name(key, KEY_CHARS);
    m->key = key;
    m->url = arena_printf(m->arena, "http://127.0.0.1:%u/v1", port).p;
    m->health_url = arena_printf(m->arena, "http://127.0.0.1:%u/health", port).p;
    m->http = http_client_new(&(struct http_options){.timeout_ms = m->o.health_ms});
    child_plan(m->arena, &m->o, program, model_path, port, key, &m->plan);
    return true;
}

static void local_release(struct local_model *m)
{
    http_client_free(m->http);
    child_log_close(&m->log);
    if (m->wake_fd >= 0)
        close(m->wake_fd);
    if (m->port_fd >= 0)
        close(m->port_fd);
    pthread_cond_destroy(&m->changed);
    pthread_mutex_destroy(&m->lock);
    arena_free(m->arena);
    free(m);
}

/* The keeper's thread blocks signals, so that other threads get them. */
static bool start_thread(struct local_model *m, struct err *e)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int cause = pthread_create(&m->thread, NULL, local_keep, m);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return cause == 0 || err_set(e, ERR_IO, "A thread could not be started: %s.", strerror(cause));
}

bool local_model_start(const struct local_options *o, struct local_model **out, struct err *e)
{
    struct local_model *m = calloc(1, sizeof *m);
    if (!m)
        abort();
    m->arena = arena_new();
    m->o = with_defaults(o);
    m->port_fd = m->wake_fd = m->log.fd = -1;
    m->report.state = LOCAL_STARTING;
    pthread_mutex_init(&m->lock, NULL);
    clock_cond_init(&m->changed);
    if (!local_prepare(m, o, e) || !start_thread(m, e)) {
        local_release(m);
        return false;
    }
    *out = m;
    return true;
}

void local_model_stop(struct local_model *m)
{
    if (!m)
        return;
    uint64_t one = 1;
    atomic_store(&m->stopping, true);
    ssize_t ignored = write(m->wake_fd, &one, sizeof one); /* never read, so that every later wait ends at once */
    (void)ignored;
    pthread_join(m->thread, NULL);
    local_release(m);
}

bool local_model_ready(struct local_model *m, const struct deadline *d)
{
    pthread_mutex_lock(&m->lock);
    while (d && m->report.state != LOCAL_READY && m->report.state != LOCAL_STOPPED && !deadline_cancelled(d)) {
        int64_t left = deadline_left_ms(d);
        if (left <= 0)
            break;
        int64_t at_ms = clock_ms() + (left < READY_STEP_MS ? left : READY_STEP_MS);
        (void)clock_cond_wait(&m->changed, &m->lock, at_ms);
    }
    bool ready = m->report.state == LOCAL_READY;
    pthread_mutex_unlock(&m->lock);
    return ready;
}

unsigned local_model_up(void *ud)
{
    struct local_model *m = ud;
    pthread_mutex_lock(&m->lock);
    unsigned up = m->report.state == LOCAL_READY ? m->report.starts : 0;
    pthread_mutex_unlock(&m->lock);
    return up;
}

struct slice local_model_url(const struct local_model *m)
{
    return slice_of(m->url);
}

struct slice local_model_key(const struct local_model *m)
{
    return slice_of(m->key);
}

void local_model_state(struct local_model *m, struct local_report *out)
{
    pthread_mutex_lock(&m->lock);
    *out = m->report;
    pthread_mutex_unlock(&m->lock);
}
