/* report_svg.h - draws the reliability diagram. If the buffer is full, out->over is set. */
#ifndef EVAL_REPORT_SVG_H
#define EVAL_REPORT_SVG_H

#include "base/buf.h"
#include "eval/calibration.h"
#include "eval/metrics.h"

/* Writes a standalone SVG document: bins with their counts, the diagonal, ECE and Brier score, for light and dark. */
void report_svg(const struct eval_figures *f, const struct calibration *c, struct buf *out);

#endif
