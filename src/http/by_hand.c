#include "http/by_hand.h"

#include <dlfcn.h>
#include <sys/socket.h>

#include "base/log.h"
#include "http/exchange_inner.h"
#include "http/response.h"
#include "http/server_inner.h"

typedef enum MHD_Result queue_function(struct MHD_Connection *, unsigned, struct MHD_Response *);

static queue_function *by_hand_library;

/* What libmicrohttpd calls for its own pages: see by_hand.h. */
queue_function by_hand_instead __asm__("MHD_queue_response");

/* A function's address by its name; C has no cast for it. */
static queue_function *by_hand_find(void *where)
{
    queue_function *function;
    void *found = dlsym(where, "MHD_queue_response");
    memcpy(&function, &found, sizeof found);
    return function;
}

bool by_hand_init(struct err *e)
{
    by_hand_library = by_hand_find(RTLD_NEXT);
    if (!by_hand_library)
        return err_set(e, ERR_INTERNAL, "libmicrohttpd is not linked as it should be: %s.", dlerror());
    if (by_hand_find(RTLD_DEFAULT) != by_hand_instead)
        log_event(LOG_WARN, "http", "pages of libmicrohttpd are not replaced by the API's errors");
    return true;
}

enum MHD_Result by_hand_queue(struct MHD_Connection *connection, int status, struct MHD_Response *response)
{
    return by_hand_library(connection, (unsigned)status, response);
}

static gnutls_session_t session_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session;
}

void by_hand_send(struct exchange *x, struct MHD_Connection *connection)
{
    struct buf text;
    buf_init(&text, 2 * ERROR_BODY_BYTES);
    response_print_error(x, &x->refusal, &text);
    int fd = seat_fd(x->seat);
    bool sent = x->server->tls ? tls_send(session_of(connection), buf_slice(&text))
                               : send(fd, text.p, text.n, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)text.n;
    if (sent)
        x->status = err_status(x->refusal.code);
    x->reply_bytes = text.n;
    buf_release(&text);
    x->body_unread = true;
}

static enum err_code code_of(unsigned status)
{
    switch (status) {
    case MHD_HTTP_CONTENT_TOO_LARGE:
        return ERR_TOO_LARGE;
    case MHD_HTTP_URI_TOO_LONG:
        return ERR_URI_TOO_LONG;
    case MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE:
        return ERR_HEAD_TOO_LARGE;
    case MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED:
        return ERR_HTTP_VERSION;
    case MHD_HTTP_INTERNAL_SERVER_ERROR:
        return ERR_INTERNAL;
    default:
        return ERR_BAD_REQUEST;
    }
}

/* Nothing that libmicrohttpd writes after this arrives. */
static void by_hand_close(struct exchange *x, struct MHD_Connection *connection)
{
    if (x->server->tls)
        (void)gnutls_bye(session_of(connection), GNUTLS_SHUT_WR);
    shutdown(seat_fd(x->seat), SHUT_WR);
}

static void by_hand_refuse(struct exchange *x, struct MHD_Connection *connection, unsigned status)
{
    if (!x->refused)
        err_set(&x->refusal, code_of(status), NULL);
    x->refused = true;
    pthread_mutex_lock(&x->lock);
    by_hand_send(x, connection);
    by_hand_close(x, connection);
    x->answer_queued = true;
    pthread_mutex_unlock(&x->lock);
}

/* A request whose first line could not be read has no exchange: it gets one for this. */
static void by_hand_refuse_unread(struct seat *seat, struct MHD_Connection *connection, unsigned status)
{
    struct server *s = seat_owner(seat);
    struct exchange *x = exchange_new(s, "-");
    if (!x)
        return;
    exchange_seat(x, seat);
    by_hand_refuse(x, connection, status);
    watch_linger(s->watch, seat_fd(seat)); /* request_completed is called for requests with a line only */
    exchange_drop(x);
}

enum MHD_Result by_hand_instead(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response)
{
    struct seat *seat = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    struct exchange *x = seat ? seat_exchange(seat) : NULL;
    if (x && !x->answer_queued)
        by_hand_refuse(x, connection, status);
    else if (seat && !x)
        by_hand_refuse_unread(seat, connection, status);
    enum MHD_Result queued = by_hand_library(connection, status, response);
    /* While it stops, libmicrohttpd 0.9.75 says yes without taking the response, and then reads through it. */
    bool taken = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS) != NULL;
    return taken ? queued : MHD_NO;
}
