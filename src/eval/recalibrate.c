#include "eval/recalibrate.h"

#include <math.h>
#include <stdlib.h>

#include "eval/calibration.h"
#include "eval/logistic.h"

/* The pull on a weight. A row adds p (1 - p), at most 0.25, so 10 weighs as much as some 60 questions. Set by hand. */
static const double PULL = 10;
/* The rules of recalibrate.h for the three thresholds. Set by hand. */
static const double SHARE_UNANSWERED = 0.025, SHARE_GIVEN_UP = 0.10, WRONG_RATIO = 1.0 / 3;
/* With fewer answers than this, the share of wrong ones in a level is chance. */
enum { HIGH_LEAST = 10 };

struct sample {
    const struct eval_row *row;
    struct slice page;
    size_t fold;
    double probability; /* from the fit of the other folds */
};

struct samples {
    struct sample *at;
    size_t n, right, pages, folds;
};

static int by_page(const void *left, const void *right)
{
    const struct sample *a = *(struct sample *const *)left, *b = *(struct sample *const *)right;
    int order = slice_cmp(a->page, b->page);
    return order ? order : a < b ? -1 : a > b;
}

/* Deals pages to the folds in turn, in the order of their addresses. A question without any page has one of its own. */
static void recalibrate_deal(struct arena *a, struct samples *s)
{
    struct sample **sorted = arena_array(a, struct sample *, s->n);
    for (size_t i = 0; i < s->n; i++)
        sorted[i] = &s->at[i];
    qsort(sorted, s->n, sizeof *sorted, by_page);
    for (size_t i = 0; i < s->n; i++) {
        if (i == 0 || sorted[i]->page.n == 0 || !slice_eq(sorted[i]->page, sorted[i - 1]->page))
            s->pages++;
        sorted[i]->fold = (s->pages - 1) % RECALIBRATE_FOLDS;
    }
    s->folds = s->pages < RECALIBRATE_FOLDS ? s->pages : RECALIBRATE_FOLDS;
}

static struct samples recalibrate_take(struct arena *a, const struct eval_row *rows, size_t n)
{
    struct samples s = {.at = arena_array(a, struct sample, n)};
    for (size_t i = 0; i < n; i++) {
        const struct eval_reply *reply = &rows[i].reply;
        if (rows[i].error.n || !reply->inputs)
            continue;
        struct slice page = rows[i].question->url;
        if (page.n == 0 && reply->citation_count)
            page = reply->citations[0].url;
        s.at[s.n++] = (struct sample){.row = &rows[i], .page = page};
        s.right += rows[i].right;
    }
    recalibrate_deal(a, &s);
    return s;
}

/* Fits on all folds except `without`; s->folds leaves none out. */
static bool recalibrate_fit(struct arena *a, const struct samples *s, size_t without, struct confidence_model *m,
                            struct err *e)
{
    const double **x = arena_array(a, const double *, s->n);
    bool *right = arena_array(a, bool, s->n);
    struct logistic_rows rows = {.x = x, .right = right, .columns = INPUT_COUNT};
    for (size_t i = 0; i < s->n; i++) {
        if (s->at[i].fold == without)
            continue;
        x[rows.n] = s->at[i].row->reply.inputs;
        right[rows.n++] = s->at[i].row->right;
    }
    return logistic_fit(a, &rows, confidence_shipped.weights, confidence_shipped.bias, PULL, m->weights, &m->bias, e);
}

static bool cross_validate(struct arena *a, struct samples *s, struct err *e)
{
    for (size_t k = 0; k < s->folds; k++) {
        struct confidence_model m = confidence_shipped;
        if (!recalibrate_fit(a, s, k, &m, e))
            return err_set(e, ERR_BAD_VALUE,
                           "Without the questions of some pages all answers are right, or all wrong: "
                           "more questions, about more pages, are needed.");
        for (size_t i = 0; i < s->n; i++)
            if (s->at[i].fold == k)
                s->at[i].probability = confidence_probability(&m, s->at[i].row->reply.inputs);
    }
    return true;
}

static int recalibrate_rising(const void *left, const void *right)
{
    double a = ((const struct forecast *)left)->probability, b = ((const struct forecast *)right)->probability;
    return a < b ? -1 : a > b;
}

/* The highest threshold below which at most this share of the sorted forecasts falls, rounded down to four decimals. */
static double recalibrate_quantile(const struct forecast *sorted, size_t n, double share)
{
    return n ? floor(sorted[(size_t)(share * (double)n)].probability * 1e4) / 1e4 : 0;
}

/* Walks down from the most certain answer. A threshold can only be between two different probabilities. */
static double choose_high(const struct forecast *sorted, size_t n, double answer_from)
{
    size_t answers = 0, wrong = 0, high = 0, high_wrong = 0;
    double out = 1;
    for (size_t i = 0; i < n; i++)
        if (sorted[i].probability >= answer_from) {
            answers++;
            wrong += !sorted[i].right;
        }
    double most = answers ? WRONG_RATIO * (double)wrong / (double)answers : 0;
    for (size_t i = n; i-- > 0 && sorted[i].probability >= answer_from;) {
        high++;
        high_wrong += !sorted[i].right;
        bool edge = i == 0 || sorted[i - 1].probability < sorted[i].probability;
        if (edge && high >= HIGH_LEAST && (double)high_wrong <= most * (double)high)
            out = floor(sorted[i].probability * 1e4) / 1e4;
    }
    return out;
}

static void choose_thresholds(struct arena *a, const struct samples *s, struct confidence_model *m)
{
    struct forecast *answerable = arena_array(a, struct forecast, s->n), *all = arena_array(a, struct forecast, s->n);
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        all[i] = (struct forecast){s->at[i].probability, s->at[i].row->right};
        if (s->at[i].row->question->answer_count)
            answerable[n++] = all[i];
    }
    qsort(answerable, n, sizeof *answerable, recalibrate_rising);
    qsort(all, s->n, sizeof *all, recalibrate_rising);
    m->answer_from = recalibrate_quantile(answerable, n, SHARE_UNANSWERED);
    m->medium_from = recalibrate_quantile(answerable, n, SHARE_GIVEN_UP);
    m->high_from = fmax(m->medium_from, choose_high(all, s->n, m->answer_from));
}

static struct recalibration_side recalibrate_side(struct arena *a, const struct forecast *at, size_t n,
                                                  double answer_from, double high_from)
{
    size_t answers = 0, wrong = 0, high = 0, high_wrong = 0;
    for (size_t i = 0; i < n; i++) {
        bool answer = at[i].probability >= answer_from, is_high = at[i].probability >= high_from;
        answers += answer;
        wrong += answer && !at[i].right;
        high += is_high;
        high_wrong += is_high && !at[i].right;
    }
    return (struct recalibration_side){
        calibration_brier(at, n), calibration_make(a, at, n).ece, answers ? (double)wrong / (double)answers : NAN,
        high ? (double)high_wrong / (double)high : NAN, answers ? (double)high / (double)answers : NAN};
}

bool recalibrate(struct arena *a, const struct eval_row *rows, size_t n, const struct confidence_model *in_force,
                 struct recalibration *out, struct err *e)
{
    struct samples s = recalibrate_take(a, rows, n);
    *out = (struct recalibration){
        .model = confidence_shipped, .questions = s.n, .right = s.right, .pages = s.pages, .folds = s.folds};
    if (s.n < RECALIBRATE_LEAST)
        return err_set(e, ERR_BAD_VALUE, "%zu questions are too few to fit the confidence on; at least %d are needed.",
                       s.n, RECALIBRATE_LEAST);
    if (s.right == 0 || s.right == s.n)
        return err_set(e, ERR_BAD_VALUE,
                       "%s of the %zu answers is right, so that nothing can be learned about which are. Add %s.",
                       s.right ? "Every one" : "None", s.n,
                       s.right ? "questions that are harder, or that no page answers (\"answers\": [])"
                               : "questions that the pages answer");
    if (s.folds < 2)
        return err_set(e, ERR_BAD_VALUE, "All questions are about one page; the fit can only be judged on several.");
    if (!cross_validate(a, &s, e) || !recalibrate_fit(a, &s, s.folds, &out->model, e))
        return false;
    struct forecast *before = arena_array(a, struct forecast, s.n), *after = arena_array(a, struct forecast, s.n);
    for (size_t i = 0; i < s.n; i++) {
        const struct eval_row *row = s.at[i].row;
        before[i] = (struct forecast){confidence_probability(in_force, row->reply.inputs), row->right};
        after[i] = (struct forecast){s.at[i].probability, row->right};
    }
    choose_thresholds(a, &s, &out->model);
    out->before = recalibrate_side(a, before, s.n, in_force->answer_from, in_force->high_from);
    out->after = recalibrate_side(a, after, s.n, out->model.answer_from, out->model.high_from);
    out->better = out->after.brier < out->before.brier;
    return true;
}
