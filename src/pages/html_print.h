/* html_print.h - inside of pages/: chosen blocks as text that a reader and the sentence splitter can follow. */
#ifndef PAGES_HTML_PRINT_H
#define PAGES_HTML_PRINT_H

#include "pages/html_place.h"

/* keep[i] says whether block i is printed. *over is set when the text was cut at max_bytes. The result lives in the
 * arena. */
struct slice html_print(struct arena *a, const struct html_page *page, const struct html_place *places,
                        const bool *keep, size_t max_bytes, bool *over);

#endif
