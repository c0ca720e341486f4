/* model_write.h - a text answer written by the session's language model.
 *
 * Every sentence is compared with the evidence (scribe.h) before it carries a mark. */
#ifndef WRITE_MODEL_WRITE_H
#define WRITE_MODEL_WRITE_H

#include "session/session.h"

/* Writes and sends the answer. *written false: nothing was sent and the quote writer has to write; s->unwritten or a
 * warning says why. Returns false only when the session has to fail. */
bool model_write(struct session *s, bool *written, struct err *e);

#endif
