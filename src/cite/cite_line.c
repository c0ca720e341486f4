/* cite_line.c - reads lines that are not prose: code fences, lists of references, definitions of links.
 *
 * The beginning of a line decides, so ordinary lines are held back for a few characters only. A list of references
 * counts only if its first entry looks like a reference (a mark, a number, a bullet with an address), since "Sources"
 * may also be the heading of a section about rivers. */
#include "cite/cite_line.h"

#include "base/ascii.h"
#include "cite/cite_mark.h"
#include "lang/lang.h"
#include "text/marks.h"

enum { MAX_DECORATION = 16, MAX_INFO = 200, MAX_INDENT = 25, MAX_LABEL = 200 };

static struct cite_peek line_peek(struct slice text, bool final, size_t most)
{
    bool cut = text.n > most;
    return (struct cite_peek){.text = cut ? utf8_cut(text, most) : text, .final = final || cut};
}

static void skip_any(struct cite_peek *p, const char *set, size_t most)
{
    for (size_t end = p->at + most; p->at < end && peek_byte(p) && strchr(set, peek_byte(p)); p->at++)
        ;
}

/* Moves to the newline, but not over it. */
static void skip_line(struct cite_peek *p)
{
    while (peek_byte(p) && peek_byte(p) != '\n')
        p->at++;
}

static size_t count_run(struct cite_peek *p, char mark)
{
    size_t start = p->at;
    while (mark && peek_byte(p) == mark)
        p->at++;
    return p->at - start;
}

/* Moves over the white space at the start of a line, and returns the column behind it. */
static size_t skip_indent(struct cite_peek *p)
{
    size_t column = 0;
    for (; column < MAX_INDENT && (peek_byte(p) == ' ' || peek_byte(p) == '\t'); p->at++)
        column += peek_byte(p) == '\t' ? 4 - column % 4 : 1;
    return column;
}

/* Fences as text/markdown_guard.h takes them for certain. */
enum cite_reading cite_read_fence(struct slice text, bool final, struct cite_fence *out)
{
    struct cite_peek p = line_peek(text, final, MAX_INFO);
    size_t indent = skip_indent(&p);
    char mark = peek_byte(&p);
    if (mark != '`' && mark != '~')
        return peek_result(&p, false);
    size_t count = count_run(&p, mark), info = p.at;
    if (count < 3 || indent >= MAX_INDENT)
        return peek_result(&p, false);
    skip_line(&p);
    bool inline_code = mark == '`' && memchr(text.p + info, '`', p.at - info) != NULL;
    *out = (struct cite_fence){mark, indent, count, p.at};
    bool ended = peek_byte(&p) == '\n' || (final && p.at == text.n);
    return peek_result(&p, ended && !inline_code);
}

enum cite_reading cite_closes_fence(struct slice text, bool final, const struct cite_fence *fence)
{
    struct cite_peek p = line_peek(text, final, MAX_INFO);
    if (skip_indent(&p) > fence->indent + 3 || count_run(&p, fence->mark) < fence->count)
        return peek_result(&p, false);
    skip_any(&p, " \t\r", MAX_INFO);
    return peek_result(&p, peek_byte(&p) == '\n' || peek_byte(&p) == 0);
}

/* Moves over a heading. *plain: numbered lines below it are references. Below "Sources" they may be about rivers, so an
 * entry there must have an address or a mark. */
static bool take_heading(struct cite_peek *p, bool *plain)
{
    skip_any(p, " \t#*_>", MAX_DECORATION);
    size_t start = p->at;
    for (int list = 0; list < 2; list++) {
        const struct lang_entries words =
            lang_entries(lang_any(), list ? LANG_REFERENCE_HEADINGS : LANG_SOURCE_HEADINGS);
        for (size_t i = 0; i < words.n; i++) {
            p->at = start;
            if (!peek_take_word(p, words.at[i].word))
                continue;
            *plain = list == 1;
            skip_any(p, " \t#*_:\r", MAX_DECORATION);
            (void)peek_take(p, MARK_WIDE_COLON);
            if (peek_byte(p) == '\n' || peek_byte(p) == 0)
                return true;
        }
    }
    return false;
}

/* Whether the line contains "://" or "www.". */
static bool has_address(struct slice line)
{
    return slice_find(line, SLICE("://")) < line.n || slice_find(line, SLICE("www.")) < line.n;
}

static bool is_bullet(struct slice line)
{
    size_t n = mark_starts(line, MARKS_BULLET);
    return n > 0 && n < line.n && line.p[n] == ' ';
}

static bool is_numbered(struct slice line)
{
    size_t digits = 0;
    while (digits < line.n && digits < 4 && ascii_is_digit(line.p[digits]))
        digits++;
    return digits && digits < line.n && char_in(line.p[digits], ".):");
}

static bool begins_with_mark(struct slice line)
{
    struct cite_mark mark;
    return cite_read_mark(line, true, 0, &mark) == CITE_YES;
}

/* first: this entry decides whether the lines are a list of references. plain: a number is enough for that. */
static enum cite_reading read_entry(struct slice text, bool final, bool first, bool plain, size_t *n)
{
    struct cite_peek p = line_peek(text, final, CITE_LINE_BYTES);
    skip_line(&p);
    struct slice line = slice_sub(p.text, 0, p.at);
    bool blank = slice_trim(line).n == 0;
    bool indented = line.n && (line.p[0] == ' ' || line.p[0] == '\t');
    line = slice_trim(line);
    *n = p.at + (peek_byte(&p) == '\n');
    if (blank)
        return peek_result(&p, !first);
    bool bullet = is_bullet(line);
    if (bullet)
        line = slice_trim(slice_sub(line, 1, line.n - 1)); /* the rest of a longer bullet does no harm */
    bool entry = (plain && is_numbered(line)) || has_address(line) || begins_with_mark(line);
    return peek_result(&p, entry || (!first && (indented || bullet)));
}

enum cite_reading cite_read_references(struct slice text, bool final, size_t *n)
{
    struct cite_peek p = line_peek(text, final, CITE_LINE_BYTES);
    bool plain = false;
    if (!take_heading(&p, &plain))
        return peek_result(&p, false);
    *n = p.at;
    skip_any(&p, "\n\r \t", MAX_DECORATION);
    bool nothing = peek_byte(&p) == 0 && final;
    if (p.more)
        return CITE_MORE;
    size_t ignored;
    return nothing ? CITE_YES : read_entry(slice_sub(text, p.at, text.n - p.at), final, true, plain, &ignored);
}

enum cite_reading cite_read_reference(struct slice text, bool final, size_t *n)
{
    return read_entry(text, final, false, true, n);
}

enum cite_reading cite_read_definition(struct slice text, bool final)
{
    struct cite_peek p = line_peek(text, final, MAX_LABEL);
    skip_any(&p, " ", 3);
    if (!peek_take(&p, "["))
        return peek_result(&p, false);
    while (peek_byte(&p) && !strchr("[]\n", peek_byte(&p)))
        p.at++;
    if (!peek_take(&p, "]:"))
        return peek_result(&p, false);
    peek_spaces(&p);
    bool url = peek_take(&p, "<") || peek_take(&p, "http") || peek_take(&p, "www.") || peek_take(&p, "//");
    return peek_result(&p, url);
}
