/* readable.h - bytes of a page to its readable text, by content type: HTML, plain text, Markdown, PDF. */
#ifndef INGEST_READABLE_H
#define INGEST_READABLE_H

#include "base/arena.h"
#include "base/err.h"

/* Valid UTF-8 in the arena; text is not empty, the others may be. */
struct readable {
    struct slice title, text, lang, date;
};

/* Whether readable can do something with it. content_type as sent ("text/html; charset=x"), or empty: by the path's
 * ending. */
bool readable_type(struct slice content_type, struct slice url);
/* ERR_UNSUPPORTED_CONTENT, ERR_BAD_VALUE (no text in it), ERR_INPUT_TOO_LONG: all about the page. */
MUST_USE bool readable(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                       struct readable *out, struct err *e);

#endif
