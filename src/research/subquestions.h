/* subquestions.h - a question that asks several things at once, taken apart by rules. */
#ifndef RESEARCH_SUBQUESTIONS_H
#define RESEARCH_SUBQUESTIONS_H

#include "text/words.h"

enum { SUBQUESTIONS_MAX = 6 };

/* The questions that a question is made of, each standing alone, in their order; 1 and the question itself when it asks
 * one thing. Rules, English:
 *
 *   several sentences with question marks           "Who wrote X? When did he die?"
 *   a second question word after "and" or a comma   "When was X built and how tall is it?"
 *   attributes of one thing                         "What are the population and the area of X?"
 *   a comparison of two things                      "Which is taller, X or Y?", "the difference between X and Y"
 *
 * A later one that leans on the first ("it", "he", or no name at all) gets the names of the first. What no rule is sure of
 * stays whole: a question taken apart wrongly is worse than a long one. */
size_t subquestions_split(struct arena *a, struct slice question, const struct lang *lang,
                          struct slice out[SUBQUESTIONS_MAX]);

#endif
