/* request.c - a request's way through libmicrohttpd's callbacks, on its HTTP thread:
 *
 *   request_connection   a socket was accepted: it gets a seat at the watch
 *   request_line         the request line is there: the exchange is made
 *   request_step         headers (gates), each piece of the body, the whole request (handler or queue), each wake-up
 *   request_completed    the reply is sent, or the connection is lost: the connection lets go
 *
 * A refusal is remembered and sent after the body, because libmicrohttpd closes a connection that it answers earlier.
 * Only when the body is too large to wait for is the error sent at once; then the connection closes, and the watch lets
 * it linger so that the client can read the error. In mid-body libmicrohttpd accepts no reply at all. Then the
 * connection is closed, and request_completed writes the reply by hand (by_hand.h), as nobody else writes to the socket
 * any more. */
#include "http/request.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "http/by_hand.h"
#include "http/exchange_inner.h"
#include "http/gates.h"
#include "http/response.h"
#include "http/server_inner.h"

enum {
    DRAIN_BYTES = 64 * 1024, /* a refused body of at most this size is read to its end, so that keep-alive goes on */
    REPLY_HEAD_BYTES = 2048, /* with what streams print into the connection's memory */
    BUFFER_STEP_BYTES = 1024,
    NODE_BYTES = 64,
    COOKIE_MORE_BYTES = 4 /* "; ", "=" and its end */
};

/* Whether nothing but a line end lies between a value and the header behind it. libmicrohttpd 0.9.75 gives values up to
 * their first NUL, and puts folded lines together wrongly. Names and values point into its buffer, where it has put
 * NULs in place of line ends; a part of a line that it does not tell of lies between them. Docs: decision 26. */
static bool head_is_whole(struct exchange *x, const char *name, const char *value)
{
    uintptr_t end = (uintptr_t)x->head_end, begin = (uintptr_t)name;
    size_t value_bytes = value ? strlen(value) : 0;
    bool whole = !x->head_end || (begin > end && begin - end <= sizeof "\r\n" - 1);
    for (const char *at = x->head_end; whole && at && at < name; at++)
        whole = *at == '\0';
    x->head_end = value ? value + value_bytes : NULL;
    return whole;
}

static enum MHD_Result copy_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
                                   const char *value, size_t value_bytes)
{
    struct exchange *x = cls;
    (void)kind;
    struct header *h = &x->headers[x->header_count++]; /* there is room: they were counted before */
    h->name = arena_dup(x->arena, (struct slice){name, name_bytes});
    h->value = arena_dup(x->arena, (struct slice){value ? value : "", value ? value_bytes : 0});
    x->head_broken |= !head_is_whole(x, name, value);
    return MHD_YES;
}

/* Copied, because the worker may outlive the connection. */
static void copy_headers(struct exchange *x, struct MHD_Connection *connection)
{
    int n = MHD_get_connection_values(connection, MHD_HEADER_KIND, NULL, NULL);
    x->headers = arena_array(x->arena, struct header, n > 0 ? (size_t)n : 0);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, copy_header, x);
    /* Two line ends follow the last value, the second of which may be a single byte. */
    if (x->head_end && (x->head_end[0] || x->head_end[1]))
        x->head_broken = true;
    x->head_end = NULL; /* libmicrohttpd's buffer is used again */
}

static enum MHD_Result add_cookie(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
                                  const char *value, size_t value_bytes)
{
    (void)kind;
    (void)name;
    (void)value;
    *(size_t *)cls += name_bytes + value_bytes + COOKIE_MORE_BYTES;
    return MHD_YES;
}

/* Whether the head leaves no room for that of the reply in the connection's memory, of which libmicrohttpd 0.9.75
 * takes: a buffer that is half of it at first and grows in steps, a node for each value, and a copy of the cookies. It
 * would close the connection without a word. */
static bool head_is_large(struct MHD_Connection *connection, size_t headers)
{
    size_t read = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size +
                  BUFFER_STEP_BYTES,
           cookies = 0;
    int arguments = MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, NULL, NULL),
        bits = MHD_get_connection_values_n(connection, MHD_COOKIE_KIND, add_cookie, &cookies);
    if (read < REQUEST_MEMORY_BYTES / 2)
        read = REQUEST_MEMORY_BYTES / 2;
    size_t nodes = headers + (size_t)(arguments > 0 ? arguments : 0) + (size_t)(bits > 0 ? bits : 0);
    return read + cookies + nodes * NODE_BYTES + REPLY_HEAD_BYTES > REQUEST_MEMORY_BYTES;
}

static void take_request_id(struct exchange *x)
{
    struct slice id = exchange_header(x, "x-request-id");
    if (id.n == 0 || id.n > REQUEST_ID_CHARS)
        return;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!(ascii_is_digit(c) || ascii_is_letter(c) || c == '.' || c == '_' || c == '-'))
            return;
    }
    memcpy(x->request_id, id.p, id.n);
    x->request_id[id.n] = '\0';
}

void request_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode what)
{
    struct server *s = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        if (s->tls)
            tls_attach(s->tls, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session);
        *socket_context = watch_sit(s->watch, fd);
        if (!*socket_context)
            shutdown(fd, SHUT_RDWR);
    } else if (*socket_context) {
        watch_leave(s->watch, *socket_context);
        *socket_context = NULL;
    }
}

void *request_line(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct server *s = cls;
    struct seat *seat = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    struct exchange *x = seat ? exchange_new(s, uri) : NULL;
    if (!x)
        return NULL; /* request_step closes */
    exchange_seat(x, seat);
    x->connection = connection;
    watch_receiving(s->watch, seat, x);
    return x;
}

static enum MHD_Result request_queue(struct exchange *x, struct MHD_Connection *connection, int status,
                                     struct MHD_Response *response)
{
    if (!response)
        return MHD_NO;
    enum MHD_Result ok = by_hand_queue(connection, status, response);
    MHD_destroy_response(response); /* the connection holds it now */
    if (ok == MHD_YES) {
        pthread_mutex_lock(&x->lock);
        x->status = status;
        x->queued = true;
        pthread_mutex_unlock(&x->lock);
        x->answer_queued = true;
    }
    return ok;
}

static enum MHD_Result send_refusal(struct exchange *x, struct MHD_Connection *connection)
{
    size_t body_bytes = 0;
    struct MHD_Response *response = response_of_error(x, &x->refusal, &body_bytes);
    x->reply_bytes = body_bytes;
    return request_queue(x, connection, err_status(x->refusal.code), response);
}

/* Whether to wait for the body of a refused request. No when the client itself waits for a reply (Expect). */
static bool body_is_small(const struct exchange *x)
{
    struct slice length = exchange_header(x, "Content-Length");
    bool waits = exchange_header(x, "Expect").n > 0;
    bool has_body = length.n || exchange_header(x, "Transfer-Encoding").n;
    return !has_body || (!waits && strtoull(length.n ? length.p : "0", NULL, 10) <= DRAIN_BYTES);
}

static enum MHD_Result at_headers(struct exchange *x, struct MHD_Connection *connection, const char *method,
                                  const char *version)
{
    x->progress = AT_BODY;
    x->method = arena_dup(x->arena, slice_of(method));
    x->http_1_1 = strcmp(version, "HTTP/1.1") == 0;
    copy_headers(x, connection);
    take_request_id(x);
    exchange_client(x, proxies_client(&x->server->proxies, x, x->address));
    trace_context_read(slice_trim(exchange_header(x, "traceparent")), x->traceparent);
    if (head_is_large(connection, x->header_count)) {
        x->refused = x->body_unread = true;
        err_set(&x->refusal, ERR_HEAD_TOO_LARGE, NULL);
        return MHD_NO; /* request_completed writes it */
    }
    x->refused = !gates_pass(x, &x->refusal);
    if (x->has_key || (!x->refused && x->server->options.no_auth))
        watch_trust(x->server->watch, x->seat);
    if (!x->refused || (!x->body_unread && body_is_small(x)))
        return MHD_YES;
    x->body_unread = true;
    return watch_busy(x->server->watch, x->seat, x) ? send_refusal(x, connection) : MHD_NO;
}

static bool take_body(struct exchange *x, struct slice piece, struct err *e)
{
    if (x->packed)
        return unpack_add(&x->unpack, piece, &x->body, e);
    return buf_add(&x->body, piece) ||
           err_set(e, ERR_TOO_LARGE, "The request body has more than the %zu bytes that are read.", x->body.max_bytes);
}

static enum MHD_Result at_body(struct exchange *x, struct slice piece)
{
    x->refused = x->refused || !take_body(x, piece, &x->refusal);
    if (!x->refused)
        return MHD_YES;
    x->drained_bytes += piece.n;
    x->body_unread = x->drained_bytes > DRAIN_BYTES + x->body.max_bytes;
    return x->body_unread ? MHD_NO : MHD_YES;
}

static void work_on(void *thing)
{
    struct exchange *x = thing;
    if (!exchange_run(x))
        return;
    attach_leave(x);
    exchange_drop(x);
}

/* Whose share of the workers it takes: the key's. Where nobody is asked for one, the address's, as numbers that no key
 * has. 0, routes that need no key: nobody's. */
static int64_t request_owner(const struct exchange *x)
{
    struct slice address = {(const char *)x->address.bytes, sizeof x->address.bytes};
    if (x->has_key || !x->server->options.no_auth)
        return exchange_owner(x);
    return -1 - (int64_t)slice_hash(address);
}

bool request_resume(struct exchange *x)
{
    return work_try(x->server->work, &(struct work_job){.run = work_on, .thing = x, .owner = request_owner(x)});
}

static bool give_to_worker(struct exchange *x)
{
    struct work_job job = {.run = work_on, .thing = x, .owner = request_owner(x)};
    if (x->has_key && x->key.scope.at_once > 0)
        job.owner_most = (unsigned)x->key.scope.at_once;
    if (x->route->cost)
        x->route->cost(x, &job);
    exchange_hold(x);
    if (work_try(x->server->work, &job))
        return true;
    exchange_drop(x);
    return false;
}

/* True: a worker has it, or will. */
static bool find_worker(struct exchange *x, struct err *e)
{
    x->admitted = admission_enter(&x->server->admission);
    if (!x->admitted)
        return err_set(e, ERR_STOPPING, NULL);
    if (attach_or_start(x, give_to_worker, e))
        return true;
    int64_t own = x->has_key ? x->key.scope.at_once : KEY_AS_SET;
    if (e->code == ERR_BUSY && own > 0 && work_of(x->server->work, x->key.id) >= own)
        return err_set(e, ERR_BUSY, "This API key may have %lld requests at a time; wait until one has ended.",
                       (long long)own);
    return false;
}

/* Queues the reply when there is one, else sleeps until there is. */
static enum MHD_Result answer_or_sleep(struct exchange *x, struct MHD_Connection *connection)
{
    pthread_mutex_lock(&x->lock);
    struct MHD_Response *response = x->response;
    int status = x->status;
    bool given_up = x->given_up;
    x->response = NULL;
    if (!response && !given_up) {
        x->asleep = true;
        MHD_suspend_connection(connection);
    }
    pthread_mutex_unlock(&x->lock);
    if (response)
        return request_queue(x, connection, status, response);
    return given_up ? MHD_NO : MHD_YES;
}

static enum MHD_Result at_door(struct exchange *x, struct MHD_Connection *connection)
{
    x->progress = AT_WORK;
    x->refused = !find_worker(x, &x->refusal);
    return x->refused ? send_refusal(x, connection) : answer_or_sleep(x, connection);
}

static enum MHD_Result at_end_of_body(struct exchange *x, struct MHD_Connection *connection)
{
    if (!watch_busy(x->server->watch, x->seat, x))
        return MHD_NO;
    x->refused = x->refused || !unpack_end(x->unpack, &x->refusal);
    unpack_free(x->unpack);
    x->unpack = NULL;
    if (x->refused)
        return send_refusal(x, connection);
    if (x->preflight)
        return request_queue(x, connection, MHD_HTTP_NO_CONTENT, response_of_preflight(x));
    if (x->route->direct) {
        (void)!exchange_run(x);
        return answer_or_sleep(x, connection);
    }
    /* The connection is suspended in the next call, which follows at once. A connection that is suspended in the call
     * that ends its request is still marked as reading, and libmicrohttpd 0.9.75 reads again when it wakes. If the
     * client has closed its sending half by then, that read closes the connection without a reply. */
    x->progress = AT_DOOR;
    return MHD_YES;
}

enum MHD_Result request_step(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                             const char *version, const char *upload, size_t *upload_bytes, void **con_cls)
{
    struct exchange *x = *con_cls;
    (void)cls;
    (void)url;
    if (!x)
        return MHD_NO;
    if (x->progress == AT_HEADERS)
        return at_headers(x, connection, method, version);
    if (*upload_bytes > 0) {
        struct slice piece = {upload, *upload_bytes};
        *upload_bytes = 0;
        return at_body(x, piece);
    }
    return x->progress == AT_BODY   ? at_end_of_body(x, connection)
           : x->progress == AT_DOOR ? at_door(x, connection)
                                    : answer_or_sleep(x, connection);
}

/* Takes the exchange away from its connection; the worker, if there is one, goes on alone. */
static void request_depart(struct exchange *x, bool too_slow)
{
    pthread_mutex_lock(&x->lock);
    struct MHD_Connection *connection = x->connection;
    x->connection = NULL;
    x->asleep = false;
    if (x->pipe) {
        pipe_forget_reader(x->pipe);
        x->reply_bytes = pipe_bytes_read(x->pipe);
    }
    if (!x->answer_queued)
        x->status = 0;
    if (!x->answer_queued && x->refused && (too_slow || x->body_unread))
        by_hand_send(x, connection);
    pthread_mutex_unlock(&x->lock);
}

void request_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
                       enum MHD_RequestTerminationCode how)
{
    struct server *s = cls;
    struct exchange *x = *con_cls;
    (void)connection;
    (void)how;
    *con_cls = NULL;
    if (!x)
        return;
    bool too_slow = watch_done(s->watch, x->seat);
    attach_left(x);
    if (too_slow && !x->refused) {
        x->refused = true;
        err_set(&x->refusal, ERR_TOO_SLOW, "The request had not arrived after %u ms.", s->options.body_timeout_ms);
    }
    request_depart(x, too_slow);
    if (x->body_unread)
        watch_linger(s->watch, seat_fd(x->seat));
    exchange_drop(x);
}
