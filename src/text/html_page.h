/* html_page.h - inside of text/: a page as extraction sees it, blocks of text in boxes.
 *
 * A block is a run of text between two starts or ends of block elements (a paragraph, a heading, a list item, a cell).
 * A box is a block element; boxes form a tree by the index of their parent, parents first, so that a loop over the
 * array in either order does what a recursion would. Everything lives in the arena of the page. */
#ifndef TEXT_HTML_PAGE_H
#define TEXT_HTML_PAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "text/html_roles.h"
#include "text/html_tags.h"

enum {
    HTML_DEPTH_MAX = 512,          /* deeper pages end there */
    HTML_BOXES_MAX = 200000,       /* boxes, and blocks, of a page */
    HTML_TEXT_BYTES_MAX = 8 << 20, /* text of a page, boilerplate included */
    HTML_FAR = 15,                 /* near[]: no such element above */
};

struct html_box {
    uint32_t parent; /* index; the first box is its own */
    uint16_t depth;
    uint8_t tag;
    uint8_t heading;          /* 1 to 6 inside of a heading */
    uint8_t near[ROLE_COUNT]; /* steps up to the nearest box that has the role, itself 0; HTML_FAR: none */
    uint32_t number;          /* of a list item among its siblings, from 1 */
    uint32_t children[2];     /* so far: li and tr counted apart from other boxes */
    /* Sums over everything inside, filled after parsing. */
    uint32_t blocks, words, good_words, link_chars, chars, paragraphs;
};

struct html_block {
    uint32_t start, n; /* bytes of the page's text */
    uint32_t box;
    uint32_t inline_roles; /* of the inline elements that it begins with */
    uint32_t link_chars, strong_chars;
    bool in_pre;
    bool broken; /* it follows the one before after two <br>, in the same box */
};

/* Text of <meta>, <time>, <link> and the like; empty where the page has none. Trimmed, in the arena. */
struct html_meta {
    struct slice title, og_title, h1, site_name, description, published, modified, time, author, lang, locale,
        canonical, og_url;
};

struct html_page {
    struct buf text; /* of all blocks, one after the other */
    struct html_box *boxes;
    size_t box_count, box_room;
    struct html_block *blocks;
    size_t block_count, block_room;
    struct html_meta meta;
    struct slice json_ld[16];
    size_t json_ld_count;
    bool cut; /* a ceiling was reached: what came before it is here */
};

/* page: UTF-8 without NULs. The page's text buffer is released with the arena. Never fails: a broken page has less. */
struct html_page *html_parse(struct arena *a, struct slice bytes);

/* True when an inline style hides what it is on: not displayed, invisible, of no size, or moved off the screen. */
bool html_style_hides(struct slice style);

static inline struct slice html_block_text(const struct html_page *page, const struct html_block *b)
{
    return (struct slice){page->text.p + b->start, b->n};
}

#endif
