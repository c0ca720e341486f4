/* calibration.h - measures whether the probabilities that answers state come true.
 *
 * A forecast is the probability of an answer, and whether that answer was right (struct eval_row). An answer to a
 * question that no page answers is wrong, since it misleads the reader. A question for which nothing was found has no
 * probability, so it makes no forecast; it counts as abstained or given up.
 *
 * Brier score: the mean of (probability - outcome)^2, with outcome 1 or 0. 0 is best; always saying 0.5 gives 0.25.
 * Expected calibration error (ECE): forecasts are sorted into CALIBRATION_BINS bins of equal size. The ECE is the mean
 * of |mean probability - share right| over the bins, weighted by their sizes (Naeini et al. 2015; Nixon et al. 2019
 * recommend bins of equal size for few data). Equal probabilities share a bin, so the order of the questions does not
 * matter. Pure functions. */
#ifndef EVAL_CALIBRATION_H
#define EVAL_CALIBRATION_H

#include "base/arena.h"

struct forecast {
    double probability; /* 0 to 1 */
    bool right;
};

enum { CALIBRATION_BINS = 10 };

struct calibration_bin {
    double from, to; /* its smallest and largest probability */
    double mean;     /* its mean probability */
    double right;    /* its share of right answers */
    size_t n;        /* at least 1 */
};

struct calibration {
    struct calibration_bin bins[CALIBRATION_BINS]; /* by rising probability */
    size_t bin_count;                              /* fewer than CALIBRATION_BINS for few different probabilities */
    double ece;                                    /* NAN without forecasts */
};

/* a: temporary memory. */
struct calibration calibration_make(struct arena *a, const struct forecast *forecasts, size_t n);
double calibration_brier(const struct forecast *forecasts, size_t n); /* NAN without forecasts */

#endif
