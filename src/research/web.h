/* web.h - evidence from outside: search services are asked, pages are read into the session's pool. */
#ifndef RESEARCH_WEB_H
#define RESEARCH_WEB_H

#include "research/steps.h"

/* Whether the world has services to ask, and whether our own index is asked. */
bool web_is_there(const struct session *s);
bool web_uses_index(const struct session *s);

/* One round: asks the next wording of each open part, reads the best pages of what was found now or in earlier rounds, a
 * fair share of the pages that are left. Ends when all pages are there or the round's time is over. What went wrong is in
 * the answer's reports and in session.left_out. *reached: a service answered, be it with nothing. */
void web_gather(struct session *s, bool *reached);

/* What is left of the session's time is for the answer itself. */
bool web_time_is_over(const struct session *s);

/* A line of the search report; rounds of one source are added up. provider and status are static, or in the arena. */
void web_report(struct session *s, const char *provider, const char *status, size_t results, int64_t ms);

#endif
