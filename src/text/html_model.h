/* html_model.h - inside of text/: which blocks are main text. */
#ifndef TEXT_HTML_MODEL_H
#define TEXT_HTML_MODEL_H

#include "text/html_features.h"

/* Probability, 0 to 1, that a block with these features is main text. */
float html_model(const struct html_features *f);

/* Sets keep[i] for the blocks of the main text. None is kept of a page that holds nothing but its frame. */
void html_choose(struct arena *a, const struct html_page *page, const struct html_features *f, bool *keep);

#endif
