#include "eval/report.h"

#include <math.h>

#include "base/utf8.h"

enum { PICTURE_CELLS = 40, COLUMN_CHARS = 20 };

static const struct {
    const char *name, *meaning;
    size_t offset;
    enum { SHARE, WORD_COUNT, SCORE } kind;
} figures[] = {
#define AT(member) offsetof(struct eval_figures, member)
    {"found", "answerable questions with an accepted answer in the text", AT(found), SHARE},
    {"first", "the same in the first sentence with a mark [n]", AT(first), SHARE},
    {"cited", "answerable questions where the expected page (url) is cited", AT(cited), SHARE},
    {"proved", "the same with an excerpt of that page that has an accepted answer", AT(proved), SHARE},
    {"words", "mean length of the answers to answerable questions", AT(words), WORD_COUNT},
    {"given up", "answerable questions with confidence low or none", AT(given_up), SHARE},
    {"abstained", "unanswerable questions (\"answers\": []) with confidence low or none", AT(abstained), SHARE},
    {"citation precision", "of the pages cited for answerable questions, those that are the expected one",
     AT(precision), SHARE},
    {"citation recall", "of the expected pages, those that are cited", AT(recall), SHARE},
    {"wrong", "answers (confidence not none) that are not right", AT(answers_wrong), SHARE},
    {"high wrong", "answers of confidence high that are not right", AT(high_wrong), SHARE},
    {"high share", "answers of confidence high, of all answers", AT(high_share), SHARE},
    {"Brier score", "mean of (probability - right)^2; 0 is best, always saying 0.5 gives 0.25", AT(brier), SCORE},
    {"ECE", "expected calibration error: mean distance of probability and share right, 10 bins of equal mass", AT(ece),
     SCORE},
#undef AT
};
enum { FIGURE_COUNT = COUNT_OF(figures) };

static double report_figure(const struct eval_figures *f, size_t i)
{
    return *(const double *)(const void *)((const char *)f + figures[i].offset);
}

void report_explain(struct buf *out)
{
    for (size_t i = 0; i < FIGURE_COUNT; i++)
        buf_printf(out, "  %-20s %s\n", figures[i].name, figures[i].meaning);
    buf_add(out, SLICE("\nAn answer is right when an accepted answer is in its text and in an excerpt of a page it "
                       "cites; to a question that\n"
                       "nothing answers, no answer is right. A probability is that of being right; where nothing was "
                       "found none is stated,\n"
                       "and the question counts neither for the Brier score nor for the ECE. Case, punctuation and a, "
                       "an, the are ignored.\n"));
}

static void print_levels(const struct eval_figures *f, struct buf *out)
{
    size_t asked = f->answerable + f->unanswerable;
    buf_add(out, SLICE("\nconfidence   questions   share     right\n"));
    for (int level = CONFIDENCE_HIGH; level >= CONFIDENCE_NONE; level--) {
        const char *name = confidence_name((enum confidence)level);
        size_t n = f->levels[level].questions;
        if (n)
            buf_printf(out, "%-10s %11zu %5.1f %%   %5.1f %%\n", name ? name : "none", n,
                       100.0 * (double)n / (double)asked, 100.0 * (double)f->levels[level].right / (double)n);
    }
}

/* Draws "#" up to the share of right answers, and "|" at the mean probability. */
static void print_bar(const struct calibration_bin *bin, struct buf *out)
{
    int right = (int)lround(bin->right * PICTURE_CELLS), mean = (int)lround(bin->mean * (PICTURE_CELLS - 1));
    for (int i = 0; i < PICTURE_CELLS; i++)
        buf_add_char(out, i == mean ? '|' : i < right ? '#' : '.');
}

static void print_reliability(const struct calibration *c, struct buf *out)
{
    if (c->bin_count == 0)
        return;
    buf_add(out, SLICE("\nprobability       stated   right   answers   (# right, | stated)\n"));
    for (size_t i = 0; i < c->bin_count; i++) {
        const struct calibration_bin *bin = &c->bins[i];
        buf_printf(out, "%.3f - %.3f  %7.3f %7.3f %9zu   ", bin->from, bin->to, bin->mean, bin->right, bin->n);
        print_bar(bin, out);
        buf_add_char(out, '\n');
    }
}

void report_print(const struct eval_figures *f, const struct calibration *c, struct buf *out)
{
    buf_printf(out, "%-20s %zu (%zu answerable, %zu not)", "questions", f->asked, f->answerable, f->unanswerable);
    if (f->errors)
        buf_printf(out, ", %zu failed", f->errors);
    buf_add_char(out, '\n');
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        double value = report_figure(f, i);
        buf_printf(out, "%-20s ", figures[i].name);
        if (isnan(value))
            buf_add(out, SLICE("-\n"));
        else if (figures[i].kind == SHARE)
            buf_printf(out, "%.1f %%\n", 100 * value);
        else
            buf_printf(out, figures[i].kind == SCORE ? "%.4f\n" : "%.1f\n", value);
    }
    if (!isnan(f->ms_median))
        buf_printf(out, "%-20s median %.1f ms, 95 %% within %.1f ms\n", "time", f->ms_median, f->ms_95);
    print_levels(f, out);
    print_reliability(c, out);
}

static void report_cell(struct buf *out, const struct eval_figures *f, size_t i)
{
    double value = report_figure(f, i);
    if (isnan(value))
        buf_printf(out, "%*s", COLUMN_CHARS, "-");
    else if (figures[i].kind == SHARE)
        buf_printf(out, "%*.1f %%", COLUMN_CHARS - 2, 100 * value);
    else
        buf_printf(out, "%*.*f", COLUMN_CHARS, figures[i].kind == SCORE ? 4 : 1, value);
}

void report_sets(const struct report_set *sets, size_t n, struct buf *out)
{
    buf_printf(out, "\n%-20s", "set by set");
    for (size_t s = 0; s < n; s++) {
        struct slice name = utf8_cut(sets[s].name, COLUMN_CHARS - 2);
        buf_printf(out, "%*s%.*s", (int)(COLUMN_CHARS - utf8_count(name)), "", SLICE_ARGS(name));
    }
    buf_printf(out, "\n%-20s", "questions");
    for (size_t s = 0; s < n; s++)
        buf_printf(out, "%*zu", COLUMN_CHARS, sets[s].figures.asked);
    buf_add_char(out, '\n');
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        buf_printf(out, "%-20s", figures[i].name);
        for (size_t s = 0; s < n; s++)
            report_cell(out, &sets[s].figures, i);
        buf_add_char(out, '\n');
    }
}
