/* exchange.c - one request and its reply, as the handler sees it.
 *
 * The handler's thread makes the response and offers it; the HTTP thread, woken from its suspended connection, queues
 * it. `asleep` is set right before the connection is suspended and cleared right before it is resumed, both under the
 * exchange's lock, so the two never miss each other. Once a stream has begun, its pipe does the same for each piece.
 *
 * A client that leaves sets `cancelled`; the handler is never interrupted, it looks. What it still writes goes
 * nowhere. What a handler answers goes to its own exchange and to those that are attached to it (attach.h). */
#include "http/request.h"

#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"

enum { STREAM_BLOCK_BYTES = 1024 }; /* for a client of HTTP/1.0: chunks are written into the connection's own memory */

struct exchange *exchange_new(struct server *s, const char *target)
{
    struct exchange *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->server = s;
    x->owners = 1;
    x->started_us = clock_us();
    x->arena = arena_new();
    x->target = arena_dup(x->arena, slice_of(target));
    x->path = slice_sub(x->target, 0, slice_find(x->target, SLICE("?"))); /* a query may hold what no log should */
    x->method = SLICE("-");
    memcpy(x->request_id, "req_", 4);
    random_name(x->request_id + 4, 24);
    if (s->options.limits && !s->options.no_auth)
        x->left = limits_untouched(s->options.limits);
    x->part.retry = -1;
    buf_init(&x->body, s->options.max_body_bytes);
    pthread_mutex_init(&x->lock, NULL);
    return x;
}

void exchange_drop(struct exchange *x)
{
    pthread_mutex_lock(&x->lock);
    bool last = --x->owners == 0;
    pthread_mutex_unlock(&x->lock);
    if (!last)
        return;
    if (x->response)
        MHD_destroy_response(x->response);
    pipe_drop(x->pipe);
    buf_release(&x->body);
    buf_release(&x->part.kept);
    arena_free(x->arena);
    pthread_mutex_destroy(&x->lock);
    struct server *s = x->server;
    bool admitted = x->admitted;
    free(x);
    if (admitted)
        server_leave(s);
}

struct slice exchange_method(const struct exchange *x)
{
    return x->method;
}

struct slice exchange_path(const struct exchange *x)
{
    return x->path;
}

struct slice exchange_wildcard(const struct exchange *x)
{
    return x->wildcard;
}

struct slice exchange_header(const struct exchange *x, const char *name)
{
    for (size_t i = 0; i < x->header_count; i++)
        if (slice_eq_nocase(x->headers[i].name, slice_of(name)))
            return x->headers[i].value;
    return SLICE("");
}

struct slice exchange_body(const struct exchange *x)
{
    return buf_slice(&x->body);
}

const char *exchange_request_id(const struct exchange *x)
{
    return x->request_id;
}

const struct state_key *exchange_key(const struct exchange *x)
{
    return x->has_key ? &x->key : NULL;
}

struct arena *exchange_arena(struct exchange *x)
{
    return x->arena;
}

atomic_bool *exchange_cancelled(struct exchange *x)
{
    return &x->cancelled;
}

/* With the lock held. */
static void wake(struct exchange *x)
{
    if (x->asleep) {
        x->asleep = false;
        MHD_resume_connection(x->connection);
    }
}

/* Takes the response over. pipe: what it reads from, or NULL. */
static void offer(struct exchange *x, int status, struct MHD_Response *response, size_t body_bytes, struct pipe *pipe)
{
    x->answered = true;
    pthread_mutex_lock(&x->lock);
    if (x->connection && !x->given_up) {
        x->response = response;
        x->status = status;
        x->reply_bytes = body_bytes;
        x->pipe = pipe;
        x->given_up = response == NULL; /* no memory for a reply: better closed than left waiting */
        wake(x);
        response = NULL;
        pipe = NULL;
    }
    pthread_mutex_unlock(&x->lock);
    if (response)
        MHD_destroy_response(response);
    pipe_drop(pipe);
}

static bool answered_twice(const struct exchange *x, const char *call)
{
    if (x->answered)
        log_event(LOG_ERROR, "bug", "id=%s a handler called %s after it had answered", x->request_id, call);
    return x->answered;
}

void exchange_reply(struct exchange *x, int status, const char *content_type, struct slice body)
{
    struct exchange *all[ATTACH_ALL];
    if (answered_twice(x, "exchange_reply"))
        return;
    unsigned n = attach_close(x, all);
    for (unsigned i = 0; i < n; i++)
        offer(all[i], status, reply_of_bytes(all[i], content_type, body), body.n, NULL);
}

void exchange_fail(struct exchange *x, const struct err *e)
{
    if (answered_twice(x, "exchange_fail"))
        return;
    /* A session only knows that it was cancelled. If it was the server's stop, somebody is there to be told. */
    struct err stopping;
    if (e->code == ERR_CANCELLED && server_stopping(x->server)) {
        err_set(&stopping, ERR_STOPPING, NULL);
        e = &stopping;
    }
    struct exchange *all[ATTACH_ALL];
    unsigned n = attach_close(x, all);
    for (unsigned i = 0; i < n; i++) {
        size_t body_bytes = 0;
        struct MHD_Response *response = reply_of_error(all[i], e, &body_bytes);
        offer(all[i], err_status(e->code), response, body_bytes, NULL);
    }
}

static ssize_t read_pipe(void *cls, uint64_t at, char *out, size_t max)
{
    (void)at;
    ssize_t n = pipe_read(cls, out, max);
    return n == PIPE_END         ? MHD_CONTENT_READER_END_OF_STREAM
           : n == PIPE_CANCELLED ? MHD_CONTENT_READER_END_WITH_ERROR
                                 : n;
}

static void drop_pipe(void *cls)
{
    pipe_drop(cls);
}

static void sleep_connection(void *connection)
{
    MHD_suspend_connection(connection);
}

static void wake_connection(void *connection)
{
    MHD_resume_connection(connection);
}

static struct MHD_Response *reply_of_pipe(const struct exchange *x, const char *content_type, struct pipe *pipe)
{
    pipe_hold(pipe);
    struct MHD_Response *r =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, read_pipe, pipe, drop_pipe);
    if (!r) {
        pipe_drop(pipe);
        return NULL;
    }
    bool events = strncmp(content_type, "text/event-stream", 17) == 0;
    reply_add(r, "Content-Type", events ? "text/event-stream; charset=utf-8" : content_type);
    reply_add(r, "Cache-Control", events ? "no-cache" : "no-store");
    reply_add(r, "X-Accel-Buffering", "no"); /* nginx would hold a stream back */
    reply_headers(x, NULL, reply_add, r);
    return r;
}

void exchange_begin_one(struct exchange *x, const char *content_type, const char *heartbeat, struct slice first)
{
    x->begun = true;
    const struct server_options *o = &x->server->options;
    pthread_mutex_lock(&x->lock);
    struct MHD_Connection *connection = x->connection; /* stays what it is: the pipe forgets it in time */
    pthread_mutex_unlock(&x->lock);
    struct pipe *pipe = pipe_new(&(struct pipe_options){
        .capacity_bytes = o->stream_buffer_bytes + first.n,
        .write_timeout_ms = o->write_timeout_ms,
        .heartbeat_ms = o->heartbeat_ms,
        .heartbeat = arena_dup(x->arena, slice_of(heartbeat)).p,
        .sleep = sleep_connection,
        .wake = wake_connection,
        .reader = connection,
    });
    if (pipe && first.n)
        (void)!pipe_write(pipe, first); /* there is room for it */
    offer(x, 200, pipe ? reply_of_pipe(x, content_type, pipe) : NULL, 0, pipe);
}

void exchange_begin(struct exchange *x, const char *content_type, const char *heartbeat)
{
    struct exchange *all[ATTACH_ALL];
    if (answered_twice(x, "exchange_begin"))
        return;
    unsigned n = attach_begin(x, content_type, heartbeat, all);
    for (unsigned i = 0; i < n; i++)
        exchange_begin_one(all[i], content_type, heartbeat, SLICE(""));
}

/* Resets the connection: the HTTP thread may be waiting for a socket that takes nothing, and an orderly end would keep
 * the kernel's buffers alive for as long as the client likes. */
static void cut(struct exchange *x)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    pthread_mutex_lock(&x->lock);
    if (x->connection) { /* its socket is open until request_completed has taken this lock */
        setsockopt(seat_fd(x->seat), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        shutdown(seat_fd(x->seat), SHUT_RDWR);
    }
    pthread_mutex_unlock(&x->lock);
}

static bool write_one(struct exchange *x, struct slice bytes)
{
    if (x->pipe && pipe_write(x->pipe, bytes))
        return true;
    if (x->pipe && pipe_timed_out(x->pipe) && !x->cut_off) {
        x->cut_off = true;
        log_event(LOG_INFO, "slow_reader", "id=%s cut off", x->request_id);
        cut(x);
    }
    attach_left(x);
    return false;
}

bool exchange_write(struct exchange *x, struct slice bytes)
{
    struct exchange *all[ATTACH_ALL];
    if (!x->begun || x->ended)
        return false;
    unsigned n = attach_write(x, bytes, all);
    bool taken = false;
    for (unsigned i = 0; i < n; i++)
        taken |= write_one(all[i], bytes);
    return taken || !atomic_load(&x->cancelled); /* nobody may be there for a moment: one may come back */
}

void exchange_end(struct exchange *x)
{
    struct exchange *all[ATTACH_ALL];
    x->ended = true;
    unsigned n = attach_close(x, all);
    for (unsigned i = 0; i < n; i++)
        if (all[i]->begun && all[i]->pipe)
            pipe_end(all[i]->pipe);
}

void exchange_run(struct exchange *x)
{
    struct err e;
    /* Nobody waits for it any more: the client left, or the server began to stop, while it was in the queue. */
    if (atomic_load(&x->cancelled)) {
        err_set(&e, ERR_CANCELLED, NULL);
        exchange_fail(x, &e);
        return;
    }
    x->route->handle(x, x->server->options.world);
    if (!x->answered) {
        log_event(LOG_ERROR, "bug", "id=%s the handler did not answer", x->request_id);
        err_set(&e, ERR_INTERNAL, NULL);
        exchange_fail(x, &e);
    } else if (x->begun && !x->ended) {
        log_event(LOG_ERROR, "bug", "id=%s the handler did not end its stream", x->request_id);
        struct exchange *all[ATTACH_ALL];
        unsigned n = attach_close(x, all);
        for (unsigned i = 0; i < n; i++)
            if (all[i]->pipe)
                pipe_cancel(all[i]->pipe);
    }
}

void exchange_cancel(struct exchange *x)
{
    atomic_store(&x->cancelled, true);
}

void exchange_give_up(struct exchange *x)
{
    attach_left(x);
    pthread_mutex_lock(&x->lock);
    if (x->pipe)
        pipe_cancel(x->pipe);
    else if (!x->response)
        x->given_up = true;
    if (x->given_up && x->connection)
        wake(x);
    pthread_mutex_unlock(&x->lock);
}

/* A client that has only closed its sending half skips an interim response; one that is gone answers with a reset.
 * "100 Continue" is the one that every HTTP/1.1 client skips (Python's http.client takes 102 for the reply). The
 * connection is suspended and nothing is queued, so nobody else writes to the socket. */
static bool send_interim(const struct exchange *x)
{
    struct slice interim = SLICE("HTTP/1.1 100 Continue\r\n\r\n");
    return x->http_1_1 && send(seat_fd(x->seat), interim.p, interim.n, MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
}

void exchange_tick(struct exchange *x, int64_t now_ms, bool *probe)
{
    pthread_mutex_lock(&x->lock);
    if (x->pipe) {
        if (pipe_beat(x->pipe, now_ms, *probe))
            *probe = false;
    } else if (*probe && x->asleep && send_interim(x)) {
        *probe = false;
    }
    pthread_mutex_unlock(&x->lock);
}
