/* report.h - figures for people: a page of text for the terminal, and a reliability diagram as a file. */
#ifndef EVAL_REPORT_H
#define EVAL_REPORT_H

#include "base/buf.h"
#include "eval/calibration.h"
#include "eval/metrics.h"

/* Figures, levels, and the reliability table with its picture; plain ASCII of at most 100 columns. */
void report_print(const struct eval_figures *f, const struct calibration *c, struct buf *out);
/* One line a figure: what it means. For --help. */
void report_explain(struct buf *out);
/* A standalone SVG document: bins with their counts, the diagonal, ECE and Brier score; light and dark. */
void report_svg(const struct eval_figures *f, const struct calibration *c, struct buf *out);

#endif
