/* local.h - opens what runs or ranks on this machine for the settings: the model file, whose server footnote starts
 * itself, and the reranker. */
#ifndef CLI_LOCAL_H
#define CLI_LOCAL_H

#include "cli/config.h"
#include "llm/llm.h"
#include "llm/rerank.h"
#include "llm/supervise.h"

struct local_options local_options_of(const struct config *c);
/* *out is NULL when there is no model_file, or when llm names something else than auto. Returns before the model is
 * loaded. Stop it with local_model_stop, after everything that uses it. */
MUST_USE bool local_open(const struct config *c, struct local_model **out, struct err *e);
/* The client of that model. Close it with llm_close before the model is stopped. */
MUST_USE bool local_llm(const struct config *c, struct local_model *m, struct llm **out, struct err *e);
/* All models of the settings: those of cli/model_access.h, or *local with its writer. Close the clients first, then
 * stop *local. */
MUST_USE bool models_open(const struct config *c, struct local_model **local, struct llm **writer, struct llm **small,
                          struct err *e);
/* *out is NULL without rerank_url. */
MUST_USE bool reranker_open(const struct config *c, struct reranker **out, struct err *e);

#endif
