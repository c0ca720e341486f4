/* document.h - inside of pages/: documents that word processors, readers of books and mail programs keep.
 *
 * DESIGN: a document is turned into HTML of our own making, which html_whole() reads: headings, lists with their
 * numbers, tables, notes and raised figures are printed by the code that prints those of web pages. Text of a part of
 * a package is XML and goes into that HTML as it is, with its references. What is unpacked is bounded by the limits
 * below, whatever a package says about itself. Everything lives in the arena. Any thread.
 *
 * document.c says which they are, document_zip.c opens packages (libzip), document_word.c reads DOCX, document_odt.c
 * ODT, document_epub.c EPUB, document_mail.c messages, mailboxes and pages that a browser saved as MHTML (mime.h). */
#ifndef PAGES_DOCUMENT_H
#define PAGES_DOCUMENT_H

#include "base/buf.h"
#include "pages/markup.h"
#include "pages/page.h"

enum {
    DOCUMENT_PARTS_MAX = 20000,            /* entries of a package */
    DOCUMENT_PART_BYTES_MAX = 16 << 20,    /* of one of them, unpacked; a longer one is cut */
    DOCUMENT_PACKAGE_BYTES_MAX = 64 << 20, /* of all that are read, unpacked */
    DOCUMENT_HTML_BYTES_MAX = 32 << 20,
    DOCUMENT_ATTRIBUTES_MAX = 16,
    DOCUMENT_NAMESAKES_MAX = 16, /* names of one hash that are looked at; more of them were made up */
};

/* --- packages --- */

struct document_package {
    struct arena *arena;
    void *zip;
    size_t left;          /* bytes that may still be unpacked */
    bool locked, damaged; /* a part that was asked for is encrypted, or could not be unpacked */
    bool cut;
};

/* False: the bytes are no package that can be opened. Released with the arena. */
bool document_open(struct arena *a, struct slice bytes, struct document_package *out);
bool document_has(const struct document_package *p, const char *name);
/* A part's text as UTF-8; empty when it is not there or cannot be read. */
struct slice document_part(struct document_package *p, const char *name);

/* --- XML --- */

struct document_tag {
    enum { DOCUMENT_TEXT, DOCUMENT_START, DOCUMENT_END } kind;
    struct slice name;                                           /* without its prefix */
    struct slice text;                                           /* as written */
    bool closed;                                                 /* a start that is its own end */
    struct markup_attribute attributes[DOCUMENT_ATTRIBUTES_MAX]; /* names without their prefixes */
    size_t attribute_count;
};

bool document_next(struct markup *m, struct document_tag *t);
/* As written; empty when there is none. */
struct slice document_attribute(const struct document_tag *t, const char *name);
/* A number of at most 9 figures, else `otherwise`. */
int document_number(struct slice text, int otherwise);
/* Text of the first element of this name, as written. */
struct slice document_element(struct slice xml, const char *name);
/* <head> with what Dublin Core elements in xml say: title, author, date, language. */
void document_head(struct buf *html, struct slice xml);

/* --- kinds: *out is as page_extract() makes it --- */

/* DOCX, ODT, EPUB, and why not where it is something else. In document.c. */
void document_zip_extract(struct arena *a, struct slice bytes, struct page_text *out);
void document_word(struct document_package *p, struct page_text *out);
void document_odt(struct document_package *p, struct page_text *out);
void document_epub(struct document_package *p, struct page_text *out);
/* A message, a page as MHTML, a mailbox. */
void document_mail_extract(struct arena *a, struct slice bytes, struct page_text *out);
#endif
