/* passages.h - cuts a page into passages: what a search finds, and what is ranked.
 *
 * A passage is about target_words long (words_count()) and about one thing. It ends where a section ends, or else where
 * a paragraph, list, table or piece of code ends; it goes through such a block only if the block does not fit. A
 * heading stays with what it heads, a term with its description, a list or code with the sentence that leads in.
 *
 * What a passage belongs to and does not have itself is said beside it: the headings and the term above it, and where
 * it begins inside of a list, table or code, the lead-in or first row. Passages do not overlap; what is between them,
 * white space and fences of code, belongs to none.
 *
 * OWNERSHIP: arrays are in the arena; slices point into the text, in its order. THREADS: any. */
#ifndef TEXT_PASSAGES_H
#define TEXT_PASSAGES_H

#include "lang/lang.h"
#include "text/blocks.h"

enum {
    PASSAGE_ABOVE_MAX = 8,     /* six levels of headings, a term, a lead-in */
    PASSAGE_ABOVE_BYTES = 600, /* of each of them; the rest of a longer one is left out */
};

/* A piece of the page, before the passage, that it belongs to. */
struct passage_above {
    struct slice text;
    size_t offset;        /* of text in the page's text, bytes */
    enum block_kind kind; /* BLOCK_HEADING or BLOCK_TERM: its path; anything else: what leads in to its first block */
};

struct passage_cut {
    struct slice text;
    const struct passage_above *above; /* in the order of the page: the outermost heading first */
    size_t above_count;
    bool in_code;              /* it begins within code; for blocks_read() */
    const struct slice *names; /* the headings and terms in it */
    size_t name_count;
};

struct passage_cuts {
    struct passage_cut *at;
    size_t n;
};

/* The headings and terms above the passage and in it, a line each. Their words tell more than others of the passage:
 * one in the middle of a section rarely repeats its name, and what it names is what it is about. */
struct slice passage_naming(struct arena *a, const struct passage_cut *cut);

/* A passage has mostly between half and one and a half times target_words. A sentence of more than 2 * target_words is
 * cut at the end of a word. */
struct passage_cuts passages_cut(struct arena *a, struct slice text, const struct lang *lang, size_t target_words);

#endif
