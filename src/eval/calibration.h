/* calibration.h - whether stated probabilities are what happens.
 *
 * A forecast is the probability that was stated for an answer, and whether that answer was right (struct eval_row). An
 * answer to a question that nothing answers is not right: whoever trusts it is misled all the same. Where nothing was
 * found no probability is stated, so such questions make no forecast; they show as abstained or given up.
 *
 * Brier score: mean of (probability - outcome)^2, outcome 1 or 0; 0 is best, 0.25 is what saying 0.5 always gives.
 * Expected calibration error: forecasts sorted into CALIBRATION_BINS bins of equally many (equal ones stay together, so
 * that the order of the questions does not matter); the mean of |mean probability - share right| over the bins,
 * weighted by their sizes (Naeini et al. 2015, with equal-mass bins as Nixon et al. 2019 recommend for few data). */
#ifndef EVAL_CALIBRATION_H
#define EVAL_CALIBRATION_H

#include "base/arena.h"

struct forecast {
    double probability; /* 0 to 1 */
    bool right;
};

enum { CALIBRATION_BINS = 10 };

struct calibration_bin {
    double from, to; /* smallest and largest probability in it */
    double mean;     /* probability */
    double right;    /* share */
    size_t n;        /* at least 1 */
};

struct calibration {
    struct calibration_bin bins[CALIBRATION_BINS]; /* rising */
    size_t bin_count;
    double ece; /* NAN without forecasts */
};

/* a: temporary memory. */
struct calibration calibration_make(struct arena *a, const struct forecast *forecasts, size_t n);
double calibration_brier(const struct forecast *forecasts, size_t n); /* NAN without forecasts */

#endif
