/* html_complete.h - inside of pages/: what belongs to the text that the model chose, and what never does.
 *
 * The model (html_model.h) learned from articles: it judges block by block and finds prose. A page says more about what
 * belongs together. An item, a row, a heading or a listing is kept as a whole; blocks that the page builds like those
 * that are kept are kept; a short page is its own text. Boxes for consent, newsletters and related links are dropped
 * unless most of the page is in them. */
#ifndef PAGES_HTML_COMPLETE_H
#define PAGES_HTML_COMPLETE_H

#include "pages/html_features.h"
#include "pages/html_place.h"

/* Changes keep[], one for each block. */
void html_complete(struct arena *a, const struct html_page *page, const struct html_features *f,
                   const struct html_place *places, bool *keep);

#endif
