/* html_page.h - inside of pages/: a page as extraction sees it, blocks of text in boxes.
 *
 * A block is a run of text between two starts or ends of block elements (a paragraph, a heading, a list item, a cell).
 * A box is a block element; boxes form a tree by the index of their parent, parents first, so that a loop over the
 * array in either order does what a recursion would. Everything lives in the arena of the page.
 * html_parse.c makes it; html_seen.c says what readers see of it. */
#ifndef PAGES_HTML_PAGE_H
#define PAGES_HTML_PAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "pages/html_beside.h"
#include "pages/html_roles.h"
#include "pages/html_tags.h"

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
    uint8_t foreign;          /* enum html_foreign */
    uint16_t buttons;         /* directly inside */
    bool veiled;              /* hidden until a script shows it; see html_seen.h */
    uint8_t heading;          /* 1 to 6 inside of a heading */
    uint8_t near[ROLE_COUNT]; /* steps up to the nearest box that has the role, itself 0; HTML_FAR: none */
    int32_t number;           /* of a list item; of a list, the next one's; see html_page_number() */
    int8_t step;              /* of a list: 1, or -1 where it counts down */
    bool from_end;            /* of a list: it counts down from as many as it has */
    char style;               /* of a list: 'a', 'A', 'i' or 'I' where its items are not numbered */
    bool is_layout;           /* of a table: it says that it only lays out the page */
    bool left_out;            /* its content is not read */
    bool content;             /* its names say that it is what the page is about */
    bool apart;               /* its classes say consent, newsletter, related links and the like, or it is a dialog */
    uint8_t rows, columns;    /* that a cell spans, from 1 */
    uint32_t shape;           /* of element and classes, its own and those of the two boxes above */
    uint32_t own_shape;       /* the same without the boxes above */
    uint32_t children[2];     /* so far: list items counted apart from other boxes */
    /* Sums over everything inside, filled after parsing. */
    uint32_t blocks, words, good_words, link_chars, chars, paragraphs;
};

struct html_block {
    uint32_t start, n; /* bytes of the page's text */
    uint32_t box;
    uint32_t inline_roles; /* of the inline elements that it begins with */
    uint32_t link_chars, strong_chars;
    bool in_pre;
    bool foreign; /* in a sign-up box or a list of other pages */
    bool broken;  /* it follows the one before after two <br>, in the same box */
};

/* Text of <meta>, <time>, <link> and the like; empty where the page has none. Trimmed, in the arena. Dates are days of
 * the calendar. */
struct html_meta {
    struct slice title, og_title, site_name, description, published, modified, time, author, lang, locale, canonical,
        og_url, generator;
    struct slice h1, byline_date; /* of the blocks; see html_byline.h */
};

struct html_page {
    struct buf text; /* of all blocks, one after the other */
    struct html_box *boxes;
    size_t box_count, box_room;
    struct html_block *blocks;
    size_t block_count, block_room;
    struct html_meta meta;
    struct html_beside beside; /* what the parser does not read */
    struct slice json_ld[16];
    size_t json_ld_count;
    bool cut; /* a ceiling was reached: what came before it is here */
};

/* page: UTF-8 without NULs. The page's text buffer is released with the arena. Never fails: a broken page has less. */
struct html_page *html_parse(struct arena *a, struct slice bytes);

/* What is printed before a list item: its number in the list's order. */
static inline int32_t html_page_number(const struct html_page *page, uint32_t item)
{
    const struct html_box *list = &page->boxes[page->boxes[item].parent];
    return page->boxes[item].number + (list->from_end ? (int32_t)list->children[1] : 0);
}

static inline struct slice html_block_text(const struct html_page *page, const struct html_block *b)
{
    return (struct slice){page->text.p + b->start, b->n};
}

#endif
