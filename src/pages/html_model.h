/* html_model.h - inside of pages/: which blocks are main text. */
#ifndef PAGES_HTML_MODEL_H
#define PAGES_HTML_MODEL_H

#include "pages/html_features.h"

/* Probability, 0 to 1, that a block with these features is main text. */
float html_model(const struct html_features *f);

/* Sets keep[i] for the blocks of the main text. None is kept of a page that holds nothing but its frame. */
void html_choose(struct arena *a, const struct html_page *page, const struct html_features *f, bool *keep);

#endif
