/* find.c - see find.h for the contract. On port 8080 footnote itself may answer: its list has its own models, owned by
 * "footnote", and is of no known kind. */
#include "llm/find.h"

#include "llm/models.h"
#include "net/http.h"

enum { PLACES = 4, MAX_LIST_BYTES = 256 * 1024 };

static const struct {
    unsigned port;
    const char *list;
    enum llm_kind kind;
} places[PLACES] = {{11434, "/api/tags", LLM_OLLAMA},
                    {8080, "/v1/models", LLM_LLAMA_CPP},
                    {1234, "/v1/models", LLM_LM_STUDIO},
                    {8000, "/v1/models", LLM_VLLM}};

struct search {
    struct arena *arena;
    struct models found[PLACES]; /* kind LLM_OTHER: not there */
};

static bool on_reply(void *ud, size_t i, struct http_reply *r)
{
    struct search *s = ud;
    struct models m;
    if (r->outcome == HTTP_OK && models_read(s->arena, r->body, SLICE(""), &m) && m.n > 0)
        s->found[i] = m;
    return true;
}

bool llm_find(struct arena *a, const unsigned *ports, const struct deadline *d, struct llm_found *out)
{
    struct search s = {.arena = a};
    struct http_request r[PLACES];
    struct slice base[PLACES];
    struct deadline soon = *d;
    if (soon.at_ms > clock_ms() + LLM_FIND_MS)
        soon.at_ms = clock_ms() + LLM_FIND_MS;
    for (size_t i = 0; i < PLACES; i++) {
        base[i] = arena_printf(a, "http://127.0.0.1:%u", ports ? ports[i] : places[i].port);
        r[i] = (struct http_request){.url = arena_printf(a, "%.*s%s", SLICE_ARGS(base[i]), places[i].list),
                                     .max_redirects = HTTP_NO_REDIRECTS};
    }
    struct http_client *c =
        http_client_new(&(struct http_options){.max_wire_bytes = MAX_LIST_BYTES, .max_body_bytes = MAX_LIST_BYTES});
    http_run(c, a, r, PLACES, &soon, on_reply, &s);
    http_client_free(c);
    for (size_t i = 0; i < PLACES; i++)
        if (s.found[i].n > 0 && s.found[i].kind != LLM_OTHER) {
            *out = (struct llm_found){base[i], s.found[i].kind, s.found[i].first};
            return true;
        }
    *out = (struct llm_found){SLICE(""), LLM_OTHER, SLICE("")};
    return false;
}
