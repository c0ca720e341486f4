#include "cli/config.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "evidence/confidence.h"

extern char **environ;

enum kind { TEXT, FLAG, NUMBER, REAL };

struct setting {
    const char *name;
    enum kind kind;
    unsigned commands;
    size_t offset;
    const char *initial; /* default, as one would write it */
    int64_t least, most; /* of a NUMBER or a REAL; an empty REAL is -1: not given */
    const char *help;
};

/* A number of a header as text. */
#define CONFIG_DIGITS(number) #number
#define CONFIG_SHIPPED(number) "(default: the model's, " CONFIG_DIGITS(number) " as shipped)"

#define AT(member) offsetof(struct config, member)

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, MIB = 1024 * 1024 };

static const struct setting table[] = {
    {"data", TEXT, CONFIG_ALL, AT(data), "", 0, 0, "folder of index and keys (default: ~/.local/share/footnote)"},
    {"config", TEXT, CONFIG_ALL, AT(config), "", 0, 0, "ini file (default: footnote.ini in the data folder, if any)"},
    {"log_level", TEXT, CONFIG_ALL, AT(log_level), "info", 0, 0, "debug, info, warn, error or off"},
    {"log_format", TEXT, CONFIG_ALL, AT(log_format), "text", 0, 0, "text, logfmt or json"},
    {"trace", TEXT, CONFIG_ANSWER, AT(trace), "", 0, 0,
     "log what is done: plan, step, search, fetch, evidence, llm, http or all, with commas"},
    {"audit_log", TEXT, CONFIG_ALL, AT(audit_log), "", 0, 0,
     "file of key changes and contacts, or none (default: audit.log in the data folder)"},
    {"audit_bytes", NUMBER, CONFIG_ALL, AT(audit_bytes), "67108864", 100000, (int64_t)1 << 40,
     "size at which it is put aside as FILE.1"},
    {"log_file", TEXT, CONFIG_SERVE, AT(log_file), "", 0, 0,
     "file that the log is added to, opened anew on SIGHUP (default: standard error)"},
    {"user", TEXT, CONFIG_SERVE, AT(user), "", 0, 0,
     "user that a server started as root becomes; the data folder must be its own"},
    {"metrics", TEXT, CONFIG_SERVE, AT(metrics), "loopback", 0, 0,
     "who reads /metrics: loopback (this machine), key, open or off"},
    {"providers", TEXT, CONFIG_SEARCH, AT(providers), "", 0, 0,
     "search services, see footnote search --list (default: the index and those with a key)"},
    {"share", TEXT, CONFIG_SEARCH, AT(share), "", 0, 0, "folder of shared files (default: beside the program)"},
    {"confidence_file", TEXT, CONFIG_ANSWER, AT(confidence_file), "", 0, 0,
     "ini file of the confidence model (default: confidence.ini in the data folder, if any)"},
    {"encoder", TEXT, CONFIG_ENCODER, AT(encoder), "auto", 0, 0,
     "file of the sentence encoder, none, or auto: the one installed"},
    {"confidence_high", REAL, CONFIG_ANSWER, AT(confidence_high), "", 0, 1,
     "probability from which an answer is high " CONFIG_SHIPPED(CONFIDENCE_HIGH_FROM)},
    {"confidence_medium", REAL, CONFIG_ANSWER, AT(confidence_medium), "", 0, 1,
     "the same for medium " CONFIG_SHIPPED(CONFIDENCE_MEDIUM_FROM)},
    {"confidence_answer", REAL, CONFIG_ANSWER, AT(confidence_answer), "", 0, 1,
     "under it nothing is quoted " CONFIG_SHIPPED(CONFIDENCE_ANSWER_FROM)},
    {"listen", TEXT, CONFIG_SERVE, AT(listen), "127.0.0.1:8080", 0, 0, "address and port; port 0 takes a free one"},
    {"tls_cert", TEXT, CONFIG_SERVE, AT(tls_cert), "", 0, 0,
     "PEM file of the server's certificate and its chain; then it speaks https (default: none)"},
    {"tls_key", TEXT, CONFIG_SERVE, AT(tls_key), "", 0, 0,
     "PEM file of its private key; both are read again on SIGHUP"},
    {"no_auth", FLAG, CONFIG_SERVE, AT(no_auth), "false", 0, 0, "ask nobody for a key; loopback addresses only"},
    {"cors", TEXT, CONFIG_SERVE, AT(cors), "", 0, 0,
     "origins whose pages may use the server, or * or none (default: * with keys, none without)"},
    {"trusted_proxies", TEXT, CONFIG_SERVE, AT(trusted_proxies), "", 0, 0,
     "reverse proxies that may say who the client is: \"10.0.0.0/8, ::1\" (default: none)"},
    {"proxy_header", TEXT, CONFIG_SERVE, AT(proxy_header), "X-Forwarded-For", 0, 0,
     "the header in which they say it: X-Forwarded-For or Forwarded"},
    {"remember", FLAG, CONFIG_SERVE | CONFIG_ASK, AT(remember), "false", 0, 0,
     "keep pages that were read for a question in the index"},
    {"rate_per_minute", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(rate_per_minute), "300", 0, 1000000,
     "requests a minute for each key; 0: no limit"},
    {"workers", NUMBER, CONFIG_SERVE, AT(workers), "16", 1, 4096, "questions researched at once"},
    {"queue_length", NUMBER, CONFIG_SERVE, AT(queue_length), "256", 1, 100000, "questions that may wait; then 429"},
    {"key_at_once", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(key_at_once), "0", 0, 100000,
     "requests of one key that run or wait; then 429; 0: it shares workers and queue"},
    {"http_threads", NUMBER, CONFIG_SERVE, AT(http_threads), "2", 1, 64, "threads that read and write sockets"},
    {"max_connections", NUMBER, CONFIG_SERVE, AT(max_connections), "4096", 1, 100000, "open connections"},
    {"max_body_bytes", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(max_body_bytes), "1048576", 1024, 64 * MIB,
     "largest request body; beyond it 413"},
    {"max_input_chars", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(max_input_chars), "25000", 100, 10000000,
     "characters of messages and schema together; beyond it 422"},
    {"max_schema_depth", NUMBER, CONFIG_SERVE | CONFIG_ASK | CONFIG_TOLD, AT(max_schema_depth), "5", 1, 64,
     "levels of objects and arrays in a schema; beyond it 422"},
    {"body_timeout_ms", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(body_timeout_ms), "15000", 100, HOUR_MS,
     "a request must have arrived whole by then; else 408"},
    {"idle_timeout_ms", NUMBER, CONFIG_SERVE, AT(idle_timeout_ms), "75000", 1000, HOUR_MS,
     "kept-alive connections without a request are closed"},
    {"write_timeout_ms", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(write_timeout_ms), "30000", 100, HOUR_MS,
     "a client that reads nothing for so long is cut off"},
    {"heartbeat_ms", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(heartbeat_ms), "10000", 50, HOUR_MS,
     "silence in a stream before a comment is sent"},
    {"drain_ms", NUMBER, CONFIG_SERVE, AT(drain_ms), "0", 0, HOUR_MS,
     "after SIGTERM, time in which /readyz says no and requests are still taken"},
    {"first_beat_ms", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(first_beat_ms), "20000", 0, HOUR_MS,
     "silence before a reply is begun with a heartbeat; 0: never"},
    {"reply_hours", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(reply_hours), "24", 0, 24 * 366,
     "how long replies with an Idempotency-Key are kept; 0: none is"},
    {"reply_bytes", NUMBER, CONFIG_SERVE, AT(reply_bytes), "268435456", MIB, (int64_t)1 << 40,
     "of such replies in all; the oldest give way"},
    {"completion_days", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(completion_days), "30", 0, 3660,
     "how long completions with store: true are kept; 0: none is"},
    {"completion_bytes", NUMBER, CONFIG_SERVE, AT(completion_bytes), "1073741824", MIB, (int64_t)1 << 40,
     "of them in all; the oldest give way"},
    {"response_days", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(response_days), "30", 0, 3660,
     "how long responses are kept, unless store: false; 0: none is"},
    {"response_bytes", NUMBER, CONFIG_SERVE, AT(response_bytes), "1073741824", MIB, (int64_t)1 << 40,
     "of them in all; the oldest give way"},
    {"background_at_once", NUMBER, CONFIG_SERVE, AT(background_at_once), "4", 1, 256,
     "responses with background: true that are made at a time"},
    {"background_waiting", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(background_waiting), "1000", 1, 100000,
     "and so many that may wait; then 429"},
    {"task_workers", NUMBER, CONFIG_SERVE, AT(task_workers), "2", 1, 256, "task runs that are answered at a time"},
    {"task_queue", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(task_queue), "10000", 1, 10000000,
     "task runs that may wait or run; of one key at most half"},
    {"task_days", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(task_days), "30", 1, 3660, "how long task runs are kept"},
    {"task_bytes", NUMBER, CONFIG_SERVE, AT(task_bytes), "1073741824", MIB, (int64_t)1 << 40,
     "of task runs in all; the oldest that ended give way"},
    {"monitors", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(monitors), "1000", 0, 1000000,
     "active monitors that are kept; of one key at most half"},
    {"webhook_secret", TEXT, CONFIG_SERVE, AT(webhook_secret), "", 0, 0,
     "signs messages to webhooks, as it is or whsec_ and Base64 (default: unsigned)"},
    {"webhook_timeout_ms", NUMBER, CONFIG_SERVE, AT(webhook_timeout_ms), "10000", 100, HOUR_MS,
     "time for one try to deliver a message"},
    {"webhook_retry_s", NUMBER, CONFIG_SERVE, AT(webhook_retry_s), "5", 1, 24 * 3600,
     "seconds before the second try; each further pause is twice as long"},
    {"webhook_hours", NUMBER, CONFIG_SERVE, AT(webhook_hours), "48", 1, 24 * 366, "for so long a message is tried"},
    {"stop_grace_ms", NUMBER, CONFIG_SERVE, AT(stop_grace_ms), "5000", 0, HOUR_MS,
     "time for running questions after SIGTERM"},
    {"stream_buffer_bytes", NUMBER, CONFIG_SERVE, AT(stream_buffer_bytes), "65536", 4096, 16 * MIB,
     "buffer of each stream for a slow client"},
    {"budget_speed", TEXT, CONFIG_ANSWER, AT(budget_speed), "", 0, 0,
     "other budgets for the model speed: \"pages = 6, race_ms = 900\""},
    {"budget_lite", TEXT, CONFIG_ANSWER, AT(budget_lite), "", 0, 0, "the same for lite"},
    {"budget_base", TEXT, CONFIG_ANSWER, AT(budget_base), "", 0, 0, "the same for base"},
    {"budget_core", TEXT, CONFIG_ANSWER, AT(budget_core), "", 0, 0,
     "the same for core; a word that is no budget makes it name them all"},
    {"interaction_days", NUMBER, CONFIG_SERVE | CONFIG_TOLD, AT(interaction_days), "30", 0, 36500,
     "days that a conversation can be gone on from by its id; 0: not at all"},
    {"interaction_bytes", NUMBER, CONFIG_SERVE, AT(interaction_bytes), "1073741824", MIB, (int64_t)1 << 40,
     "of conversations with their pages; then the oldest are forgotten"},
    {"usage_days", NUMBER, CONFIG_SERVE, AT(usage_days), "400", 1, 36500,
     "days for which it is kept what each key used"},
    {"user_agent", TEXT, CONFIG_WEB | CONFIG_SEARCH, AT(user_agent), "footnote/" FOOTNOTE_VERSION, 0, 0,
     "who asks; its first word is the name in robots.txt"},
    {"allow", TEXT, CONFIG_WEB, AT(allow), "", 0, 0,
     "hosts inside that may be read: \"10.1.0.0/16, wiki.corp, *.corp:8080\" (default: none)"},
    {"fetch_ports", TEXT, CONFIG_WEB, AT(fetch_ports), "80, 443", 0, 0, "ports of public servers that may be read"},
    {"ca_file", TEXT, CONFIG_WEB | CONFIG_SEARCH, AT(ca_file), "", 0, 0,
     "PEM file of certificates to trust (default: the system's)"},
    {"ignore_robots", FLAG, CONFIG_WEB, AT(ignore_robots), "false", 0, 0,
     "read pages that robots.txt forbids; for your own sites"},
    {"max_page_bytes", NUMBER, CONFIG_WEB, AT(max_page_bytes), "4194304", 10000, 256 * MIB,
     "largest page, before and after decompression"},
    {"max_redirects", NUMBER, CONFIG_WEB, AT(max_redirects), "5", 1, 20, "redirects followed for a page"},
    {"page_timeout_ms", NUMBER, CONFIG_WEB, AT(page_timeout_ms), "10000", 100, HOUR_MS, "time for one page"},
    {"per_host", NUMBER, CONFIG_WEB, AT(per_host), "4", 1, 64, "pages read from one host at a time"},
    {"host_delay_ms", NUMBER, CONFIG_WEB, AT(host_delay_ms), "50", 0, HOUR_MS,
     "pause between two requests to a host; a Crawl-delay counts if it is longer"},
    {"cache_bytes", NUMBER, CONFIG_WEB, AT(cache_bytes), "536870912", 0, (int64_t)1 << 40,
     "pages kept in the data folder; 0: none"},
    {"cache_floor_s", NUMBER, CONFIG_WEB, AT(cache_floor_s), "600", 1, 365 * 24 * 3600,
     "seconds for which a page is not asked for again, whatever the server says"},
    {"llm", TEXT, CONFIG_LLM, AT(llm), "auto", 0, 0,
     "URL of an OpenAI-compatible endpoint, none, or auto: one on this machine"},
    {"llm_model", TEXT, CONFIG_LLM, AT(llm_model), "", 0, 0,
     "its name (default: what the endpoint offers, if that is clear)"},
    {"llm_key_env", TEXT, CONFIG_LLM, AT(llm_key_env), "", 0, 0,
     "variable that holds the key (default: FOOTNOTE_LLM_KEY; OPENAI_API_KEY for api.openai.com)"},
    {"llm_key_file", TEXT, CONFIG_LLM, AT(llm_key_file), "", 0, 0, "file that holds the key"},
    {"llm_headers", TEXT, CONFIG_LLM, AT(llm_headers), "", 0, 0, "more request headers, a JSON object"},
    {"llm_body", TEXT, CONFIG_LLM, AT(llm_body), "", 0, 0, "more fields of each request, a JSON object"},
    {"llm_context", NUMBER, CONFIG_LLM, AT(llm_context), "0", 0, 100000000,
     "tokens of prompt and reply together; 0: as the endpoint says"},
    {"llm_connect_ms", NUMBER, CONFIG_LLM, AT(llm_connect_ms), "2000", 1, HOUR_MS, "time to connect to the endpoint"},
    {"llm_first_token_ms", NUMBER, CONFIG_LLM, AT(llm_first_token_ms), "60000", 1, HOUR_MS,
     "time until the model begins"},
    {"llm_idle_ms", NUMBER, CONFIG_LLM, AT(llm_idle_ms), "20000", 1, HOUR_MS, "silence of the model after it began"},
    {"llm_retries", NUMBER, CONFIG_LLM, AT(llm_retries), "2", 0, 20,
     "tries after a failure, before the first token only"},
    {"llm_thinks_first", FLAG, CONFIG_LLM, AT(llm_thinks_first), "false", 0, 0,
     "the model's template opens <think> by itself; found out otherwise"},
    {"unsupported", TEXT, CONFIG_LLM, AT(unsupported), "mark", 0, 0,
     "what no page states of a model's text: mark (base drops), drop or keep"},
    {"llm_small_url", TEXT, CONFIG_LLM, AT(llm_small_url), "", 0, 0,
     "endpoint of a smaller model for planning and checking (default: that of llm)"},
    {"llm_small_model", TEXT, CONFIG_LLM, AT(llm_small_model), "", 0, 0,
     "its name; without both the model of llm does that too"},
    {"llm_small_key_env", TEXT, CONFIG_LLM, AT(llm_small_key_env), "", 0, 0,
     "variable with its key (default: the key of llm, if it is the same server)"},
    {"model_file", TEXT, CONFIG_LLM, AT(model_file), "", 0, 0,
     "GGUF file that footnote runs itself with llama-server, where llm is auto"},
    {"llama_server", TEXT, CONFIG_LLM, AT(llama_server), "", 0, 0,
     "that program (default: in PATH, then where make llm puts it)"},
    {"llm_parallel", NUMBER, CONFIG_LLM, AT(llm_parallel), "4", 1, 256,
     "requests at once to a model_file; each has llm_context tokens of memory"},
    {"llm_threads", NUMBER, CONFIG_LLM, AT(llm_threads), "0", 0, 1024,
     "threads of a model_file; 0: as llama-server chooses"},
    {"rerank_url", TEXT, CONFIG_LLM, AT(rerank_url), "", 0, 0,
     "whole URL of a reranking endpoint (default: none is used)"},
    {"rerank_model", TEXT, CONFIG_LLM, AT(rerank_model), "", 0, 0, "its model (default: the endpoint's own)"},
    {"rerank_key_env", TEXT, CONFIG_LLM, AT(rerank_key_env), "", 0, 0, "variable that holds its key"},
    {"rerank_timeout_ms", NUMBER, CONFIG_LLM, AT(rerank_timeout_ms), "800", 1, HOUR_MS,
     "time for ranking; then words alone decide"},
};
static const size_t setting_count = COUNT_OF(table);

/* "max-body-bytes" and "MAX_BODY_BYTES" name max_body_bytes. */
static bool same_name(struct slice given, const char *name)
{
    if (given.n != strlen(name))
        return false;
    for (size_t i = 0; i < given.n; i++) {
        int c = tolower((unsigned char)given.p[i]);
        if ((c == '-' ? '_' : c) != name[i])
            return false;
    }
    return true;
}

static const struct setting *config_find(struct slice name, unsigned commands)
{
    for (size_t i = 0; i < setting_count; i++)
        if ((table[i].commands & (commands | CONFIG_ALL)) && same_name(name, table[i].name))
            return &table[i];
    return NULL;
}

static bool parse_flag(const char *text, bool *out)
{
    static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no", "off", "0"};
    for (size_t i = 0; i < 4; i++) {
        if (slice_eq_nocase(slice_of(text), slice_of(yes[i])))
            return *out = true, true;
        if (slice_eq_nocase(slice_of(text), slice_of(no[i])))
            return *out = false, true;
    }
    return false;
}

static bool parse_number(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    *out = number;
    return end != text && *end == '\0' && errno == 0;
}

static bool parse_real(const char *text, double least, double most, double *out)
{
    char *end;
    double number = strtod(text, &end);
    if (!text[0])
        return *out = -1, true;
    *out = number;
    return end != text && *end == '\0' && number >= least && number <= most;
}

/* where: "footnote.ini:3: ", "FOOTNOTE_WORKERS: ", "" for a flag. */
static bool config_assign(struct arena *a, struct config *c, const struct setting *s, const char *text,
                          const char *where, struct err *e)
{
    char *at = (char *)c + s->offset;
    int64_t number;
    double real;
    switch (s->kind) {
    case TEXT:
        *(const char **)(void *)at = arena_dup(a, slice_of(text)).p;
        return true;
    case FLAG:
        if (parse_flag(text, (bool *)at))
            return true;
        return err_set(e, ERR_USAGE, "%s%s must be true or false, not '%s'.", where, s->name, text);
    case NUMBER:
        if (!parse_number(text, &number) || number < s->least || number > s->most)
            return err_set(e, ERR_USAGE, "%s%s must be a whole number from %lld to %lld, not '%s'.", where, s->name,
                           (long long)s->least, (long long)s->most, text);
        *(int64_t *)(void *)at = number;
        return true;
    case REAL:
        if (parse_real(text, (double)s->least, (double)s->most, &real))
            return *(double *)(void *)at = real, true;
        return err_set(e, ERR_USAGE, "%s%s must be a decimal number from %lld to %lld, not '%s'.", where, s->name,
                       (long long)s->least, (long long)s->most, text);
    }
    return false;
}

struct reading { /* of an ini file */
    struct arena *arena;
    struct config *config;
    const char *path;
    struct err *e;
    bool failed;
};

static int on_ini_line(void *ud, const char *section, const char *name, const char *value)
{
    struct reading *r = ud;
    (void)section; /* sections may group settings; names are unique */
    if (r->failed)
        return 0;
    const struct setting *s = config_find(slice_of(name), ~0u);
    if (s && (s->offset == AT(data) || s->offset == AT(config)))
        r->failed = !err_set(r->e, ERR_USAGE, "'%s' can be given by flag or environment only.", name);
    else if (!s)
        r->failed = !err_set(r->e, ERR_USAGE, "there is no setting '%s'.", name);
    else
        r->failed = !config_assign(r->arena, r->config, s, value, "", r->e);
    return !r->failed;
}

static bool read_file(struct arena *a, struct config *c, struct err *e)
{
    bool named = c->config[0] != '\0';
    const char *path = named ? c->config : arena_printf(a, "%s/footnote.ini", c->data).p;
    if (!named && access(path, F_OK) != 0)
        return true;
    struct reading r = {a, c, path, e, false};
    int line = ini_parse(path, on_ini_line, &r);
    if (line == 0)
        return true;
    if (line < 0)
        return err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    if (!r.failed)
        return err_set(e, ERR_USAGE, "%s:%d: expected 'name = value', a [section] or a ; comment.", path, line);
    struct err cause = *e;
    return err_set(e, ERR_USAGE, "%s:%d: %s", path, line, cause.message);
}

static bool read_environment(struct arena *a, struct config *c, struct err *e)
{
    static const char prefix[] = "FOOTNOTE_";
    for (char **entry = environ; *entry; entry++) {
        const char *equals = strchr(*entry, '=');
        if (!equals || strncmp(*entry, prefix, sizeof prefix - 1) != 0)
            continue;
        struct slice whole = {*entry, (size_t)(equals - *entry)};
        const struct setting *s = config_find(slice_sub(whole, sizeof prefix - 1, whole.n - (sizeof prefix - 1)), ~0u);
        if (!s && slice_is(whole, "FOOTNOTE_LLM_KEY"))
            continue; /* a secret, so no setting for flags and files; see cli/model_access.c */
        if (!s)
            fprintf(stderr, "footnote: warning: the environment has %.*s, which is no setting\n", SLICE_ARGS(whole));
        else if (!config_assign(a, c, s, equals + 1, arena_printf(a, "%.*s: ", SLICE_ARGS(whole)).p, e))
            return false;
    }
    return true;
}

/* Applies flags and takes them out of argv; with only_places, just data and config, leaving argv alone. */
static bool read_flags(struct arena *a, int *argc, char **argv, unsigned commands, bool only_places, struct config *c,
                       struct err *e)
{
    int kept = 1;
    bool open = true;
    for (int i = 1; i < *argc; i++) {
        struct slice arg = slice_of(argv[i]);
        bool dashes = arg.n >= 2 && slice_starts(arg, SLICE("--"));
        open = open && !(dashes && arg.n == 2); /* what follows a bare "--" is no flag */
        struct slice name = dashes ? slice_sub(arg, 2, arg.n - 2) : SLICE("");
        name.n = slice_find(name, SLICE("="));
        const char *equals = dashes && name.n + 2 < arg.n ? name.p + name.n : NULL;
        const struct setting *s = open && dashes ? config_find(name, commands) : NULL;
        if (!s) {
            if (!only_places)
                argv[kept] = argv[i];
            kept++;
            continue;
        }
        const char *value = equals ? equals + 1 : s->kind == FLAG ? "true" : NULL;
        if (!value && i + 1 < *argc)
            value = argv[++i];
        if (!value)
            return err_set(e, ERR_USAGE, "--%.*s needs a value.", SLICE_ARGS(name));
        bool place = s->offset == AT(data) || s->offset == AT(config);
        if ((place || !only_places) && !config_assign(a, c, s, value, "--", e))
            return false;
    }
    if (!only_places) {
        *argc = kept;
        argv[kept] = NULL;
    }
    return true;
}

static const char *default_data(struct arena *a)
{
    const char *share = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (share && share[0] == '/')
        return arena_printf(a, "%s/footnote", share).p;
    return arena_printf(a, "%s/.local/share/footnote", home && home[0] ? home : ".").p;
}

/* The command line as it came, for config_again: config_load takes the flags out of the caller's. */
static struct {
    int argc;
    char **argv;
    unsigned commands;
} config_line;

static void keep_line(int argc, char **argv, unsigned commands)
{
    free(config_line.argv);
    config_line.argv = calloc((size_t)argc + 1, sizeof *argv);
    config_line.argc = config_line.argv ? argc : 0;
    config_line.commands = commands;
    for (int i = 0; i < config_line.argc; i++)
        config_line.argv[i] = argv[i];
}

static bool load_all(struct arena *a, int *argc, char **argv, unsigned commands, struct config *out, struct err *e)
{
    *out = (struct config){0};
    for (size_t i = 0; i < setting_count; i++)
        if (!config_assign(a, out, &table[i], table[i].initial, "default: ", e))
            return false;
    /* Environment and flags say where the file is; both win over its content. */
    if (!read_environment(a, out, e) || !read_flags(a, argc, argv, commands, true, out, e))
        return false;
    if (!out->data[0])
        out->data = default_data(a);
    struct config places = *out;
    if (!read_file(a, out, e) || !read_environment(a, out, e))
        return false;
    out->data = places.data;
    out->config = places.config;
    return read_flags(a, argc, argv, commands, false, out, e);
}

bool config_load(struct arena *a, int *argc, char **argv, unsigned commands, struct config *out, struct err *e)
{
    keep_line(*argc, argv, commands);
    return load_all(a, argc, argv, commands, out, e);
}

bool config_again(struct arena *a, struct config *out, struct err *e)
{
    int argc = config_line.argc;
    char **argv = arena_array(a, char *, (size_t)argc + 1);
    for (int i = 0; i < argc; i++)
        argv[i] = config_line.argv[i];
    argv[argc] = NULL;
    return load_all(a, &argc, argv, config_line.commands, out, e);
}

size_t config_told(const struct config *c, struct openapi_number out[CONFIG_TOLD_MOST])
{
    size_t n = 0;
    for (size_t i = 0; i < setting_count && n < CONFIG_TOLD_MOST; i++) {
        const struct setting *s = &table[i];
        int64_t value;
        if (!(s->commands & CONFIG_TOLD) || s->kind != NUMBER)
            continue;
        memcpy(&value, (const char *)c + s->offset, sizeof value);
        out[n++] = (struct openapi_number){s->name, s->help, value};
    }
    return n;
}

void config_help(unsigned commands, FILE *out)
{
    for (size_t i = 0; i < setting_count; i++) {
        const struct setting *s = &table[i];
        if (!(s->commands & commands))
            continue;
        char flag[64];
        int n = snprintf(flag, sizeof flag, "--%s%s", s->name, s->kind == FLAG ? "" : s->kind == TEXT ? " TEXT" : " N");
        for (int j = 2; j < n; j++)
            flag[j] = flag[j] == '_' ? '-' : flag[j];
        fprintf(out, "  %-26s %s", flag, s->help);
        if (s->initial[0] && s->kind != FLAG)
            fprintf(out, " (default %s)", s->initial);
        fputc('\n', out);
    }
}
