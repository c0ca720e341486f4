/* html_meta.h - inside of pages/: what <meta>, <link>, <time> and itemprop say about a page. Any thread. */
#ifndef PAGES_HTML_META_H
#define PAGES_HTML_META_H

#include "pages/html_given.h"
#include "pages/html_page.h"

enum { HTML_META_BYTES_MAX = 2000 }; /* a longer value is none */

/* Sets *where to a copy of value, unless it has one or value is empty or too long. */
void html_meta_keep(struct arena *a, struct slice *where, struct slice value);
/* beside: the element is in a part of the page where dates are those of other pages. */
void html_meta_see(struct arena *a, enum html_tag tag, const struct html_given *given, bool beside,
                   struct html_meta *m);

#endif
