/* html_print.h - inside of text/: chosen blocks as text that a reader and the sentence splitter can follow. */
#ifndef TEXT_HTML_PRINT_H
#define TEXT_HTML_PRINT_H

#include "text/html_page.h"

/* keep[i] says whether block i is printed. *over is set when the text was cut at max_bytes. The result lives in the
 * arena. */
struct slice html_print(struct arena *a, const struct html_page *page, const bool *keep, size_t max_bytes, bool *over);

#endif
