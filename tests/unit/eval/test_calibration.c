/* Brier score and calibration error of cases that can be computed by hand, the fit of known coefficients, and the
 * refitted confidence model on made-up questions. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>

#include "eval/calibration.h"
#include "eval/logistic.h"
#include "eval/recalibrate.h"

static struct arena *arena;
static uint64_t chance_state;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new();
    chance_state = 88172645463325252u;
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* xorshift64: the same numbers in each run. */
static double chance(void)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (double)(chance_state >> 11) / 9007199254740992.0;
}

static double logit(double p)
{
    return log(p / (1 - p));
}

static void scores_of_few_forecasts(void **state)
{
    (void)state;
    assert_true(isnan(calibration_brier(NULL, 0)) && isnan(calibration_make(arena, NULL, 0).ece));
    const struct forecast two[] = {{0.8, true}, {0.3, true}};
    assert_near(calibration_brier(two, 2), (0.04 + 0.49) / 2, 1e-12);
    struct calibration c = calibration_make(arena, two, 2); /* fewer than the bins: one each */
    assert_int_equal(c.bin_count, 2);
    assert_near(c.bins[0].mean, 0.3, 1e-12);
    assert_near(c.ece, (0.2 + 0.7) / 2, 1e-12);
}

static void bins_have_equal_mass(void **state)
{
    (void)state;
    struct forecast at[20];
    for (int i = 0; i < 20; i++) /* in an order that is none */
        at[(i * 7) % 20] = (struct forecast){i / 20.0, i >= 10};
    struct calibration c = calibration_make(arena, at, 20);
    assert_int_equal(c.bin_count, 10);
    double ece = 0;
    for (int k = 0; k < 10; k++) {
        double mean = (2 * k + 0.5) / 20, right = k >= 5;
        assert_int_equal(c.bins[k].n, 2);
        assert_near(c.bins[k].mean, mean, 1e-12);
        assert_near(c.bins[k].right, right, 1e-12);
        ece += fabs(mean - right) / 10;
    }
    assert_near(c.ece, ece, 1e-12);
}

static void equal_forecasts_stay_together(void **state)
{
    (void)state;
    struct forecast at[100];
    for (int i = 0; i < 100; i++)
        at[i] = (struct forecast){0.7, i < 70};
    struct calibration c = calibration_make(arena, at, 100);
    assert_int_equal(c.bin_count, 1);
    assert_int_equal(c.bins[0].n, 100);
    assert_near(c.ece, 0, 1e-12); /* whatever the order of the outcomes */
}

static struct logistic_rows rows_of(const double *x, const bool *right, size_t n, size_t columns)
{
    const double **at = arena_array(arena, const double *, n);
    for (size_t i = 0; i < n; i++)
        at[i] = x + i * columns;
    return (struct logistic_rows){at, right, n, columns};
}

/* With one column of 0 and 1 the maximum likelihood is known: each group's share right. */
static void a_fit_with_a_closed_form(void **state)
{
    (void)state;
    double x[20], weight, bias, none = 0;
    bool right[20];
    struct err e;
    for (int i = 0; i < 20; i++) {
        x[i] = i >= 10;
        right[i] = i < 10 ? i < 3 : i < 18; /* 3 of 10, 8 of 10 */
    }
    struct logistic_rows rows = rows_of(x, right, 20, 1);
    assert_true(logistic_fit(arena, &rows, &none, 0, 0, &weight, &bias, &e));
    assert_near(bias, logit(0.3), 1e-6);
    assert_near(weight, logit(0.8) - logit(0.3), 1e-6);
    double prior = 5; /* a strong pull holds the weight; the bias is free to make up for it */
    assert_true(logistic_fit(arena, &rows, &prior, 0, 1e9, &weight, &bias, &e));
    assert_near(weight, 5, 1e-3);
    double mean = (10 / (1 + exp(-bias)) + 10 / (1 + exp(-bias - weight))) / 20;
    assert_near(mean, 11 / 20.0, 1e-6);
}

static void known_coefficients_are_recovered(void **state)
{
    (void)state;
    enum { N = 20000, COLUMNS = 3 };
    static double x[N * COLUMNS];
    static bool right[N];
    const double truth[COLUMNS] = {2, -1.5, 0}, true_bias = -0.5, none[COLUMNS] = {0};
    double weights[COLUMNS], again[COLUMNS], bias, bias_again;
    struct err e;
    for (size_t i = 0; i < N; i++) {
        double z = true_bias;
        x[i * COLUMNS] = 10 * chance(); /* units differ */
        x[i * COLUMNS + 1] = chance() - 3;
        x[i * COLUMNS + 2] = 100 * chance();
        z += truth[0] * (x[i * COLUMNS] - 5) + truth[1] * (x[i * COLUMNS + 1] + 3);
        right[i] = chance() < 1 / (1 + exp(-z));
    }
    struct logistic_rows rows = rows_of(x, right, N, COLUMNS);
    assert_true(logistic_fit(arena, &rows, none, 0, 0.01, weights, &bias, &e));
    assert_near(weights[0], 2, 0.1);
    assert_near(weights[1], -1.5, 0.3);
    assert_near(weights[2], 0, 0.005);
    assert_near(bias, true_bias - 10 - 4.5, 1.2);
    assert_true(logistic_fit(arena, &rows, none, 0, 0.01, again, &bias_again, &e));
    assert_memory_equal(weights, again, sizeof weights);
}

static void separable_outcomes_end(void **state)
{
    (void)state;
    double x[40], weight, bias, none = 0;
    bool right[40];
    struct err e;
    for (int i = 0; i < 40; i++) {
        x[i] = i;
        right[i] = i >= 20;
    }
    struct logistic_rows rows = rows_of(x, right, 40, 1);
    assert_true(logistic_fit(arena, &rows, &none, 0, 1, &weight, &bias, &e));
    assert_true(weight > 0 && isfinite(weight) && isfinite(bias));
    memset(right, 1, sizeof right);
    assert_false(logistic_fit(arena, &rows, &none, 0, 1, &weight, &bias, &e));
    assert_int_equal(e.code, ERR_BAD_VALUE);
}

/* Questions whose answers are right by a model of their own: what counts is the sign of `slope` on SCORE. */
struct made {
    struct eval_question questions[600];
    struct eval_row rows[600];
    double inputs[600][INPUT_COUNT];
};

static struct made *make_rows(size_t n, size_t pages, double bias, double slope)
{
    static const struct slice answer = SLICE("x");
    struct made *m = arena_array(arena, struct made, 1);
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < INPUT_COUNT; k++)
            m->inputs[i][k] = chance();
        double p = 1 / (1 + exp(-(bias + slope * m->inputs[i][INPUT_SCORE])));
        m->questions[i] = (struct eval_question){
            .url = arena_printf(arena, "https://x/%zu", i % pages), .answers = &answer, .answer_count = i % 4 != 0};
        m->rows[i] =
            (struct eval_row){.question = &m->questions[i], .reply.inputs = m->inputs[i], .right = chance() < p};
    }
    return m;
}

static void a_model_that_does_not_fit_is_replaced(void **state)
{
    (void)state;
    struct made *m = make_rows(600, 40, -4, 8);
    struct recalibration r;
    struct err e;
    assert_true(recalibrate(arena, m->rows, 600, &confidence_shipped, &r, &e));
    assert_int_equal(r.questions, 600);
    assert_int_equal(r.pages, 40);
    assert_int_equal(r.folds, RECALIBRATE_FOLDS);
    assert_true(r.better && r.after.brier < r.before.brier);
    assert_true(r.after.ece < 0.1);
    assert_true(r.model.answer_from <= r.model.medium_from && r.model.medium_from <= r.model.high_from);
    assert_true(r.after.high_wrong <= r.after.answers_wrong / 3 + 1e-12);
    size_t under = 0, answerable = 0;
    for (size_t i = 0; i < 600; i++) {
        answerable += m->questions[i].answer_count;
        under += m->questions[i].answer_count && confidence_probability(&r.model, m->inputs[i]) < r.model.medium_from;
    }
    assert_true(under <=
                answerable * 15 / 100); /* a tenth of the probabilities across folds; these are of the whole fit */
    struct recalibration again;         /* the same from the same, and nothing to gain from fitting what is fitted */
    assert_true(recalibrate(arena, m->rows, 600, &r.model, &again, &e));
    assert_memory_equal(&r.model, &again.model, sizeof r.model);
    assert_false(again.better);
}

static bool refused(const struct eval_row *rows, size_t n, const char *why)
{
    struct recalibration r;
    struct err e = {.retry_after_ms = 0};
    if (recalibrate(arena, rows, n, &confidence_shipped, &r, &e))
        return false;
    return e.code == ERR_BAD_VALUE && slice_find(slice_of(e.message), slice_of(why)) < strlen(e.message);
}

static void what_cannot_be_fitted_is_refused(void **state)
{
    (void)state;
    struct made *m = make_rows(100, 10, -4, 8);
    assert_true(refused(m->rows, 49, "too few"));
    m->rows[60].error = SLICE("broken"); /* does not count */
    assert_true(refused(m->rows + 51, 49, "48 questions"));
    struct made *one_page = make_rows(100, 1, -4, 8);
    assert_true(refused(one_page->rows, 100, "one page"));
    for (size_t i = 0; i < 100; i++)
        m->rows[i].right = false;
    assert_true(refused(m->rows, 100, "None of the"));
    for (size_t i = 0; i < 100; i++)
        m->rows[i].right = true;
    assert_true(refused(m->rows, 100, "Every one"));
    for (size_t i = 0; i < 100; i++) /* all that are right are about one page */
        m->rows[i].right = i % 10 == 3;
    assert_true(refused(m->rows, 100, "more pages"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_of_few_forecasts),
        cmocka_unit_test(bins_have_equal_mass),
        cmocka_unit_test(equal_forecasts_stay_together),
        cmocka_unit_test(a_fit_with_a_closed_form),
        cmocka_unit_test(known_coefficients_are_recovered),
        cmocka_unit_test(separable_outcomes_end),
        cmocka_unit_test(a_model_that_does_not_fit_is_replaced),
        cmocka_unit_test(what_cannot_be_fitted_is_refused),
    };
    return cmocka_run_group_tests_name("calibration", tests, open_arena, close_arena);
}
