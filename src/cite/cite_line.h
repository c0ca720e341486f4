/* cite_line.h - what a line of Markdown is, where that matters for citations. */
#ifndef CITE_LINE_H
#define CITE_LINE_H

#include "cite/cite_peek.h"

enum { CITE_LINE_BYTES = 1000 };

/* A code fence at the start of a line: its character and length, and *n bytes up to the line's end. */
struct cite_fence {
    char mark;
    size_t count, n;
};

enum cite_reading cite_read_fence(struct slice text, bool final, struct cite_fence *out);
/* Whether the line that starts text ends this fence; CITE_MORE costs at most the fence's own bytes. */
enum cite_reading cite_closes_fence(struct slice text, bool final, const struct cite_fence *fence);

/* "## References", "Sources:", "**Quellen**" as a line of its own with entries below or nothing more. *n: its bytes. */
enum cite_reading cite_read_references(struct slice text, bool final, size_t *n);
/* A line below such a heading that belongs to the list, or is blank. *n: its bytes with the newline. */
enum cite_reading cite_read_reference(struct slice text, bool final, size_t *n);
/* "[name]: https://...": the definition of a link. */
enum cite_reading cite_read_definition(struct slice text, bool final);

#endif
