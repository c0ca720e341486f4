/* page_copy.h - the text of a page as we hold it, the whole page or a part.
 *
 * One struct for the index that stores pages, for the pool of a question that reads them, and for conversations that
 * keep them. It is in base/ because index/, evidence/ and state/ share no other folder. Whoever hands a copy out says
 * how long its slices live. */
#ifndef BASE_PAGE_COPY_H
#define BASE_PAGE_COPY_H

#include "base/slice.h"

struct BY_NAME page_copy {
    struct slice url; /* the page's identity */
    struct slice title, text;
    struct slice lang;   /* language tag, or empty: not known */
    struct slice date;   /* YYYY-MM-DD, or empty: not known */
    struct slice sha256; /* of the whole page's text, lower-case hex; may be empty where text is the whole page */
    size_t offset;       /* of text in the page's text, bytes; 0 for a whole page */
};

#endif
