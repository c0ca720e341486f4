/* serve_cmd.c - footnote serve: opens index and state, starts the server, waits for a signal. */
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/confidence_file.h"
#include "cli/llm.h"
#include "cli/local.h"
#include "cli/web.h"
#include "http/conversation.h"

static void help(void)
{
    puts("usage: footnote serve [OPTIONS]\n\n"
         "Answers POST /v1/chat/completions (also without /v1) and GET /v1/models until SIGINT or SIGTERM.\n"
         "Clients need a key (footnote key create NAME), unless --no-auth on a loopback address.\n");
    config_help(CONFIG_SERVE | CONFIG_ANSWER, stdout);
    puts("\nlanguage model:");
    config_help(CONFIG_LLM, stdout);
    puts("\nreading the web:");
    config_help(CONFIG_WEB | CONFIG_SEARCH, stdout);
    config_help(CONFIG_ALL, stdout);
}

static struct server_options options_of(const struct config *c)
{
    return (struct server_options){.listen = c->listen,
                                   .routes = api_routes,
                                   .route_count = api_route_count,
                                   .no_auth = c->no_auth,
                                   .http_threads = (unsigned)c->http_threads,
                                   .workers = (unsigned)c->workers,
                                   .queue_length = (unsigned)c->queue_length,
                                   .max_connections = (unsigned)c->max_connections,
                                   .max_body_bytes = (size_t)c->max_body_bytes,
                                   .body_timeout_ms = (unsigned)c->body_timeout_ms,
                                   .idle_timeout_ms = (unsigned)c->idle_timeout_ms,
                                   .write_timeout_ms = (unsigned)c->write_timeout_ms,
                                   .heartbeat_ms = (unsigned)c->heartbeat_ms,
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
    printf("footnote " FOOTNOTE_VERSION " listens on http://%.*s:%u", host, c->listen, port);
    if (index_stats(index, &stats, &e))
        printf(" with %llu pages in the index", (unsigned long long)stats.pages);
    puts(c->no_auth ? ", without keys" : "");
    fflush(stdout);
    if (!c->no_auth && !has_valid_key(state))
        log_event(LOG_WARN, "no_keys", "nobody can ask yet; create a key with: footnote key create NAME");
}

static void wait_for_signal(const sigset_t *signals)
{
    int got = 0;
    sigwait(signals, &got);
    log_event(LOG_INFO, "stopping", "signal=%d", got);
}

enum { DAY_S = 24 * 60 * 60 };

static bool serve(const struct config *c, const sigset_t *signals, struct err *e)
{
    struct server_options options = options_of(c);
    struct api_world world = {.limits = {(size_t)c->max_input_chars, (unsigned)c->max_schema_depth},
                              .interaction_s = c->interaction_days * DAY_S,
                              .interaction_bytes = (uint64_t)c->interaction_bytes};
    struct limits *limits = limits_new((unsigned)c->rate_per_minute);
    struct state *state = NULL;
    struct server *server = NULL;
    struct local_model *local = NULL; /* loads while the server answers by quotes */
    struct web web = {NULL};
    struct confidence_model confidence;
    char *folder = NULL;
    unsigned port = 0;
    world.world.confidence = &confidence;
    bool ok = confidence_load(c, &confidence, e) && asprintf(&folder, "%s/index", c->data) > 0 &&
              state_open(c->data, &state, e) && interactions_open(c->data, &world.interactions, e) &&
              index_open(folder, &world.world.index, e) && web_open(c, &web, e) && web_open_search(c, &web, e) &&
              models_open(c, &local, &world.world.model, &world.world.small, e) && reranker_open(c, &world.world.reranker, e);
    if (ok) {
        web_lend(&web, &world.world);
        options.world = &world;
        options.state = state;
        options.limits = c->no_auth || c->rate_per_minute == 0 ? NULL : limits;
        ok = server_start(&options, &server, &port, e);
    }
    if (ok) {
        conversation_forget(&world, clock_unix_s());
        say_ready(c, port, world.world.index, state);
        struct warming *warming = model_warm(world.world.model, world.world.small, local);
        wait_for_signal(signals);
        server_stop(server, (unsigned)c->stop_grace_ms);
        model_warm_end(warming);
    }
    rerank_close(world.world.reranker);
    llm_close(world.world.small);
    llm_close(world.world.model);
    local_model_stop(local);
    web_close(&web);
    index_close(world.world.index);
    interactions_close(world.interactions);
    state_close(state);
    limits_free(limits);
    free(folder);
    return ok;
}

/* What a session took goes back to the system when it ends. By itself malloc learns from one large page to keep tens of
 * megabytes for each worker. Blocks of arenas stay below the first threshold: they are not worth a system call. */
static void keep_little_memory(void)
{
    enum { MAPPED_FROM = 1 << 20, KEPT_MOST = 8 << 20 };
    (void)mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_MOST);
}

int serve_cmd(int argc, char **argv, const struct config *config)
{
    struct err e;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            help();
            return 0;
        }
        fprintf(stderr, "footnote serve: '%s' is not understood; see footnote serve --help\n", argv[i]);
        return 2;
    }
    keep_little_memory();
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before any thread starts, so that all inherit it */
    if (serve(config, &signals, &e))
        return 0;
    fprintf(stderr, "footnote serve: %s\n", e.message);
    return 1;
}
