/* clean.h - turns the titles, snippets and dates that search services send into plain text and plain dates. Pure
 * functions. */
#ifndef SEARCH_CLEAN_H
#define SEARCH_CLEAN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"

/* Makes one line: each run of white space becomes one space, control characters and bidirectional overrides are
 * removed, and the rest is cut to max_bytes at a word. html: first removes tags and decodes entities. Bytes that are
 * not valid UTF-8 become '?'. */
struct slice clean_line(struct arena *a, struct slice text, bool html, size_t max_bytes);
/* The same for the text of a page: it keeps line ends, at most two in a row. */
struct slice clean_text(struct arena *a, struct slice text, size_t max_bytes);

/* Writes YYYY-MM-DD to out. Reads the forms of date_parse(), seconds or milliseconds since 1970, and "3 days ago" or
 * "yesterday", counted from now. False for everything else and for days that the calendar lacks; then out is "". */
bool clean_date(struct slice text, int64_t now_unix_s, char out[DATE_ROOM]);

#endif
