/* html_beside.h - inside of pages/: what a page holds beside the text that the parser reads.
 *
 * Style sheets say what is hidden; markup for readers without scripts or frames, in <noscript>, <noframes>, srcdoc and
 * declarative shadow roots, is the text of some pages; scripts that hold data are the source of others. All are found
 * in one pass before parsing. Slices point into the page that was given. Any thread. */
#ifndef PAGES_HTML_BESIDE_H
#define PAGES_HTML_BESIDE_H

#include "base/arena.h"

enum {
    HTML_SHEETS_MAX = 64,       /* <style> elements read */
    HTML_SHEET_BYTES = 1 << 20, /* of all of them */
    HTML_MARKUP_MAX = 32,
    HTML_DATA_MAX = 64,
};

enum html_beside_kind {
    BESIDE_NOSCRIPT, /* for few readers, and often a complaint about their browser */
    BESIDE_NOFRAMES, /* all that a page of frames says itself */
    BESIDE_SHADOW,   /* <template shadowrootmode>: what readers see */
    BESIDE_SRCDOC,   /* the document inside of a frame, with character references still in it */
};

struct html_beside {
    struct slice sheets[HTML_SHEETS_MAX];
    size_t sheet_count;
    struct {
        struct slice html;
        enum html_beside_kind kind;
    } markup[HTML_MARKUP_MAX];
    size_t markup_count;
    struct slice data[HTML_DATA_MAX]; /* JSON, or a script that assigns it */
    size_t data_count;
};

/* page: UTF-8 without NULs. What is more than the ceilings is left out. */
void html_beside_find(struct slice page, struct html_beside *out);

/* One page of HTML for html_parse() out of what is beside, of the kinds in the set (1 << kind). Empty: there is none.
 */
struct slice html_beside_page(struct arena *a, const struct html_beside *beside, unsigned kinds);

#endif
