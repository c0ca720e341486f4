/* html_print.c - blocks as lines: "# " before headings, "- " or its number before a list item, " | " between the cells
 * of a row, fences around code.
 *
 * Blocks are parted by a blank line, so that no sentence runs into the next; items of one list and rows of one table by
 * a line break, which the sentence splitter knows to end a list item too. A heading is one line, and so is a row,
 * whatever is in its cells; a table is printed at its first cell, with a cell that spans rows in each of them and empty
 * cells in place, since a value counts for the column it stands in. */
#include "pages/html_print.h"

enum { COLUMNS_MAX = 64, REPEATED_BYTES_MAX = 200, INDENT_LEVELS_MAX = 8, ROMAN_MAX = 3999 };

struct print {
    const struct html_page *page;
    const struct html_place *places;
    const bool *keep;
    struct buf *out;
    uint32_t *first, *end; /* of a cell: the blocks in it, as far as they are kept */
    bool *begun;           /* of an item or a table: it is printed, or has its mark */
    struct html_place last;
    bool any, fenced;
    size_t whole; /* bytes up to the end of the last block that fitted */
};

/* --- list items -------------------------------------------------------------------------------------------------- */

static void print_roman(struct buf *out, int32_t number, bool upper)
{
    static const struct {
        int32_t value;
        const char *sign;
    } signs[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"},
                 {40, "xl"},  {10, "x"},   {9, "ix"},  {5, "v"},    {4, "iv"},  {1, "i"}};
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        for (; number >= signs[i].value; number -= signs[i].value)
            for (const char *c = signs[i].sign; *c; c++)
                buf_add_char(out, upper ? (char)(*c - 'a' + 'A') : *c);
}

/* "3. ", "c. " or "iii. ", as the list says. */
static void print_number(struct buf *out, int32_t number, char style)
{
    if ((style == 'a' || style == 'A') && number >= 1 && number <= 26)
        buf_add_char(out, (char)(style + number - 1));
    else if ((style == 'i' || style == 'I') && number >= 1 && number <= ROMAN_MAX)
        print_roman(out, number, style == 'I');
    else
        buf_printf(out, "%d", number);
    buf_add(out, SLICE(". "));
}

static void print_item_mark(struct print *p, const struct html_place *at)
{
    const struct html_box *list = &p->page->boxes[p->page->boxes[at->item].parent];
    for (unsigned i = 1; i < at->item_depth && i < INDENT_LEVELS_MAX; i++)
        buf_add(p->out, SLICE("  "));
    if (list->tag == TAG_OL)
        print_number(p->out, html_page_number(p->page, at->item), list->style);
    else
        buf_add(p->out, SLICE("- "));
}

/* --- tables ------------------------------------------------------------------------------------------------------ */

/* Items, headings and cells are lines of their own; a break inside of one would end it. */
static void print_line(struct buf *out, struct slice text)
{
    bool space = false;
    for (size_t i = 0; i < text.n && !out->over; i++) {
        if (text.p[i] == '\n' || text.p[i] == '\t' || text.p[i] == ' ') {
            space = true;
            continue;
        }
        if (space)
            buf_add_char(out, ' ');
        space = false;
        buf_add_char(out, text.p[i]);
    }
}

/* A column that a cell above reaches down into. */
struct column {
    uint32_t cell;
    unsigned rows; /* still to come */
};

static void print_cell(struct print *p, uint32_t cell, size_t bytes_max)
{
    size_t start = p->out->n;
    if (!cell)
        return;
    for (uint32_t i = p->first[cell]; i < p->end[cell]; i++) {
        const struct html_block *b = &p->page->blocks[i];
        if (!p->keep[i] || p->places[b->box].cell != cell)
            continue;
        bool item = p->page->boxes[b->box].tag == TAG_LI;
        if (p->out->n > start)
            buf_add(p->out, item ? SLICE("; ") : SLICE(" "));
        print_line(p->out, html_block_text(p->page, b));
    }
    if (p->out->n - start > bytes_max)
        p->out->n = start;
}

/* One row: the cells from `box` on, which is its <tr>, and those that reach down from above. Returns whether it has
 * text of its own. */
static bool print_row(struct print *p, uint32_t tr, struct column *columns)
{
    const struct html_page *page = p->page;
    struct buf *out = p->out;
    size_t text_end = out->n;
    unsigned column = 0, written = 0;
    bool own = false;
    for (uint32_t box = tr + 1;; box++) {
        bool more = box < page->box_count && p->places[box].row == tr;
        if (more && p->places[box].cell != box)
            continue;
        /* Columns that are taken from above, and behind the last cell all of them. */
        for (; column < COLUMNS_MAX && (columns[column].rows || !more); column++) {
            if (!columns[column].rows)
                continue;
            for (; written < column; written++)
                buf_add(out, SLICE(" | "));
            size_t start = out->n;
            print_cell(p, columns[column].cell, REPEATED_BYTES_MAX);
            columns[column].rows--;
            if (out->n > start)
                text_end = out->n;
        }
        if (!more || column >= COLUMNS_MAX)
            break;
        for (; written < column; written++)
            buf_add(out, SLICE(" | "));
        size_t start = out->n;
        print_cell(p, box, SIZE_MAX);
        if (out->n > start) {
            text_end = out->n;
            own = true;
        }
        for (unsigned i = 0; i < page->boxes[box].columns && column < COLUMNS_MAX; i++, column++)
            columns[column] = (struct column){i ? 0 : box, page->boxes[box].rows - 1U};
    }
    if (!out->over)
        out->n = text_end; /* without the empty cells at its end */
    return own;
}

static void print_table(struct print *p, uint32_t table)
{
    struct column columns[COLUMNS_MAX] = {{0, 0}};
    bool any = false;
    for (uint32_t box = table + 1; box < p->page->box_count && p->places[box].table == table && !p->out->over; box++) {
        if (p->places[box].row != box)
            continue;
        size_t start = p->out->n;
        if (any)
            buf_add_char(p->out, '\n');
        if (!print_row(p, box, columns))
            p->out->n = p->out->over ? p->out->n : start;
        else
            any = true;
    }
}

/* Notes which blocks stand in which cell; false when no kept block does. */
static void find_cells(struct arena *a, struct print *p)
{
    p->first = arena_array(a, uint32_t, p->page->box_count + 1);
    p->end = arena_array(a, uint32_t, p->page->box_count + 1);
    for (uint32_t i = 0; i < p->page->block_count; i++) {
        uint32_t cell = p->places[p->page->blocks[i].box].cell;
        if (!cell || !p->keep[i])
            continue;
        if (!p->end[cell])
            p->first[cell] = i;
        p->end[cell] = i + 1;
    }
}

/* --- blocks ------------------------------------------------------------------------------------------------------ */

static const char *html_between(const struct print *p, const struct html_place *at)
{
    const struct html_place *last = &p->last;
    if (p->fenced)
        return "\n";
    if (at->heading && last->heading == at->heading)
        return " ";
    if (at->item && last->list == at->list && last->item != at->item && !p->begun[at->item])
        return "\n";
    return "\n\n";
}

static void print_block(struct print *p, const struct html_block *b)
{
    const struct html_place *at = &p->places[b->box];
    struct buf *out = p->out;
    bool code = b->in_pre && !at->cell;
    if (at->cell && p->begun[at->table])
        return; /* its table is printed already */
    if (p->fenced && (!code || at->pre != p->last.pre)) {
        buf_add(out, SLICE("\n```"));
        p->fenced = false;
    }
    if (p->any)
        buf_add(out, slice_of(html_between(p, at)));
    if (at->cell) {
        p->begun[at->table] = true;
        print_table(p, at->table);
    } else if (code) {
        if (!p->fenced)
            buf_add(out, SLICE("```\n"));
        p->fenced = true;
        buf_add(out, html_block_text(p->page, b));
    } else {
        bool heading = at->heading != 0;
        if (heading && at->heading != p->last.heading)
            buf_printf(out, "%.*s ", (int)p->page->boxes[b->box].heading, "######");
        else if (!heading && at->item && !p->begun[at->item])
            print_item_mark(p, at);
        if (heading || at->item)
            print_line(out, html_block_text(p->page, b));
        else
            buf_add(out, html_block_text(p->page, b));
    }
    if (at->item)
        p->begun[at->item] = true;
    if (!out->over)
        p->whole = out->n;
    p->last = *at;
    p->any = true;
}

struct slice html_print(struct arena *a, const struct html_page *page, const struct html_place *places,
                        const bool *keep, size_t max_bytes, bool *over)
{
    struct buf out;
    struct print p = {.page = page, .places = places, .keep = keep, .out = &out};
    buf_init(&out, max_bytes);
    p.begun = arena_array(a, bool, page->box_count + 1);
    find_cells(a, &p);
    for (size_t i = 0; i < page->block_count && !out.over; i++)
        if (keep[i])
            print_block(&p, &page->blocks[i]);
    if (out.over)
        *over = true;
    else if (p.fenced)
        buf_add(&out, SLICE("\n```"));
    struct slice text = out.over ? (struct slice){buf_slice(&out).p, p.whole} : buf_slice(&out);
    text = arena_dup(a, text);
    buf_release(&out);
    return text;
}
