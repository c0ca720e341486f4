/* recalibrate.h - the confidence model fitted anew on somebody's own questions, and whether that helps.
 *
 * Weights: logistic_fit on whether the answer was right, pulled towards the shipped weights, so that few questions
 * change little. The judgement is made across folds: each question's new probability comes from a fit that saw
 * no question of the same page, where the page is the question's url, or for those without one what its answer cites
 * first. The thresholds are chosen on these probabilities too:
 *   answer_from  the highest under which at most 2.5 % of the answerable questions fall
 *   medium_from  the same with 10 %: these are given up
 *   high_from    the lowest from which answers are wrong at most a third as often as all answers; 1 when there is none */
#ifndef EVAL_RECALIBRATE_H
#define EVAL_RECALIBRATE_H

#include "eval/metrics.h"
#include "evidence/confidence.h"

enum { RECALIBRATE_LEAST = 50, RECALIBRATE_FOLDS = 5 };

struct recalibration_side { /* over all questions, those under answer_from too; shares as in struct eval_figures */
    double brier, ece;
    double answers_wrong, high_wrong, high_share; /* NAN where there are no answers, or none is high */
};

struct recalibration {
    struct confidence_model model; /* fitted on all questions */
    size_t questions, right, pages, folds;
    struct recalibration_side before, after; /* the model in force; across folds, with the new thresholds */
    bool better; /* by Brier score */
};

/* rows: asked of sessions whose answer_from was 0, so that each reply has inputs and was judged; those with an error
 * are left out. ERR_BAD_VALUE, with a sentence for a person: fewer than RECALIBRATE_LEAST questions, all right or none,
 * or all about one page. */
MUST_USE bool recalibrate(struct arena *a, const struct eval_row *rows, size_t n, const struct confidence_model *in_force,
                          struct recalibration *out, struct err *e);

#endif
