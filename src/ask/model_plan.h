/* model_plan.h - lets a language model rewrite the question and think of search queries. */
#ifndef ASK_MODEL_PLAN_H
#define ASK_MODEL_PLAN_H

#include "session/session.h"

enum { MODEL_QUERIES_MAX = 8 };
struct model_queries {
    struct slice at[MODEL_QUERIES_MAX];
    size_t n;
};

/* Asks the model for queries and, where there are earlier turns, for a question that can be understood alone, which
 * becomes s->query. False, and nothing changed, when no model is set up, the question needs none, or the model did not
 * answer within the tier's plan_ms; then the query of the rules (converse.h) stays. */
bool model_plan(struct session *s, struct model_queries *out);

#endif
