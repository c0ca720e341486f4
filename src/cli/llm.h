/* llm.h - the language models of the settings. */
#ifndef CLI_LLM_H
#define CLI_LLM_H

#include "cli/config.h"
#include "llm/llm.h"
#include "llm/supervise.h"

/* *writer is NULL when there is none: llm = none, or auto and nothing answers on this machine (at most LLM_FIND_MS). What auto
 * found is logged with its address. *small is NULL unless a smaller model is configured; the writer does its work then.
 * Keys come from the environment or a file, and go to no other server than the one they are for. ERR_USAGE or ERR_IO: a
 * setting is wrong, a key file cannot be read. Close both with llm_close. */
MUST_USE bool model_open(const struct config *c, struct llm **writer, struct llm **small, struct err *e);

/* Asks the models on a thread of its own what they are (llm_probe, llm_form), so that the first question does not wait for
 * that, and logs which one writes, or why it cannot be reached; WARM_MS at most. local: the writer's server where footnote runs
 * it, or NULL; it is asked when it has loaded the model, however long that takes. NULL when there is no model or no thread. */
enum { WARM_MS = 60 * 1000 };
struct warming;
struct warming *model_warm(struct llm *writer, struct llm *small, struct local_model *local);
/* Calls it off where it still runs. Before llm_close. NULL is fine. */
void model_warm_end(struct warming *w);

#endif
