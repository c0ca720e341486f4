/* web.h - evidence from outside: search services are asked, pages are read into the session's pool. */
#ifndef RESEARCH_WEB_H
#define RESEARCH_WEB_H

#include "research/steps.h"

/* Whether the world has services to ask. */
bool web_is_there(const struct session *s);

/* Asks, reads, extracts; ends when all pages are there or the tier's race is over and at least one is. What went wrong is
 * in the answer's reports and warnings. *reached: a service answered, be it with nothing. */
void web_gather(struct session *s, bool *reached);

#endif
