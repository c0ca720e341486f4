/* find_reply.h - replies of Search and Extract, as Parallel's clients read them. */
#ifndef API_FIND_REPLY_H
#define API_FIND_REPLY_H

#include "base/buf.h"
#include "base/slice.h"

enum { FIND_ID_BYTES = 48 };

/* "search_" and 32 hex digits, with another word before them for another prefix. */
void find_id(const char *prefix, char out[FIND_ID_BYTES]);

/* One page of a reply. failure NULL: it was read. */
struct BY_NAME find_reply_page {
    struct slice url, title, date;
    const struct slice *excerpts;
    size_t excerpt_count;
    bool whole; /* full_content is wanted; it is null for a page without text */
    struct slice text;
    const char *failure;
    struct slice why;
    int status;
};

struct BY_NAME find_reply {
    const char *id;
    struct slice session; /* empty: the reply has none (v1beta) */
    const struct find_reply_page *pages;
    size_t page_count;
    const struct slice *warnings;
    size_t warning_count;
};

void find_reply_search(const struct find_reply *r, struct buf *out);
void find_reply_extract(const struct find_reply *r, struct buf *out);

#endif
