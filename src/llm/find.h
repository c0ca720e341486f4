/* find.h - is there a model server on this machine? Asked when nothing is configured; nobody else is ever asked. */
#ifndef LLM_FIND_H
#define LLM_FIND_H

#include "base/arena.h"
#include "base/clock.h"
#include "llm/llm.h"

enum { LLM_FIND_MS = 200 };

struct llm_found {
    struct slice url; /* base, for llm_options; empty: there is none */
    enum llm_kind kind;
    struct slice model; /* the first of its list that can chat */
};

/* Asks the usual places on 127.0.0.1 for their models, all at once and for LLM_FIND_MS at most: Ollama 11434, llama-server
 * 8080, LM Studio 1234, vLLM 8000. Only a server that says what it is and has a model counts; the first one in this
 * order is taken. ports: four, instead of the usual ones; NULL: those. False: there is none. */
MUST_USE bool llm_find(struct arena *a, const unsigned *ports, const struct deadline *d, struct llm_found *out);

#endif
