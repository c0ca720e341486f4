/* blocks.c - reads lines into blocks, then finds terms and what belongs to what. See blocks.h. */
#include "text/blocks.h"

#include <unicode/uchar.h>

#include "base/ascii.h"
#include "text/edges.h"
#include "text/marks.h"

enum {
    /* A line this long without a full stop goes on in the next one; shorter ones are titles. Set by hand. */
    SOFT_WRAP_BYTES = 48,
    HEADING_LEVELS = 6,
    FENCE_BYTES = 3,
    TERM_BYTES = 120, /* a longer line is text */
    TERM_LINES = 4,   /* "-a", "--all": more short lines are a poem, an address or a menu */
    /* Blocks after a term that are said to be its. Text of the section behind the last term looks like more of its
     * description; pages describe an option in up to six paragraphs. */
    TERM_REACH = 6,
    STEP_BLOCKS = 3, /* code and paragraphs between two numbered items */
};

struct reading {
    struct arena *arena;
    struct slice text;
    struct blocks out;
    size_t room;
};

static struct slice line_at(struct slice text, size_t at)
{
    const char *end = memchr(text.p + at, '\n', text.n - at);
    return slice_sub(text, at, end ? (size_t)(end - text.p) - at : text.n - at);
}

/* --- lines ------------------------------------------------------------------------------------------------------ */

static unsigned heading_level(struct slice line)
{
    line = slice_trim(line);
    unsigned marks = 0;
    while (marks < line.n && line.p[marks] == '#')
        marks++;
    return marks <= HEADING_LEVELS && marks < line.n && line.p[marks] == ' ' ? marks : 0;
}

bool block_is_heading(struct slice line)
{
    return heading_level(line) > 0;
}

static bool is_numbered(struct slice line)
{
    size_t digits = 0;
    line = slice_trim(line);
    if (line.n > 3 && ascii_is_lower(line.p[0]) && (line.p[1] == '.' || line.p[1] == ')') && line.p[2] == ' ')
        return true; /* "c. " */
    while (digits < line.n && digits < 3 && ascii_is_digit(line.p[digits]))
        digits++;
    return digits && digits + 1 < line.n && (line.p[digits] == '.' || line.p[digits] == ')') &&
           line.p[digits + 1] == ' ';
}

static bool is_item(struct slice line)
{
    line = slice_trim(line);
    if (line.n > 2 && (line.p[0] == '-' || line.p[0] == '*' || line.p[0] == '+') && line.p[1] == ' ')
        return true;
    return slice_starts(line, SLICE("\u2022")) || is_numbered(line);
}

static bool is_row(struct slice line)
{
    return slice_find(line, SLICE(" | ")) < line.n;
}

static bool is_fence(struct slice line)
{
    return slice_starts(slice_trim(line), SLICE("```"));
}

static bool is_quotation(struct slice line)
{
    return slice_starts(line, SLICE("> "));
}

/* Whether a sentence of `line` goes on in the next line. Neither is blank. */
static bool is_soft_wrap(struct slice line, struct slice next)
{
    line = edge_trim(line), next = edge_trim(next);
    uint32_t c;
    edge_back(line, line.n, &c);
    if (u_islower((UChar32)edge_first(next)) || c == ',' || c == '-')
        return true;
    return line.n >= SOFT_WRAP_BYTES;
}

/* --- blocks ----------------------------------------------------------------------------------------------------- */

static struct block *block_push(struct reading *r, enum block_kind kind, struct slice text, bool opens)
{
    struct block *b = arena_push(r->arena, &r->out.at, r->out.n, &r->room);
    *b = (struct block){
        .text = text, .kind = kind, .opens = opens, .under = BLOCK_NONE, .lead = BLOCK_NONE, .run_end = ++r->out.n};
    return b;
}

/* From the line behind the opening fence to the closing one; returns where to read on. */
static size_t read_code(struct reading *r, size_t at, bool opens)
{
    size_t start = at, end = at;
    bool closed = false;
    while (at < r->text.n && !closed) {
        struct slice line = line_at(r->text, at);
        closed = is_fence(line);
        at += line.n + 1;
        end = closed ? end : at - 1;
    }
    r->out.in_code = !closed;
    struct slice code = slice_sub(r->text, start, (end < r->text.n ? end : r->text.n) - start);
    while (code.n && ascii_is_space(code.p[code.n - 1]))
        code.n--;
    for (size_t n; code.n && slice_trim(line_at(code, 0)).n == 0;) /* blank lines at the start */
        n = line_at(code, 0).n + 1, code = slice_sub(code, n, code.n - n);
    if (code.n)
        block_push(r, BLOCK_CODE, code, opens);
    return at;
}

/* The end of the paragraph or item whose first line is given. */
static size_t read_lines(const struct reading *r, struct slice line)
{
    for (;;) {
        size_t end = (size_t)(line.p + line.n - r->text.p);
        if (end + 1 >= r->text.n)
            return end;
        struct slice next = line_at(r->text, end + 1);
        if (edge_trim(next).n == 0 || block_is_heading(next) || is_item(next) || is_fence(next) ||
            !is_soft_wrap(line, next))
            return end;
        line = next;
    }
}

/* All rows up to a blank line. A row of one cell has no mark. */
static size_t read_table(struct reading *r, size_t at, bool opens)
{
    while (at < r->text.n) {
        struct slice line = line_at(r->text, at), trimmed = edge_trim(line);
        if (trimmed.n == 0 || block_is_heading(line) || is_fence(line))
            break;
        block_push(r, BLOCK_ROW, trimmed, opens);
        opens = false;
        at += line.n + 1;
    }
    return at;
}

static size_t read_quotation(struct reading *r, size_t at, bool opens)
{
    size_t start = at;
    while (at < r->text.n && is_quotation(line_at(r->text, at)))
        at += line_at(r->text, at).n + 1;
    size_t end = at < r->text.n ? at : r->text.n;
    block_push(r, BLOCK_QUOTATION, edge_trim(slice_sub(r->text, start, end - start)), opens);
    return at;
}

static void read_blocks(struct reading *r, bool in_code)
{
    size_t at = in_code ? read_code(r, 0, true) : 0;
    bool opens = true;
    while (at < r->text.n) {
        struct slice line = line_at(r->text, at);
        unsigned level = heading_level(line);
        if (edge_trim(line).n == 0) {
            opens = true;
            at += line.n + 1;
            continue;
        }
        if (is_fence(line)) {
            at = read_code(r, at + line.n + 1 < r->text.n ? at + line.n + 1 : r->text.n, opens);
        } else if (level) {
            block_push(r, BLOCK_HEADING, edge_trim(line), opens)->level = level;
            at += line.n + 1;
        } else if (is_quotation(line)) {
            at = read_quotation(r, at, opens);
        } else if (!is_item(line) && is_row(line)) {
            at = read_table(r, at, opens);
        } else {
            size_t end = read_lines(r, line);
            block_push(r, is_item(line) ? BLOCK_ITEM : BLOCK_PARAGRAPH, edge_trim(slice_sub(r->text, at, end - at)),
                       opens);
            at = end + 1;
        }
        opens = false;
    }
}

/* --- what belongs to what ---------------------------------------------------------------------------------------- */

static bool is_announcing(struct slice text)
{
    return mark_ends(text, ":" MARK_WIDE_COLON) > 0;
}

/* "Default: 20" is text: it says something of its own. A question is asked by the page itself, to be answered. */
static bool could_be_term(const struct block *b)
{
    bool ends = mark_ends(b->text, MARKS_SENTENCE_END ",;") && !mark_ends(b->text, MARKS_QUESTION);
    return b->kind == BLOCK_PARAGRAPH && b->text.n <= TERM_BYTES && !ends && line_at(b->text, 0).n == b->text.n &&
           slice_find(b->text, SLICE(": ")) == b->text.n;
}

/* Lines from blank line to blank line that are all short, before a block that is something else. */
static void find_terms(struct blocks *all)
{
    for (uint32_t i = 0; i < all->n;) {
        uint32_t end = i + 1, lines = could_be_term(&all->at[i]);
        while (end < all->n && !all->at[end].opens && all->at[end].kind == BLOCK_PARAGRAPH)
            lines += could_be_term(&all->at[end++]);
        bool alone = end < all->n && (all->at[end].opens || all->at[end].kind != BLOCK_PARAGRAPH);
        if (alone && lines == end - i && lines <= TERM_LINES && all->at[end].kind != BLOCK_HEADING &&
            !could_be_term(&all->at[end]))
            for (uint32_t k = i; k < end; k++)
                all->at[k].kind = BLOCK_TERM;
        i = end;
    }
}

static void find_headings(struct blocks *all)
{
    uint32_t open[HEADING_LEVELS + 1], term = BLOCK_NONE;
    for (unsigned level = 0; level <= HEADING_LEVELS; level++)
        open[level] = BLOCK_NONE;
    for (uint32_t i = 0; i < all->n; i++) {
        struct block *b = &all->at[i];
        unsigned depth = b->level ? b->level : HEADING_LEVELS + 1;
        if (b->kind == BLOCK_HEADING ||
            (term != BLOCK_NONE && i - term > TERM_REACH && b->kind != BLOCK_ITEM && b->kind != BLOCK_ROW))
            term = BLOCK_NONE;
        b->under = b->kind != BLOCK_TERM && b->kind != BLOCK_HEADING ? term : BLOCK_NONE;
        while (b->under == BLOCK_NONE && --depth > 0)
            b->under = open[depth];
        if (b->kind == BLOCK_TERM && (i == 0 || all->at[i - 1].kind != BLOCK_TERM || b->opens))
            term = i; /* of "-a", "--all" the first; the others are its next lines */
        if (b->kind == BLOCK_HEADING)
            for (unsigned level = b->level; level <= HEADING_LEVELS; level++)
                open[level] = level == b->level ? i : BLOCK_NONE;
    }
}

static void find_leads(struct blocks *all)
{
    for (uint32_t i = 1; i < all->n; i++) {
        struct block *b = &all->at[i];
        const struct block *before = &all->at[i - 1];
        bool same = before->kind == b->kind && !(b->kind == BLOCK_ROW && b->opens);
        if ((b->kind == BLOCK_ITEM || b->kind == BLOCK_ROW) && same)
            b->lead = b->kind == BLOCK_ROW && before->lead == BLOCK_NONE ? i - 1 : before->lead;
        else if (before->kind == BLOCK_PARAGRAPH &&
                 (b->kind == BLOCK_ITEM || b->kind == BLOCK_CODE ||
                  (is_announcing(before->text) && b->kind != BLOCK_HEADING && b->kind != BLOCK_ROW)))
            b->lead = i - 1;
    }
}

/* The ends of lists and tables, from behind. Between numbered items code and paragraphs may stand: they are steps. */
static void find_runs(struct blocks *all)
{
    uint32_t item = BLOCK_NONE; /* the next item, as seen from here */
    for (uint32_t i = all->n; i-- > 0;) {
        struct block *b = &all->at[i];
        const struct block *next = i + 1 < all->n ? b + 1 : NULL;
        if (b->kind == BLOCK_HEADING || b->kind == BLOCK_TERM)
            item = BLOCK_NONE;
        if (b->kind == BLOCK_ROW && next && next->kind == BLOCK_ROW && !next->opens)
            b->run_end = next->run_end;
        if (b->kind != BLOCK_ITEM)
            continue;
        if (item != BLOCK_NONE && (item == i + 1 || (is_numbered(line_at(b->text, 0)) && item - i <= STEP_BLOCKS &&
                                                     is_numbered(line_at(all->at[item].text, 0)))))
            b->run_end = all->at[item].run_end;
        item = i;
    }
}

/* A later step has the lead of the first. */
static void share_leads(struct blocks *all)
{
    for (uint32_t i = 0; i < all->n; i++) {
        uint32_t end = all->at[i].run_end, lead = all->at[i].lead;
        if (all->at[i].kind != BLOCK_ITEM)
            continue;
        for (; i + 1 < end; i++)
            if (all->at[i + 1].kind == BLOCK_ITEM)
                all->at[i + 1].lead = lead;
    }
}

struct blocks blocks_read(struct arena *a, struct slice text, bool in_code)
{
    struct reading r = {.arena = a, .text = text};
    read_blocks(&r, in_code);
    find_terms(&r.out);
    find_headings(&r.out);
    find_leads(&r.out);
    find_runs(&r.out);
    share_leads(&r.out);
    return r.out;
}
