/* html_sheet.h - inside of pages/: what a page's own style sheets hide.
 *
 * Read are rules whose selector is an element, classes, an id, or one of each kind together ("p.note", "#ad.open"),
 * inside of such others (".teaser > p"), for any screen; of those for screens of some width only what shows an element.
 * Selectors that depend on siblings or on states are not: what they hide is as often shown. Of two rules the cascade
 * decides (CSS 2.1, 6.4): importance, then specificity, then order.
 *
 * Hostile sheets: a bounded number of rules is kept, and matching stops when its budget is spent; elements then count
 * as seen. One thread at a time. */
#ifndef PAGES_HTML_SHEET_H
#define PAGES_HTML_SHEET_H

#include "base/arena.h"
#include "pages/html_names.h"
#include "pages/html_style.h"

struct html_sheet;

struct html_element {
    struct slice name, id, classes; /* name in small letters */
    const struct html_element *up;  /* the one around it; NULL: none */
    struct html_bits own;           /* its names */
    struct html_bits around;        /* names, ids and classes of all that are around it */
};

/* NULL when the sheets hide nothing. The slices must stay as long as the sheet, which is the arena's. */
struct html_sheet *html_sheet_read(struct arena *a, const struct slice *sheets, size_t n);
/* A set of html_style; *important are those of them that a style attribute does not undo. sheet may be NULL. */
unsigned html_sheet_of(struct html_sheet *sheet, const struct html_element *element, unsigned *important);

/* The pairs of html_style that undo each other, as masks that end with 0. */
extern const unsigned html_style_pairs[];

#endif
