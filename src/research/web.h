/* web.h - evidence from the web: asks search services, and reads pages into the session's pool.
 *
 * The session's thread waits; services and pages are asked in parallel by search/ and fetch/. */
#ifndef RESEARCH_WEB_H
#define RESEARCH_WEB_H

#include "session/session.h"

/* Does one round: asks the next wordings of each open part, and reads the best pages that were found now or earlier. It
 * reads an equal share of the pages that the session may still read. It ends when all pages are read or the round's
 * time is over; where the tier answers early, also once is_sure says so, which is asked after each page from
 * the second on. Failures are
 * in the answer's reports and in s->left_out. *reached: a service answered, even if with nothing. */
void web_gather(struct session *s, bool (*is_sure)(struct session *s), bool *reached);

/* Whether so little of the session's time is left that it is needed for the answer itself. */
bool web_time_is_over(const struct session *s);

#endif
