/* exchange_client.c - the reply of one exchange on its way to its client.
 *
 * The worker makes the response and offers it; the HTTP thread, woken from its suspended connection, queues it.
 * `asleep` is set right before the connection is suspended and cleared right before it is resumed, both under the
 * exchange's lock, so the two never miss each other. Once a stream has begun, its pipe does the same for each piece. */
#include "http/exchange_inner.h"

#include <linux/tcp.h> /* as netinet/tcp.h, with the bytes that were acknowledged */
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/response.h"
#include "http/server_inner.h"

enum {
    LEAST_BYTES_PER_S = 1024,
    REPLY_MOST_MS = 10 * 60 * 1000,
};

enum { STREAM_BLOCK_BYTES = 1024 }; /* for a client of HTTP/1.0: chunks are written into the connection's own memory */

/* With the lock held. */
static void client_wake(struct exchange *x)
{
    if (x->asleep) {
        x->asleep = false;
        MHD_resume_connection(x->connection);
    }
}

void exchange_offer(struct exchange *x, int status, struct MHD_Response *response, size_t body_bytes, struct pipe *pipe)
{
    x->first_us = clock_us();
    pthread_mutex_lock(&x->lock);
    if (x->connection && !x->given_up) {
        x->response = response;
        x->status = status;
        x->reply_bytes = body_bytes;
        x->pipe = pipe;
        x->given_up = response == NULL; /* no memory for a reply: better closed than left waiting */
        client_wake(x);
        response = NULL;
        pipe = NULL;
    }
    pthread_mutex_unlock(&x->lock);
    if (response)
        MHD_destroy_response(response);
    pipe_drop(pipe);
}

static ssize_t client_read(void *cls, uint64_t at, char *out, size_t max)
{
    (void)at;
    ssize_t n = pipe_read(cls, out, max);
    return n == PIPE_END         ? MHD_CONTENT_READER_END_OF_STREAM
           : n == PIPE_CANCELLED ? MHD_CONTENT_READER_END_WITH_ERROR
                                 : n;
}

static void client_drop(void *cls)
{
    pipe_drop(cls);
}

static void client_sleep(void *connection)
{
    MHD_suspend_connection(connection);
}

static void client_resume(void *connection)
{
    MHD_resume_connection(connection);
}

static struct MHD_Response *client_response(const struct exchange *x, const char *content_type, struct pipe *pipe)
{
    pipe_hold(pipe);
    struct MHD_Response *r =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, client_read, pipe, client_drop);
    if (!r) {
        pipe_drop(pipe);
        return NULL;
    }
    bool events = strncmp(content_type, "text/event-stream", 17) == 0;
    response_add(r, "Content-Type", events ? "text/event-stream; charset=utf-8" : content_type);
    response_add(r, "Cache-Control", events ? "no-cache" : "no-store");
    response_add(r, "X-Accel-Buffering", "no"); /* nginx would hold a stream back */
    response_headers(x, NULL, response_add, r);
    return r;
}

void exchange_begin_one(struct exchange *x, const char *content_type, const char *heartbeat, struct slice first)
{
    const struct server_options *o = &x->server->options;
    pthread_mutex_lock(&x->lock);
    struct MHD_Connection *connection = x->connection; /* valid until the pipe forgets its reader */
    pthread_mutex_unlock(&x->lock);
    struct pipe *pipe = pipe_new(&(struct pipe_options){
        .capacity_bytes = o->stream_buffer_bytes + first.n,
        .spill = &x->server->spill,
        .write_timeout_ms = o->write_timeout_ms,
        .heartbeat_ms = o->heartbeat_ms,
        .heartbeat = arena_dup(x->arena, slice_of(heartbeat)).p,
        .sleep = client_sleep,
        .wake = client_resume,
        .reader = connection,
    });
    if (pipe && first.n)
        (void)!pipe_write(pipe, first); /* there is room for it */
    exchange_offer(x, 200, pipe ? client_response(x, content_type, pipe) : NULL, 0, pipe);
}

/* A reset, since the HTTP thread may wait for a socket that takes nothing, and after an orderly end the client could
 * keep the kernel's buffers for as long as it likes. */
void exchange_reset(struct exchange *x)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    pthread_mutex_lock(&x->lock);
    if (x->connection) { /* its socket is open until request_completed has taken this lock */
        setsockopt(seat_fd(x->seat), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        shutdown(seat_fd(x->seat), SHUT_RDWR);
    }
    pthread_mutex_unlock(&x->lock);
}

void exchange_hang_up(struct exchange *x)
{
    pthread_mutex_lock(&x->lock);
    if (x->pipe)
        pipe_cancel(x->pipe);
    else if (!x->response)
        x->given_up = true;
    if (x->given_up && x->connection)
        client_wake(x);
    pthread_mutex_unlock(&x->lock);
}

/* Sends an interim response. A client that has only closed its sending half skips it; from one that is gone a reset
 * comes back. "100 Continue" is the one that every HTTP/1.1 client skips (Python's http.client takes 102 for the
 * reply). The connection is suspended and nothing is queued, so no other thread writes to the socket. */
static bool client_interim(const struct exchange *x)
{
    struct slice interim = SLICE("HTTP/1.1 100 Continue\r\n\r\n");
    return x->http_1_1 && send(seat_fd(x->seat), interim.p, interim.n, MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
}

/* Bytes that the client's machine has acknowledged on this connection. */
static uint64_t client_acked(const struct exchange *x)
{
    struct tcp_info tcp = {0};
    socklen_t n = sizeof tcp;
    return getsockopt(seat_fd(x->seat), IPPROTO_TCP, TCP_INFO, &tcp, &n) == 0 ? tcp.tcpi_bytes_acked : 0;
}

/* Whether the client takes its reply so slowly that it is given up: less than LEAST_BYTES_PER_S in a window of
 * write_timeout_ms in which there was something to take, or not all within REPLY_MOST_MS. The kernel knows how much has
 * arrived; what libmicrohttpd has handed to it says nothing. */
static bool client_too_slow(struct exchange *x, int64_t now_ms)
{
    struct client_pace *p = &x->pace;
    uint64_t acked = client_acked(x);
    if (x->pipe ? !pipe_is_pending(x->pipe) : !x->queued) {
        *p = (struct client_pace){0};
        return false;
    }
    if (!p->window_ms)
        *p = (struct client_pace){now_ms, now_ms, acked};
    int64_t passed_ms = now_ms - p->window_ms;
    if (passed_ms < x->server->options.write_timeout_ms)
        return false;
    bool slow = (acked - p->acked) * 1000 < (uint64_t)passed_ms * LEAST_BYTES_PER_S;
    p->window_ms = now_ms;
    p->acked = acked;
    return slow || now_ms - p->pending_ms > REPLY_MOST_MS;
}

/* Whether its reply should be begun although nothing is there yet. A client of HTTP/1.0 gets no chunks, so it could not
 * tell a reply that is cut off from a whole one. */
static bool client_waits_long(const struct exchange *x, int64_t now_ms)
{
    unsigned first_ms = x->server->options.first_beat_ms;
    return first_ms && x->http_1_1 && now_ms - x->started_us / 1000 >= first_ms;
}

bool exchange_tick(struct exchange *x, int64_t now_ms, bool *probe)
{
    pthread_mutex_lock(&x->lock);
    bool too_slow = x->connection && !x->cut_off && client_too_slow(x, now_ms);
    x->cut_off |= too_slow;
    if (too_slow) {
        log_event(LOG_INFO, "slow_reader", "id=%s cut off", x->request_id);
        if (x->pipe)
            pipe_cancel(x->pipe);
    } else if (x->pipe) {
        if (pipe_beat(x->pipe, now_ms, *probe))
            *probe = false;
    } else if (*probe && x->asleep && client_interim(x)) {
        *probe = false;
    }
    bool silent = !too_slow && x->asleep && !x->pipe && !x->response && client_waits_long(x, now_ms);
    pthread_mutex_unlock(&x->lock);
    if (too_slow)
        exchange_reset(x);
    return silent;
}
