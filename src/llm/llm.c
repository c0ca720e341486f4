/* llm.c - what outlives a call: options, the endpoint, what was learned about it. */
#include "llm/llm_inner.h"

#include "llm/speech.h"

enum { MAX_WIRE_BYTES = 128 * 1024 * 1024, MAX_REPLY_BYTES = 8 * 1024 * 1024, MAX_OWN_HEADERS = 50 };
enum { CLOCKS_MS = 50 }; /* libcurl may end a request a little before the deadline */

static const struct {
    const char *name, *sentence;
    enum breaker_sign sign;
    bool again;
} outcomes[] = {
#define X(name, wire, sign, again, sentence) [name] = {wire, sentence, sign, again},
    LLM_OUTCOMES(X)
#undef X
};

const char *llm_outcome_name(enum llm_outcome o)
{
    return o < LLM_OUTCOME_COUNT ? outcomes[o].name : "";
}

const char *llm_outcome_sentence(enum llm_outcome o)
{
    return o < LLM_OUTCOME_COUNT ? outcomes[o].sentence : "";
}

enum breaker_sign outcome_sign(enum llm_outcome o)
{
    return outcomes[o].sign;
}

bool outcome_again(enum llm_outcome o)
{
    return outcomes[o].again;
}

const char *outcome_reason(const struct llm *l, struct arena *a, enum llm_outcome o, struct slice detail)
{
    bool leaks = l->o.key.n >= 4 && slice_find(detail, l->o.key) < detail.n;
    bool same = o == LLM_DOWN && slice_eq(detail, slice_of(http_outcome_sentence(HTTP_CONNECT)));
    if (detail.n == 0 || leaks || same)
        return outcomes[o].sentence;
    return arena_printf(a, "%s: %.*s", outcomes[o].sentence, SLICE_ARGS(detail)).p;
}

const char *llm_kind_name(enum llm_kind k)
{
    static const char *const names[] = {
        [LLM_OTHER] = "OpenAI-compatible", [LLM_OPENAI] = "OpenAI", [LLM_AZURE] = "Azure OpenAI", [LLM_VLLM] = "vLLM",
        [LLM_LLAMA_CPP] = "llama.cpp",     [LLM_OLLAMA] = "Ollama", [LLM_LM_STUDIO] = "LM Studio"};
    return k < LLM_KIND_COUNT ? names[k] : "";
}

const char *llm_form_name(enum llm_form f)
{
    static const char *const names[] = {
#define X(name, sentence) [name] = sentence,
        LLM_FORMS(X)
#undef X
    };
    return f < LLM_FORM_COUNT ? names[f] : "";
}

static bool parse_object(struct llm *l, const char *name, struct slice json, const struct value **out, struct err *e)
{
    struct err cause;
    *out = NULL;
    if (slice_trim(json).n == 0)
        return true;
    if (!value_parse(l->arena, json, out, NULL, &cause))
        return err_set(e, ERR_USAGE, "%s must be a JSON object: %s", name, cause.message);
    if ((*out)->kind != VALUE_OBJECT)
        return err_set(e, ERR_USAGE, "%s must be a JSON object, like {\"name\": \"value\"}.", name);
    return true;
}

static bool set_headers(struct llm *l, struct err *e)
{
    const struct value *own;
    if (!parse_object(l, "llm_headers", l->o.headers, &own, e))
        return false;
    size_t n = own ? own->object.n : 0;
    if (n > MAX_OWN_HEADERS)
        return err_set(e, ERR_USAGE, "llm_headers has more than %d headers.", MAX_OWN_HEADERS);
    l->headers = arena_array(l->arena, struct http_header, n + 2);
    l->headers[l->header_count++] = (struct http_header){SLICE("Content-Type"), SLICE("application/json")};
    if (l->o.key.n > 0 && l->at.azure)
        l->headers[l->header_count++] = (struct http_header){SLICE("api-key"), l->o.key};
    else if (l->o.key.n > 0)
        l->headers[l->header_count++] =
            (struct http_header){SLICE("Authorization"), arena_printf(l->arena, "Bearer %.*s", SLICE_ARGS(l->o.key))};
    for (size_t i = 0; i < n; i++) {
        const struct value_member *m = &own->object.at[i];
        if (m->value.kind != VALUE_STRING)
            return err_set(e, ERR_USAGE, "llm_headers: the value of \"%.*s\" must be a string.", SLICE_ARGS(m->name));
        size_t at = 0; /* one of ours is replaced */
        while (at < l->header_count && !slice_eq_nocase(l->headers[at].name, m->name))
            at++;
        l->header_count += at == l->header_count;
        l->headers[at] = (struct http_header){m->name, m->value.string};
    }
    return true;
}

bool llm_open(const struct llm_options *o, struct llm **out, struct err *e)
{
    struct arena *a = arena_new();
    struct llm *l = arena_alloc(a, sizeof *l);
    const char *why;
    l->arena = a;
    l->o = *o;
    l->o.model = arena_dup(a, slice_trim(o->model));
    l->o.key = arena_dup(a, slice_trim(o->key));
    l->o.connect_ms = o->connect_ms ? o->connect_ms : LLM_CONNECT_MS;
    l->o.first_token_ms = o->first_token_ms ? o->first_token_ms : LLM_FIRST_TOKEN_MS;
    l->o.idle_ms = o->idle_ms ? o->idle_ms : LLM_IDLE_MS;
    l->o.retries = o->retries >= 0 ? o->retries : LLM_RETRIES;
    l->thinks_first = o->thinks_first;
    bool ok = endpoint_parse(a, o->url, &l->at, &why) ||
              err_set(e, ERR_USAGE, "The language model's URL is not one that can be asked: %s.", why);
    ok = ok && set_headers(l, e) && parse_object(l, "llm_body", o->body, &l->extra, e);
    if (!ok) {
        arena_free(a);
        return false;
    }
    bool openai = slice_is(l->at.host, "api.openai.com");
    l->facts = (struct llm_facts){.url = l->at.chat,
                                  .kind = openai        ? LLM_OPENAI
                                          : l->at.azure ? LLM_AZURE
                                                        : LLM_OTHER,
                                  .model = l->o.model,
                                  .context_tokens = o->context_tokens ? o->context_tokens : LLM_CONTEXT_TOKENS,
                                  .context_known = o->context_tokens > 0};
    l->client = http_client_new(&(struct http_options){.user_agent = o->user_agent,
                                                       .timeout_ms = 24u * 3600 * 1000, /* other limits come first */
                                                       .connect_timeout_ms = l->o.connect_ms,
                                                       .max_wire_bytes = MAX_WIRE_BYTES,
                                                       .max_body_bytes = MAX_REPLY_BYTES,
                                                       .ca_file = o->ca_file});
    pthread_mutex_init(&l->lock, NULL);
    *out = l;
    return true;
}

void llm_close(struct llm *l)
{
    if (!l)
        return;
    http_client_free(l->client);
    pthread_mutex_destroy(&l->lock);
    arena_free(l->arena);
}

void llm_facts(struct llm *l, struct llm_facts *out)
{
    pthread_mutex_lock(&l->lock);
    *out = l->facts;
    pthread_mutex_unlock(&l->lock);
}

void llm_learn(struct llm *l, const struct call_result *c)
{
    pthread_mutex_lock(&l->lock);
    l->left_out |= c->blamed;
    l->thinks_first |= c->unopened;
    if (c->context_tokens > 0 && (!l->facts.context_known || c->context_tokens < l->facts.context_tokens)) {
        l->facts.context_tokens = c->context_tokens;
        l->facts.context_known = true;
    }
    pthread_mutex_unlock(&l->lock);
}

struct http_reply *llm_ask(struct llm *l, struct arena *a, struct slice url, struct slice body, unsigned timeout_ms,
                           const struct deadline *d)
{
    return http_ask(l->client, a,
                    &(struct http_request){.url = url,
                                           .body = body,
                                           .headers = l->headers,
                                           .header_count = l->header_count,
                                           .timeout_ms = timeout_ms,
                                           .max_redirects = HTTP_NO_REDIRECTS},
                    d);
}

enum llm_outcome outcome_of_reply(const struct http_reply *r, const struct deadline *d)
{
    switch (r->outcome) {
    case HTTP_TIMEOUT:
        return deadline_left_ms(d) <= CLOCKS_MS ? LLM_DEADLINE : r->connected ? LLM_TIMEOUT_FIRST : LLM_DOWN;
    case HTTP_CANCELLED:
        return LLM_CANCELLED;
    case HTTP_TOO_LARGE:
        return LLM_TOO_LONG;
    case HTTP_RESET:
        return LLM_BROKEN;
    case HTTP_BROKEN:
        return LLM_GARBAGE;
    case HTTP_REDIRECTS:
        return LLM_NOT_FOUND;
    default:
        return LLM_DOWN;
    }
}
