/* logistic.h - logistic regression with an L2 pull towards given weights.
 *
 * Finds weights w and bias b that minimise
 *     sum of -ln P(right_i | x_i)  +  pull / 2 * sum over j of (spread_j * (w_j - prior_j))^2
 * where P = 1 / (1 + exp(-(b + w x))) and spread_j is the standard deviation of column j, so that the pull does not
 * depend on a column's unit. The bias is free. Newton's method (iteratively reweighted least squares) with halved steps
 * where a full one does not go down: the objective is convex, so that the minimum is the same from any start. */
#ifndef EVAL_LOGISTIC_H
#define EVAL_LOGISTIC_H

#include "base/arena.h"
#include "base/err.h"

enum { LOGISTIC_MAX_COLUMNS = 64 };

struct logistic_rows {
    const double *const *x; /* n rows of `columns` numbers */
    const bool *right;
    size_t n, columns;
};

/* prior and weights have `columns` numbers. ERR_BAD_VALUE when all outcomes are the same, since the bias has no
 * minimum then, or when there are too many columns. a: temporary memory. */
MUST_USE bool logistic_fit(struct arena *a, const struct logistic_rows *rows, const double *prior, double prior_bias,
                           double pull, double *weights, double *bias, struct err *e);

#endif
