/* exchange_answer.c - how a handler answers.
 *
 * An answer goes to the handler's own exchange and to those that are attached to it (attach.h). When the client leaves,
 * `cancelled` is set. The handler is never interrupted; it must look at the flag. Later writes are dropped. */
#include "base/clock.h"
#include "base/log.h"
#include "http/exchange_inner.h"
#include "http/repeat.h"
#include "http/response.h"
#include "http/server_inner.h"
#include "state/replies.h"

static bool answer_is_second(const struct exchange *x, const char *call)
{
    if (x->answered)
        log_event(LOG_ERROR, "bug", "id=%s a handler called %s after it had answered", x->request_id, call);
    return x->answered;
}

/* The end of a reply that was begun early; NULL: it cannot have one, and is cut off, so that nobody takes it for whole.
 */
static void answer_behind_beats(struct exchange *x, const struct slice *body)
{
    x->first_us = clock_us();
    if (x->pipe && body && pipe_write(x->pipe, *body))
        pipe_end(x->pipe);
    else if (x->pipe)
        pipe_cancel(x->pipe);
}

void exchange_announce(struct exchange *x, const char *content_type, const char *heartbeat)
{
    attach_announce(x, content_type, heartbeat);
}

bool exchange_has_begun(struct exchange *x)
{
    return attach_settle(x);
}

void exchange_spoil(struct exchange *x)
{
    x->repeat.spoiled = true;
}

void exchange_reply(struct exchange *x, int status, const char *content_type, struct slice body)
{
    struct exchange *all[ATTACH_ALL];
    if (answer_is_second(x, "exchange_reply"))
        return;
    bool early = attach_settle(x);
    x->answered = true;
    if (status == 200)
        repeat_keep(x, content_type, body);
    unsigned n = attach_close(x, all);
    for (unsigned i = 0; i < n; i++)
        if (early)
            answer_behind_beats(all[i], status == 200 ? &body : NULL);
        else
            exchange_offer(all[i], status, response_of_bytes(all[i], content_type, body), body.n, NULL);
}

/* Whether the message may name files and what else is inside of the server. */
static bool answer_is_inner(enum err_code code)
{
    return code == ERR_IO || code == ERR_CORRUPT || code == ERR_INTERNAL || code == ERR_EXISTS || code == ERR_BUSY ||
           code == ERR_USAGE || code == ERR_NO_MEMORY;
}

struct err exchange_outer_error(const struct exchange *x, const struct err *e)
{
    struct err outer = *e;
    int status = err_status(e->code);
    if (status < 500 && !answer_is_inner(e->code))
        return outer;
    log_event(status >= 500 && answer_is_inner(e->code) ? LOG_ERROR : LOG_INFO, "failed", "id=%s code=%s cause=%s",
              x->request_id, err_wire_code(e->code), log_quoted(slice_of(e->message)).text);
    if (answer_is_inner(e->code)) {
        err_set(&outer, e->code, NULL);
        outer.retry_after_ms = e->retry_after_ms;
    }
    return outer;
}

void exchange_fail(struct exchange *x, const struct err *e)
{
    if (answer_is_second(x, "exchange_fail"))
        return;
    struct err outer = exchange_outer_error(x, e);
    e = &outer;
    /* A session only knows that it was cancelled. When the server's stop has cancelled it, the client is still there.
     */
    struct err stopping;
    if (e->code == ERR_CANCELLED && admission_is_closed(&x->server->admission)) {
        err_set(&stopping, ERR_STOPPING, NULL);
        e = &stopping;
    }
    struct exchange *all[ATTACH_ALL];
    bool early = attach_settle(x);
    x->answered = true;
    unsigned n = attach_close(x, all);
    if (early)
        log_event(LOG_WARN, "cut_off", "id=%s code=%s the reply had begun", x->request_id, err_wire_code(e->code));
    for (unsigned i = 0; i < n; i++) {
        size_t body_bytes = 0;
        all[i]->failure = e->code;
        if (early) {
            answer_behind_beats(all[i], NULL);
            continue;
        }
        struct MHD_Response *response = response_of_error(all[i], e, &body_bytes);
        exchange_offer(all[i], err_status(e->code), response, body_bytes, NULL);
    }
}

void exchange_begin(struct exchange *x, const char *content_type, const char *heartbeat)
{
    struct exchange *all[ATTACH_ALL];
    if (answer_is_second(x, "exchange_begin"))
        return;
    bool early = attach_settle(x);
    x->answered = x->begun = true;
    repeat_begin(x, content_type);
    unsigned n = attach_begin(x, content_type, heartbeat, all);
    for (unsigned i = 0; i < n; i++)
        if (early)
            all[i]->first_us = clock_us();
        else
            exchange_begin_one(all[i], content_type, heartbeat, SLICE(""));
}

static bool answer_write_one(struct exchange *x, struct slice bytes)
{
    if (x->pipe && pipe_write(x->pipe, bytes))
        return true;
    pthread_mutex_lock(&x->lock);
    bool cut_off = x->pipe && !x->cut_off && pipe_timed_out(x->pipe);
    x->cut_off |= cut_off;
    pthread_mutex_unlock(&x->lock);
    if (cut_off) {
        log_event(LOG_INFO, "slow_reader", "id=%s cut off", x->request_id);
        exchange_reset(x);
    }
    attach_left(x);
    return false;
}

bool exchange_write(struct exchange *x, struct slice bytes)
{
    struct exchange *all[ATTACH_ALL];
    if (!x->begun || x->ended)
        return false;
    repeat_add(x, bytes);
    unsigned n = attach_write(x, bytes, all);
    bool taken = false;
    for (unsigned i = 0; i < n; i++)
        taken |= answer_write_one(all[i], bytes);
    return taken || !atomic_load(&x->cancelled); /* has no client for a moment; one may come back */
}

void exchange_end(struct exchange *x)
{
    struct exchange *all[ATTACH_ALL];
    x->ended = true;
    repeat_end(x);
    unsigned n = attach_close(x, all);
    for (unsigned i = 0; i < n; i++)
        if (all[i]->pipe)
            pipe_end(all[i]->pipe);
}

/* True: x was answered with the reply to an earlier request, or with why it gets none. */
static bool answer_repeat(struct exchange *x)
{
    struct kept_reply reply;
    struct err e;
    struct arena *a = arena_new();
    enum repeat_is is = repeat_find(x, a, &reply, &e);
    if (is == REPEAT_KEPT)
        exchange_reply(x, 200, reply.content_type.p, reply.body);
    else if (is == REPEAT_REFUSED)
        exchange_fail(x, &e);
    arena_free(a);
    return is != REPEAT_FIRST;
}

/* Who called it back while it waited: its client left, or the server stops. */
static bool answer_is_called_off(struct exchange *x)
{
    struct err e;
    bool stops = admission_is_closed(&x->server->admission) && x->wait_over;
    if (!atomic_load(&x->cancelled) && !stops)
        return false;
    if (x->begun && !x->ended) {
        exchange_end(x);
    } else if (!x->answered) {
        err_set(&e, ERR_CANCELLED, NULL);
        exchange_fail(x, &e);
    }
    return true;
}

static void answer_call(struct exchange *x)
{
    trail_begin(x->request_id, x->traceparent);
    if (x->wait_over || !answer_repeat(x))
        x->route->handle(x, x->server->options.world);
    trail_end();
}

/* What a handler has left undone. */
static void answer_make_up(struct exchange *x)
{
    struct err e;
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

bool exchange_run(struct exchange *x)
{
    if (x->begun_us == 0)
        x->begun_us = clock_us();
    /* Nobody waits for it any more: the client left, or the server began to stop, while it was in the queue. */
    if (answer_is_called_off(x))
        return true;
    answer_call(x);
    if (x->wait.armed && (!x->answered || (x->begun && !x->ended))) {
        x->wait_over = true;
        waiting_park(x->server->options.waiting, x);
        return false;
    }
    if (x->wait.armed)
        waiting_leave(x->server->options.waiting, x);
    answer_make_up(x);
    return true;
}

void exchange_give_up(struct exchange *x)
{
    attach_left(x);
    exchange_hang_up(x);
}
