/* model.h - how the steps of a session call its language models.
 *
 * These functions add what every step needs: the session's deadline, the count of tokens, and parsing of JSON replies.
 * llm/llm.h does the rest. The session's thread waits for the reply. */
#ifndef SESSION_MODEL_H
#define SESSION_MODEL_H

#include "llm/llm.h"
#include "session/session.h"
#include "shape/value.h"

/* The model for planning and checking: the small one, or the main one where no small one is set up. NULL: none. */
struct llm *model_small(const struct session *s);

/* llm_chat within the session's deadline, or until at_ms (of clock_ms; 0: no own limit) where that is sooner. Adds the
 * usage to the session's. */
bool model_chat(struct session *s, struct llm *model, const struct llm_request *r, int64_t at_ms,
                struct llm_reply *out);

/* Asks a model once for a JSON reply. schema: the reply's JSON Schema, as text. NULL: no reply in time, or no JSON; the
 * caller then goes on without. */
const struct value *model_ask(struct session *s, struct llm *model, struct slice system, struct slice user,
                              struct slice schema, int64_t at_ms);

/* Warns the reader: "The language model gave no answer (REASON): this one quotes its sources word for word." */
void model_warn(struct session *s, const struct llm_reply *reply);

/* The client's own system prompt, worded as the end of ours; empty when there is none. */
struct slice model_style(struct session *s);
/* Today in UTC: "2026-11-29". */
struct slice model_today(struct session *s);

#endif
