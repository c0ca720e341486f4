/* logistic.c - see logistic.h.
 *
 * Each column is centred and divided by its spread, which keeps the Hessian well conditioned. The last variable is the
 * bias. The Hessian is positive definite: each weight has its pull, and the bias has the rows' p (1 - p), plus a little
 * for rows that are almost certain. */
#include "eval/logistic.h"

#include <math.h>

enum { STEPS_MAX = 100, HALVINGS_MAX = 40, VARIABLES_MAX = LOGISTIC_MAX_COLUMNS + 1 };
/* SPREAD_LEAST: the least spread of a column. BIAS_RIDGE: added to the bias's part of the Hessian. CLOSE_ENOUGH: the
 * step that improves the objective by a smaller share is the last one. */
static const double SPREAD_LEAST = 0.02, BIAS_RIDGE = 1e-9, CLOSE_ENOUGH = 1e-10;

struct problem {
    const struct logistic_rows *rows;
    const double *z;     /* standardised, n * (columns + 1); the last column is 1 */
    const double *prior; /* for the standardised columns */
    double pull;
    size_t size; /* columns + 1 */
};

static double logistic_log1pexp(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static double logistic_dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static double logistic_loss(const struct problem *p, const double *v)
{
    double sum = 0;
    for (size_t i = 0; i < p->rows->n; i++) {
        double at = logistic_dot(p->z + i * p->size, v, p->size);
        sum += logistic_log1pexp(at) - (p->rows->right[i] ? at : 0);
    }
    for (size_t j = 0; j + 1 < p->size; j++)
        sum += p->pull / 2 * (v[j] - p->prior[j]) * (v[j] - p->prior[j]);
    return sum;
}

static void logistic_derive(const struct problem *p, const double *v, double *gradient, double *hessian)
{
    size_t size = p->size;
    memset(gradient, 0, size * sizeof *gradient);
    memset(hessian, 0, size * size * sizeof *hessian);
    for (size_t i = 0; i < p->rows->n; i++) {
        const double *z = p->z + i * size;
        double probability = 1 / (1 + exp(-logistic_dot(z, v, size))), weight = probability * (1 - probability);
        for (size_t j = 0; j < size; j++) {
            gradient[j] += (probability - (double)p->rows->right[i]) * z[j];
            for (size_t k = 0; k <= j; k++)
                hessian[j * size + k] += weight * z[j] * z[k];
        }
    }
    for (size_t j = 0; j + 1 < size; j++) {
        gradient[j] += p->pull * (v[j] - p->prior[j]);
        hessian[j * size + j] += p->pull;
    }
    hessian[size * size - 1] += BIAS_RIDGE;
}

/* Solves H x = g by Cholesky's decomposition. Overwrites H's lower triangle; the result replaces g. */
static bool logistic_solve(double *h, double *g, size_t size)
{
    for (size_t j = 0; j < size; j++) {
        double d = h[j * size + j] - logistic_dot(h + j * size, h + j * size, j);
        if (!(d > 0))
            return false;
        h[j * size + j] = sqrt(d);
        for (size_t i = j + 1; i < size; i++)
            h[i * size + j] = (h[i * size + j] - logistic_dot(h + i * size, h + j * size, j)) / h[j * size + j];
    }
    for (size_t i = 0; i < size; i++)
        g[i] = (g[i] - logistic_dot(h + i * size, g, i)) / h[i * size + i];
    for (size_t i = size; i-- > 0;) {
        for (size_t k = i + 1; k < size; k++)
            g[i] -= h[k * size + i] * g[k];
        g[i] /= h[i * size + i];
    }
    return true;
}

static void logistic_descend(struct arena *a, const struct problem *p, double *v)
{
    double *hessian = arena_array(a, double, p->size * p->size);
    double step[VARIABLES_MAX], next[VARIABLES_MAX], now = logistic_loss(p, v);
    for (int round = 0; round < STEPS_MAX; round++) {
        logistic_derive(p, v, step, hessian);
        if (!logistic_solve(hessian, step, p->size))
            return;
        double scale = 1, then = INFINITY;
        for (int halving = 0; halving < HALVINGS_MAX && !(then <= now); halving++, scale /= 2) {
            for (size_t j = 0; j < p->size; j++)
                next[j] = v[j] - scale * step[j];
            then = logistic_loss(p, next);
        }
        if (!(then <= now))
            return;
        memcpy(v, next, p->size * sizeof *v);
        if (now - then <= CLOSE_ENOUGH * (1 + now))
            return;
        now = then;
    }
}

/* The mean and spread of each column. A constant column gets a small spread, so that its weight cannot explode. */
static void logistic_measure(const struct logistic_rows *rows, double *mean, double *spread)
{
    for (size_t j = 0; j < rows->columns; j++) {
        double square = 0;
        mean[j] = 0;
        for (size_t i = 0; i < rows->n; i++)
            mean[j] += rows->x[i][j] / (double)rows->n;
        for (size_t i = 0; i < rows->n; i++)
            square += (rows->x[i][j] - mean[j]) * (rows->x[i][j] - mean[j]) / (double)rows->n;
        spread[j] = fmax(sqrt(square), SPREAD_LEAST);
    }
}

bool logistic_fit(struct arena *a, const struct logistic_rows *rows, const double *prior, double prior_bias,
                  double pull, double *weights, double *bias, struct err *e)
{
    size_t size = rows->columns + 1, right = 0;
    if (rows->columns > LOGISTIC_MAX_COLUMNS)
        return err_set(e, ERR_BAD_VALUE, "More than %d columns cannot be fitted.", LOGISTIC_MAX_COLUMNS);
    for (size_t i = 0; i < rows->n; i++)
        right += rows->right[i];
    if (right == 0 || right == rows->n)
        return err_set(e, ERR_BAD_VALUE, "All outcomes are the same, so that nothing can be told apart.");
    double mean[LOGISTIC_MAX_COLUMNS], spread[LOGISTIC_MAX_COLUMNS], scaled[VARIABLES_MAX] = {0}, v[VARIABLES_MAX];
    double *z = arena_array(a, double, rows->n *size);
    logistic_measure(rows, mean, spread);
    for (size_t i = 0; i < rows->n; i++) {
        for (size_t j = 0; j < rows->columns; j++)
            z[i * size + j] = (rows->x[i][j] - mean[j]) / spread[j];
        z[i * size + rows->columns] = 1;
    }
    v[rows->columns] = prior_bias;
    for (size_t j = 0; j < rows->columns; j++) {
        v[j] = scaled[j] = prior[j] * spread[j];
        v[rows->columns] += prior[j] * mean[j];
    }
    logistic_descend(a, &(struct problem){rows, z, scaled, pull, size}, v);
    *bias = v[rows->columns];
    for (size_t j = 0; j < rows->columns; j++) {
        weights[j] = v[j] / spread[j];
        *bias -= weights[j] * mean[j];
    }
    return true;
}
