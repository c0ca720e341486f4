/* recalibrate.h - fits the confidence model to an operator's own questions, and judges whether that helps.
 *
 * logistic_fit() finds new weights from whether the answers were right. It pulls them towards the shipped weights, so a
 * few questions change little. The judgement uses folds: the new probability of a question comes from a fit that saw no
 * question of the same page. The page is the question's url or, without one, the page that its answer cites first.
 *
 * The thresholds are chosen on these probabilities too:
 *   answer_from  the highest one below which at most 2.5 % of the answerable questions fall
 *   medium_from  the same with 10 %; these questions are given up
 *   high_from    the lowest one above which answers are wrong at most a third as often as all answers; 1 if there is
 *                none */
#ifndef EVAL_RECALIBRATE_H
#define EVAL_RECALIBRATE_H

#include "eval/metrics.h"
#include "evidence/confidence.h"

enum { RECALIBRATE_LEAST = 50, RECALIBRATE_FOLDS = 5 };

struct recalibration_side { /* over all questions, also those below answer_from; shares as in struct eval_figures */
    double brier, ece;
    double answers_wrong, high_wrong, high_share; /* NAN without answers, or without answers of level high */
};

struct recalibration {
    struct confidence_model model; /* fitted on all questions */
    size_t questions, right, pages, folds;
    struct recalibration_side before, after; /* with the model in force; across folds with the new thresholds */
    bool better;                             /* the new one has the better Brier score */
};

/* rows: from sessions whose answer_from was 0, so that each reply has inputs and was judged. Rows with an error are
 * left out. ERR_BAD_VALUE, with a sentence for people: there are fewer than RECALIBRATE_LEAST questions, or all or none
 * are right, or all are about one page. */
MUST_USE bool recalibrate(struct arena *a, const struct eval_row *rows, size_t n,
                          const struct confidence_model *in_force, struct recalibration *out, struct err *e);

#endif
