/* page.h - readable text out of what a web server, or a file, gives: HTML, Markdown, feeds, JSON, plain text.
 *
 * Pure functions on memory. A page that says nothing is a fact about the page and no error: `text` is empty then and
 * `why` says what was seen. PDF is not read here but by a child process (fetch/pdf.h). Any thread. */
#ifndef TEXT_PAGE_H
#define TEXT_PAGE_H

#include "base/arena.h"
#include "base/err.h"

enum {
    PAGE_BYTES_MAX = 16 << 20,     /* more is cut there, and `cut` set */
    PAGE_TEXT_BYTES_MAX = 4 << 20, /* of text given back */
};

enum page_why {
    PAGE_READ,      /* there is text */
    PAGE_EMPTY,     /* nothing to read in it */
    PAGE_NOT_TEXT,  /* pictures, archives and the like */
    PAGE_NEEDS_PDF, /* a PDF: hand the bytes to pdf_extract */
};

/* All slices are valid UTF-8 and live in the arena. Each may be empty. Text: a blank line between blocks; headings
 * begin with "# " to "###### ", list items with "- " or "1. " and stand line by line, cells of a table are parted by "
 * | ", code stands in fences of "```". Dates are YYYY-MM-DD, lang is a BCP 47 tag as the page gives it, canonical an
 * absolute http(s) URL. */
struct page_text {
    struct slice text, title, site_name, published, modified, author, lang, canonical;
    enum page_why why;
    bool cut; /* a ceiling was reached; text is what came before */
};

/* What the bytes are: content_type (the value of the HTTP header, or empty) where it is clear, else how they begin. url
 * is the address they came from, to complete a relative canonical link; it may be empty. */
MUST_USE bool page_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                           struct page_text *out, struct err *e);

/* The same for bytes that are known to be one kind. */
MUST_USE bool html_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                           struct page_text *out, struct err *e);
MUST_USE bool markdown_extract(struct arena *a, struct slice bytes, struct slice content_type, struct page_text *out,
                               struct err *e);
MUST_USE bool feed_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                           struct page_text *out, struct err *e);

/* "2019-11-18T..." , "18 Nov 2019", "November 18, 2019", "Mon, 18 Nov 2019 ..." become YYYY-MM-DD; empty when it is
 * none. */
struct slice page_date(struct arena *a, struct slice text);

#endif
