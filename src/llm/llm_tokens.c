/* llm_tokens.c - how many tokens a text has, asked of the server's tokenizer. */
#include "llm/llm_inner.h"
#include "text/token_estimate.h"

enum { TOKENIZE_MS = 2000 };

bool llm_tokens(struct llm *l, struct arena *a, struct slice text, const struct deadline *d, unsigned *tokens)
{
    struct llm_facts facts;
    struct buf body;
    llm_facts(l, &facts);
    bool vllm = facts.kind == LLM_VLLM;
    buf_init(&body, text.n * 6 + facts.model.n * 6 + 100);
    buf_add(&body, vllm ? SLICE("{\"model\":") : SLICE("{\"content\":"));
    if (vllm) {
        value_print_string(facts.model, &body);
        buf_add(&body, SLICE(",\"prompt\":"));
    }
    value_print_string(text, &body);
    buf_add_char(&body, '}');
    struct slice url = arena_printf(a, "%.*s/tokenize", SLICE_ARGS(l->at.root));
    struct http_reply *r = llm_ask(l, a, url, buf_slice(&body), TOKENIZE_MS, d);
    buf_release(&body);
    const struct value *v;
    struct err e;
    if (r->outcome != HTTP_OK || !value_parse(a, r->body, &v, NULL, &e))
        return false;
    const struct value *count = value_member(v, SLICE("count")), *list = value_member(v, SLICE("tokens"));
    if (count && count->kind == VALUE_INT && count->integer >= 0 && count->integer < UINT32_MAX)
        *tokens = (unsigned)count->integer;
    else if (list && list->kind == VALUE_ARRAY)
        *tokens = (unsigned)list->array.n;
    else
        return false;
    return true;
}
