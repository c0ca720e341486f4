/* serve_cmd.c - footnote serve: opens index and state, starts the server, waits for a signal. */
#include <malloc.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/every.h"
#include "base/log.h"
#include "base/reserve.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/confine.h"
#include "cli/fill_vectors.h"
#include "cli/index_gauges.h"
#include "cli/log_access.h"
#include "cli/log_file.h"
#include "cli/model_access.h"
#include "cli/notify.h"
#include "cli/options.h"
#include "cli/restore.h"
#include "cli/serve_signals.h"
#include "cli/task_access.h"
#include "http/access.h"
#include "http/conversation.h"
#include "http/openapi_route.h"
#include "http/resp_background.h"
#include "http/usage_route.h"
#include "shape/value.h"
#include "state/limits_kept.h"
#include "state/completions.h"
#include "state/responses.h"
#include "state/replies.h"

static void serve_help(void)
{
    puts("usage: footnote serve [OPTIONS]\n\n"
         "Answers POST /v1/chat/completions (also without /v1) and GET /v1/models until SIGINT or SIGTERM.\n"
         "Clients need a key (footnote key create NAME), unless --no-auth on a loopback address.\n");
    config_help(CONFIG_SERVE | CONFIG_ANSWER | CONFIG_ENCODER, stdout);
    puts("\nlanguage model:");
    config_help(CONFIG_LLM, stdout);
    puts("\nreading the web:");
    config_help(CONFIG_WEB | CONFIG_SEARCH, stdout);
    config_help(CONFIG_ALL, stdout);
}

static struct server_options options_of(const struct config *c)
{
    return (struct server_options){.listen = c->listen,
                                   .no_auth = c->no_auth,
                                   .tls_cert = c->tls_cert,
                                   .tls_key = c->tls_key,
                                   .cors = c->cors,
                                   .trusted_proxies = c->trusted_proxies,
                                   .proxy_header = c->proxy_header,
                                   .http_threads = (unsigned)c->http_threads,
                                   .workers = (unsigned)c->workers,
                                   .queue_length = (unsigned)c->queue_length,
                                   .key_at_once = (unsigned)c->key_at_once,
                                   .max_connections = (unsigned)c->max_connections,
                                   .max_body_bytes = (size_t)c->max_body_bytes,
                                   .body_timeout_ms = (unsigned)c->body_timeout_ms,
                                   .idle_timeout_ms = (unsigned)c->idle_timeout_ms,
                                   .write_timeout_ms = (unsigned)c->write_timeout_ms,
                                   .heartbeat_ms = (unsigned)c->heartbeat_ms,
                                   .first_beat_ms = (unsigned)c->first_beat_ms,
                                   .reply_hours = c->reply_hours,
                                   .stream_buffer_bytes = (size_t)c->stream_buffer_bytes};
}

static bool has_valid_key(struct state *state)
{
    struct arena *arena = arena_new();
    struct state_key *keys;
    struct err e;
    size_t count = 0;
    bool found = false;
    if (state_key_list(state, arena, &keys, &count, &e))
        for (size_t i = 0; i < count; i++)
            found |= keys[i].revoked_unix == 0;
    arena_free(arena);
    return found;
}

static void say_ready(const struct config *c, unsigned port, struct index *index, struct state *state)
{
    struct index_stats stats;
    struct err e;
    const char *colon = strrchr(c->listen, ':');
    int host = colon ? (int)(colon - c->listen) : 0;
    printf("footnote " FOOTNOTE_VERSION " listens on %s://%.*s:%u", c->tls_cert[0] ? "https" : "http", host, c->listen,
           port);
    if (index_stats(index, &stats, &e))
        printf(" with %llu pages in the index", (unsigned long long)stats.pages);
    puts(c->no_auth ? ", without keys" : "");
    fflush(stdout);
    if (!c->no_auth && !has_valid_key(state))
        log_event(LOG_WARN, "no_keys", "nobody can ask yet; create a key with: footnote key create NAME");
}

struct running { /* what a reload changes */
    const struct config *config;
    struct limits *limits;
    struct server *server;
};

/* Reads flags, environment and file again. What a running server can change is changed; a bad setting changes nothing.
 */
static void serve_reload(void *ud)
{
    struct running *r = ud;
    struct arena *a = arena_new();
    notify_reloading();
    struct config fresh;
    struct err e;
    bool ok = config_again(a, &fresh, &e);
    ok = ok && log_file_open(r->config->log_file, &e) && /* again, for tools that move log files away */
         log_access_set(&fresh, &e);
    if (ok) {
        limits_change(r->limits, (unsigned)fresh.rate_per_minute);
        log_event(LOG_INFO, "reload", "log_level=%s rate_per_minute=%lld", fresh.log_level,
                  (long long)fresh.rate_per_minute);
    } else {
        log_event(LOG_ERROR, "reload", "refused, nothing was changed: %s", e.message);
    }
    if (ok && !server_change_tls(r->server, fresh.tls_cert, fresh.tls_key, &e))
        log_event(LOG_ERROR, "tls", "the certificate stays as it was: %s", e.message);
    notify_send("READY=1");
    arena_free(a);
}

enum {
    DAY_S = 24 * 60 * 60,
    STOP_MORE_MS = 8000,  /* beyond stop_grace_ms: what server_stop may take, and for closing files */
    STOP_MODEL_MS = 6000, /* and for a model of our own */
    LOG_END_MS = 1000,
};

/* NULL: there is no encoder. */
static struct filler *serve_fill(const struct config *c, const struct answering *own)
{
    struct arena *a = arena_new();
    const char *folder = fill_folder(a, arena_printf(a, "%s/index", c->data).p);
    struct filler *f = own->encoder.encoder ? filler_start(own->world.index, own->encoder.encoder, folder) : NULL;
    arena_free(a);
    return f;
}

/* Whoever sends requests here has time to notice that it should not any more. */
static void serve_drain(struct api_world *world, int64_t ms)
{
    const struct deadline d = {.at_ms = clock_ms() + ms};
    atomic_store(&world->leaving, true);
    if (ms) {
        log_event(LOG_INFO, "draining", "ms=%lld", (long long)ms);
        (void)deadline_pause(&d, (unsigned)ms);
    }
}

/* For the watchdog. Workers may all be busy for as long as the slowest model may take, so this is told from a hang by
 * time only. */
static bool serve_is_alive(void *server)
{
    int64_t longest_ms = 0;
    for (size_t i = 0; i < tier_count; i++)
        longest_ms = tier_at(i)->deadline_ms > longest_ms ? tier_at(i)->deadline_ms : longest_ms;
    return server_stuck_ms(server) < 2 * longest_ms;
}

static unsigned stop_limit_ms(const struct config *c)
{
    return (unsigned)c->drain_ms + (unsigned)c->stop_grace_ms + STOP_MORE_MS + (c->model_file[0] ? STOP_MODEL_MS : 0);
}

static void serve_finished(void *ud, const struct outcome *o)
{
    access_note(o);
    usage_count_outcome(ud, o);
}

static void serve_describe(const struct config *c, struct api_world *world, const struct route *routes, size_t n)
{
    struct openapi_number told[CONFIG_TOLD_MOST];
    size_t told_count = config_told(c, told);
    openapi_route_keep(world, routes, n, told, told_count, c->no_auth);
}

static bool serve_run(const struct config *c, struct err *e)
{
    struct server_options options = options_of(c);
    struct route routes[API_ROUTES_MAX];
    struct api_world world = {.limits = {(size_t)c->max_input_chars, (unsigned)c->max_schema_depth},
                              .interaction_s = c->interaction_days * DAY_S,
                              .interaction_bytes = (uint64_t)c->interaction_bytes,
                              .started_unix = clock_unix_s()};
    struct limits *limits = limits_new((unsigned)c->rate_per_minute);
    struct limits_kept *kept = NULL;
    struct state *state = NULL;
    struct usage *usage = NULL;
    struct replies *replies = NULL;
    struct server *server = NULL;
    struct answering own = {.local = NULL}; /* a model file loads while the server answers by quotes */
    struct task_access tasks = {NULL};
    unsigned port = 0;
    bool ok = !restore_is_unfinished(c->data) ||
              err_set(e, ERR_IO, "A restore was broken off in %s. Finish it: footnote restore FILE.", c->data);
    ok = ok && metrics_access_read(c->metrics, &world.metrics, e) && state_open(c->data, &state, e) &&
         interactions_open(c->data, &world.interactions, e) &&
         (c->reply_hours == 0 || replies_open(c->data, (uint64_t)c->reply_bytes, &replies, e)) &&
         (c->completion_days == 0 || completions_open(c->data, (uint64_t)c->completion_bytes,
                                                      c->completion_days * DAY_S, &world.completions, e)) &&
         (c->response_days == 0 ||
          responses_open(c->data, (uint64_t)c->response_bytes, c->response_days * DAY_S, &world.responses, e)) &&
         usage_open(c->data, c->usage_days, &usage, e) && usage_start(usage, e) &&
         task_access_open(c, &tasks, &world, e) && answering_open(c, &own, e);
    if (ok) {
        interactions_hurry(world.interactions);
        conversation_trust_clock(&world, clock_unix_s());
        world.world = own.world;
        world.state = state;
        world.usage = usage;
        options.routes = routes;
        options.route_count = api_routes_fill(&world, routes);
        serve_describe(c, &world, routes, options.route_count);
        options.world = options.finished_ud = &world;
        options.finished = serve_finished;
        options.usage = usage;
        options.state = state;
        options.replies = replies;
        options.waiting = tasks.waiting;
        options.limits = c->no_auth ? NULL : limits; /* also without a rate: a reload may bring one */
        kept = c->no_auth ? NULL : limits_kept_start(limits, c->data);
        ok = (!world.responses || background_open(&world, (unsigned)c->background_at_once,
                                                  (unsigned)c->background_waiting, &world.background, e)) &&
             task_access_start(c, &tasks, &world, own.web.http, e) && server_start(&options, &server, &port, e);
    }
    if (ok) {
        conversation_forget(&world, clock_unix_s());
        say_ready(c, port, own.world.index, state);
        struct warming *warming = model_access_warm(own.world.model, own.world.small, own.local);
        struct filler *filler = serve_fill(c, &own);
        struct notify_watchdog *watchdog = notify_watchdog_start(serve_is_alive, server);
        struct every *gauges = index_gauges_start(own.world.index);
        notify_send("READY=1");
        log_event(LOG_INFO, "stopping", "signal=%d",
                  serve_signals_wait(serve_reload, &(struct running){c, limits, server}));
        notify_send("STOPPING=1");
        every_stop(gauges);
        serve_signals_hurry(stop_limit_ms(c));
        filler_stop(filler);
        serve_drain(&world, c->drain_ms);
        runner_close(world.runner);
        notify_watchdog_stop(watchdog);
        server_stop(server, (unsigned)c->stop_grace_ms);
        model_access_warm_end(warming);
    }
    background_close(world.background); /* no request is left that could start another */
    task_access_stop(&tasks, &world, 0);
    answering_close(&own);
    task_access_close(&tasks, &world);
    replies_close(replies);
    responses_close(world.responses);
    completions_close(world.completions);
    interactions_close(world.interactions);
    openapi_route_forget(&world);
    usage_close(usage); /* after the last request */
    state_close(state);
    limits_kept_stop(kept);
    limits_free(limits);
    return ok;
}

/* Makes malloc give the memory of a session back to the system when it ends. By default malloc learns from one large
 * page to keep tens of megabytes for each worker. Blocks of arenas are below the first threshold: they are not worth a
 * system call. */
static void keep_little_memory(void)
{
    enum { MAPPED_FROM = 1 << 20, KEPT_MOST = 8 << 20 };
    (void)mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_MOST);
}

int serve_cmd(int argc, char **argv, const struct config *config)
{
    struct err e;
    int status;
    if (!options_read(&(struct options){.command = "serve", .help = serve_help}, &argc, argv, &status))
        return status;
    if (argc > 1) {
        fprintf(stderr, "footnote serve: '%s' is not understood; see footnote serve --help\n", argv[1]);
        return 2;
    }
    keep_little_memory();
    if (!reserve_begin())
        return command_status("serve", err_set(&e, ERR_NO_MEMORY, NULL), &e);
    value_use_reserve();
    index_use_reserve();
    serve_signals_block();
    if (!confine_user(config->user, &e) || !state_folder(config->data, &e) || !log_file_open(config->log_file, &e))
        return command_status("serve", false, &e);
    confine_server(config);
    log_queue_start();
    bool ok = serve_run(config, &e);
    log_queue_end(LOG_END_MS);
    return command_status("serve", ok, &e);
}
