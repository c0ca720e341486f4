/* find.h - looks for a model server on this machine, for when none is configured. No other machine is ever asked. */
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

/* Asks the usual ports of 127.0.0.1 for their models, all at once, for LLM_FIND_MS at most: Ollama 11434, llama-server
 * 8080, LM Studio 1234, vLLM 8000. Takes the first one in this order that says what it is and has a model. ports: four
 * others instead of the usual ones, or NULL. False: there is none. */
MUST_USE bool llm_find(struct arena *a, const unsigned *ports, const struct deadline *d, struct llm_found *out);

#endif
