/* readable.h - the readable text of a page's bytes, by content type: HTML, plain text, Markdown, reStructuredText, PDF,
 * DOCX, ODT, EPUB, messages, MHTML. */
#ifndef INGEST_READABLE_H
#define INGEST_READABLE_H

#include "base/arena.h"
#include "base/err.h"

/* Valid UTF-8 in the arena. text is never empty; the others may be. */
struct readable {
    struct slice title, text, lang, date;
};

/* Whether readable() reads this type. content_type: as sent ("text/html; charset=x"); empty, or one that says nothing:
 * the ending of the path decides. */
bool readable_type(struct slice content_type, struct slice url);
/* False says something about the page: ERR_UNSUPPORTED_CONTENT, ERR_BAD_VALUE (it has no text) or ERR_INPUT_TOO_LONG.
 */
MUST_USE bool readable(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                       struct readable *out, struct err *e);

#endif
