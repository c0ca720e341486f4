/* html_model.c - boosted trees over the features of a block, and what is done with their verdicts.
 *
 * html_model.def is written by training/train_blocks.py and read as base/trees.h says; the sum is a logit. Trees
 * because the signals depend on each other: a short line is text between paragraphs and frame between links. They are
 * small, and fitted on pages that were changed at random as well, so that no site's habits are learnt by heart. */
#include "pages/html_model.h"

#include <math.h>

#define TREES_NAME model_trees
#define TREES_FILE "pages/html_model.def"
#include "base/trees_table.h"

/* Where F1 of whole pages is best across folds (training/train_blocks.py); it is flat between 0.3 and 0.45. */
static const float KEEP_FROM = 0.4F;
/* On a page whose best paragraph is doubtful, paragraphs nearly as good are kept too; never below the last limit. */
static const float KEEP_RELATIVE = 0.6F, KEEP_AT_LEAST = 0.06F;
enum { PARAGRAPH_WORDS = 10, CELL_BYTES_MAX = 600, CLIMB_MAX = 6, AROUND_BYTES = 200 };
static const float AROUND_SHARE = 0.7F;

float html_model(const struct html_features *f)
{
    return 1 / (1 + expf(-trees_sum(&model_trees, f->at)));
}

/* The heading that repeats the title; a caller has that already. */
static bool is_title(const struct html_features *f)
{
    return f->at[HTML_FROM_HEAD] == 0 && f->at[HTML_HEADING] > 0 && f->at[HTML_TITLE] >= 0.7F;
}

/* Which cell's table a block stands in, the innermost; 0 when it is no cell. */
static uint32_t table_of(const struct html_page *page, const struct html_block *b)
{
    bool cell = false;
    uint32_t box = b->box;
    for (unsigned i = 0; i < CLIMB_MAX && box != 0; i++, box = page->boxes[box].parent) {
        cell |= page->boxes[box].tag == TAG_TD || page->boxes[box].tag == TAG_TH;
        if (page->boxes[box].tag == TAG_TABLE)
            return cell ? box : 0;
    }
    return 0;
}

struct table_sum {
    uint32_t bytes, kept, link_bytes, longest, heads;
};

/* Bytes of text, and of kept text, inside of each box. */
struct kept_sum {
    uint32_t bytes, kept;
};

static struct kept_sum *sum_boxes(struct arena *a, const struct html_page *page, const bool *keep)
{
    struct kept_sum *sums = arena_array(a, struct kept_sum, page->box_count);
    for (size_t i = 0; i < page->block_count; i++) {
        sums[page->blocks[i].box].bytes += page->blocks[i].n;
        sums[page->blocks[i].box].kept += keep[i] ? page->blocks[i].n : 0;
    }
    for (size_t box = page->box_count; box-- > 1;) {
        sums[page->boxes[box].parent].bytes += sums[box].bytes;
        sums[page->boxes[box].parent].kept += sums[box].kept;
    }
    return sums;
}

/* A table with heads among text that is kept nearly whole belongs to it. */
static bool is_amid_text(const struct html_page *page, const struct kept_sum *sums, uint32_t table)
{
    uint32_t box = table;
    for (unsigned i = 0; i < CLIMB_MAX && box != 0; i++) {
        box = page->boxes[box].parent;
        uint32_t around = sums[box].bytes - sums[table].bytes, kept = sums[box].kept - sums[table].kept;
        if (around >= AROUND_BYTES)
            return kept >= AROUND_SHARE * (float)around;
    }
    return false;
}

/* A number in a cell looks like nothing by itself. Where most of a table's text is kept, or what is around it, all of
 * its cells are: a row without some of them says something else. Tables that lay out a page hold more than short cells.
 */
static void complete_tables(struct arena *a, const struct html_page *page, bool *keep)
{
    struct table_sum *sums = NULL;
    uint32_t *tables = NULL;
    for (size_t i = 0; i < page->block_count; i++) {
        const struct html_block *b = &page->blocks[i];
        uint32_t table = table_of(page, b);
        if (!table)
            continue;
        if (!sums) {
            sums = arena_array(a, struct table_sum, page->box_count);
            tables = arena_array(a, uint32_t, page->block_count);
        }
        tables[i] = table;
        sums[table].bytes += b->n;
        sums[table].kept += keep[i] ? b->n : 0;
        sums[table].link_bytes += b->link_chars;
        sums[table].heads += page->boxes[b->box].tag == TAG_TH;
        if (b->n > sums[table].longest)
            sums[table].longest = b->n;
    }
    if (!sums)
        return;
    struct kept_sum *boxes = sum_boxes(a, page, keep);
    for (uint32_t table = 1; table < page->box_count; table++) {
        struct table_sum *sum = &sums[table];
        bool amid = sum->heads >= 2 && 2 * (uint64_t)sum->link_bytes < sum->bytes && is_amid_text(page, boxes, table);
        if (sum->longest > CELL_BYTES_MAX || (2 * (uint64_t)sum->kept <= sum->bytes && !amid))
            sum->bytes = 0; /* left as it is */
    }
    for (size_t i = 0; i < page->block_count; i++)
        keep[i] |= tables[i] && sums[tables[i]].bytes;
}

void html_choose(struct arena *a, const struct html_page *page, const struct html_features *f, bool *keep)
{
    float *p = arena_array(a, float, page->block_count);
    const float paragraph = logf(1 + PARAGRAPH_WORDS) - 0.01F;
    float best = 0, from = KEEP_FROM;
    for (size_t i = 0; i < page->block_count; i++) {
        p[i] = html_model(&f[i]);
        if (p[i] > best && f[i].at[HTML_WORDS] >= paragraph)
            best = p[i];
    }
    if (best > 0 && KEEP_RELATIVE * best < from)
        from = KEEP_RELATIVE * best;
    if (from < KEEP_AT_LEAST)
        from = KEEP_AT_LEAST;
    for (size_t i = 0; i < page->block_count; i++)
        keep[i] = p[i] >= from && !is_title(&f[i]);
    complete_tables(a, page, keep);
}
