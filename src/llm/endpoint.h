/* endpoint.h - the addresses of a model server, from the URL that an operator writes. Pure. */
#ifndef LLM_ENDPOINT_H
#define LLM_ENDPOINT_H

#include "base/arena.h"

struct endpoint {
    struct slice chat;   /* where completions are asked */
    struct slice models; /* the list of models; empty: there is none (Azure's deployments) */
    struct slice root;   /* what stands before /v1, without a slash at its end: for servers' own paths */
    struct slice host;
    bool azure; /* the key goes into api-key, not into Authorization */
};

/* Accepts the base of a server, with or without a version, and the whole URL of its chat endpoint:
 *
 *   http://h:1  http://h:1/  http://h:1/v1  http://h:1/v1/  http://h:1/v1/chat/completions  https://h/api/v1
 *   https://x.openai.azure.com/openai/deployments/d?api-version=v   (or with /chat/completions)
 *
 * A path with a version in it ("v1", "v1beta", "v4") is taken as it is; else /v1 is added. A query is kept on `chat`
 * and `models`. False: *why is a static sentence without its period. */
MUST_USE bool endpoint_parse(struct arena *a, struct slice url, struct endpoint *out, const char **why);

#endif
