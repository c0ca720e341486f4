/* rank.h - which sentences answer: a linear ranker over named features, and how likely the best one does. */
#ifndef RESEARCH_RANK_H
#define RESEARCH_RANK_H

#include "research/view.h"

struct ranked {
    const struct sentence *sentence;
    double score; /* only to compare within one ranking */
};

struct ranking {
    struct ranked *at; /* every sentence of the view, best first */
    size_t n;
    double probability; /* that the best sentences hold the answer, 0 to 1 */
};

struct ranking rank_sentences(struct arena *a, const struct view *view, const struct need *need);

#endif
