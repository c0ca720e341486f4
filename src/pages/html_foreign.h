/* html_foreign.h - inside of pages/: banners about cookies, dialogs, sign-up boxes and lists of other pages are taken
 * out before the model looks for the text.
 *
 * They are prose, often the longest of a short page, so features of prose do not tell them. What they are called does,
 * and that a button stands beside a sentence about cookies. A box that holds the page's main element is never taken
 * out, nor one without which the page would say nothing. Any thread. */
#ifndef PAGES_HTML_FOREIGN_H
#define PAGES_HTML_FOREIGN_H

#include "pages/html_given.h"
#include "pages/html_page.h"

enum html_foreign {
    FOREIGN_NOT,
    FOREIGN_CONSENT, /* also dialogs */
    FOREIGN_SIGN_UP,
    FOREIGN_RELATED,
};

/* By the words of a class or id attribute. */
enum html_foreign html_foreign_of_names(struct slice names);
/* By all that an element is called: classes and id are what their names say. */
enum html_foreign html_foreign_of(enum html_tag tag, const struct html_given *given, enum html_foreign classes,
                                  enum html_foreign id);
/* Drops the blocks of banners and dialogs and marks those of the others as foreign. */
void html_foreign_drop(struct arena *a, struct html_page *page);

#endif
