/* gather.h - finding passages for the parts of a session, as the gather step does and as a search alone does: in
 * step_gather.c. */
#ifndef RESEARCH_GATHER_H
#define RESEARCH_GATHER_H

#include "session/session.h"

/* Asks our own index and, where there is one, the web for each part, whatever the index has found. Fails when there is
 * nothing to search in. */
MUST_USE bool gather_all(struct session *s, struct err *e);

/* Searches our own index, and what was read for the session, for the whole question of a session that was split. */
MUST_USE bool gather_whole(struct session *s, struct part *whole, struct err *e);

#endif
