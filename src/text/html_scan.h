/* html_scan.h - inside of text/: one pass over a page's bytes before the parser sees them.
 *
 * What comes out is HTML of the same visible content, usually a third of the size: comments, scripts, styles, drawings
 * and every attribute that extraction does not read are gone. That makes parsing faster than parsing everything, and it
 * bounds what a hostile page can make the parser do: at most HTML_ATTRIBUTES_MAX short attributes a tag, while the
 * parser compares each attribute with all before it. Scripts that hold JSON-LD are handed out. Any thread. */
#ifndef TEXT_HTML_SCAN_H
#define TEXT_HTML_SCAN_H

#include "base/arena.h"

enum {
    HTML_ATTRIBUTES_MAX = 16,        /* kept of one tag */
    HTML_ATTRIBUTE_BYTES_MAX = 4096, /* a longer value is cut */
    HTML_JSON_LD_MAX = 16,           /* scripts handed out */
};

struct html_scan {
    struct slice html;                      /* in the arena, NUL-terminated */
    struct slice json_ld[HTML_JSON_LD_MAX]; /* point into the page that was given */
    size_t json_ld_count;
};

/* page: UTF-8 without NULs. */
struct html_scan html_scan(struct arena *a, struct slice page);

#endif
