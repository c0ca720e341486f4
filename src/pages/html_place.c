/* html_place.c - see html_place.h.
 *
 * A table holds data when it has a row of two cells or more and no cell that reads like a part of a page: with another
 * table inside, with a heading of the page, or with several paragraphs. Where it names its columns or rows (<th>,
 * <caption>), cells may be longer. */
#include "pages/html_place.h"

enum { CELL_BYTES_MAX = 250, HEADED_CELL_BYTES_MAX = 2000, PLAIN_CELL_BYTES_MAX = 1200, CELL_CODE_BYTES_MAX = 400 };

/* Of tables and of cells. */
struct place_sum {
    uint32_t table; /* the nearest one around, itself for a table */
    uint32_t cell;  /* the nearest one around in that table */
    uint32_t bytes, blocks;
    uint32_t cells; /* of a row: how many */
    uint32_t rows;  /* of a table */
    bool heads, wide, layout;
    bool parts; /* a cell has several blocks of text */
};

static bool place_is_cell(enum html_tag tag)
{
    return tag == TAG_TD || tag == TAG_TH;
}

/* Finds each box's table and cell, and what the boxes alone say about the tables. */
static struct place_sum *place_tables(struct arena *a, const struct html_page *page)
{
    struct place_sum *sums = arena_array(a, struct place_sum, page->box_count);
    uint32_t *rows = arena_array(a, uint32_t, page->box_count);
    for (uint32_t i = 1; i < page->box_count; i++) {
        const struct html_box *box = &page->boxes[i];
        enum html_tag tag = (enum html_tag)box->tag;
        sums[i].table = sums[box->parent].table;
        sums[i].cell = sums[box->parent].cell;
        rows[i] = rows[box->parent];
        if (tag == TAG_TABLE) {
            sums[sums[i].table].layout = true;
            sums[i] = (struct place_sum){.table = i, .layout = box->is_layout};
            rows[i] = 0;
        } else if (tag == TAG_TR) {
            rows[i] = i;
            sums[sums[i].table].rows++;
        } else if (place_is_cell(tag) && sums[i].table) {
            struct place_sum *table = &sums[sums[i].table];
            sums[i].cell = i;
            table->heads |= tag == TAG_TH;
            table->wide |= rows[i] && !box->left_out && ++sums[rows[i]].cells >= 2;
        } else if (tag == TAG_CAPTION) {
            sums[sums[i].table].heads = true;
        } else if (html_tag_heading(tag) && html_tag_heading(tag) <= 3 && sums[i].cell &&
                   page->boxes[sums[i].cell].columns == 1) { /* over all columns it heads the rows below */
            sums[sums[i].table].layout = true;
        }
    }
    return sums;
}

/* Adds what the texts say. */
static void place_weigh(const struct html_page *page, struct place_sum *sums)
{
    for (size_t i = 0; i < page->block_count; i++) {
        const struct html_block *b = &page->blocks[i];
        uint32_t cell = sums[b->box].cell;
        if (!cell)
            continue;
        struct place_sum *table = &sums[sums[cell].table], *sum = &sums[cell];
        sum->bytes += b->n;
        sum->blocks++;
        table->parts |= sum->blocks > 1;
        bool parts = sum->blocks > 1 && sum->bytes > CELL_BYTES_MAX && !table->heads;
        if (parts || sum->bytes > (table->heads ? HEADED_CELL_BYTES_MAX : PLAIN_CELL_BYTES_MAX) ||
            (b->in_pre && b->n > CELL_CODE_BYTES_MAX))
            table->layout = true;
    }
}

struct html_place *html_places(struct arena *a, const struct html_page *page)
{
    struct html_place *places = arena_array(a, struct html_place, page->box_count + 1);
    struct place_sum *sums = place_tables(a, page);
    place_weigh(page, sums);
    for (uint32_t i = 1; i < page->box_count; i++) {
        const struct html_box *box = &page->boxes[i];
        enum html_tag tag = (enum html_tag)box->tag;
        struct html_place *at = &places[i];
        *at = places[box->parent];
        if (tag == TAG_TABLE) {
            *at = (struct html_place){.heading = at->heading};
            bool columns = sums[i].rows == 1 && sums[i].parts && !sums[i].heads; /* of a page */
            if (sums[i].wide && !sums[i].layout && !columns)
                at->table = i;
        } else if (tag == TAG_TR && at->table) {
            at->row = i;
        } else if (place_is_cell(tag) && at->row) {
            at->cell = i;
        } else if ((tag == TAG_UL || tag == TAG_OL) && !at->cell) {
            at->list = at->list ? at->list : i;
            at->item_depth += at->item_depth < UINT8_MAX;
        } else if (tag == TAG_LI && !at->cell) {
            at->item = i;
        } else if (tag == TAG_PRE) {
            at->pre = i;
        } else if (html_tag_heading(tag)) {
            at->heading = i;
        }
    }
    return places;
}
