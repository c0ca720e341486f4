/* cite_out.h - hands clean text and marks to the guard's caller, and tidies the spaces where something was dropped.
 * Private to cite_guard.c. */
#ifndef CITE_CITE_OUT_H
#define CITE_CITE_OUT_H

#include "base/buf.h"
#include "cite/cite_guard.h"

enum { CITE_PENDING_BYTES = 64 };

/* Pending text is white space, open parentheses and commas behind a mark. If the next thing is dropped, so is it. */
struct cite_out {
    const struct cite_output *to;
    struct buf ready; /* clean text that was not handed over yet */
    char pending[CITE_PENDING_BYTES];
    size_t pending_n;
    bool dropped;                   /* the last thing was dropped, so white space stays only between two words */
    bool list;                      /* only separators came since a mark, or since a dropped one */
    char last;                      /* the last byte that went out; 0 at the start, ']' behind a mark */
    const struct source *last_mark; /* the last mark if only pending text came after it, else NULL */
    bool gone;                      /* a callback returned false */
};

void cite_out_init(struct cite_out *o, const struct cite_output *to);
void cite_out_release(struct cite_out *o);
/* Adds one character, or a word without white space. */
void cite_out_text(struct cite_out *o, struct slice text);
/* Adds bytes that pass unchanged. */
void cite_out_code(struct cite_out *o, struct slice code);
void cite_out_mark(struct cite_out *o, struct source *source);
/* Notes that something was dropped here. */
void cite_out_drop(struct cite_out *o);
/* Hands over the clean text. Pending text waits on. */
void cite_out_flush(struct cite_out *o);
/* Ends the text. tail: its end was dropped, so the white space before that is dropped too. */
void cite_out_finish(struct cite_out *o, bool tail);

#endif
