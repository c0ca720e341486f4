/* server.c - starts and stops libmicrohttpd and what surrounds it.
 *
 * Threads: a few of libmicrohttpd's (epoll, callbacks in request.c, never blocking), the workers (handlers), one watch.
 * Memory of an idle server is small by choice: 8 KiB a connection, small stacks, a ring only for each stream.
 *
 * Stopping is the delicate part with 0.9.75. MHD_quiesce_daemon aborts with a thread pool and epoll, and
 * MHD_stop_daemon with a suspended connection, so new requests are refused by the gates (the socket still accepts)
 * until no exchange is left, in steps that grow ruder: wait, ask the handlers to end, give the clients up. */
#include "http/request.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum {
    CONNECTION_BYTES = 8 * 1024, /* request line and headers must fit; more is a 431 */
    HTTP_STACK_BYTES = 512 * 1024,
    SPARE_SEATS = 64,     /* a closed connection keeps its seat for a moment after libmicrohttpd took the next one */
    ASKED_MS = 1000,      /* for handlers to send their last words once they are asked to end */
    GIVEN_UP_MS = 5000,   /* for connections to close once they are given up */
    BACKSTOP_MS = 5000
};

bool server_admit(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    bool ok = !s->stopping;
    s->exchanges += ok;
    pthread_mutex_unlock(&s->lock);
    return ok;
}

void server_leave(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    s->exchanges--;
    pthread_cond_broadcast(&s->fewer);
    pthread_mutex_unlock(&s->lock);
}

bool server_stopping(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    bool stopping = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return stopping;
}

/* libmicrohttpd's own complaints are about clients that left or sent nonsense. */
static void log_library(void *cls, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));
static void log_library(void *cls, const char *fmt, va_list args)
{
    char text[400];
    (void)cls;
    vsnprintf(text, sizeof text, fmt, args);
    log_event(LOG_DEBUG, "http", "%s", slice_trim(slice_of(text)).p);
}

static unsigned max3(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a > b ? a : b;
    return ab > c ? ab : c;
}

static bool start_daemon(struct server *s, int fd, struct err *e)
{
    const struct server_options *o = &s->options;
    /* A backstop only: the watch is more exact, and counts from a request's begin. */
    unsigned timeout_s = (max3(o->idle_timeout_ms, o->body_timeout_ms, o->write_timeout_ms) + BACKSTOP_MS) / 1000;
    struct MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)o->http_threads, NULL},
                                    {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, request_step, s,
        MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
        o->max_connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, timeout_s, MHD_OPTION_THREAD_STACK_SIZE, (size_t)HTTP_STACK_BYTES,
        MHD_OPTION_URI_LOG_CALLBACK, request_line, s, MHD_OPTION_NOTIFY_COMPLETED, request_completed, s,
        MHD_OPTION_NOTIFY_CONNECTION, request_connection, s, MHD_OPTION_ARRAY, o->http_threads > 1 ? pool : none,
        MHD_OPTION_END);
    return s->daemon || err_set(e, ERR_INTERNAL, "The HTTP server cannot be started: %s.", strerror(errno));
}

static struct server *server_new(const struct server_options *options)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->options = *options;
    attach_init(&s->attach);
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->fewer, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return s;
}

/* Frees what there is; the daemon must be stopped. */
static void server_free(struct server *s)
{
    work_free(s->work);
    watch_free(s->watch);
    attach_release(&s->attach);
    pthread_cond_destroy(&s->fewer);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static bool open_socket(const char *address, bool no_auth, int *fd, unsigned *port, struct err *e)
{
    bool loopback = false;
    if (!listen_open(address, fd, port, &loopback, e))
        return false;
    if (!no_auth || loopback)
        return true;
    close(*fd);
    return err_set(e, ERR_USAGE, "Without keys anybody who can reach %s could use this server. Listen on 127.0.0.1 "
                                 "or [::1], or ask for keys.", address);
}

bool server_may_listen(const char *address, bool no_auth, struct err *e)
{
    int fd = -1;
    unsigned port;
    if (!open_socket(address, no_auth, &fd, &port, e))
        return false;
    close(fd);
    return true;
}

bool server_start(const struct server_options *options, struct server **out, unsigned *port, struct err *e)
{
    int fd = -1;
    if (!open_socket(options->listen, options->no_auth, &fd, port, e))
        return false;
    struct server *s = server_new(options);
    if (!s) {
        close(fd);
        return err_set(e, ERR_INTERNAL, "There is no memory for the server.");
    }
    s->watch = watch_new(&(struct watch_options){.seats = options->max_connections + SPARE_SEATS,
                                                 .idle_timeout_ms = options->idle_timeout_ms,
                                                 .request_timeout_ms = options->body_timeout_ms,
                                                 .heartbeat_ms = options->heartbeat_ms,
                                                 .look = attach_look,
                                                 .look_at = &s->attach},
                         e);
    s->work = s->watch ? work_new(options->workers, options->queue_length, e) : NULL;
    if (s->work && start_daemon(s, fd, e)) {
        *out = s;
        return true;
    }
    if (!s->work)
        close(fd); /* else libmicrohttpd has closed it, as 0.9.75 does when it fails */
    server_free(s);
    return false;
}

/* True when no exchange is left. */
static bool wait_for_none(struct server *s, unsigned wait_ms)
{
    int64_t until_ms = clock_ms() + wait_ms;
    struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    pthread_mutex_lock(&s->lock);
    while (s->exchanges > 0)
        if (pthread_cond_timedwait(&s->fewer, &s->lock, &until) == ETIMEDOUT)
            break;
    bool none = s->exchanges == 0;
    pthread_mutex_unlock(&s->lock);
    return none;
}

static void stop_exchanges(struct server *s, unsigned grace_ms)
{
    if (wait_for_none(s, grace_ms))
        return;
    attach_cancel_all(&s->attach);
    watch_each(s->watch, exchange_cancel);
    if (wait_for_none(s, ASKED_MS))
        return;
    watch_each(s->watch, exchange_give_up);
    watch_shut_all(s->watch);
    if (!wait_for_none(s, GIVEN_UP_MS))
        log_event(LOG_WARN, "stop", "some requests do not end; waiting for their handlers");
}

void server_stop(struct server *s, unsigned grace_ms)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_mutex_unlock(&s->lock);
    stop_exchanges(s, grace_ms);
    /* Joins the workers; no exchange can reach the queue any more, since the gates admit none. */
    work_free(s->work);
    s->work = NULL;
    watch_shut_all(s->watch);
    MHD_stop_daemon(s->daemon);
    server_free(s);
}
