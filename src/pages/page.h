/* page.h - readable text out of what a web server, or a file, gives: HTML, Markdown, reStructuredText, feeds, JSON,
 * plain text, DOCX, ODT, EPUB, messages and mailboxes, MHTML.
 *
 * Pure functions on memory. A page that says nothing is a fact about the page and no error: `text` is empty then and
 * `why` says what was seen. PDF is not read here but by a child process (fetch/pdf.h). Any thread. Each kind has a file
 * of its own: html.c, markdown.c, rst.c, feed.c, document_word.c and its like (document.h); page.c tells them apart,
 * page_date.c reads their dates. */
#ifndef PAGES_PAGE_H
#define PAGES_PAGE_H

#include "base/arena.h"
#include "base/clock.h"
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
    PAGE_PDF_LOCKED,
    PAGE_PDF_DAMAGED,
    PAGE_PDF_PICTURES, /* whole, but without text: scanned, or empty */
    PAGE_FEED_EMPTY,
    PAGE_PACKAGE_LOCKED, /* DOCX, ODT, EPUB */
    PAGE_PACKAGE_DAMAGED,
    PAGE_SHEETS, /* spreadsheets and slides */
    PAGE_OLD_OFFICE,
    PAGE_RTF,
};

/* Why there is no text, for a person: "there is no text in it". Static. */
const char *page_why_says(enum page_why why);

/* All slices are valid UTF-8 and live in the arena. Each may be empty. Text: a blank line between blocks; headings
 * begin with "# " to "###### ", list items with "- " or "1. " and stand line by line, cells of a table are parted by "
 * | ", code stands in fences of "```". Dates are YYYY-MM-DD, lang is a BCP 47 tag as the page gives it, canonical an
 * absolute http(s) URL. */
struct BY_NAME page_text {
    struct slice text, title, site_name, published, modified, author, lang, canonical;
    enum page_why why;
    bool cut; /* a ceiling was reached; text is what came before */
};

/* The deadline may be NULL; when it comes, or when it is cancelled, ERR_DEADLINE or ERR_CANCELLED. Reading is linear in
 * the bytes. What the bytes are: content_type (the value of the HTTP header, or empty) where it is clear, else how they
 * begin. url is the address they came from, to complete a relative canonical link; it may be empty. */
MUST_USE bool page_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                           const struct deadline *d, struct page_text *out, struct err *e);

/* Whether bytes begin as a message, or as a mailbox, which has a line of its own before the first one. */
bool page_is_mail(struct slice bytes);

/* The same for bytes that are known to be one kind. */
MUST_USE bool html_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                           struct page_text *out, struct err *e);
MUST_USE bool markdown_extract(struct arena *a, struct slice bytes, struct slice content_type, struct page_text *out,
                               struct err *e);
MUST_USE bool rst_extract(struct arena *a, struct slice bytes, struct slice content_type, struct page_text *out,
                          struct err *e);
MUST_USE bool feed_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                           struct page_text *out, struct err *e);

/* All that HTML of our own making says, with what its head says about it. html: UTF-8. */
void html_whole(struct arena *a, struct slice html, struct page_text *out);

/* The day that a text names, in one of the forms of date_parse() or as people write it in any language ("18. März
 * 2019"), as YYYY-MM-DD in the arena. Empty when there is none, when the calendar has no such day, when it is after
 * tomorrow, and for 1970-01-01, which is what templates print for no date. */
struct slice page_date(struct arena *a, struct slice text);

#endif
