/* markdown_guard.h - makes a stranger's Markdown harmless while it passes: whatever goes in, what comes out has no
 * image, no link and no HTML for any reader of CommonMark or of GitHub's Markdown. A client that shows an answer would
 * fetch an image's address by itself, and a page that talks a model into such an address could read a conversation by
 * it.
 *
 * Text, emphasis, headings, lists, tables and code stay. Outside of code these get a backslash:
 * - "<" where a tag, a comment or an address in angle brackets would begin;
 * - "(" and ":" right behind "]", so that there are no links, images and definitions of links;
 * - ":" before two slashes and the point of "www.", which make addresses links by themselves;
 * - marks of code that are no certain code.
 *
 * DESIGN: one who writes need not know how all readers take an ambiguous text; it is enough to write none. A span of
 * code is one that closes on its own line. A fence stays open until a line closes it: lines that stand further left are
 * moved to its column, so that no reader lets the list that it may stand in end there; and a fence at column 4 or more
 * gets a blank line before it, so that it continues no paragraph. Fences behind a mark of a list or a quote are text.
 * Every escape is decided by what went out before and by a line at most of what comes. Held against cmark and cmark-gfm
 * by tests/fuzz/fuzz_markdown_guard.c.
 * OWNERSHIP: buffers are its own; release them.
 * THREADS: one at a time. */
#ifndef TEXT_MARKDOWN_GUARD_H
#define TEXT_MARKDOWN_GUARD_H

#include "base/buf.h"

enum {
    MARKDOWN_SPAN_BYTES = 400,  /* a longer `span` is not held back, so it is no code */
    MARKDOWN_INFO_BYTES = 200,  /* the longest line that opens or closes a fence */
    MARKDOWN_PIECE_BYTES = 4096 /* longer text is taken in pieces of this size */
};

enum markdown_place {
    MARKDOWN_LINE_START,
    MARKDOWN_IN_LINE,
    MARKDOWN_FENCE_OPENING, /* in the line that opened a fence */
    MARKDOWN_FENCE_START,   /* at the start of a line in a fence */
    MARKDOWN_FENCE_LINE,    /* in such a line */
    MARKDOWN_FENCE_CLOSING  /* in the line that closes it */
};

struct markdown_guard {
    struct buf held, ready; /* text that is not decided yet; text that can go out */
    enum markdown_place place;
    char fence;                     /* '`' or '~' */
    size_t fence_run, fence_indent; /* how many of them, and the column of the first */
    char last;                      /* the last byte that went out in this line; 0 at its start */
    bool escaping;                  /* an odd number of backslashes went out last */
    bool after_blank;               /* the line before is blank, or there is none */
    bool table_span;                /* this line has a span of code with "|", which may be the end of a table's cell */
    bool carriage;                  /* the last byte that came is a carriage return */
    bool full;                      /* something did not fit */
};

void markdown_guard_init(struct markdown_guard *g);
void markdown_guard_release(struct markdown_guard *g);
/* Takes the next piece: valid UTF-8 of whole characters. The result is what can go out now; it holds until the next
 * call. */
struct slice markdown_guard_feed(struct markdown_guard *g, struct slice text);
/* Decides about what was held back: the text ends here, or something that is none of it follows. */
struct slice markdown_guard_settle(struct markdown_guard *g);

#endif
