/* model_access.c - see model_access.h for the contract.
 *
 * A key is never a setting itself, so that it appears in no command line, no ini file and no --help. */
#include "cli/model_access.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "cli/files.h"
#include "llm/find.h"
#include "net/url.h"

enum { MAX_KEY_BYTES = 16 * 1024 };

static struct slice access_variable(const char *name)
{
    return slice_trim(slice_of(getenv(name)));
}

static bool named_key(const char *setting, const char *name, struct slice *key, struct err *e)
{
    *key = access_variable(name);
    return key->n > 0 || err_set(e, ERR_USAGE, "%s names %s, which is not set in the environment.", setting, name);
}

static bool writer_key(struct arena *a, const struct config *c, struct slice url, struct slice *key, struct err *e)
{
    struct url u;
    const char *why;
    if (c->llm_key_file[0]) {
        if (!file_read(a, c->llm_key_file, MAX_KEY_BYTES, key, e))
            return false;
        *key = slice_trim(*key);
        return key->n > 0 || err_set(e, ERR_USAGE, "llm_key_file: %s is empty.", c->llm_key_file);
    }
    if (c->llm_key_env[0])
        return named_key("llm_key_env", c->llm_key_env, key, e);
    bool openai = url_parse(a, url, &u, &why) && slice_is(u.host, "api.openai.com");
    *key = openai ? access_variable("OPENAI_API_KEY") : SLICE("");
    if (key->n == 0)
        *key = access_variable("FOOTNOTE_LLM_KEY");
    return true;
}

static bool same_server(struct arena *a, struct slice one, struct slice other)
{
    struct url x, y;
    const char *why;
    return url_parse(a, one, &x, &why) && url_parse(a, other, &y, &why) && slice_eq(x.origin, y.origin);
}

static struct llm_options common_options(const struct config *c)
{
    return (struct llm_options){.connect_ms = (unsigned)c->llm_connect_ms,
                                .first_token_ms = (unsigned)c->llm_first_token_ms,
                                .idle_ms = (unsigned)c->llm_idle_ms,
                                .retries = (int)c->llm_retries,
                                .ca_file = c->ca_file,
                                .user_agent = c->user_agent};
}

static bool open_small(struct arena *a, const struct config *c, const struct llm_options *writer, struct llm **small,
                       struct err *e)
{
    struct llm_options o = common_options(c);
    if (!c->llm_small_url[0] && !c->llm_small_model[0])
        return true;
    o.url = c->llm_small_url[0] ? slice_of(c->llm_small_url) : writer->url;
    o.model = slice_of(c->llm_small_model);
    if (same_server(a, o.url, writer->url)) {
        o.key = writer->key;
        o.headers = writer->headers;
    }
    if (c->llm_small_key_env[0] && !named_key("llm_small_key_env", c->llm_small_key_env, &o.key, e))
        return false;
    return llm_open(&o, small, e);
}

/* The URL to use; empty: there is no model. */
static struct slice choose_url(struct arena *a, const struct config *c)
{
    struct llm_found found;
    struct deadline d = {clock_ms() + LLM_FIND_MS, NULL};
    if (strcmp(c->llm, "none") == 0 || c->llm[0] == '\0')
        return SLICE("");
    if (strcmp(c->llm, "auto") != 0)
        return slice_of(c->llm);
    if (!llm_find(a, NULL, &d, &found))
        return SLICE("");
    log_event(LOG_INFO, "llm_found", "kind=\"%s\" url=%.*s", llm_kind_name(found.kind), SLICE_ARGS(found.url));
    return found.url;
}

bool model_access_open(const struct config *c, struct llm **writer, struct llm **small, struct err *e)
{
    struct arena *a = arena_new();
    struct llm_options o = common_options(c);
    *writer = *small = NULL;
    o.url = choose_url(a, c);
    o.model = slice_of(c->llm_model);
    o.headers = slice_of(c->llm_headers);
    o.body = slice_of(c->llm_body);
    o.context_tokens = (unsigned)c->llm_context;
    o.thinks_first = c->llm_thinks_first;
    bool ok = o.url.n == 0 ||
              (writer_key(a, c, o.url, &o.key, e) && llm_open(&o, writer, e) && open_small(a, c, &o, small, e));
    if (!ok) {
        llm_close(*writer);
        *writer = NULL;
    }
    arena_free(a);
    return ok;
}

struct warming {
    struct llm *models[2];
    struct local_model *local;
    atomic_bool ending;
    pthread_t thread;
};

static void *access_warm(void *thing)
{
    struct warming *w = thing;
    if (w->local && !local_model_ready(w->local, &(struct deadline){INT64_MAX, &w->ending}))
        return NULL;
    for (size_t i = 0; i < 2 && w->models[i]; i++) {
        struct arena *a = arena_new();
        struct deadline d = {clock_ms() + WARM_MS, &w->ending};
        struct llm_facts facts;
        enum llm_outcome outcome;
        const char *reason, *event = i ? "llm_small" : "llm";
        if (llm_probe(w->models[i], a, &d, &facts, &outcome, &reason)) {
            const char *form = llm_form_name(llm_form(w->models[i], a, &d));
            log_event(LOG_INFO, event, "%s with \"%.*s\" at %.*s kind=\"%s\" context=%u form=\"%s\"",
                      i ? "plans and checks" : "writes", SLICE_ARGS(facts.model), SLICE_ARGS(facts.url),
                      llm_kind_name(facts.kind), facts.context_tokens, form);
        } else if (!deadline_cancelled(&d)) {
            log_event(LOG_WARN, event, "the model at %.*s: %s", SLICE_ARGS(facts.url), reason);
        }
        arena_free(a);
    }
    return NULL;
}

struct warming *model_access_warm(struct llm *writer, struct llm *small, struct local_model *local)
{
    struct warming *w = writer ? calloc(1, sizeof *w) : NULL;
    if (!w)
        return NULL;
    w->models[0] = writer;
    w->models[1] = small;
    w->local = local;
    if (pthread_create(&w->thread, NULL, access_warm, w) == 0)
        return w;
    free(w);
    return NULL;
}

void model_access_warm_end(struct warming *w)
{
    if (!w)
        return;
    w->ending = true;
    pthread_join(w->thread, NULL);
    free(w);
}
