/* html_byline.h - inside of pages/: what the lines around a page's heading say about it. */
#ifndef PAGES_HTML_BYLINE_H
#define PAGES_HTML_BYLINE_H

#include "pages/html_features.h"

/* The day that a line between the heading and the first paragraph names, YYYY-MM-DD; empty when none does. Lines of
 * navigation, asides, lists, tables and comments do not count, nor do sentences. */
struct slice html_byline_date(struct arena *a, const struct html_page *page, const struct html_features *f);
/* The text of the page's heading: the first of the highest level that is not the name of the site. */
struct slice html_byline_heading(const struct html_page *page, struct slice site);

#endif
