/* subquestions.h - splits a question that asks several things at once, by rules.
 *
 * DESIGN: a wrong split is worse than a long question, so whatever no rule is sure of stays whole. */
#ifndef ASK_SUBQUESTIONS_H
#define ASK_SUBQUESTIONS_H

#include "session/part.h"

/* Fills `out` with the questions that a question consists of, in order, each understandable alone. Returns how many; 1,
 * and the question itself, when it asks one thing. The rules, in this order; the first that finds two or more wins:
 *
 *   several sentences with question marks           "Who wrote X? When did he die?"
 *   a second question word after "and" or a comma   "When was X built and how tall is it?"
 *   a comparison of two things                      "Which is taller, X or Y?", "compare X with Y", "X vs Y"
 *   attributes of one thing                         "What are the population and the area of X?"
 *
 * A language takes part when it has the list QUESTION_WORDS, and in the last two rules when it has theirs. A later
 * question without a name of its own ("When did he die?") gets the names of the first, in brackets. */
size_t subquestions_split(struct arena *a, struct slice question, const struct lang *lang,
                          struct slice out[SUBQUESTIONS_MAX]);

#endif
