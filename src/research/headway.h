/* headway.h - tells the session's sink how far the session is (struct headway, session/sink.h). The dispatcher's. */
#ifndef RESEARCH_HEADWAY_H
#define RESEARCH_HEADWAY_H

#include "session/session.h"

void headway_search(struct session *s); /* a round of searching begins */
void headway_write(struct session *s);  /* writing begins */

#endif
