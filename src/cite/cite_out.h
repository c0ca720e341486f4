/* cite_out.h - the clean text on its way out: pieces, marks, and tidy spaces where something was dropped. */
#ifndef CITE_OUT_H
#define CITE_OUT_H

#include "base/buf.h"
#include "cite/cite_guard.h"

enum { CITE_PENDING_BYTES = 64 };

/* White space, open parentheses and, behind a mark, commas wait for what comes next: they go when it is dropped. */
struct cite_out {
    const struct cite_output *to;
    struct buf ready; /* text that has not been handed over */
    char pending[CITE_PENDING_BYTES];
    size_t pending_n;
    bool dropped;  /* the last thing was dropped: pending white space is kept only between two words */
    bool list;     /* behind a mark or a dropped one, but for pending separators */
    char last;     /* the last byte of text that went out; 0 at the start, ']' behind a mark */
    const struct source *last_mark; /* when nothing but pending came after it */
    bool gone; /* nobody listens */
};

void cite_out_init(struct cite_out *o, const struct cite_output *to);
void cite_out_release(struct cite_out *o);
/* One character (or a word without white space). */
void cite_out_text(struct cite_out *o, struct slice text);
/* Bytes that are not to be touched. */
void cite_out_code(struct cite_out *o, struct slice code);
void cite_out_mark(struct cite_out *o, struct source *source);
/* Something stood here that does not go out. */
void cite_out_drop(struct cite_out *o);
/* Hands over what is ready; pending things wait. */
void cite_out_flush(struct cite_out *o);
/* The text is complete; tail: what stood at its end was dropped, and white space before it goes too. */
void cite_out_finish(struct cite_out *o, bool tail);

#endif
