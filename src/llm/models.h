/* models.h - lists of models as servers give them: OpenAI's /v1/models with the extras of each server, and Ollama's
 * /api/tags. Pure. */
#ifndef LLM_MODELS_H
#define LLM_MODELS_H

#include "llm/llm.h"

struct models {
    enum llm_kind kind;      /* LLM_OTHER when the list does not tell */
    size_t n;                /* that can chat, by their names */
    struct slice first;      /* of those; empty: none */
    bool listed;             /* the wanted one is there */
    unsigned context_tokens; /* of the wanted one, or of the first when none is wanted; 0: not said */
};

/* False: it is no list of models. wanted may be empty. */
MUST_USE bool models_read(struct arena *a, struct slice json, struct slice wanted, struct models *out);

#endif
