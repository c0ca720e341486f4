/* html_box.h - inside of pages/: what the start tag of an element says, for its box and for what stands inside.
 *
 * Any thread. */
#ifndef PAGES_HTML_BOX_H
#define PAGES_HTML_BOX_H

#include "pages/html_given.h"
#include "pages/html_names.h"
#include "pages/html_page.h"

struct html_start {
    enum html_tag tag;
    const struct html_given *given;
    struct html_names classes, id;
};

/* A bit for each role of the element. */
uint32_t html_box_roles(const struct html_start *start);
/* All of a box that its tag and its parent say. The parent is filled before; that of the first box is itself. */
void html_box_fill(struct html_page *page, uint32_t index, uint32_t parent, const struct html_start *start);

#endif
