/* report.h - prints figures as a page of text for a terminal. If the buffer is full, out->over is set. */
#ifndef EVAL_REPORT_H
#define EVAL_REPORT_H

#include "base/buf.h"
#include "eval/calibration.h"
#include "eval/metrics.h"

/* Prints figures, levels, and the reliability table with bars, in plain ASCII of at most 100 columns. */
void report_print(const struct eval_figures *f, const struct calibration *c, struct buf *out);
/* Prints what each figure means, one a line. For --help. */
void report_explain(struct buf *out);

struct report_set {
    struct slice name;
    struct eval_figures figures;
};
/* Several sets of questions side by side: a line for each figure, a column for each set. */
void report_sets(const struct report_set *sets, size_t n, struct buf *out);

#endif
