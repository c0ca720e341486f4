/* clean.h - what services write about a page, as plain text and plain dates. Pure functions. */
#ifndef SEARCH_CLEAN_H
#define SEARCH_CLEAN_H

#include <stdint.h>

#include "base/arena.h"

/* One line of text: white space runs become one space, control characters and what turns the writing around go, and
 * the rest is cut to max_bytes at a word. html: tags are removed and entities decoded first. text is valid UTF-8, or
 * what is not becomes '?'. */
struct slice clean_line(struct arena *a, struct slice text, bool html, size_t max_bytes);
/* The same for the text of a page: line ends are kept, at most two in a row. */
struct slice clean_text(struct arena *a, struct slice text, size_t max_bytes);

/* Writes YYYY-MM-DD to out, which has room for 11 bytes. Understands "2024-05-06" with anything behind it, "20240506",
 * "Mon, 06 May 2024 10:00:00 GMT", "6 May 2024", "May 6, 2024", seconds or milliseconds since 1970, and "3 days ago",
 * "yesterday" as of now. False for everything else; out is then "". */
bool clean_date(struct slice text, int64_t now_unix_s, char out[11]);

#endif
