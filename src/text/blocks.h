/* blocks.h - what a kept text is made of: headings, paragraphs, items of lists, rows of tables, terms, code,
 * quotations.
 *
 * Pages are kept as plain text with few marks: "## " before a heading, "- " or "1. " before an item, " | " between the
 * cells of a row, "```" around code, "> " before a quotation. blocks_read() reads these marks back, and what each block
 * belongs to: the heading or term it stands under, and the block that leads in to it. A sentence, a passage and a quote
 * are made of that.
 *
 * DESIGN: blocks are read from the text each time and never stored, since a text without them (JSON lines, a wiki, a
 * page that was kept years ago) is read in the same way. A term has no mark of its own: it is what stands alone on a
 * short line, ends like no sentence, and is followed by text, a table, a list or code ("work_mem (integer)",
 * "Table 13.1. Isolation Levels"). One pass over the lines, one over the blocks: linear in the bytes. OWNERSHIP: the
 * array is in the arena; the slices point into the text, in its order. THREADS: any. */
#ifndef TEXT_BLOCKS_H
#define TEXT_BLOCKS_H

#include <stdint.h>

#include "base/arena.h"

enum block_kind {
    BLOCK_PARAGRAPH, /* lines that run on; a line that ends short ends it */
    BLOCK_HEADING,   /* "## History" */
    BLOCK_TERM,      /* what names the next blocks: a term, a caption, a heading without a mark */
    BLOCK_ITEM,      /* of a list, with the lines that go on */
    BLOCK_ROW,       /* of a table */
    BLOCK_CODE,      /* what is between two fences, all its lines */
    BLOCK_QUOTATION,
};

#define BLOCK_NONE UINT32_MAX

struct block {
    struct slice text; /* without white space at its ends; code without its fences, but with its first indentation */
    enum block_kind kind;
    unsigned level;   /* of a heading: 1 to 6 */
    bool opens;       /* a blank line is before it, or the start of the text */
    uint32_t under;   /* the heading or term that it stands under; BLOCK_NONE */
    uint32_t lead;    /* the paragraph before a list, code or what a ":" announces; a table's first row; BLOCK_NONE */
    uint32_t run_end; /* of an item or row: one past the last block of its list or table; else one past itself */
};

struct blocks {
    struct block *at;
    uint32_t n;
    bool in_code; /* the text ends within code */
};

/* in_code: the text begins within code, which its first fence ends. */
struct blocks blocks_read(struct arena *a, struct slice text, bool in_code);

/* Whether a line is a heading ("## History"): it says what the next lines are about and states nothing. */
bool block_is_heading(struct slice line);

#endif
