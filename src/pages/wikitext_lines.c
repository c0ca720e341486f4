/* wikitext_lines.c - the second pass: lines of flat text as paragraphs, headings, lists, rows of tables and code.
 *
 * A cell that spans rows is repeated in each of them, so that every row reads alone; what that may add is bounded by
 * the length of the text. An empty cell keeps its place. */
#include "pages/wikitext_inner.h"

#include "base/ascii.h"

enum { LINE_LEVELS = 6, LINE_COLUMNS = 40, LINE_CARRIED_MAX = 200, LINE_ROWS_MAX = 200 };

struct line_column { /* a cell from above that goes on in this column */
    struct slice text;
    unsigned rows;
};

struct lines {
    struct arena *a;
    struct buf out;
    int tables;                    /* how many are open */
    bool row, cell;                /* the row has a cell; one is open */
    bool kept;                     /* the last line was kept for itself */
    bool term;                     /* the last line was a term */
    size_t column;                 /* of the next cell */
    size_t cell_start;             /* of the open cell in out */
    unsigned cell_rows;            /* that it goes on */
    size_t budget;                 /* bytes that repeated cells may still add */
    unsigned numbers[LINE_LEVELS]; /* of the last items, by level */
    struct line_column columns[LINE_COLUMNS];
};

static void line_end(struct buf *out)
{
    while (out->n && out->p[out->n - 1] == ' ')
        out->n--;
    if (out->n && out->p[out->n - 1] != '\n')
        buf_add_char(out, '\n');
}

static void line_paragraph(struct buf *out)
{
    line_end(out);
    if (out->n > 1 && out->p[out->n - 2] != '\n')
        buf_add_char(out, '\n');
}

/* --- words and the places where something was left out ----------------------------------------------------------- */

static char line_last(const struct buf *out)
{
    return out->n ? out->p[out->n - 1] : '\n';
}

static void line_strip(struct buf *out, const char *set)
{
    while (out->n && char_in(out->p[out->n - 1], set))
        out->n--;
}

/* The first character behind a hole: "(; b" is "(b", "a ()" is "a", "a ," is "a,". False: c is not written. */
static bool line_close_hole(struct buf *out, char c)
{
    if (c == ')')
        line_strip(out, " ,;:");
    if (line_last(out) == '(') {
        if (c == ')') {
            out->n--;
            line_strip(out, " ");
        }
        return !char_in(c, "),;: ");
    }
    if (char_in(c, ".,;:")) {
        line_strip(out, " ");
        return line_last(out) != c || c == '.';
    }
    return true;
}

static void line_words(struct buf *out, struct slice line)
{
    bool hole = false;
    line = slice_trim(line);
    for (size_t i = 0; i < line.n; i++) {
        char c = line.p[i] == '\t' ? ' ' : line.p[i];
        if (c == WIKI_HOLE) {
            hole = true;
            continue;
        }
        if (c == WIKI_LINE || c == WIKI_PLAIN)
            continue;
        c = c == WIKI_BAR ? '|' : c;
        if (c == ' ') {
            if (!char_in(line_last(out), " \n") && !(hole && line_last(out) == '('))
                buf_add_char(out, ' ');
            continue;
        }
        if (hole && !line_close_hole(out, c)) {
            hole = line_last(out) == '(';
            continue;
        }
        hole = false;
        buf_add_char(out, c);
    }
}

static void line_as_it_is(struct buf *out, struct slice line)
{
    for (size_t i = 0; i < line.n; i++)
        if ((unsigned char)line.p[i] > WIKI_BAR || line.p[i] == WIKI_BAR)
            buf_add_char(out, line.p[i] == WIKI_BAR ? '|' : line.p[i]);
    buf_add_char(out, '\n');
}

struct slice wiki_one_line(struct arena *a, struct slice flat, const char *between)
{
    struct arena_text text = {.arena = a};
    while (flat.n > 0) {
        size_t n = slice_find(flat, SLICE("\n"));
        struct slice line = slice_sub(flat, 0, n);
        while (line.n && (char_in(line.p[0], " \t*#") || line.p[0] == WIKI_HOLE || line.p[0] == WIKI_LINE))
            line = slice_sub(line, 1, line.n - 1);
        while (line.n && (char_in(line.p[line.n - 1], " \t\r") || line.p[line.n - 1] == WIKI_HOLE))
            line.n--;
        if (line.n) {
            struct slice before = arena_text_slice(&text);
            if (before.n)
                arena_text_add(&text, char_in(before.p[before.n - 1], ",;:(") || line.p[0] == '(' ? SLICE(" ")
                                                                                                  : slice_of(between));
            arena_text_add(&text, line);
        }
        flat = n < flat.n ? slice_sub(flat, n + 1, flat.n - n - 1) : (struct slice){"", 0};
    }
    return arena_text_slice(&text);
}

/* --- tables ------------------------------------------------------------------------------------------------------ */

static unsigned line_span(struct slice attributes, struct slice name)
{
    size_t at = slice_find(attributes, name);
    unsigned n = 0;
    for (at += name.n; at < attributes.n && !ascii_is_digit((unsigned char)attributes.p[at]); at++)
        if (!char_in(attributes.p[at], "= \"'"))
            return 1;
    for (; at < attributes.n && ascii_is_digit((unsigned char)attributes.p[at]) && n < LINE_ROWS_MAX; at++)
        n = n * 10 + (unsigned)(attributes.p[at] - '0');
    return n ? n : 1;
}

static void line_between(struct lines *l)
{
    if (l->row)
        buf_add(&l->out, char_in(line_last(&l->out), " \n") ? SLICE("| ") : SLICE(" | "));
    l->row = true;
}

/* Cells from above that are before the next cell of this row. */
static void line_repeat(struct lines *l)
{
    for (; l->column < LINE_COLUMNS && l->columns[l->column].rows > 0; l->column++) {
        struct line_column *above = &l->columns[l->column];
        above->rows = above->text.n + 3 > l->budget ? 0 : above->rows - 1;
        if (above->text.n + 3 > l->budget)
            return;
        l->budget -= above->text.n + 3;
        line_between(l);
        buf_add(&l->out, above->text);
    }
}

static void line_cell_end(struct lines *l)
{
    if (!l->cell)
        return;
    l->cell = false;
    line_strip(&l->out, " ");
    if (l->out.n < l->cell_start)
        l->out.n = l->cell_start;
    size_t n = l->out.n - l->cell_start;
    if (l->cell_rows > 1 && l->column - 1 < LINE_COLUMNS && n <= LINE_CARRIED_MAX)
        l->columns[l->column - 1] =
            (struct line_column){arena_dup(l->a, slice_sub(buf_slice(&l->out), l->cell_start, n)), l->cell_rows - 1};
}

static void line_row_end(struct lines *l)
{
    line_cell_end(l);
    if (l->row)
        line_repeat(l);
    line_strip(&l->out, " ");
    while (l->row && l->out.n > 1 && line_last(&l->out) == '|' && char_in(l->out.p[l->out.n - 2], " \n")) {
        l->out.n--; /* empty cells at the end */
        line_strip(&l->out, " ");
    }
    line_end(&l->out);
    l->row = false;
    l->column = 0;
}

static void line_cell(struct lines *l, struct slice cell)
{
    size_t bar = slice_find(cell, SLICE("|"));
    struct slice attributes = slice_sub(cell, 0, bar < cell.n ? bar : 0), text = cell;
    if (bar < cell.n)
        text = slice_sub(cell, bar + 1, cell.n - bar - 1);
    line_cell_end(l);
    line_repeat(l);
    line_between(l);
    l->cell = true;
    l->cell_start = l->out.n;
    l->cell_rows = line_span(attributes, SLICE("rowspan"));
    line_words(&l->out, text);
    l->column++;
    unsigned wide = line_span(attributes, SLICE("colspan"));
    if (wide > 1 && wide <= LINE_COLUMNS) {
        line_cell_end(l);
        for (unsigned i = 1; i < wide && l->budget >= 3; i++, l->column++, l->budget -= 3)
            line_between(l);
    }
}

/* A line that begins with '|' or '!'. */
static void line_cells(struct lines *l, struct slice line)
{
    char mark = line.p[0];
    line = slice_sub(line, 1, line.n - 1);
    do {
        size_t n = slice_find(line, SLICE("||"));
        if (mark == '!') {
            size_t other = slice_find(line, SLICE("!!"));
            n = other < n ? other : n;
        }
        line_cell(l, slice_sub(line, 0, n));
        if (n == line.n)
            return;
        line = slice_sub(line, n + 2, line.n - n - 2);
    } while (true);
}

static void line_table_begin(struct lines *l)
{
    if (l->tables > 0)
        line_row_end(l);
    line_paragraph(&l->out);
    l->tables++;
    l->row = l->cell = false;
    l->column = 0;
    memset(l->columns, 0, sizeof l->columns);
}

static bool line_of_table(struct lines *l, struct slice line)
{
    if (slice_starts(line, SLICE("{|"))) {
        line_table_begin(l);
        return true;
    }
    if (l->tables == 0)
        return false;
    if (slice_starts(line, SLICE("|}"))) {
        line_row_end(l);
        l->tables--;
        memset(l->columns, 0, sizeof l->columns);
        line_paragraph(&l->out);
    } else if (slice_starts(line, SLICE("|-"))) {
        line_row_end(l);
    } else if (slice_starts(line, SLICE("|+"))) {
        size_t bar = slice_find(slice_sub(line, 2, line.n - 2), SLICE("|"));
        line_row_end(l);
        line_words(&l->out,
                   bar < line.n - 2 ? slice_sub(line, bar + 3, line.n - bar - 3) : slice_sub(line, 2, line.n - 2));
        line_end(&l->out);
    } else if (line.n && (line.p[0] == '|' || line.p[0] == '!')) {
        line_cells(l, line);
    } else if (line.n) {
        bool item = char_in(line.p[0], "*#:"), first = !l->cell || l->out.n == l->cell_start;
        while (line.n && item && char_in(line.p[0], "*#: "))
            line = slice_sub(line, 1, line.n - 1);
        if (!first)
            buf_add(&l->out, item ? SLICE(", ") : SLICE(" "));
        line_words(&l->out, line);
        l->row = l->row || l->cell;
        if (!l->cell) /* between a caption and the first row */
            line_end(&l->out);
    }
    return true;
}

/* --- headings, lists, paragraphs --------------------------------------------------------------------------------- */

static bool line_heading(struct lines *l, struct slice line)
{
    struct buf *out = &l->out;
    size_t level = 0;
    while (line.n && (unsigned char)line.p[line.n - 1] <= WIKI_BAR)
        line.n--;
    while (level < 6 && level < line.n && line.p[level] == '=')
        level++;
    if (level == 0 || line.n <= 2 * level || line.p[line.n - 1] != '=')
        return false;
    struct slice text = slice_sub(line, level, line.n - level);
    while (text.n && text.p[text.n - 1] == '=')
        text.n--;
    line_paragraph(out);
    for (size_t i = 0; i < level; i++)
        buf_add_char(out, '#');
    buf_add_char(out, ' ');
    line_words(out, text);
    line_paragraph(out);
    return true;
}

/* "; term : what it is" */
static void line_term(struct lines *l, struct slice text)
{
    size_t colon = slice_find(text, SLICE(" :"));
    line_words(&l->out, slice_sub(text, 0, colon));
    l->term = colon == text.n;
    if (!l->term && colon + 2 < text.n) {
        buf_add(&l->out, SLICE(": "));
        line_words(&l->out, slice_sub(text, colon + 2, text.n - colon - 2));
    }
}

static void line_item(struct lines *l, struct slice line, size_t marks)
{
    struct buf *out = &l->out;
    struct slice text = slice_trim(slice_sub(line, marks, line.n - marks));
    char kind = line.p[marks - 1];
    size_t level = marks < LINE_LEVELS ? marks : LINE_LEVELS;
    bool after_term = l->term;
    l->term = false;
    for (size_t i = level; i < LINE_LEVELS; i++)
        l->numbers[i] = 0;
    if (kind == '#')
        l->numbers[level - 1]++;
    else if (kind == '*')
        l->numbers[level - 1] = 0;
    if (after_term && kind == ':' && text.n && out->n) {
        out->n -= out->p[out->n - 1] == '\n';
        buf_add(out, line_last(out) == ':' ? SLICE(" ") : SLICE(": "));
    } else {
        line_end(out);
    }
    if (text.n && kind == '*')
        buf_add(out, SLICE("- "));
    if (text.n && kind == '#')
        buf_printf(out, "%u. ", l->numbers[level - 1]);
    if (kind == ';')
        line_term(l, text);
    else
        line_words(out, text);
    line_end(out);
}

static void line_plain(struct lines *l, struct slice line)
{
    struct buf *out = &l->out;
    if (line_heading(l, line)) {
        l->term = false;
        memset(l->numbers, 0, sizeof l->numbers);
        return;
    }
    size_t marks = 0;
    while (marks < line.n && char_in(line.p[marks], "*#:;"))
        marks++;
    if (marks) {
        line_item(l, line, marks);
        return;
    }
    l->term = false;
    memset(l->numbers, 0, sizeof l->numbers);
    if (line.n == 0 || slice_starts(line, SLICE("----"))) {
        line_paragraph(out);
        return;
    }
    if (out->n && line_last(out) != '\n')
        buf_add_char(out, ' ');
    line_words(out, line);
}

/* A line of the page that begins with a blank is set as it is. */
static bool line_is_code(const struct lines *l, struct slice raw)
{
    return l->tables == 0 && raw.n > 1 && raw.p[0] == ' ' && slice_trim(raw).n > 0;
}

struct slice wiki_lines(struct arena *a, struct slice flat)
{
    struct lines l = {.a = a, .budget = flat.n};
    buf_init(&l.out, 8 * flat.n + 64);
    while (flat.n > 0) {
        size_t n = slice_find(flat, SLICE("\n"));
        struct slice raw = slice_sub(flat, 0, n), line = slice_trim(raw);
        bool kept = raw.n && raw.p[0] == WIKI_LINE, code = !kept && line_is_code(&l, raw);
        if ((kept || code) != l.kept)
            line_paragraph(&l.out);
        l.kept = kept || code;
        if (l.kept)
            line_as_it_is(&l.out, code ? slice_sub(raw, 1, raw.n - 1) : raw);
        else if (!line_of_table(&l, line))
            line_plain(&l, line);
        flat = n < flat.n ? slice_sub(flat, n + 1, flat.n - n - 1) : (struct slice){"", 0};
    }
    if (l.tables > 0)
        line_row_end(&l);
    struct slice plain = arena_dup(a, slice_trim(buf_slice(&l.out)));
    buf_release(&l.out);
    return plain;
}
