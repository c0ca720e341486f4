/* rst.c - reStructuredText as readable text: what a reader of the finished page sees.
 *
 * Line by line, as markdown.c does it: titles by the line under them, items, tables, literal blocks, and what
 * directives hold. Comments, targets, contents pages and pictures are left out; roles and references give their text.
 * It is a reader's view and no docutils: substitutions and numbers that docutils makes up are not resolved. */
#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "pages/page.h"
#include "pages/page_clock.h"
#include "text/charset.h"

enum { RST_TITLES_MAX = 6, RST_RULE_MIN = 3, RST_COLUMNS_MAX = 64 };

struct rst {
    struct arena *arena;
    struct buf out;
    struct slice rest, line, below; /* what is left, its first line, and the one below that; without their ends */
    struct slice title;
    char titles[RST_TITLES_MAX][2]; /* signs of titles by level: under it, and above it or 0 */
    size_t title_count;
    size_t literal, skip; /* columns + 1 that a block must be indented by to be code, or to be left out; 0: none */
    size_t literal_due;   /* the same, from the next blank line on */
    size_t dedent;        /* columns that the code which is open is indented by */
    bool fence_open, blank_due;
    size_t columns[RST_COLUMNS_MAX]; /* of a simple table */
    size_t column_count;
};

static size_t rst_indent(struct slice line)
{
    size_t n = 0;
    while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return n;
}

static struct slice rst_first_line(struct slice text)
{
    text.n = slice_find(text, SLICE("\n"));
    while (text.n && ascii_is_space((unsigned char)text.p[text.n - 1]))
        text.n--;
    return text;
}

static void rst_step(struct rst *r)
{
    size_t n = slice_find(r->rest, SLICE("\n"));
    n += n < r->rest.n;
    r->rest = slice_sub(r->rest, n, r->rest.n - n);
    r->line = rst_first_line(r->rest);
    n = slice_find(r->rest, SLICE("\n"));
    n += n < r->rest.n;
    r->below = rst_first_line(slice_sub(r->rest, n, r->rest.n - n));
}

/* The sign of a line of one sign only, as stands under titles and between parts; 0: it is none. */
static char rst_rule(struct slice line)
{
    if (line.n < RST_RULE_MIN || !char_in(line.p[0], "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"))
        return 0;
    for (size_t i = 1; i < line.n; i++)
        if (line.p[i] != line.p[0])
            return 0;
    return line.p[0];
}

/* --- text within a line ----------------------------------------------------------------------------------------- */

/* "text <target>" is text. */
static struct slice rst_shown(struct slice text)
{
    size_t open = slice_find(text, SLICE(" <"));
    return open < text.n && slice_ends(text, SLICE(">")) ? slice_sub(text, 0, open) : text;
}

/* ":role:" before "`"; 0: none. */
static size_t rst_role(struct slice text)
{
    size_t n = 1;
    if (text.p[0] != ':')
        return 0;
    while (n < text.n && n < 60 && (ascii_is_letter((unsigned char)text.p[n]) || char_in(text.p[n], ":-_+.")))
        n++;
    return n > 2 && n < text.n && text.p[n - 1] == ':' && text.p[n] == '`' ? n : 0;
}

/* Bytes of text between the sign that rest begins with and the next one; 0: it opens nothing. *more: false when there
 * is no further one on the line, so that it is not looked for again. */
static size_t rst_closing(struct slice rest, struct slice sign, bool *more)
{
    if (!*more || !slice_starts(rest, sign) || rest.n == sign.n || rest.p[sign.n] == ' ')
        return 0;
    struct slice inside = slice_sub(rest, sign.n, rest.n - sign.n);
    size_t n = slice_find(inside, sign);
    *more = n < inside.n;
    return *more ? n : 0;
}

static void rst_inline(struct buf *out, struct slice text)
{
    static const struct {
        const char *open, *close;
    } marks[] = {{"``", "``"}, {"**", "**"}, {"`", "`"}, {"*", "*"}, {"|", "|"}};
    bool more[COUNT_OF(marks)] = {true, true, true, true, true};
    for (size_t i = 0; i < text.n;) {
        struct slice rest = slice_sub(text, i, text.n - i), rest_role = rest;
        size_t taken = 0, role = rst_role(rest);
        rest = slice_sub(rest, role, rest.n - role);
        for (size_t k = 0; k < COUNT_OF(marks) && !taken; k++) {
            struct slice open = slice_of(marks[k].open);
            size_t n = rst_closing(rest, open, &more[k]);
            if (!n)
                continue;
            struct slice shown = slice_sub(rest, open.n, n);
            if (role && (slice_starts(rest_role, SLICE(":sup:")) || slice_starts(rest_role, SLICE(":superscript:"))))
                buf_add_char(out, '^');
            buf_add(out, open.p[0] == '`' && open.n == 1 ? rst_shown(shown) : shown);
            taken = n + 2 * open.n;
            while (taken < rest.n && rest.p[taken] == '_') /* of a reference */
                taken++;
        }
        if (!taken && rest.p[0] == '\\' && rest.n > 1) {
            if (rest.p[1] != ' ')
                buf_add_char(out, rest.p[1]);
            taken = 2;
        } else if (!taken) {
            bool reference = rest.p[0] == '_' && i > 0 &&
                             (ascii_is_letter((unsigned char)text.p[i - 1]) || text.p[i - 1] == ']') &&
                             (rest.n == 1 || !(ascii_is_letter((unsigned char)rest.p[1]) || rest.p[1] == '_'));
            if (!reference)
                buf_add_char(out, rest.p[0]);
            taken = 1;
        }
        i += role + taken;
    }
}

/* --- lines ------------------------------------------------------------------------------------------------------ */

static void rst_begin(struct rst *r, bool block)
{
    if (r->fence_open) {
        buf_add(&r->out, SLICE("\n```"));
        r->fence_open = false;
        block = true;
    }
    if (r->out.n)
        buf_add(&r->out, block || r->blank_due ? SLICE("\n\n") : SLICE("\n"));
    r->blank_due = false;
}

static void rst_title(struct rst *r, struct slice text, char under, char above)
{
    size_t level = 0;
    while (level < r->title_count && (r->titles[level][0] != under || r->titles[level][1] != above))
        level++;
    if (level == r->title_count && level < RST_TITLES_MAX) {
        r->titles[level][0] = under;
        r->titles[level][1] = above;
        r->title_count++;
    }
    level = level < RST_TITLES_MAX ? level : RST_TITLES_MAX - 1;
    rst_begin(r, true);
    buf_printf(&r->out, "%.*s ", (int)level + 1, "######");
    size_t start = r->out.n;
    rst_inline(&r->out, slice_trim(text));
    if (r->title.n == 0)
        r->title = arena_dup(r->arena, slice_sub(buf_slice(&r->out), start, r->out.n - start));
    r->blank_due = true;
}

/* A title: one line with a rule under it, and maybe one above it. */
static bool rst_is_title(struct rst *r)
{
    char here = rst_rule(r->line), under = rst_rule(r->below);
    if (here && r->below.n && !under) {
        struct slice title = r->below;
        struct rst ahead = *r;
        rst_step(&ahead);
        if (rst_rule(ahead.below) != here || ahead.below.n < utf8_count(slice_trim(title)))
            return false;
        rst_title(r, title, here, here);
        rst_step(r);
        rst_step(r);
        return true;
    }
    if (!here && under && r->line.n && rst_indent(r->line) == 0 && r->below.n >= utf8_count(r->line)) {
        rst_title(r, r->line, under, 0);
        rst_step(r);
        return true;
    }
    return false;
}

/* "- ", "* ", "3. ", "#. ", "(a) ": bytes of it. */
static size_t rst_mark(struct slice line)
{
    size_t n = 0;
    if (line.n > 1 && char_in(line.p[0], "-*+") && line.p[1] == ' ')
        return 2;
    n += line.n && line.p[0] == '(';
    size_t start = n;
    while (n < line.n && n < start + 4 && ascii_is_digit((unsigned char)line.p[n]))
        n++;
    if (n == start && n + 1 < line.n && (line.p[n] == '#' || ascii_is_letter((unsigned char)line.p[n])))
        n++;
    return n > start && n + 1 < line.n && char_in(line.p[n], ".)") && line.p[n + 1] == ' ' ? n + 2 : 0;
}

/* ":Author: Anna Weber", which is shown without the first colon. */
static bool rst_field(struct slice line)
{
    size_t n = 1;
    while (n < line.n && line.p[n] != ':' && line.p[n] != '`')
        n++;
    return line.p[0] == ':' && n > 1 && n + 1 < line.n && line.p[n] == ':' && line.p[n + 1] == ' ';
}

/* Directives whose content is text, code, or nothing. */
static char rst_directive(struct slice name)
{
    static const char *const codes[] = {"code",           "code-block",     "sourcecode", "parsed-literal",
                                        "literalinclude", "productionlist", "doctest",    "testcode",
                                        "math",           "prompt"};
    static const char *const nothing[] = {"toctree", "contents",  "image",          "figure",       "index", "raw",
                                          "include", "highlight", "tabularcolumns", "default-role", "meta",  "only"};
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (slice_eq_nocase(name, slice_of(codes[i])))
            return 'c';
    for (size_t i = 0; i < COUNT_OF(nothing); i++)
        if (slice_eq_nocase(name, slice_of(nothing[i])))
            return 0;
    return 't';
}

/* ".. ": a directive, a target, a note, a comment. */
static void rst_explicit(struct rst *r, size_t indent)
{
    struct slice line = slice_trim(slice_sub(r->line, indent + 2, r->line.n - indent - 2));
    size_t colons = slice_find(line, SLICE("::"));
    struct slice name = slice_sub(line, 0, colons);
    bool note = line.n && line.p[0] == '[';
    if (note) {
        rst_begin(r, true);
        rst_inline(&r->out, line);
        return;
    }
    if (colons == line.n || name.n == 0 || name.p[0] == '_' || name.p[0] == '|' ||
        slice_find(name, SLICE(" ")) < name.n) {
        r->skip = indent + 2;
        return;
    }
    struct slice rest = slice_trim(slice_sub(line, colons + 2, line.n - colons - 2));
    char kind = rst_directive(name);
    if (kind == 'c') {
        r->literal = indent + 2;
    } else if (kind == 0) {
        r->skip = indent + 2;
    } else if (rest.n) {
        rst_begin(r, true);
        rst_inline(&r->out, rest);
        r->blank_due = false;
    } else {
        r->blank_due = true;
    }
}

/* Cells of a line of a table between "|". */
static void rst_grid_row(struct rst *r, struct slice line)
{
    rst_begin(r, false);
    line = slice_sub(line, 1, line.n - 1);
    if (slice_ends(line, SLICE("|")))
        line.n--;
    for (bool first = true; line.n; first = false) {
        size_t n = slice_find(line, SLICE("|"));
        if (!first)
            buf_add(&r->out, SLICE(" | "));
        rst_inline(&r->out, slice_trim(slice_sub(line, 0, n)));
        n += n < line.n;
        line = slice_sub(line, n, line.n - n);
    }
}

/* "=====  ===": where the columns of a simple table begin. */
static bool rst_columns(struct rst *r, struct slice line)
{
    size_t count = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] != '=' && line.p[i] != ' ')
            return false;
        if (line.p[i] == '=' && (i == 0 || line.p[i - 1] == ' ') && count < RST_COLUMNS_MAX)
            r->columns[count++] = i;
    }
    r->column_count = count > 1 ? count : 0;
    return count > 1;
}

/* Columns are counted in characters. */
static void rst_simple_row(struct rst *r, struct slice line)
{
    size_t at = 0, column = 0;
    rst_begin(r, false);
    for (size_t i = 0; i < r->column_count; i++) {
        size_t from = at, last = i + 1 < r->column_count ? r->columns[i + 1] : line.n;
        for (; at < line.n && column < last; column++) {
            at++;
            while (at < line.n && ((unsigned char)line.p[at] & 0xC0) == 0x80)
                at++;
        }
        if (i)
            buf_add(&r->out, SLICE(" | "));
        rst_inline(&r->out, slice_trim(slice_sub(line, from, at - from)));
    }
}

/* Whether the line belongs to a table; then it is printed. */
static bool rst_table(struct rst *r, struct slice line)
{
    if (line.n && line.p[0] == '+' && line.n > 2 && char_in(line.p[1], "-=")) {
        r->blank_due = r->blank_due || r->out.n == 0;
        return true;
    }
    if (line.n > 1 && line.p[0] == '|' && line.p[1] == ' ') {
        if (slice_ends(line, SLICE("|"))) {
            rst_grid_row(r, line);
        } else { /* a line of verse */
            rst_begin(r, false);
            rst_inline(&r->out, slice_sub(line, 2, line.n - 2));
        }
        return true;
    }
    if (line.n && line.p[0] == '=' && slice_find(line, SLICE(" ")) < line.n) {
        bool inside = r->column_count > 0;
        if (rst_columns(r, line)) {
            if (inside && r->below.n == 0)
                r->column_count = 0;
            return true;
        }
    }
    if (r->column_count == 0 || line.n == 0)
        return false;
    rst_simple_row(r, line);
    return true;
}

/* Lines of code, and of what is left out, as long as they are indented. */
static bool rst_block(struct rst *r, size_t indent)
{
    size_t in = r->literal ? r->literal : r->skip;
    if (!in)
        return false;
    if (r->line.n == 0) {
        if (r->fence_open && r->below.n && rst_indent(r->below) + 1 >= in)
            buf_add_char(&r->out, '\n');
        return true;
    }
    if (indent + 1 < in) {
        r->literal = r->skip = 0;
        r->blank_due = true;
        return false;
    }
    bool option = r->literal && !r->fence_open && r->line.p[indent] == ':';
    if (r->literal && !option) {
        if (!r->fence_open) {
            rst_begin(r, true);
            buf_add(&r->out, SLICE("```"));
            r->dedent = indent;
        }
        r->fence_open = true;
        size_t from = indent < r->dedent ? indent : r->dedent;
        buf_add_char(&r->out, '\n');
        buf_add(&r->out, slice_sub(r->line, from, r->line.n - from));
    }
    return true;
}

static void rst_line(struct rst *r)
{
    size_t indent = rst_indent(r->line);
    struct slice line = slice_sub(r->line, indent, r->line.n - indent);
    if (rst_block(r, indent))
        return;
    if (line.n == 0) {
        r->blank_due = true;
        r->literal = r->literal_due;
        r->literal_due = r->column_count = 0;
        return;
    }
    if (rst_table(r, line) || rst_is_title(r) || (rst_rule(line) && r->below.n == 0))
        return;
    if (slice_starts(line, SLICE("..")) && (line.n == 2 || line.p[2] == ' ')) {
        rst_explicit(r, indent);
        return;
    }
    size_t mark = rst_mark(line);
    bool code_follows = slice_ends(line, SLICE("::"));
    r->literal_due = code_follows ? indent + 2 : 0;
    if (code_follows)
        line.n -= line.n > 2 && line.p[line.n - 3] != ' ' ? 1 : 2;
    line = slice_trim(line);
    if (line.n == 0)
        return;
    rst_begin(r, false);
    if (mark && mark <= line.n) {
        bool bare = mark == 2 && char_in(line.p[0], "-*+");
        buf_add(&r->out, bare ? SLICE("- ") : slice_sub(line, 0, mark));
        line = slice_trim(slice_sub(line, mark, line.n - mark));
    } else if (rst_field(line)) {
        line = slice_sub(line, 1, line.n - 1);
    }
    rst_inline(&r->out, line);
}

bool rst_extract(struct arena *a, struct slice bytes, struct slice content_type, struct page_text *out, struct err *e)
{
    (void)e;
    struct rst r = {.arena = a};
    *out = (struct page_text){.why = PAGE_EMPTY};
    if (bytes.n > PAGE_BYTES_MAX) {
        bytes.n = PAGE_BYTES_MAX;
        out->cut = true;
    }
    buf_init(&r.out, PAGE_TEXT_BYTES_MAX);
    r.rest = charset_to_utf8(a, bytes, content_type);
    r.line = rst_first_line(r.rest);
    size_t n = slice_find(r.rest, SLICE("\n"));
    n += n < r.rest.n;
    r.below = rst_first_line(slice_sub(r.rest, n, r.rest.n - n));
    for (; r.rest.n && !r.out.over && !page_clock_over(); rst_step(&r))
        rst_line(&r);
    if (r.fence_open)
        buf_add(&r.out, SLICE("\n```"));
    out->cut |= r.out.over;
    out->title = r.title;
    out->text = slice_trim(arena_dup(a, utf8_cut(buf_slice(&r.out), PAGE_TEXT_BYTES_MAX)));
    out->why = out->text.n ? PAGE_READ : PAGE_EMPTY;
    buf_release(&r.out);
    return true;
}
