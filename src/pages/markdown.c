/* markdown.c - Markdown as readable text: what a reader sees, without the marks that only steer the look.
 *
 * Line by line: headings, list items, quotes, rows of tables and fenced code keep their own line (and its mark, which
 * sentences.h and html_print.c use too); lines of a paragraph stay as they are. Inside of a line links give their text,
 * images nothing, emphasis and code marks go. HTML inside of Markdown is dropped tag by tag. This is a reader's view
 * and no CommonMark parser: indented code and reference links are text like any other. */
#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "pages/markup.h"
#include "pages/page.h"
#include "pages/page_clock.h"
#include "text/charset.h"

struct reader {
    struct buf out;
    bool blank_due, in_code, in_comment;
    size_t title_start, title_bytes; /* of the first heading, in out */
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* A link is at most so long. A line of brackets that nothing closes would have each of them looked for as far as that:
 * so a line has looks for LINK_LOOKS times its bytes, and then brackets are text. */
enum { LINK_BYTES = 4096, LINK_LOOKS = 16 };

/* Position of the bracket that closes the one at text.p[0], or text.n. *looks: bytes that may still be looked at. */
static size_t markdown_closing(struct slice text, char open, char close, size_t *looks)
{
    size_t depth = 0, most = text.n < LINK_BYTES ? text.n : LINK_BYTES, i = 0;
    most = most < *looks ? most : *looks;
    for (; i < most; i++) {
        if (text.p[i] == '\\')
            i++;
        else if (text.p[i] == open)
            depth++;
        else if (text.p[i] == close && --depth == 0)
            break;
    }
    *looks -= i < *looks ? i : *looks;
    return i < most ? i : text.n;
}

/* Bytes that a link or an image at text takes, 0 when it is none; *shown is the text of a link. */
static size_t link_at(struct slice text, struct slice *shown, size_t *looks)
{
    bool image = text.p[0] == '!';
    struct slice rest = slice_sub(text, image, text.n - image);
    if (rest.n == 0 || rest.p[0] != '[')
        return 0;
    size_t end = markdown_closing(rest, '[', ']', looks);
    if (end >= rest.n)
        return 0;
    struct slice after = slice_sub(rest, end + 1, rest.n - end - 1);
    char open = after.n ? after.p[0] : ' ';
    size_t target = open == '('   ? markdown_closing(after, '(', ')', looks)
                    : open == '[' ? markdown_closing(after, '[', ']', looks)
                                  : after.n;
    if (target >= after.n)
        return 0;
    *shown = image ? (struct slice){"", 0} : slice_sub(rest, 1, end - 1);
    return (size_t)image + end + 1 + target + 1;
}

static bool is_word(char c)
{
    return ascii_is_digit(c) || ascii_is_letter(c) || (c & 0x80);
}

/* A line's text without marks. A link's text may hold emphasis, but no further link: depth is 1 at most. */
static void add_inline(struct buf *out, struct slice text, int depth)
{
    size_t tags_end = markup_tags_end(text), looks = LINK_LOOKS * (text.n + LINK_BYTES);
    struct markup_mark tag;
    for (size_t i = 0; i < text.n && !page_clock_over();) {
        struct slice rest = slice_sub(text, i, text.n - i), shown;
        char c = text.p[i];
        size_t taken = 1;
        if (c == '\\' && rest.n > 1 && char_in(rest.p[1], "\\`*_{}[]()#+-.!|<>~")) {
            buf_add_char(out, rest.p[1]);
            taken = 2;
        } else if ((c == '[' || c == '!') && depth < 2 && (taken = link_at(rest, &shown, &looks)) > 0) {
            add_inline(out, shown, depth + 1);
        } else if (c == '<' && i < tags_end && markup_tag(rest, &tag)) {
            struct slice inside = slice_sub(rest, 1, tag.n - 2);
            if (slice_find(inside, SLICE("://")) < inside.n && slice_find(inside, SLICE(" ")) == inside.n)
                buf_add(out, inside); /* <https://...> */
            taken = tag.n;
        } else if (c == '*' || c == '`' || (c == '~' && rest.n > 1 && rest.p[1] == '~') ||
                   (c == '_' && !(i > 0 && is_word(text.p[i - 1]) && rest.n > 1 && is_word(rest.p[1])))) {
            taken = 1;
            bool lone = c == '*' && (i == 0 || is_space(text.p[i - 1])) && (rest.n == 1 || is_space(rest.p[1]));
            if (lone)
                buf_add_char(out, c);
        } else {
            buf_add_char(out, c);
            taken = 1;
        }
        i += taken;
    }
}

static void markdown_begin(struct reader *r, bool new_block)
{
    if (r->out.n && (r->blank_due || new_block))
        buf_add(&r->out, SLICE("\n\n"));
    else if (r->out.n)
        buf_add_char(&r->out, '\n');
    r->blank_due = false;
}

static size_t markdown_count(struct slice line, char c)
{
    size_t n = 0;
    while (n < line.n && line.p[n] == c)
        n++;
    return n;
}

/* "===", "---" under a title, "***" between parts, "|---|" under a table's head. */
static bool is_rule(struct slice line)
{
    size_t marks = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (!char_in(line.p[i], "-=*_|: "))
            return false;
        marks += line.p[i] != ' ';
    }
    return marks >= 3;
}

/* Bytes of a list mark ("- ", "12. "), 0 when there is none. */
static size_t list_mark(struct slice line)
{
    size_t n = 0;
    while (n < line.n && n < 9 && ascii_is_digit(line.p[n]))
        n++;
    if (n == 0 && line.n > 1 && char_in(line.p[0], "-*+") && is_space(line.p[1]))
        return 2;
    return n && n + 1 < line.n && (line.p[n] == '.' || line.p[n] == ')') && is_space(line.p[n + 1]) ? n + 2 : 0;
}

static void add_row(struct reader *r, struct slice line)
{
    line = slice_sub(line, 1, line.n - 1);
    if (slice_ends(line, SLICE("|")))
        line.n--;
    for (bool first = true; line.n; first = false) {
        size_t n = slice_find(line, SLICE("|"));
        if (!first)
            buf_add(&r->out, SLICE(" | "));
        add_inline(&r->out, slice_trim(slice_sub(line, 0, n)), 0);
        n += n < line.n;
        line = slice_sub(line, n, line.n - n);
    }
}

static void add_line(struct reader *r, struct slice raw)
{
    struct slice line = slice_trim(raw);
    if (slice_starts(line, SLICE("```")) || slice_starts(line, SLICE("~~~"))) {
        markdown_begin(r, !r->in_code);
        buf_add(&r->out, SLICE("```"));
        r->blank_due = r->in_code;
        r->in_code = !r->in_code;
        return;
    }
    if (r->in_code) {
        markdown_begin(r, false);
        buf_add(&r->out, raw);
        return;
    }
    if (r->in_comment || slice_starts(line, SLICE("<!--"))) {
        r->in_comment = slice_find(line, SLICE("-->")) == line.n;
        return;
    }
    while (line.n && line.p[0] == '>')
        line = slice_trim(slice_sub(line, 1, line.n - 1));
    if (line.n == 0 || is_rule(line)) {
        r->blank_due = r->blank_due || line.n == 0 || line.p[0] != '|';
        return;
    }
    size_t level = markdown_count(line, '#'), mark = list_mark(line);
    if (level >= 1 && level <= 6 && level < line.n && is_space(line.p[level])) {
        struct slice text = slice_trim(slice_sub(line, level, line.n - level));
        while (text.n && text.p[text.n - 1] == '#')
            text.n--;
        markdown_begin(r, true);
        buf_add(&r->out, slice_sub(line, 0, level));
        buf_add_char(&r->out, ' ');
        size_t start = r->out.n;
        add_inline(&r->out, slice_trim(text), 0);
        if (r->title_bytes == 0) {
            r->title_start = start;
            r->title_bytes = r->out.n - start;
        }
        r->blank_due = true;
    } else if (mark) {
        markdown_begin(r, false);
        buf_add(&r->out, mark == 2 ? SLICE("- ") : slice_sub(line, 0, mark));
        add_inline(&r->out, slice_trim(slice_sub(line, mark, line.n - mark)), 0);
    } else {
        markdown_begin(r, false);
        if (line.p[0] == '|')
            add_row(r, line);
        else
            add_inline(&r->out, line, 0);
    }
}

/* "---" at the very start begins a block of settings (title: ..., date: ...) that readers do not see. */
static struct slice front_matter(struct arena *a, struct slice text, struct page_text *out)
{
    if (!slice_starts(text, SLICE("---\n")))
        return text;
    size_t end = slice_find(text, SLICE("\n---\n"));
    if (end == text.n)
        return text;
    struct slice head = slice_sub(text, 4, end > 4 ? end - 4 : 0);
    while (head.n) {
        size_t n = slice_find(head, SLICE("\n"));
        struct slice line = slice_sub(head, 0, n);
        size_t colon = slice_find(line, SLICE(":"));
        if (colon < line.n) {
            struct slice key = slice_sub(line, 0, colon),
                         value = slice_trim(slice_sub(line, colon + 1, line.n - colon - 1));
            if (value.n > 1 && (value.p[0] == '"' || value.p[0] == '\'') && value.p[value.n - 1] == value.p[0])
                value = slice_sub(value, 1, value.n - 2);
            if (slice_is(key, "title"))
                out->title = arena_dup(a, value);
            else if (slice_is(key, "date"))
                out->published = page_date(a, value);
            else if (slice_is(key, "author"))
                out->author = arena_dup(a, value);
        }
        n += n < head.n;
        head = slice_sub(head, n, head.n - n);
    }
    return slice_sub(text, end + 5, text.n - end - 5);
}

bool markdown_extract(struct arena *a, struct slice bytes, struct slice content_type, struct page_text *out,
                      struct err *e)
{
    (void)e;
    struct reader r = {.in_code = false};
    *out = (struct page_text){.why = PAGE_EMPTY};
    if (bytes.n > PAGE_BYTES_MAX) {
        bytes.n = PAGE_BYTES_MAX;
        out->cut = true;
    }
    struct slice text = front_matter(a, charset_to_utf8(a, bytes, content_type), out);
    buf_init(&r.out, PAGE_TEXT_BYTES_MAX);
    while (text.n && !r.out.over && !page_clock_over()) {
        size_t n = slice_find(text, SLICE("\n"));
        struct slice line = slice_sub(text, 0, n);
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        add_line(&r, line);
        n += n < text.n;
        text = slice_sub(text, n, text.n - n);
    }
    out->cut |= r.out.over;
    if (out->title.n == 0 && r.title_bytes)
        out->title = arena_dup(a, slice_sub(buf_slice(&r.out), r.title_start, r.title_bytes));
    out->text = slice_trim(arena_dup(a, utf8_cut(buf_slice(&r.out), PAGE_TEXT_BYTES_MAX)));
    buf_release(&r.out);
    out->why = out->text.n ? PAGE_READ : PAGE_EMPTY;
    return true;
}
