/* html_seen.h - inside of pages/: does a reader of the page see what an element holds?
 *
 * Attributes, inline styles, the page's style sheets and the classes that frameworks hide by are asked, element by
 * element, while the page is parsed. Where a script may show an element again, its boxes are only marked as veiled;
 * html_seen_unveil() decides when the whole page is known: a container that holds all that a page has to say is what
 * the script shows. Any thread. */
#ifndef PAGES_HTML_SEEN_H
#define PAGES_HTML_SEEN_H

#include "pages/html_given.h"
#include "pages/html_names.h"
#include "pages/html_page.h"
#include "pages/html_sheet.h"

struct html_seen {
    bool gone;           /* nobody sees it */
    bool veiled;         /* hidden in a way that scripts undo */
    bool visible;        /* undoes the `visibility` around it */
    bool no_size, sized; /* letters of size 0; of a size again */
};

/* classes: what its class attribute says. */
struct html_seen html_seen_of(struct html_sheet *sheet, enum html_tag tag, const struct html_element *element,
                              const struct html_given *given, const struct html_names *classes);

/* Drops the veiled blocks of a parsed page, or none of them when the rest of the page is next to nothing. */
void html_seen_unveil(struct html_page *page);

#endif
