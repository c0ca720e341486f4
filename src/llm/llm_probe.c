/* llm_probe.c - finds out the kind of server, its model, context and tokenizer, without a completion.
 *
 * The list of models comes first; the "owner" of a model tells most kinds of server. Otherwise two paths are tried that
 * only one server has: llama.cpp's /props and Ollama's /api/version. Known public services are not asked for those.
 * When the server does not tell its context, a careful guess is used: a prompt that is too long fails, or silently
 * loses its start. */
#include "base/ascii.h"
#include "llm/llm_inner.h"
#include "llm/models.h"

enum { PROBE_MS = 3000 };

struct probe {
    struct llm *l;
    struct arena *a;
    const struct deadline *d;
    struct llm_facts facts;
    enum llm_outcome outcome;
    const char *reason;
};

static struct http_reply *probe_get(struct probe *p, struct slice url)
{
    return llm_ask(p->l, p->a, url, SLICE(""), PROBE_MS, p->d);
}

static struct slice own_url(struct probe *p, const char *path)
{
    return arena_printf(p->a, "%.*s%s", SLICE_ARGS(p->l->at.root), path);
}

/* The object that is there, or NULL. */
static const struct value *object_at(struct probe *p, const char *path, struct slice body)
{
    struct http_reply *r = llm_ask(p->l, p->a, own_url(p, path), body, PROBE_MS, p->d);
    const struct value *v;
    struct err e;
    if (r->outcome != HTTP_OK || !value_parse(p->a, r->body, &v, NULL, &e))
        return NULL;
    return v->kind == VALUE_OBJECT ? v : NULL;
}

static unsigned number_of(const struct value *v)
{
    return v && v->kind == VALUE_INT && v->integer > 0 && v->integer < 1000000000 ? (unsigned)v->integer : 0;
}

static struct slice body_of(struct probe *p, const char *fmt, struct slice name)
{
    struct buf quoted;
    buf_init(&quoted, 4096);
    value_print_string(name, &quoted);
    const char *percent = strchr(fmt, '%'); /* one place */
    struct slice body =
        arena_printf(p->a, "%.*s%.*s%s", (int)(percent - fmt), fmt, SLICE_ARGS(buf_slice(&quoted)), percent + 1);
    buf_release(&quoted);
    return body;
}

static bool probe_fail(struct probe *p, enum llm_outcome o, struct slice detail)
{
    p->outcome = o;
    p->reason = outcome_reason(p->l, p->a, o, detail);
    return false;
}

/* False: the server cannot be reached, refuses us, or is not ready; it will be asked again. A server without a list is
 * fine.
 */
static bool read_list(struct probe *p, struct models *m)
{
    *m = (struct models){.kind = LLM_OTHER, .first = SLICE("")};
    if (p->l->at.models.n == 0)
        return true;
    struct http_reply *r = probe_get(p, p->l->at.models);
    if (r->outcome == HTTP_STATUS) {
        struct chunk k;
        chunk_read_error(p->a, r->status, r->body, &k);
        bool lacks_list = k.outcome == LLM_NOT_FOUND || k.outcome == LLM_REJECTED;
        return lacks_list || probe_fail(p, k.outcome, k.detail);
    }
    if (r->outcome != HTTP_OK)
        return probe_fail(p, outcome_of_reply(r, p->d), slice_of(r->reason));
    if (!models_read(p->a, r->body, p->facts.model, m) && p->facts.model.n == 0)
        return probe_fail(p, LLM_GARBAGE, SLICE("its list of models cannot be read"));
    return true;
}

/* props: llama.cpp's, as far as it was asked. */
static void find_kind(struct probe *p, const struct models *m, const struct value **props)
{
    *props = NULL;
    if (p->facts.kind == LLM_OTHER)
        p->facts.kind = m->kind;
    if (p->facts.kind == LLM_OTHER || p->facts.kind == LLM_LLAMA_CPP) {
        const struct value *v = object_at(p, "/props", SLICE(""));
        if (v && value_member(v, SLICE("default_generation_settings"))) {
            *props = v;
            p->facts.kind = LLM_LLAMA_CPP;
        }
    }
    if (p->facts.kind == LLM_OTHER) {
        const struct value *v = object_at(p, "/api/version", SLICE(""));
        if (v && value_member(v, SLICE("version")))
            p->facts.kind = LLM_OLLAMA;
    }
}

static bool choose_model(struct probe *p, const struct models *m)
{
    bool own = p->facts.kind == LLM_VLLM || p->facts.kind == LLM_LLAMA_CPP || p->facts.kind == LLM_OLLAMA ||
               p->facts.kind == LLM_LM_STUDIO;
    if (p->facts.model.n > 0 || p->facts.kind == LLM_AZURE)
        return true;
    if (m->n == 0)
        return probe_fail(p, LLM_NOT_FOUND,
                          own ? SLICE("it has no model that can chat") : SLICE("it lists no models; set llm_model"));
    if (m->n > 1 && !own)
        return probe_fail(p, LLM_NOT_FOUND, SLICE("it has several models; set llm_model"));
    p->facts.model = m->first;
    return true;
}

/* num_ctx of the model file, else what is loaded now, else the careful default, which is a guess: it depends on
 * Ollama's version and the machine, and shows only once the model is loaded. Never more than the model has. */
static unsigned ollama_context(struct probe *p, bool *known)
{
    const struct value *shown = object_at(p, "/api/show", body_of(p, "{\"model\":%}", p->facts.model));
    const struct value *about = shown ? value_member(shown, SLICE("model_info")) : NULL;
    const struct value *parameters = shown ? value_member(shown, SLICE("parameters")) : NULL;
    unsigned most = 0, set = 0;
    for (size_t i = 0; about && about->kind == VALUE_OBJECT && i < about->object.n; i++)
        if (slice_ends(about->object.at[i].name, SLICE(".context_length")))
            most = number_of(&about->object.at[i].value);
    if (parameters && parameters->kind == VALUE_STRING) {
        struct slice text = parameters->string;
        size_t at = slice_find(text, SLICE("num_ctx"));
        if (at < text.n)
            at += strlen("num_ctx");
        while (at < text.n && text.p[at] == ' ')
            at++;
        for (; at < text.n && ascii_is_digit(text.p[at]) && set < 100000000; at++)
            set = set * 10 + (unsigned)(text.p[at] - '0');
    }
    const struct value *running = set ? NULL : object_at(p, "/api/ps", SLICE(""));
    const struct value *list = running ? value_member(running, SLICE("models")) : NULL;
    for (size_t i = 0; list && list->kind == VALUE_ARRAY && i < list->array.n; i++) {
        const struct value *name = value_member(&list->array.at[i], SLICE("name"));
        if (name && name->kind == VALUE_STRING && slice_starts(name->string, p->facts.model))
            set = number_of(value_member(&list->array.at[i], SLICE("context_length")));
    }
    *known = set > 0 || (most && most <= LLM_OLLAMA_CONTEXT_TOKENS);
    if (set == 0)
        set = LLM_OLLAMA_CONTEXT_TOKENS;
    return most && most < set ? most : set;
}

static void find_context(struct probe *p, const struct models *m, const struct value *props)
{
    unsigned said = m->context_tokens;
    bool known = true;
    if (p->facts.context_known)
        return;
    if (p->facts.kind == LLM_LLAMA_CPP && props) {
        const struct value *settings = value_member(props, SLICE("default_generation_settings"));
        unsigned n = number_of(value_member(settings, SLICE("n_ctx")));
        said = n ? n : number_of(value_member(props, SLICE("n_ctx")));
    } else if (p->facts.kind == LLM_OLLAMA) {
        said = ollama_context(p, &known);
    } else if (p->facts.kind == LLM_LM_STUDIO) {
        struct models own;
        struct http_reply *r = probe_get(p, own_url(p, "/api/v0/models"));
        if (r->outcome == HTTP_OK && models_read(p->a, r->body, p->facts.model, &own) && own.context_tokens)
            said = own.context_tokens;
    }
    if (said > 0) {
        p->facts.context_tokens = said;
        p->facts.context_known = known;
    }
}

static void probe_keep(struct probe *p)
{
    struct llm *l = p->l;
    pthread_mutex_lock(&l->lock);
    if (!l->probed) {
        p->facts.model = arena_dup(l->arena, p->facts.model);
        p->facts.form = l->facts.form;
        l->facts = p->facts;
        l->probed = true;
    }
    p->facts = l->facts;
    pthread_mutex_unlock(&l->lock);
}

static bool probe_run(struct probe *p)
{
    struct models m;
    const struct value *props;
    if (!read_list(p, &m))
        return false;
    find_kind(p, &m, &props);
    if (!choose_model(p, &m))
        return false;
    find_context(p, &m, props);
    p->facts.tokenizer = p->facts.kind == LLM_LLAMA_CPP || p->facts.kind == LLM_VLLM;
    if (deadline_cancelled(p->d))
        return probe_fail(p, LLM_CANCELLED, SLICE(""));
    probe_keep(p);
    unsigned tokens;
    if (p->facts.tokenizer && !llm_tokens(p->l, p->a, SLICE("One two three."), p->d, &tokens)) {
        pthread_mutex_lock(&p->l->lock);
        p->facts.tokenizer = p->l->facts.tokenizer = false;
        pthread_mutex_unlock(&p->l->lock);
    }
    return true;
}

bool llm_probe(struct llm *l, struct arena *a, const struct deadline *d, struct llm_facts *out,
               enum llm_outcome *outcome, const char **reason)
{
    struct probe p = {.l = l, .a = a, .d = d};
    pthread_mutex_lock(&l->lock);
    p.facts = l->facts;
    bool probed = l->probed;
    pthread_mutex_unlock(&l->lock);
    bool ok = probed || probe_run(&p);
    if (!ok) {
        *outcome = p.outcome;
        *reason = p.reason;
    }
    llm_facts(l, out);
    return ok;
}
