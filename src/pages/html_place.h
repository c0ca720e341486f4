/* html_place.h - inside of pages/: what the text of each box is part of: a list item, a row of a table, code, a
 * heading.
 *
 * Whatever wraps the text inside ("<li><div><p>"), the place is the same, so that printing and choosing treat the item
 * or the row as one thing. One pass over the boxes, parents first. Tables that lay out a page have no rows here. */
#ifndef PAGES_HTML_PLACE_H
#define PAGES_HTML_PLACE_H

#include "pages/html_page.h"

/* Indexes of boxes; 0, the page itself, where there is none. Inside of a cell there are no items. */
struct html_place {
    uint32_t item, list; /* the nearest item, and the outermost list */
    uint32_t cell, row, table;
    uint32_t pre, heading;
    uint8_t item_depth; /* lists around the item, from 1 */
};

/* One for each box, in the arena. */
struct html_place *html_places(struct arena *a, const struct html_page *page);

#endif
