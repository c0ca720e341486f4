/* world.h - a server on a free port with scripted handlers, a state folder and one valid key. */
#ifndef TESTS_HTTP_WORLD_H
#define TESTS_HTTP_WORLD_H

#include "http/raw_client.h"

#include <dirent.h>
#include <stdatomic.h>

#include "base/log.h"
#include "http/exchange.h"
#include "http/server.h"

static struct {
    char folder[64], key[STATE_KEY_CHARS + 1];
    struct state *state;
    struct limits *limits;
    struct server *server;
    unsigned port;
    atomic_int running, cancelled_seen, done; /* of the handlers below */
    atomic_bool may_go;                       /* "/wait" answers once this is set */
} world;

static inline void pause_ms(unsigned ms)
{
    usleep(ms * 1000);
}

/* True when *count reaches n in time. */
static inline bool reaches(atomic_int *count, int n, int patience_ms)
{
    for (int64_t until = clock_ms() + patience_ms; clock_ms() < until; pause_ms(1))
        if (atomic_load(count) >= n)
            return true;
    return atomic_load(count) >= n;
}

static inline void handle_health(struct exchange *x, void *unused)
{
    (void)unused;
    exchange_reply(x, 200, "application/json", SLICE("{\"ok\":true}"));
}

static inline void handle_model(struct exchange *x, void *unused)
{
    (void)unused;
    exchange_reply(x, 200, "text/plain", exchange_wildcard(x));
}

static inline void handle_echo(struct exchange *x, void *unused)
{
    (void)unused;
    exchange_reply(x, 200, "application/json", exchange_body(x));
}

static inline void handle_error(struct exchange *x, void *unused)
{
    (void)unused;
    struct err e;
    err_set_param(&e, ERR_BAD_VALUE, "model", "No \"such\" model.");
    exchange_fail(x, &e);
}

static inline void handle_nothing(struct exchange *x, void *unused)
{
    (void)x;
    (void)unused;
}

/* Answers when it may, or when it is cancelled. */
static inline void handle_wait(struct exchange *x, void *unused)
{
    (void)unused;
    struct err e;
    atomic_fetch_add(&world.running, 1);
    while (!atomic_load(&world.may_go) && !atomic_load(exchange_cancelled(x)))
        pause_ms(1);
    if (atomic_load(exchange_cancelled(x))) {
        atomic_fetch_add(&world.cancelled_seen, 1);
        err_set(&e, ERR_CANCELLED, NULL); /* 503 on the wire when the server is stopping */
        exchange_fail(x, &e);
    } else {
        exchange_reply(x, 200, "text/plain", SLICE("waited"));
    }
    atomic_fetch_add(&world.done, 1);
}

/* Sends one event, is silent until it may go on, sends another one. */
static inline void handle_stream(struct exchange *x, void *unused)
{
    (void)unused;
    exchange_begin(x, "text/event-stream", ": ping\n\n");
    bool there = exchange_write(x, SLICE("data: one\n\n"));
    atomic_fetch_add(&world.running, 1);
    while (there && !atomic_load(&world.may_go) && !atomic_load(exchange_cancelled(x)))
        pause_ms(1);
    if (atomic_load(exchange_cancelled(x)))
        atomic_fetch_add(&world.cancelled_seen, 1);
    there = exchange_write(x, SLICE("data: two\n\n")) && exchange_write(x, SLICE("data: [DONE]\n\n"));
    exchange_end(x);
    atomic_fetch_add(&world.done, 1);
}

/* The body says how many bytes to send; byte i is i * 7 + i / 251. */
static inline void handle_flood(struct exchange *x, void *unused)
{
    (void)unused;
    size_t total = strtoul(exchange_body(x).p, NULL, 10);
    char piece[3000];
    bool there = true;
    exchange_begin(x, "application/octet-stream", " ");
    for (size_t at = 0; at < total && there;) {
        size_t n = 1 + (at * 31 + at / 17) % sizeof piece;
        if (n > total - at)
            n = total - at;
        for (size_t i = 0; i < n; i++)
            piece[i] = (char)((at + i) * 7 + (at + i) / 251);
        there = exchange_write(x, (struct slice){piece, n});
        at += n;
    }
    if (!there)
        atomic_fetch_add(&world.cancelled_seen, 1);
    exchange_end(x);
    atomic_fetch_add(&world.done, 1);
}

/* Sends as many bytes as the body says, then is silent until it may go on. */
static inline void handle_long(struct exchange *x, void *unused)
{
    (void)unused;
    char piece[1000];
    memset(piece, 'x', sizeof piece);
    exchange_begin(x, "text/event-stream", ": ping\n\n");
    bool there = true;
    for (size_t left = strtoul(exchange_body(x).p, NULL, 10); left > 0 && there; left -= left < 1000 ? left : 1000)
        there = exchange_write(x, (struct slice){piece, left < 1000 ? left : 1000});
    atomic_fetch_add(&world.running, 1);
    while (there && !atomic_load(&world.may_go) && !atomic_load(exchange_cancelled(x)))
        pause_ms(1);
    exchange_end(x);
    atomic_fetch_add(&world.done, 1);
}

static const struct route world_routes[] = {
    {"GET", "/health", false, true, handle_health, NULL, API_ERROR_CHAT},
    {"GET", "/v1/models/*", false, true, handle_model, NULL, API_ERROR_CHAT},
    {"POST", "/v1/echo", true, false, handle_echo, NULL, API_ERROR_CHAT},
    {"POST", "/open/echo", false, false, handle_echo, NULL, API_ERROR_CHAT},
    {"POST", "/open/error", false, true, handle_error, NULL, API_ERROR_CHAT},
    {"POST", "/open/nothing", false, false, handle_nothing, NULL, API_ERROR_CHAT},
    {"POST", "/v1/wait", true, false, handle_wait, NULL, API_ERROR_CHAT},
    {"POST", "/open/wait", false, false, handle_wait, NULL, API_ERROR_CHAT},
    {"POST", "/open/stream", false, false, handle_stream, NULL, API_ERROR_CHAT},
    {"POST", "/open/flood", false, false, handle_flood, NULL, API_ERROR_CHAT},
    {"POST", "/open/long", false, false, handle_long, NULL, API_ERROR_CHAT},
};

static inline struct server_options world_options(void)
{
    return (struct server_options){.listen = "127.0.0.1:0",
                                   .routes = world_routes,
                                   .route_count = COUNT_OF(world_routes),
                                   .state = world.state,
                                   .limits = world.limits,
                                   .http_threads = 2,
                                   .workers = 2,
                                   .queue_length = 1,
                                   .max_connections = 64,
                                   .max_body_bytes = 1000,
                                   .body_timeout_ms = 400,
                                   .idle_timeout_ms = 2000,
                                   .write_timeout_ms = 300,
                                   .heartbeat_ms = 80,
                                   .stream_buffer_bytes = 4096};
}

static inline int world_start(void **unused)
{
    (void)unused;
    struct err e;
    log_set_level(LOG_OFF);
    atomic_store(&world.running, 0);
    atomic_store(&world.done, 0);
    atomic_store(&world.cancelled_seen, 0);
    atomic_store(&world.may_go, false);
    snprintf(world.folder, sizeof world.folder, "/tmp/footnote-http-XXXXXX");
    if (!mkdtemp(world.folder) || !state_open(world.folder, &world.state, &e) ||
        !state_key_create(world.state, SLICE("ada"), &key_scope_wide, world.key, &e))
        return -1;
    world.limits = limits_new(3);
    struct server_options o = world_options();
    return server_start(&o, &world.server, &world.port, &e) ? 0 : -1;
}

static inline int world_stop(void **unused)
{
    (void)unused;
    atomic_store(&world.may_go, true);
    server_stop(world.server, 1000);
    world.server = NULL;
    limits_free(world.limits);
    state_close(world.state);
    DIR *d = opendir(world.folder);
    for (struct dirent *entry; d && (entry = readdir(d));)
        unlinkat(dirfd(d), entry->d_name, 0);
    if (d)
        closedir(d);
    return rmdir(world.folder);
}

/* The usual POST of a JSON body. */
static inline bool post(struct client *c, const char *path, const char *headers, const char *body)
{
    char head[1024];
    snprintf(head, sizeof head,
             "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%sContent-Length: %zu\r\n\r\n",
             path, headers, strlen(body));
    return client_say(c, head) && client_say(c, body);
}

#endif
