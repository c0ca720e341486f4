/* model_access.h - opens the language models that the settings name: the writer, and a smaller one that plans and
 * checks. */
#ifndef CLI_MODEL_ACCESS_H
#define CLI_MODEL_ACCESS_H

#include "cli/config.h"
#include "llm/llm.h"
#include "llm/supervise.h"

/* *writer is NULL when there is no model: llm = none, or llm = auto and none answers on this machine within
 * LLM_FIND_MS. The address that auto found is logged. *small is NULL unless a smaller model is configured; then the
 * writer does its work. A key comes from the environment or a file, and goes only to the server that it is for. Close
 * both with llm_close. ERR_USAGE: a setting is wrong. ERR_IO: a key file cannot be read. */
MUST_USE bool model_access_open(const struct config *c, struct llm **writer, struct llm **small, struct err *e);

/* Asks the models on a thread of its own what they are (llm_probe, llm_form), WARM_MS at most, so that the first
 * question does not wait for that. Logs which one writes, or why it cannot be reached. local: the writer's server where
 * footnote runs it, else NULL; it is asked once it has loaded the model, however long that takes. NULL: there is no
 * model, or no thread. */
enum { WARM_MS = 60 * 1000 };
struct warming;
struct warming *model_access_warm(struct llm *writer, struct llm *small, struct local_model *local);
/* Stops it and frees it; call it before llm_close. NULL is fine. */
void model_access_warm_end(struct warming *w);

#endif
