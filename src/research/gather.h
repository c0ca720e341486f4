/* gather.h - finding passages for the parts of a session, as the gather step does and as a search alone does: in
 * step_gather.c. */
#ifndef RESEARCH_GATHER_H
#define RESEARCH_GATHER_H

#include "session/session.h"

/* Asks our own index and, where there is one, the web for each part, whatever the index has found. Fails when there is
 * nothing to search in. */
MUST_USE bool gather_all(struct session *s, struct err *e);

#endif
