/* step.h - the four steps that research/ itself contains; research.c has the table of all six.
 *
 * Each is in a file of its own: step_gather.c, step_choose.c, step_judge.c, step_verify.c. Plan is in ask/, write in
 * write/ and fill/. gather, choose and judge may run several times, once for each round. */
#ifndef RESEARCH_STEP_H
#define RESEARCH_STEP_H

#include "session/session.h"

/* Finds passages for each open part: in the conversation's known pages, our own index, and the web. Fails when there is
 * nothing to search in, or no page could be read in time. */
bool step_gather(struct session *s, struct err *e);
/* Cuts the passages into sentences and ranks them. */
bool step_choose(struct session *s, struct err *e);
/* Picks the sentences that answer each part, compares them with other pages, and sets the probability. A part for which
 * that is not enough stays open; the dispatcher decides on another round. */
bool step_judge(struct session *s, struct err *e);
/* After the last round: puts the whole question in the place of its parts where these are not all answered and it is.
 * It may have been split wrongly: "when should I use a tuple and when a list". */
bool judge_whole(struct session *s, struct err *e);
/* Turns the claims into the answer's basis, and warns of pages that are missing. */
bool step_verify(struct session *s, struct err *e);

#endif
