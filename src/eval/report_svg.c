/* report_svg.c - see report_svg.h.
 *
 * Each bin has a bar from its smallest to its largest probability, as high as its share of right answers. It has a dot
 * at its mean probability, and a line joins the dots. The dots of a calibrated model are on the diagonal. The counts
 * are in a table beside the diagram, since bins of equal size are crowded where most answers are. Colours follow the
 * reader's colour scheme. */
#include "eval/report_svg.h"

#include <math.h>

enum { WIDTH = 760, HEIGHT = 520, LEFT = 70, TOP = 70, SIDE = 400, TABLE_X = 500, ROW = 24 };

static const char style[] =
    "<style>\n"
    ".paper{fill:#fff}.ink{fill:#222}.dim{fill:#666}.line{stroke:#222;fill:none}.grid{stroke:#ccc}\n"
    ".bar{fill:#2f6fb0;fill-opacity:.25;stroke:#2f6fb0}.dot{fill:#2f6fb0}.path{stroke:#2f6fb0;stroke-width:2;fill:none}"
    "\n"
    "text{font:13px sans-serif}.title{font-size:18px;font-weight:bold}.right{text-anchor:end}.mid{text-anchor:middle}\n"
    "@media "
    "(prefers-color-scheme:dark){.paper{fill:#16181c}.ink{fill:#eee}.dim{fill:#aaa}.line{stroke:#eee}.grid{stroke:#444}"
    "\n"
    ".bar{fill:#7db4ea;stroke:#7db4ea}.dot{fill:#7db4ea}.path{stroke:#7db4ea}}\n"
    "</style>\n";

static double x_of(double probability)
{
    return LEFT + SIDE * probability;
}

static double y_of(double share)
{
    return TOP + SIDE * (1 - share);
}

static void draw_axes(struct buf *out)
{
    for (int i = 0; i <= 5; i++) {
        double at = i / 5.0;
        buf_printf(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x_of(at), y_of(0),
                   x_of(at), y_of(1));
        buf_printf(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x_of(0), y_of(at),
                   x_of(1), y_of(at));
        buf_printf(out, "<text class=\"dim mid\" x=\"%.1f\" y=\"%.1f\">%.1f</text>\n", x_of(at), y_of(0) + 18, at);
        buf_printf(out, "<text class=\"dim right\" x=\"%.1f\" y=\"%.1f\">%.1f</text>\n", x_of(0) - 8, y_of(at) + 4, at);
    }
    buf_printf(out, "<line class=\"line\" stroke-dasharray=\"6 5\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
               x_of(0), y_of(0), x_of(1), y_of(1));
    buf_printf(out, "<text class=\"ink mid\" x=\"%.1f\" y=\"%.1f\">stated probability</text>\n", x_of(0.5),
               y_of(0) + 38);
    buf_printf(out, "<text class=\"ink mid\" transform=\"translate(24 %.1f) rotate(-90)\">share right</text>\n",
               y_of(0.5));
}

static void draw_bins(const struct calibration *c, struct buf *out)
{
    for (size_t i = 0; i < c->bin_count; i++) {
        const struct calibration_bin *b = &c->bins[i];
        buf_printf(out, "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", x_of(b->from),
                   y_of(b->right), fmax(1, SIDE * (b->to - b->from)), SIDE * b->right);
    }
    if (c->bin_count)
        buf_add(out, SLICE("<polyline class=\"path\" points=\""));
    for (size_t i = 0; i < c->bin_count; i++)
        buf_printf(out, "%s%.1f,%.1f", i ? " " : "", x_of(c->bins[i].mean), y_of(c->bins[i].right));
    if (c->bin_count)
        buf_add(out, SLICE("\"/>\n"));
    for (size_t i = 0; i < c->bin_count; i++) {
        const struct calibration_bin *b = &c->bins[i];
        buf_printf(
            out,
            "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"><title>%zu answers: stated %.3f, right %.3f</title>"
            "</circle>\n",
            x_of(b->mean), y_of(b->right), b->n, b->mean, b->right);
    }
}

static void draw_table(const struct calibration *c, struct buf *out)
{
    static const struct {
        const char *name;
        int x;
    } columns[] = {{"probability", 95}, {"right", 155}, {"answers", 225}};
    for (size_t i = 0; i < 3; i++)
        buf_printf(out, "<text class=\"dim right\" x=\"%d\" y=\"%d\">%s</text>\n", TABLE_X + columns[i].x, TOP + 12,
                   columns[i].name);
    for (size_t i = 0; i < c->bin_count; i++) {
        const struct calibration_bin *b = &c->bins[c->bin_count - 1 - i];
        int y = TOP + 12 + ROW * (int)(i + 1);
        buf_printf(out, "<text class=\"ink right\" x=\"%d\" y=\"%d\">%.3f - %.3f</text>\n", TABLE_X + columns[0].x, y,
                   b->from, b->to);
        buf_printf(out, "<text class=\"ink right\" x=\"%d\" y=\"%d\">%.1f %%</text>\n", TABLE_X + columns[1].x, y,
                   100 * b->right);
        buf_printf(out, "<text class=\"ink right\" x=\"%d\" y=\"%d\">%zu</text>\n", TABLE_X + columns[2].x, y, b->n);
    }
}

void report_svg(const struct eval_figures *f, const struct calibration *c, struct buf *out)
{
    size_t answers = 0;
    for (size_t i = 0; i < c->bin_count; i++)
        answers += c->bins[i].n;
    buf_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n"
        "<title>Reliability of stated probabilities</title>\n%s"
        "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n"
        "<text class=\"ink title\" x=\"%d\" y=\"30\">Reliability</text>\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT, style, WIDTH, HEIGHT, LEFT);
    if (answers)
        buf_printf(out, "<text class=\"dim\" x=\"%d\" y=\"52\">%zu answers, ECE %.4f, Brier score %.4f</text>\n", LEFT,
                   answers, f->ece, f->brier);
    else
        buf_printf(out, "<text class=\"dim\" x=\"%d\" y=\"52\">no probabilities were stated</text>\n", LEFT);
    draw_axes(out);
    draw_bins(c, out);
    draw_table(c, out);
    buf_add(out, SLICE("</svg>\n"));
}
