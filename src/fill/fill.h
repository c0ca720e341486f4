/* fill.h - structured output: fills the client's JSON Schema with values from the evidence.
 *
 * A value is either read off a ranked sentence, or written by a language model and compared with the sentences. A place
 * for which nothing is found gets null, or the valid value that says least ("unknown", an empty list). The document
 * fits its schema whatever was found.
 *
 * In a session: fill_plan in the plan step, fill_judge in each judge step, and at the end fill_by_model (fill_model.c)
 * where there is a model, or fill_write. */
#ifndef FILL_FILL_H
#define FILL_FILL_H

#include "session/session.h"

/* Adds a part for each top-level field that asks about the world. For tiers that research every field by itself. */
void fill_plan(struct session *s);
/* Fills a draft of the document from the evidence so far, and opens a part for each field that stays empty. */
bool fill_judge(struct session *s, struct err *e);
/* Sends the draft of the last fill_judge, with its claims. */
bool fill_write(struct session *s, struct err *e);
/* Takes a model's value for property number i of the root, while the model is still writing, and sends the member when
 * all members before it went out. Call it in rising order of i. Members that cannot be sent yet are filled by the next
 * fill_judge. False: nobody listens, or the session has to fail. */
MUST_USE bool fill_member(struct session *s, size_t i, const struct value *given, struct err *e);
/* Lets the session's language model write the document. *written false: nothing was sent and fill_write
 * has to; a warning says why. */
bool fill_by_model(struct session *s, bool *written, struct err *e);

#endif
