/* doctor_llm.c - checks of the language models: endpoint, model file with its server, reranker. */
#include "cli/doctor_llm.h"

#include <unistd.h>

#include "cli/config.h"
#include "cli/model_access.h"
#include "cli/local.h"
#include "llm/supervise_find.h"

enum { PROBE_MS = 10 * 1000, START_MS = 5 * 60 * 1000, CHAT_TOKENS = 16, SMALL_CONTEXT_TOKENS = 2048 };

static const char quotes[] = "Answers are quotes of pages";

/* Without what may hold a key. */
static struct slice doctor_safe_url(struct slice url)
{
    return slice_sub(url, 0, slice_find(url, SLICE("?")));
}

static void doctor_probe(const struct doctor *d, struct llm *l, const char *name)
{
    struct deadline deadline = {clock_ms() + PROBE_MS, NULL};
    struct llm_facts f;
    enum llm_outcome outcome;
    const char *reason;
    if (!llm_probe(l, d->arena, &deadline, &f, &outcome, &reason)) {
        struct slice url = doctor_safe_url(f.url);
        doctor_say(d, DOCTOR_FAIL, name, "See footnote llm check; set llm, llm_model and llm_key_env, or llm = none.",
                   "%.*s: %s.", SLICE_ARGS(url), reason);
        return;
    }
    struct slice url = doctor_safe_url(f.url);
    if (!f.context_known || f.context_tokens < SMALL_CONTEXT_TOKENS)
        doctor_say(d, DOCTOR_WARN, name,
                   f.context_known ? "Give the server a larger one."
                                   : "Set llm_context to what the server was started with.",
                   "%.*s: %s, model %.*s, context %u tokens%s.", SLICE_ARGS(url), llm_kind_name(f.kind),
                   SLICE_ARGS(f.model), f.context_tokens, f.context_known ? "" : " is a guess");
    else
        doctor_say(d, DOCTOR_OK, name, "", "%.*s: %s, model %.*s, context %u tokens.", SLICE_ARGS(url),
                   llm_kind_name(f.kind), SLICE_ARGS(f.model), f.context_tokens);
}

void doctor_llm(const struct doctor *d)
{
    struct llm *writer, *small;
    struct err e;
    bool automatic = strcmp(d->config->llm, "auto") == 0;
    if (automatic && d->config->model_file[0]) {
        doctor_say(d, DOCTOR_OK, "llm", "", "model_file is set: footnote runs it itself.");
        return;
    }
    if (!model_access_open(d->config, &writer, &small, &e)) {
        doctor_say(d, DOCTOR_FAIL, "llm", "", "%s", e.message);
        return;
    }
    if (!writer)
        doctor_say(d, DOCTOR_OK, "llm", "",
                   automatic
                       ? "No model server answers on this machine. %s; a URL in llm, or a model_file, writes them."
                       : "llm = none. %s.",
                   quotes);
    else
        doctor_probe(d, writer, "llm");
    if (small)
        doctor_probe(d, small, "llm_small");
    llm_close(small);
    llm_close(writer);
}

static bool doctor_chat(const struct doctor *d, struct llm *l, struct llm_reply *reply)
{
    struct llm_message m = {SLICE("user"), SLICE("Reply with the word: ready")};
    struct llm_request r = {.messages = &m, .message_count = 1, .max_tokens = CHAT_TOKENS};
    struct deadline deadline = {clock_ms() + START_MS, NULL};
    return llm_chat(l, d->arena, &r, &deadline, reply);
}

/* Starts it as serve would, and stops it again. */
static void try_local(const struct doctor *d)
{
    static const char name[] = "model_file";
    const char *log = arena_printf(d->arena, "Its words are in %s/llama-server.log.", d->config->data).p;
    struct local_options o = local_options_of(d->config);
    struct deadline deadline = {clock_ms() + START_MS, NULL};
    struct local_model *m;
    struct local_report r;
    struct llm_reply reply;
    struct llm *l;
    struct err e;
    int64_t begin = clock_ms();
    if (!local_model_start(&o, &m, &e)) {
        doctor_say(d, DOCTOR_FAIL, name, "", "%s", e.message);
        return;
    }
    while (!local_model_ready(m, &(struct deadline){clock_ms() + 200, NULL}) && deadline_left_ms(&deadline) > 0) {
        local_model_state(m, &r);
        if (r.state == LOCAL_WAITING && r.starts > 1)
            break; /* it ended twice, it will again */
    }
    local_model_state(m, &r);
    if (r.state != LOCAL_READY) {
        doctor_say(d, DOCTOR_FAIL, name, log, "%s: %s.", local_state_sentence(r.state),
                   r.last_end[0] ? r.last_end : "it took too long");
    } else if (!local_llm(d->config, m, &l, &e)) {
        doctor_say(d, DOCTOR_FAIL, name, "", "%s", e.message);
    } else {
        int64_t loaded = clock_ms() - begin;
        doctor_probe(d, l, name);
        if (doctor_chat(d, l, &reply))
            doctor_say(d, DOCTOR_OK, name, "",
                       "It was up after %lld ms and answered within %u ms, its first token after %u.",
                       (long long)loaded, reply.ms, reply.first_token_ms);
        else
            doctor_say(d, DOCTOR_FAIL, name, log, "It does not answer: %s.", reply.reason);
        llm_close(l);
    }
    local_model_stop(m);
}

void doctor_local(const struct doctor *d)
{
    static const char name[] = "model_file";
    const struct config *c = d->config;
    const char *server = "";
    uint64_t bytes;
    struct err e;
    bool found = local_server_find(d->arena, c->llama_server, &server, &e);
    if (!c->model_file[0]) {
        if (!found && c->llama_server[0])
            doctor_say(d, DOCTOR_WARN, name, "", "%s", e.message);
        else
            doctor_say(d, DOCTOR_OK, name, "", "None is set%s%s.", found ? "; it could be run by " : "", server);
        return;
    }
    if (!found || !local_file_check(c->model_file, &bytes, &e)) {
        doctor_say(d, DOCTOR_FAIL, name, "", "%s", e.message);
        return;
    }
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    bool fits = pages <= 0 || page_bytes <= 0 || bytes / (uint64_t)page_bytes < (uint64_t)pages;
    doctor_say(d, fits ? DOCTOR_OK : DOCTOR_WARN, name,
               "It is larger than this machine's memory; choose a smaller one.", "%s, %llu MiB, run by %s.",
               c->model_file, (unsigned long long)bytes >> 20, server);
    if (strcmp(c->llm, "auto") != 0)
        doctor_say(d, DOCTOR_WARN, name, "Leave llm at auto to use it.", "It is not used, since llm is %s.",
                   strcmp(c->llm, "none") == 0 ? "none" : "the URL of an endpoint");
    if (d->online)
        try_local(d);
}

void doctor_rerank(const struct doctor *d)
{
    static const struct slice documents[] = {{"Bread is made of flour and water.", 33},
                                             {"A lighthouse guides ships.", 26}};
    struct deadline deadline = {clock_ms() + PROBE_MS, NULL};
    struct reranker *r;
    struct err e;
    double scores[2];
    if (!reranker_open(d->config, &r, &e)) {
        doctor_say(d, DOCTOR_FAIL, "rerank", "", "%s", e.message);
        return;
    }
    if (!r)
        return;
    if (!d->online)
        doctor_say(d, DOCTOR_OK, "rerank", "", "%s; --online asks it.", d->config->rerank_url);
    else if (rerank_scores(r, d->arena, SLICE("What guides ships?"), documents, 2, &deadline, scores))
        doctor_say(d, scores[1] > scores[0] ? DOCTOR_OK : DOCTOR_WARN, "rerank",
                   "Look whether rerank_model ranks by relevance.",
                   "%s gave %.3f and %.3f, the second should be higher.", d->config->rerank_url, scores[0], scores[1]);
    else
        doctor_say(d, DOCTOR_FAIL, "rerank", "Look at rerank_url, rerank_key_env and rerank_timeout_ms.",
                   "%s does not rank within %lld ms.", d->config->rerank_url, (long long)d->config->rerank_timeout_ms);
    rerank_close(r);
}
