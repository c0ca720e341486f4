/* html_tree.h - inside of pages/: which element ends where, in pages that do not say so.
 *
 * Most pages leave out end tags, or have some that match nothing. Browsers know what to do with each of them (WHATWG
 * HTML, 13.2.6); this module does the same for all that decides which text stands in which block, item or cell, as
 * calls for elements that begin and end properly nested. No tree is built, a stack of open elements is all that it has.
 *
 * DESIGN. Left out, because it moves no text from one block to another: the frameset, <select>, templates, moving what
 * a table has between its cells to before the table. An inline element that ends after a block in it has begun (the
 * "adoption agency") stays open, with its meaning taken away from there on.
 *
 * Work is bounded: a walk over the open elements is made only for an element that is open, and is paid for out of a
 * budget; a page that has spent it, or is nested too deep, ends there (`cut`). One thread at a time. */
#ifndef PAGES_HTML_TREE_H
#define PAGES_HTML_TREE_H

#include "pages/html_given.h"
#include "pages/html_page.h"

struct html_tree_calls {
    void (*start)(void *user, enum html_tag tag, struct slice name, const struct html_given *given);
    void (*end)(void *user); /* of the innermost */
    /* The open element of this number, from 0 on, means nothing any more; it ends with the one around it. */
    void (*forget)(void *user, size_t number);
};

struct html_tree {
    const struct html_tree_calls *calls;
    void *user;
    uint8_t tags[HTML_DEPTH_MAX];
    struct slice names[HTML_DEPTH_MAX];
    size_t depth, work;
    uint32_t open[TAG_COUNT]; /* how many of each */
    bool in_body, cut;
};

/* given may be used until the element has begun. closed: "<mspace/>". */
void html_tree_start(struct html_tree *tree, enum html_tag tag, struct slice name, const struct html_given *given,
                     bool closed);
void html_tree_end(struct html_tree *tree, enum html_tag tag, struct slice name);
/* Before text: opens what it stands in. False: it is white space where none counts. */
bool html_tree_text(struct html_tree *tree, bool blank);
/* At the end of the page. */
void html_tree_finish(struct html_tree *tree);

#endif
