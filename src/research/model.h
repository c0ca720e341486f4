/* model.h - how the steps of a session use its language models: calls with their costs counted, JSON in and out. */
#ifndef RESEARCH_MODEL_H
#define RESEARCH_MODEL_H

#include "llm/llm.h"
#include "research/steps.h"
#include "shape/value.h"

/* The model for planning and checking. */
struct llm *model_small(const struct session *s);

/* llm_chat with the session's deadline, or at_ms where that is sooner (0: the session's); usage is counted. */
bool model_chat(struct session *s, struct llm *model, const struct llm_request *r, int64_t at_ms, struct llm_reply *out);

/* One question to a model that answers in JSON. NULL when it did not, or not in time; then nothing is lost but time.
 * schema: of the reply, as JSON text. */
const struct value *model_ask(struct session *s, struct llm *model, struct slice system, struct slice user,
                              struct slice schema, int64_t at_ms);

/* "The language model did not answer (REASON): the answer quotes its sources word for word." */
void model_warn(struct session *s, const struct llm_reply *reply);

/* The client's own system prompt as the last part of ours; empty when there is none. */
struct slice model_style(struct session *s);
struct slice model_today(struct session *s);

#endif
