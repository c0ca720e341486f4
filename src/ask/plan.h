/* plan.h - the plan step: what is asked, and in which parts it is researched.
 *
 * It makes the question understandable without the conversation (converse.h, model_plan.h), splits it into
 * sub-questions (subquestions.h) and reads the wishes of the system prompt (wishes.h). */
#ifndef ASK_PLAN_H
#define ASK_PLAN_H

#include "session/session.h"

/* Fills s->query, s->lang and s->wishes, and adds the parts. */
void ask_plan(struct session *s);

#endif
