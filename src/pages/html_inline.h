/* html_inline.h - inside of pages/: what raised, lowered and stacked text says once it stands on one line.
 *
 * "10<sup>8</sup>" is 10⁸ and never 108. The parser writes an element's text first and calls one of these at its end,
 * when what is before the element and what is in it are both known. `text` is the text of the page, the block begins
 * at `block` and the element's own text at `mark`; only bytes from `mark` on are changed (of a fraction, from its
 * numerator on). Pure functions of the buffer; none fails but by the buffer's ceiling. */
#ifndef PAGES_HTML_INLINE_H
#define PAGES_HTML_INLINE_H

#include "base/buf.h"

enum { INLINE_FRACTION_BYTES = 8 };

/* The last <sup> of figures: it may be the upper half of a fraction. */
struct inline_raised {
    size_t at, end; /* bytes of the page's text */
    char figures[INLINE_FRACTION_BYTES];
    size_t n; /* 0: there is none */
};

/* <sup>: powers as ⁸ or ^(n+1), ordinals and marks as they are, cents behind a point, notes in brackets; a note that
 * is a link is left out. */
void inline_raise(struct buf *text, size_t block, size_t mark, bool linked, struct inline_raised *last);
/* Before `next`, right behind the last <sup>: two figures before the sign of a currency are cents, "11.99 EUR". */
void inline_price(struct buf *text, size_t block, struct slice next, const struct inline_raised *last);
/* <sub>: CO2, x_max; the lower half of a fraction makes it "1 1/2". */
void inline_lower(struct buf *text, size_t block, size_t mark, const struct inline_raised *last);

/* Parts of formulas in MathML: exponents, indices, and what stands over or under a bar. */
void inline_power(struct buf *text, size_t mark);
void inline_index(struct buf *text, size_t mark);
void inline_root(struct buf *text, size_t mark); /* the n of an n-th root */
void inline_group(struct buf *text, size_t mark);

/* True when two elements that touch in the source are shown apart: "Weight" and "12 kg". `own` is the text of the
 * first, `next` what follows; links: both are links. */
bool inline_is_seam(struct slice own, struct slice next, bool links);

/* A link of one sign, behind a heading: "¶", "#" or the like. */
bool inline_is_anchor(struct slice text);

/* Classes of the numbers before lines of code. */
bool inline_is_line_number(struct slice classes);

#endif
