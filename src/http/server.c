/* server.c - starts and stops libmicrohttpd and what surrounds it.
 *
 * There are a few threads of libmicrohttpd's (epoll; their callbacks in request.c never block), the workers (handlers)
 * and one watch. An idle server takes little memory: 12 KiB a connection, small stacks, a ring for each stream only.
 *
 * Stopping is delicate with libmicrohttpd 0.9.75: MHD_quiesce_daemon aborts with a thread pool and epoll, and
 * MHD_stop_daemon with a suspended connection. So the socket still accepts, and the gates refuse new requests until no
 * exchange is left (admission.h). The server first waits for the handlers, then asks them to end, then closes the
 * connections. */
#include "http/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/by_hand.h"
#include "http/exchange_inner.h"
#include "http/listen.h"
#include "http/origin.h"
#include "http/request.h"
#include "http/server_inner.h"
#include "http/waiting.h"

enum {
    HTTP_STACK_BYTES = 512 * 1024,
    WRONG_KEYS_A_MINUTE = 300,      /* of one address; then 429 */
    SPILL_BYTES = 64 * 1024 * 1024, /* for streams that are written faster than read; then writers wait */
    /* A connection that gives way keeps its seat until libmicrohttpd has closed it. libmicrohttpd divides its own limit
     * among its threads, so it gets one that is never met. */
    SPARE_SEATS = 256,
    FILES_A_WORKER = 8, /* sockets of a question, about */
    FILES_BESIDE = 64,  /* index, databases, log, threads' own */
    ASKED_MS = 1000,    /* for handlers to end their replies once they are asked to */
    GIVEN_UP_MS = 5000, /* for connections to close once they are given up */
    BACKSTOP_MS = 5000,
    TLS_SOON_DAYS = 14, /* before a certificate expires, the log says so */
    DAY_S = 24 * 60 * 60
};

/* libmicrohttpd's own complaints are about clients that left or sent nonsense. */
static void log_library(void *cls, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));
static void log_library(void *cls, const char *fmt, va_list args)
{
    char text[400];
    (void)cls;
    vsnprintf(text, sizeof text, fmt, args);
    log_event(LOG_DEBUG, "http", "%s", slice_trim(slice_of(text)).p);
}

static unsigned server_max3(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a > b ? a : b;
    return ab > c ? ab : c;
}

static bool start_daemon(struct server *s, int fd, struct err *e)
{
    const struct server_options *o = &s->options;
    /* Only a backstop: the watch is more exact and counts from the start of a request. */
    unsigned timeout_s =
        (server_max3(o->idle_timeout_ms, o->body_timeout_ms, o->write_timeout_ms) + BACKSTOP_MS) / 1000;
    struct MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)o->http_threads, NULL},
                                    {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities},
                                   {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)tls_retrieve},
                                   {MHD_OPTION_END, 0, NULL}};
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (s->tls ? MHD_USE_TLS : 0), 0,
        NULL, NULL, request_step, s, MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (o->max_connections + SPARE_SEATS) * o->http_threads,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_MEMORY_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, timeout_s,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)HTTP_STACK_BYTES, MHD_OPTION_URI_LOG_CALLBACK, request_line, s,
        MHD_OPTION_NOTIFY_COMPLETED, request_completed, s, MHD_OPTION_NOTIFY_CONNECTION, request_connection, s,
        MHD_OPTION_ARRAY, o->http_threads > 1 ? pool : none, MHD_OPTION_ARRAY, s->tls ? tls : none, MHD_OPTION_END);
    return s->daemon || err_set(e, ERR_INTERNAL, "The HTTP server cannot be started: %s.", strerror(errno));
}

/* Connections for which there are descriptors, beside those that answering takes. Raises the soft limit where it can.
 */
static unsigned server_connections(const struct server_options *o)
{
    struct rlimit files;
    rlim_t beside = (rlim_t)o->workers * FILES_A_WORKER + FILES_BESIDE + SPARE_SEATS,
           needed = o->max_connections + beside;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY || files.rlim_cur >= needed)
        return o->max_connections;
    files.rlim_cur = files.rlim_max == RLIM_INFINITY || files.rlim_max > needed ? needed : files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0 && getrlimit(RLIMIT_NOFILE, &files) != 0)
        return o->max_connections;
    if (files.rlim_cur >= needed)
        return o->max_connections;
    rlim_t most = files.rlim_cur > 2 * beside ? files.rlim_cur - beside : files.rlim_cur / 4;
    unsigned fit = most < o->max_connections ? (unsigned)most : o->max_connections;
    log_event(LOG_WARN, "limits",
              "open files are limited to %llu, which is below the %llu of max_connections and workers; "
              "%u connections are taken",
              (unsigned long long)files.rlim_cur, (unsigned long long)needed, fit);
    return fit ? fit : 1;
}

static struct server *server_new(const struct server_options *options)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->options = *options;
    s->options.max_connections = server_connections(options);
    s->strangers = limits_new(WRONG_KEYS_A_MINUTE);
    s->spill.most = SPILL_BYTES;
    attach_init(&s->attach);
    admission_init(&s->admission);
    return s;
}

/* Frees what there is; the daemon must be stopped. */
static void server_free(struct server *s)
{
    work_free(s->work);
    watch_free(s->watch);
    attach_release(&s->attach);
    admission_release(&s->admission);
    limits_free(s->strangers);
    tls_close(s->tls);
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
    return err_set(e, ERR_USAGE,
                   "Without keys anybody who can reach %s could use this server. Listen on 127.0.0.1 "
                   "or [::1], or ask for keys.",
                   address);
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

static void server_tick(struct exchange *x, int64_t now_ms, bool *probe)
{
    if (exchange_tick(x, now_ms, probe))
        attach_begin_early(x);
}

bool server_is_bare(const char *address, const char *tls_cert, const char *trusted_proxies)
{
    return !tls_cert[0] && !trusted_proxies[0] && !listen_is_loopback(address);
}

static const char *server_text(const char *setting)
{
    return setting ? setting : "";
}

static void tell_of_certificate(const char *cert, const char *key, const struct tls_facts *facts)
{
    int64_t left_s = facts->until_unix - clock_unix_s();
    if (left_s <= 0)
        log_event(LOG_WARN, "tls", "the certificate in %s has expired; clients will refuse it", cert);
    else if (left_s < (int64_t)TLS_SOON_DAYS * DAY_S)
        log_event(LOG_WARN, "tls", "the certificate in %s expires in %lld days", cert, (long long)(left_s / DAY_S));
    if (facts->key_is_open)
        log_event(LOG_WARN, "tls", "every user of this machine may read the key in %s", key);
}

/* *out is NULL where no files are named. */
static bool server_open_tls(const char *cert, const char *key, struct tls **out, struct err *e)
{
    struct tls_facts facts = {0};
    *out = NULL;
    if (!cert[0] && !key[0])
        return true;
    if (!cert[0] || !key[0])
        return err_set(e, ERR_USAGE, "tls_cert and tls_key belong together: name the files of both, or of none.");
    if (!tls_open(cert, key, out, &facts, e))
        return false;
    tell_of_certificate(cert, key, &facts);
    return true;
}

bool server_change_tls(struct server *s, const char *cert, const char *key, struct err *e)
{
    struct tls_facts facts = {0};
    if (!s->tls && !cert[0] && !key[0])
        return true;
    if (!s->tls || !cert[0] || !key[0])
        return err_set(e, ERR_USAGE, "Whether the server speaks TLS can change at its start only.");
    if (!tls_change(s->tls, cert, key, &facts, e))
        return false;
    tell_of_certificate(cert, key, &facts);
    return true;
}

bool server_start(const struct server_options *options, struct server **out, unsigned *port, struct err *e)
{
    int fd = -1;
    if (!origin_setting_fits(options->cors ? options->cors : "", options->no_auth, e))
        return false;
    struct proxies proxies;
    if (!proxies_read(&proxies, options->trusted_proxies ? options->trusted_proxies : "",
                      options->proxy_header ? options->proxy_header : "X-Forwarded-For", e))
        return false;
    struct tls *tls = NULL;
    if (!by_hand_init(e) || !server_open_tls(server_text(options->tls_cert), server_text(options->tls_key), &tls, e))
        return false;
    if (!open_socket(options->listen, options->no_auth, &fd, port, e)) {
        tls_close(tls);
        return false;
    }
    struct server *s = server_new(options);
    if (!s) {
        tls_close(tls);
        close(fd);
        return err_set(e, ERR_INTERNAL, "There is no memory for the server.");
    }
    if (server_is_bare(options->listen, server_text(options->tls_cert), server_text(options->trusted_proxies)))
        log_event(LOG_WARN, "plain_http",
                  "%s is reached without TLS: keys and questions can be read on the way. Set tls_cert and tls_key, or "
                  "listen on loopback behind a proxy and name it in trusted_proxies",
                  options->listen);
    s->proxies = proxies;
    s->tls = tls;
    s->watch = watch_new(&(struct watch_options){.seats = s->options.max_connections,
                                                 .spare_seats = SPARE_SEATS,
                                                 .idle_timeout_ms = options->idle_timeout_ms,
                                                 .request_timeout_ms = options->body_timeout_ms,
                                                 .heartbeat_ms = options->heartbeat_ms,
                                                 .half_closed_left = tls != NULL,
                                                 .owner = s,
                                                 .tick = server_tick,
                                                 .hung_up = exchange_give_up,
                                                 .look = attach_look,
                                                 .look_at = &s->attach},
                         e);
    s->work = s->watch ? work_new(options->workers, options->queue_length, options->key_at_once, e) : NULL;
    if (s->options.waiting)
        waiting_use(s->options.waiting, request_resume);
    if (s->work && start_daemon(s, fd, e)) {
        *out = s;
        return true;
    }
    if (!s->work)
        close(fd); /* else libmicrohttpd has closed it, as 0.9.75 does when it fails */
    server_free(s);
    return false;
}

int64_t server_stuck_ms(struct server *s)
{
    return work_stuck_ms(s->work);
}

static void stop_exchanges(struct server *s, unsigned grace_ms)
{
    if (admission_wait_empty(&s->admission, grace_ms))
        return;
    attach_cancel_all(&s->attach);
    watch_each(s->watch, exchange_cancel);
    if (admission_wait_empty(&s->admission, ASKED_MS))
        return;
    watch_each(s->watch, exchange_give_up);
    watch_shut_all(s->watch);
    if (!admission_wait_empty(&s->admission, GIVEN_UP_MS))
        log_event(LOG_WARN, "stop", "some requests do not end; waiting for their handlers");
}

void server_stop(struct server *s, unsigned grace_ms)
{
    if (!s)
        return;
    admission_close(&s->admission);
    if (s->options.waiting)
        waiting_stop(s->options.waiting);
    stop_exchanges(s, grace_ms);
    /* Joins the workers; no exchange can reach the queue any more, since the gates admit none. */
    work_free(s->work);
    s->work = NULL;
    watch_shut_all(s->watch);
    MHD_stop_daemon(s->daemon);
    server_free(s);
}
