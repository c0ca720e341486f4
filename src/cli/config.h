/* config.h - every setting: its name, default, limits and help, in one table (config.c).
 *
 * A setting `max_body_bytes` is given, strongest first, by the flag --max-body-bytes, the variable
 * FOOTNOTE_MAX_BODY_BYTES, or a line `max_body_bytes = 1000000` of the ini file (--config FILE, FOOTNOTE_CONFIG, or
 * footnote.ini in the data folder when there is one). Only cli/ includes this; other folders get option structs. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <stdint.h>
#include <stdio.h>

#include "api/openapi.h"
#include "base/arena.h"
#include "base/err.h"

enum config_for { /* which commands take a setting */
                  CONFIG_ALL = 1,
                  CONFIG_SERVE = 2,
                  CONFIG_ASK = 4,
                  CONFIG_WEB = 8,       /* that read the web */
                  CONFIG_SEARCH = 16,   /* that ask search services */
                  CONFIG_ANSWER = 32,   /* that answer questions */
                  CONFIG_LLM = 64,      /* that use a language model */
                  CONFIG_ENCODER = 128, /* that use the sentence encoder */
                  CONFIG_TOLD = 256,    /* of no command: clients meet it, and /openapi.json tells it */
};

struct config {
    const char *data, *config, *log_level, *log_file, *log_format, *metrics, *trace, *audit_log, *user;
    int64_t audit_bytes;
    const char *listen, *tls_cert, *tls_key, *cors, *trusted_proxies, *proxy_header;
    const char *providers, *share;
    const char *confidence_file, *encoder;
    double confidence_high, confidence_medium, confidence_answer;       /* -1: the model's own */
    const char *budget_speed, *budget_lite, *budget_base, *budget_core; /* session/tiers.h */
    bool no_auth, remember;
    int64_t rate_per_minute;
    int64_t workers, queue_length, key_at_once, http_threads, max_connections;
    int64_t max_body_bytes, max_input_chars, max_schema_depth;
    int64_t body_timeout_ms, idle_timeout_ms, write_timeout_ms, heartbeat_ms, stop_grace_ms, drain_ms;
    int64_t stream_buffer_bytes;
    int64_t first_beat_ms, reply_hours, reply_bytes, completion_days, completion_bytes;
    int64_t response_days, response_bytes, background_at_once, background_waiting;
    int64_t task_workers, task_queue, task_days, task_bytes, monitors;
    const char *webhook_secret;
    int64_t webhook_timeout_ms, webhook_retry_s, webhook_hours;
    int64_t interaction_days, interaction_bytes, usage_days;
    const char *user_agent, *allow, *fetch_ports, *ca_file;
    bool ignore_robots;
    int64_t max_page_bytes, max_redirects, page_timeout_ms, per_host, host_delay_ms, cache_bytes, cache_floor_s;
    const char *llm, *llm_model, *llm_key_env, *llm_key_file, *llm_headers, *llm_body;
    int64_t llm_context, llm_connect_ms, llm_first_token_ms, llm_idle_ms, llm_retries;
    bool llm_thinks_first;
    const char *unsupported;
    const char *llm_small_url, *llm_small_model, *llm_small_key_env;
    const char *model_file, *llama_server; /* llm/supervise.h */
    int64_t llm_parallel, llm_threads;
    const char *rerank_url, *rerank_model, *rerank_key_env;
    int64_t rerank_timeout_ms;
};

/* Reads flags, environment and file. The flags of the table are removed from argv; argv[0], the command's name, and
 * all other arguments stay in their order. commands: the CONFIG_* bits of this command. Strings live in the arena.
 * ERR_USAGE: a bad value, or an unknown key in the file; the message names the place ("footnote.ini:3: ..."). */
MUST_USE bool config_load(struct arena *a, int *argc, char **argv, unsigned commands, struct config *out,
                          struct err *e);

/* Reads the same command line, the environment and the file once more, for a server that shall take up changes. The
 * main thread's. */
MUST_USE bool config_again(struct arena *a, struct config *out, struct err *e);

enum { CONFIG_TOLD_MOST = 32 };
/* The numbers that clients meet, for /openapi.json. Returns how many; names and texts are static. */
size_t config_told(const struct config *c, struct openapi_number out[CONFIG_TOLD_MOST]);

/* One line for each setting of these commands, for --help. */
void config_help(unsigned commands, FILE *out);

#endif
