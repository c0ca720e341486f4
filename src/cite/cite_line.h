/* cite_line.h - recognises lines of Markdown that matter for citations: code fences, headings of lists of references,
 * and definitions of links. cite_peek.h explains the answers of readers. */
#ifndef CITE_CITE_LINE_H
#define CITE_CITE_LINE_H

#include "cite/cite_peek.h"

enum { CITE_LINE_BYTES = 1000 };

/* A code fence at the start of a line: its character, its column, its length, and the bytes up to the end of the line.
 */
struct cite_fence {
    char mark;
    size_t indent, count, n;
};

enum cite_reading cite_read_fence(struct slice text, bool final, struct cite_fence *out);
/* Whether text starts with a line that closes this fence. Holds back no more bytes than the fence has. */
enum cite_reading cite_closes_fence(struct slice text, bool final, const struct cite_fence *fence);

/* "## References", "Sources:" or "**Quellen**" as a line of its own, with entries below it or at the end of the text.
 * *n: its bytes. */
enum cite_reading cite_read_references(struct slice text, bool final, size_t *n);
/* A line below such a heading that is an entry or blank. *n: its bytes with the newline. */
enum cite_reading cite_read_reference(struct slice text, bool final, size_t *n);
/* The definition of a link: "[name]: https://...". */
enum cite_reading cite_read_definition(struct slice text, bool final);

#endif
