/* html_print.c - blocks as lines: "# " before headings, "- " before list items, " | " between the cells of a row,
 * fences around code.
 *
 * Blocks are parted by a blank line, so that no sentence runs into the next; items of one list and rows of one table by
 * a line break, which the sentence splitter knows to end a list item too. */
#include "text/html_print.h"

enum { CELL_BYTES_MAX = 300, CLIMB_MAX = 6, NONE = -1 };

struct place { /* what a block is printed as; boxes are indexes, NONE where there is no such box */
    ptrdiff_t item, list, row, table, pre;
    unsigned heading;
    bool is_cell;
};

static struct place place_of(const struct html_page *page, const struct html_block *b)
{
    struct place at = {NONE, NONE, NONE, NONE, NONE, page->boxes[b->box].heading, false};
    uint32_t box = b->box;
    enum html_tag own = (enum html_tag)page->boxes[box].tag;
    at.is_cell = (own == TAG_TD || own == TAG_TH) && b->n <= CELL_BYTES_MAX;
    for (unsigned i = 0; i < CLIMB_MAX && box != 0; i++, box = page->boxes[box].parent) {
        enum html_tag tag = (enum html_tag)page->boxes[box].tag;
        if (tag == TAG_LI && at.item == NONE && at.row == NONE)
            at.item = box;
        else if ((tag == TAG_UL || tag == TAG_OL) && at.list == NONE && at.item != NONE)
            at.list = box;
        else if (tag == TAG_TR && at.row == NONE)
            at.row = box;
        else if (tag == TAG_TABLE && at.table == NONE)
            at.table = box;
        else if (tag == TAG_PRE)
            at.pre = box;
    }
    return at;
}

static const char *between(const struct place *last, const struct place *at)
{
    if (last->pre != NONE && last->pre == at->pre)
        return "\n";
    if (last->is_cell && at->is_cell && last->table == at->table)
        return last->row == at->row ? " | " : "\n";
    if (last->item != NONE && at->item != NONE && last->list == at->list && last->item != at->item)
        return "\n";
    return "\n\n";
}

static void print_mark(struct buf *out, const struct html_page *page, const struct place *last, const struct place *at)
{
    if (at->heading) {
        buf_printf(out, "%.*s ", (int)at->heading, "######");
    } else if (at->item != NONE && at->item != last->item) {
        if (at->list != NONE && page->boxes[at->list].tag == TAG_OL)
            buf_printf(out, "%u. ", page->boxes[at->item].number);
        else
            buf_add(out, SLICE("- "));
    }
}

/* Cells and list items are lines of their own; a break inside of one would end it. */
static void print_text(struct buf *out, struct slice text, bool one_line)
{
    if (!one_line) {
        buf_add(out, text);
        return;
    }
    for (size_t i = 0; i < text.n && !out->over; i++)
        buf_add_char(out, text.p[i] == '\n' ? ' ' : text.p[i]);
}

struct slice html_print(struct arena *a, const struct html_page *page, const bool *keep, size_t max_bytes, bool *over)
{
    struct buf out;
    struct place last = {NONE, NONE, NONE, NONE, NONE, 0, false};
    size_t whole = 0; /* bytes up to the end of the last block that fitted */
    bool first = true, fenced = false;
    buf_init(&out, max_bytes);
    for (size_t i = 0; i < page->block_count && !out.over; i++) {
        const struct html_block *b = &page->blocks[i];
        struct place at;
        if (!keep[i])
            continue;
        at = place_of(page, b);
        bool fence = b->in_pre;
        if (fenced && (!fence || at.pre != last.pre)) {
            buf_add(&out, SLICE("\n```"));
            fenced = false;
        }
        if (!first)
            buf_add(&out, slice_of(fenced ? "\n" : between(&last, &at)));
        if (fence && !fenced) {
            buf_add(&out, SLICE("```\n"));
            fenced = true;
        }
        if (!fence)
            print_mark(&out, page, &last, &at);
        print_text(&out, html_block_text(page, b), !fence && (at.item != NONE || at.is_cell || at.heading));
        if (!out.over)
            whole = out.n;
        last = at;
        first = false;
    }
    if (out.over)
        *over = true;
    else if (fenced)
        buf_add(&out, SLICE("\n```"));
    struct slice text = out.over ? (struct slice){buf_slice(&out).p, whole} : buf_slice(&out);
    text = arena_dup(a, text);
    buf_release(&out);
    return text;
}
