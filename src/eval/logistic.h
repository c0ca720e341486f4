/* logistic.h - logistic regression that pulls its weights towards given ones.
 *
 * It finds weights w and a bias b that minimise
 *     sum of -ln P(right_i | x_i)  +  pull / 2 * sum over j of (spread_j * (w_j - prior_j))^2
 * with P = 1 / (1 + exp(-(b + w x))). spread_j is the standard deviation of column j, so the pull does not depend on
 * the column's unit. The bias is not pulled.
 *
 * DESIGN: Newton's method (iteratively reweighted least squares). A step that does not go down is halved. The objective
 * is convex, so the minimum does not depend on the start. */
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

/* prior and weights have `columns` numbers. ERR_BAD_VALUE if all outcomes are the same, since the bias then has no
 * minimum, or if there are too many columns. a: for temporary memory. */
MUST_USE bool logistic_fit(struct arena *a, const struct logistic_rows *rows, const double *prior, double prior_bias,
                           double pull, double *weights, double *bias, struct err *e);

#endif
