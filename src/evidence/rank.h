/* rank.h - which sentences answer: a ranker over named features, the choice of sentences, and how likely they
 * hold the answer. */
#ifndef EVIDENCE_RANK_H
#define EVIDENCE_RANK_H

#include "evidence/confidence.h"

struct ranked {
    const struct sentence *sentence;
    double score; /* only to compare within one ranking */
    double mass;  /* softmax of the scores: how likely this is the best answer among the sentences at hand */
};

struct ranking {
    struct arena *arena;
    const struct view *view;
    struct ranked *at; /* every sentence of the view, best first */
    size_t n;
    double probability;   /* that the best sentences hold the answer, 0 to 1 */
    const double *inputs; /* INPUT_COUNT numbers that the probability was made of */
};

struct ranking rank_sentences(struct arena *a, const struct view *view, const struct need *need,
                              const struct confidence_model *model);

struct choice_limits {
    size_t max_words;
    size_t max_sentences; /* 0: the default */
    double mass_per_word; /* what each word of a further sentence has to bring */
};

/* The sentences to quote, best first: the best one, then others as long as they are likely enough for their length, so
 * that a sure answer is short and a doubtful one long. Repetitions are left out. out has room for ranking->n. */
size_t rank_choose(const struct ranking *ranking, const struct choice_limits *limits, const struct sentence **out);

#endif
