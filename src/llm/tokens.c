/* tokens.c - how many tokens a text has: asked of the server's tokenizer, or estimated on the safe side.
 *
 * The estimate follows what byte-pair vocabularies have in common: a short common word is one token with the space before
 * it, long or rare words fall apart every few letters, digits and punctuation stand nearly alone, and what is not Latin
 * costs by its bytes. */
#include "llm/llm_inner.h"

enum { TOKENIZE_MS = 2000, SHORT_WORD = 8 };

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t word_tokens(size_t letters)
{
    return letters <= SHORT_WORD ? (letters + 3) / 4 : SHORT_WORD / 4 + (letters - SHORT_WORD + 1) / 2;
}

unsigned llm_estimate(struct slice text)
{
    size_t tokens = 0, wide = 0;
    for (size_t i = 0; i < text.n;) {
        unsigned char c = (unsigned char)text.p[i];
        size_t from = i++;
        if (is_letter(c)) {
            while (i < text.n && is_letter((unsigned char)text.p[i]))
                i++;
            tokens += word_tokens(i - from);
        } else if (c >= 0x80) {
            wide++;
        } else if (c == ' ' && i < text.n && text.p[i] != ' ') {
            continue; /* goes with the word */
        } else if (c == ' ' || c == '\n' || c == '\t') {
            while (i < text.n && text.p[i] == (char)c)
                i++;
            tokens += 1 + (i - from) / 8;
        } else {
            tokens++;
        }
    }
    tokens += (wide + 1) / 2; /* two-byte letters one each, ideographs one and a half */
    return tokens < UINT32_MAX ? (unsigned)tokens : UINT32_MAX;
}

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

unsigned llm_count(struct llm *l, struct slice text, const struct deadline *d)
{
    struct llm_facts facts;
    unsigned tokens;
    llm_facts(l, &facts);
    if (!facts.tokenizer)
        return llm_estimate(text);
    struct arena *own = arena_new(); /* a list of numbers can be much larger than the text */
    if (!llm_tokens(l, own, text, d, &tokens))
        tokens = llm_estimate(text);
    arena_free(own);
    return tokens;
}
