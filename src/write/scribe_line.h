/* scribe_line.h - what a line of a language model's Markdown is, and what it states.
 *
 * A heading, a lead-in ("Here are the facts:"), a header row and a line of code state nothing. Of an item, a quotation
 * or a row only the words are compared with the evidence: "2)" is no number of the claim. THREADS: pure functions; any.
 */
#ifndef WRITE_SCRIBE_LINE_H
#define WRITE_SCRIBE_LINE_H

#include "base/arena.h"
#include "lang/lang.h"

enum scribe_line_kind {
    SCRIBE_LINE_TEXT,    /* also of an item or a quotation */
    SCRIBE_LINE_ROW,     /* of a table */
    SCRIBE_LINE_HEADER,  /* a table's first row, or the dashes below */
    SCRIBE_LINE_HEADING, /* "## History" */
    SCRIBE_LINE_LEAD,    /* "Here are the facts:", "1.", "**Height:**" */
    SCRIBE_LINE_TALK,    /* a question or an offer to the reader */
    SCRIBE_LINE_FENCE,   /* begins or ends code */
    SCRIBE_LINE_CODE,
};

struct scribe_line {
    enum scribe_line_kind kind;
    struct slice text; /* what it states, or the label; without the marks of its layout */
    struct slice name; /* of a row of two cells the first one: what the text is a value of; else empty */
};

/* line: a sentence, without white space around it. starts: it begins a line of the text. in_code: it is between two
 * fences. before: the kind of the line before. The result may be in the arena. */
struct scribe_line scribe_line_read(struct arena *a, struct slice line, bool starts, bool in_code,
                                    enum scribe_line_kind before, const struct lang *lang);

/* Whether it can be the claim of an answer. */
static inline bool scribe_line_states(enum scribe_line_kind kind)
{
    return kind == SCRIBE_LINE_TEXT || kind == SCRIBE_LINE_ROW;
}

/* Whether it only announces what follows. */
static inline bool scribe_line_announces(enum scribe_line_kind kind)
{
    return kind == SCRIBE_LINE_HEADER || kind == SCRIBE_LINE_HEADING || kind == SCRIBE_LINE_LEAD;
}

#endif
