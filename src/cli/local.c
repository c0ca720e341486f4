/* local.c - turns settings into options of llm/supervise.h and llm/rerank.h. */
#include "cli/local.h"

#include <stdlib.h>

#include "cli/model_access.h"

struct local_options local_options_of(const struct config *c)
{
    return (struct local_options){.model_file = c->model_file,
                                  .server = c->llama_server,
                                  .data = c->data,
                                  .context_tokens = (unsigned)c->llm_context,
                                  .parallel = (unsigned)c->llm_parallel,
                                  .threads = (unsigned)c->llm_threads};
}

bool local_open(const struct config *c, struct local_model **out, struct err *e)
{
    struct local_options o = local_options_of(c);
    *out = NULL;
    return !c->model_file[0] || strcmp(c->llm, "auto") != 0 || local_model_start(&o, out, e);
}

bool local_llm(const struct config *c, struct local_model *m, struct llm **out, struct err *e)
{
    struct llm_options o = {.url = local_model_url(m),
                            .key = local_model_key(m),
                            .body = slice_of(c->llm_body),
                            .connect_ms = (unsigned)c->llm_connect_ms,
                            .first_token_ms = (unsigned)c->llm_first_token_ms,
                            .idle_ms = (unsigned)c->llm_idle_ms,
                            .retries = (int)c->llm_retries,
                            .thinks_first = c->llm_thinks_first,
                            .up = local_model_up,
                            .up_ud = m};
    return llm_open(&o, out, e);
}

bool models_open(const struct config *c, struct local_model **local, struct llm **writer, struct llm **small,
                 struct err *e)
{
    *writer = *small = NULL;
    if (!local_open(c, local, e))
        return false;
    return *local ? local_llm(c, *local, writer, e) : model_access_open(c, writer, small, e);
}

bool reranker_open(const struct config *c, struct reranker **out, struct err *e)
{
    struct slice key = slice_of(c->rerank_key_env[0] ? getenv(c->rerank_key_env) : NULL);
    *out = NULL;
    if (!c->rerank_url[0])
        return true;
    if (c->rerank_key_env[0] && key.n == 0)
        return err_set(e, ERR_USAGE, "rerank_key_env names %s, which is not set in the environment.",
                       c->rerank_key_env);
    return rerank_open(&(struct rerank_options){.url = slice_of(c->rerank_url),
                                                .model = slice_of(c->rerank_model),
                                                .key = slice_trim(key),
                                                .timeout_ms = (unsigned)c->rerank_timeout_ms,
                                                .ca_file = c->ca_file,
                                                .user_agent = c->user_agent},
                       out, e);
}
