/* markdown_guard.c - see markdown_guard.h for what it is for and why it writes as it does. */
#include "text/markdown_guard.h"

#include "base/ascii.h"
#include "base/utf8.h"

enum { INDENT_MAX = 64, FENCE_INDENT_MAX = 24, TAB = 4, CERTAIN_INDENT = 3, CODE_RUN = 3, LONG_RUN = 64 };
enum { HELD_BYTES = MARKDOWN_PIECE_BYTES + 1024, READY_BYTES = 1 << 20 };

enum decided { NOT_YET, DECIDED };

void markdown_guard_init(struct markdown_guard *g)
{
    *g = (struct markdown_guard){.after_blank = true};
    buf_init(&g->held, HELD_BYTES);
    buf_init(&g->ready, READY_BYTES);
}

void markdown_guard_release(struct markdown_guard *g)
{
    buf_release(&g->held);
    buf_release(&g->ready);
}

/* What is held back, from a byte on. */
struct ahead {
    struct slice text;
    bool final; /* no more will come before the decision */
};

/* No decision looks at more than `most` bytes, however many have come: so it does not depend on where text was cut. */
static struct ahead ahead_of(struct ahead a, size_t most)
{
    bool cut = a.text.n > most;
    return (struct ahead){cut ? slice_sub(a.text, 0, most) : a.text, a.final || cut};
}

static size_t run_of(struct slice text, size_t at, char c)
{
    size_t n = 0;
    while (at + n < text.n && text.p[at + n] == c)
        n++;
    return n;
}

/* Once something did not fit nothing goes out any more: a text with a hole could be read otherwise. */
static void markdown_put(struct markdown_guard *g, struct slice text)
{
    if (text.n == 0 || g->full)
        return;
    g->full = !buf_add(&g->ready, text);
    g->last = text.p[text.n - 1];
    g->escaping = false;
}

static void put_escaped(struct markdown_guard *g, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!(i == 0 && g->escaping))
            markdown_put(g, SLICE("\\"));
        markdown_put(g, slice_sub(text, i, 1));
    }
}

static void end_line(struct markdown_guard *g, bool blank)
{
    markdown_put(g, SLICE("\n"));
    g->last = 0;
    g->table_span = false;
    g->after_blank = blank;
}

/* The column behind the white space at the start of a line, *n: its bytes. */
static size_t indent_of(struct slice text, size_t *n)
{
    size_t column = 0;
    for (*n = 0; *n < text.n && *n < INDENT_MAX && (text.p[*n] == ' ' || text.p[*n] == '\t'); ++*n)
        column += text.p[*n] == '\t' ? TAB - column % TAB : 1;
    return column;
}

static void put_spaces(struct markdown_guard *g, size_t n)
{
    while (n-- > 0)
        markdown_put(g, SLICE(" "));
}

/* ---- lines ---- */

/* A line that opens a fence, with all of its bytes: a mark behind it could make it a span. */
static enum decided read_opening(struct markdown_guard *g, struct ahead a, size_t *taken)
{
    a = ahead_of(a, MARKDOWN_INFO_BYTES);
    size_t spaces, indent = indent_of(a.text, &spaces);
    char mark = spaces < a.text.n ? a.text.p[spaces] : 0;
    *taken = 0;
    if (spaces == a.text.n && spaces < INDENT_MAX && !a.final)
        return NOT_YET;
    if (mark != '`' && mark != '~')
        return DECIDED;
    size_t run = run_of(a.text, spaces, mark), end = slice_find(a.text, SLICE("\n"));
    if (run < CODE_RUN)
        return spaces + run < a.text.n || a.final ? DECIDED : NOT_YET;
    if (end == a.text.n && !a.final)
        return NOT_YET;
    bool span = mark == '`' && memchr(a.text.p + spaces + run, '`', end - spaces - run);
    if (span || end == a.text.n || indent > FENCE_INDENT_MAX)
        return DECIDED;
    if (indent > CERTAIN_INDENT && !g->after_blank)
        end_line(g, true);
    g->fence = mark;
    g->fence_run = run;
    g->fence_indent = indent;
    g->place = MARKDOWN_FENCE_OPENING;
    return DECIDED;
}

static enum decided read_line_start(struct markdown_guard *g, struct ahead a, size_t *taken)
{
    size_t spaces;
    enum decided is = read_opening(g, a, taken);
    a = ahead_of(a, MARKDOWN_INFO_BYTES);
    if (is == NOT_YET || g->place == MARKDOWN_FENCE_OPENING)
        return is;
    indent_of(a.text, &spaces);
    markdown_put(g, slice_sub(a.text, 0, spaces));
    *taken = spaces;
    if (spaces < a.text.n && a.text.p[spaces] == '\n') {
        end_line(g, true);
        ++*taken;
        return DECIDED;
    }
    g->place = MARKDOWN_IN_LINE;
    return DECIDED;
}

/* A line in a fence: blank, the closing one, or code that must not stand further left than the fence. */
static enum decided read_fence_start(struct markdown_guard *g, struct ahead a, size_t *taken)
{
    a = ahead_of(a, MARKDOWN_INFO_BYTES);
    size_t spaces, indent = indent_of(a.text, &spaces);
    *taken = spaces;
    if (spaces == a.text.n && spaces < INDENT_MAX && !a.final)
        return NOT_YET;
    g->place = MARKDOWN_FENCE_LINE;
    if (spaces < a.text.n && a.text.p[spaces] == '\n') {
        markdown_put(g, slice_sub(a.text, 0, spaces));
        return DECIDED;
    }
    size_t run = run_of(a.text, spaces, g->fence), end = spaces + run;
    while (end < a.text.n && (a.text.p[end] == ' ' || a.text.p[end] == '\t'))
        end++;
    bool near = indent <= g->fence_indent + CERTAIN_INDENT;
    if (end == a.text.n && near && !a.final && run && (run >= g->fence_run || spaces + run == end)) {
        g->place = MARKDOWN_FENCE_START;
        return NOT_YET;
    }
    bool closes = near && run >= g->fence_run && (end == a.text.n || a.text.p[end] == '\n');
    if (closes || indent < g->fence_indent)
        put_spaces(g, g->fence_indent);
    markdown_put(g, slice_sub(a.text, closes ? spaces : 0, closes ? run : end));
    *taken = end;
    if (closes && end < a.text.n && a.text.p[end] == '\n') {
        g->place = MARKDOWN_FENCE_CLOSING;
    } else if (closes) { /* nobody knows yet whether more stands in this line: now nothing does */
        end_line(g, false);
        g->place = MARKDOWN_LINE_START;
    } else if (a.final && near && run && spaces + run == a.text.n) {
        markdown_put(g, SLICE(" ")); /* so that what follows makes no closing line of it */
    }
    return DECIDED;
}

/* The rest of a line of a fence, as far as it has come. */
static void pass_fence(struct markdown_guard *g, struct ahead a, size_t *taken)
{
    size_t n = slice_find(a.text, SLICE("\n"));
    markdown_put(g, slice_sub(a.text, 0, n));
    *taken = n;
    if (n == a.text.n)
        return;
    end_line(g, false);
    ++*taken;
    g->place = g->place == MARKDOWN_FENCE_CLOSING ? MARKDOWN_LINE_START : MARKDOWN_FENCE_START;
}

/* ---- in a line ---- */

/* Whether text in a span of code would be a link, an image or a tag if some reader ended the span earlier. */
static bool would_be_markup(struct slice text)
{
    static const char *const signs[] = {"<", "](", "]:", ":/", ":\\", "www."};
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (slice_find(text, slice_of(signs[i])) < text.n)
            return true;
    return false;
}

static enum decided read_backticks(struct markdown_guard *g, struct ahead a, size_t *taken)
{
    bool cut = a.text.n > MARKDOWN_SPAN_BYTES;
    a = ahead_of(a, MARKDOWN_SPAN_BYTES);
    size_t run = run_of(a.text, 0, '`'), end = run, closing = 0;
    *taken = run;
    if (run == a.text.n && !a.final)
        return NOT_YET;
    bool opens = !g->escaping && g->last != '`';
    while (opens && end < a.text.n && a.text.p[end] != '\n' && closing != run) {
        closing = run_of(a.text, end, '`');
        end += closing ? closing : 1;
    }
    if (opens && end == a.text.n && !a.final)
        return NOT_YET; /* a closing run may go on, too */
    if (cut && end == a.text.n)
        closing = 0;
    struct slice inside = slice_sub(a.text, run, closing == run ? end - 2 * run : 0);
    bool cell = slice_find(inside, SLICE("|")) < inside.n;
    if (closing != run || ((cell || g->table_span) && would_be_markup(inside))) {
        put_escaped(g, slice_sub(a.text, 0, run));
        return DECIDED;
    }
    g->table_span = g->table_span || cell;
    markdown_put(g, slice_sub(a.text, 0, end));
    *taken = end;
    return DECIDED;
}

static bool begins_tag(char next)
{
    return ascii_is_letter(next) || char_in(next, "/!?");
}

/* How many bytes of `word` text begins with, in either case. */
static size_t begins_with(struct slice text, struct slice word)
{
    size_t n = 0;
    while (n < word.n && n < text.n && (ascii_is_upper(text.p[n]) ? text.p[n] + 32 : text.p[n]) == word.p[n])
        n++;
    return n;
}

static bool is_slash(struct slice text, size_t i)
{
    return i < text.n && (text.p[i] == '/' || text.p[i] == '\\');
}

/* Text that gets a backslash before its byte `at`, or none. */
static enum decided read_special(struct markdown_guard *g, struct ahead a, size_t *taken)
{
    char c = a.text.p[0];
    bool escape = false, more = false;
    *taken = 1;
    if (c == '<') {
        more = a.text.n < 2;
        escape = !more && begins_tag(a.text.p[1]);
    } else if (c == ':' && g->last != ']') {
        more = a.text.n < 2 || (a.text.n < 3 && is_slash(a.text, 1));
        escape = is_slash(a.text, 1) && is_slash(a.text, 2);
    } else if (c == '~') {
        size_t run = run_of(ahead_of(a, LONG_RUN).text, 0, c);
        more = run == a.text.n && run < LONG_RUN;
        *taken = run;
        escape = run >= CODE_RUN;
    } else if ((c == 'w' || c == 'W') && !ascii_is_letter(g->last) && !ascii_is_digit(g->last)) {
        size_t n = begins_with(a.text, SLICE("www."));
        more = n == a.text.n && n < 4;
        if (n == 4)
            markdown_put(g, slice_sub(a.text, 0, 3));
        a.text = n == 4 ? slice_sub(a.text, 3, 1) : a.text;
        *taken = n == 4 ? 4 : 1;
        escape = n == 4;
    } else {
        escape = (c == '(' || c == ':') && g->last == ']';
    }
    if (more && !a.final)
        return NOT_YET;
    struct slice out = slice_sub(a.text, 0, c == 'w' || c == 'W' ? 1 : *taken);
    if (escape || (more && char_in(c, "<:~")))
        put_escaped(g, out);
    else
        markdown_put(g, out);
    return DECIDED;
}

static enum decided read_in_line(struct markdown_guard *g, struct ahead a, size_t *taken)
{
    char c = a.text.p[0];
    if (c == '\n') {
        end_line(g, false);
        g->place = MARKDOWN_LINE_START;
        *taken = 1;
        return DECIDED;
    }
    if (c == '\\') {
        bool was = g->escaping;
        markdown_put(g, slice_sub(a.text, 0, 1));
        g->escaping = !was;
        *taken = 1;
        return DECIDED;
    }
    if (c == '`')
        return read_backticks(g, a, taken);
    if (char_in(c, "<:~wW("))
        return read_special(g, a, taken);
    *taken = 1;
    while (*taken < a.text.n && !char_in(a.text.p[*taken], "\n\\`<:~wW("))
        ++*taken;
    markdown_put(g, slice_sub(a.text, 0, *taken));
    return DECIDED;
}

/* ---- the stream ---- */

static void markdown_decide(struct markdown_guard *g, bool final)
{
    size_t start = 0;
    while (start < g->held.n) {
        struct ahead a = {slice_sub(buf_slice(&g->held), start, g->held.n - start), final};
        size_t taken = 0;
        enum decided is = DECIDED;
        switch (g->place) {
        case MARKDOWN_LINE_START:
            is = read_line_start(g, a, &taken);
            break;
        case MARKDOWN_FENCE_START:
            is = read_fence_start(g, a, &taken);
            break;
        case MARKDOWN_IN_LINE:
            is = read_in_line(g, a, &taken);
            break;
        case MARKDOWN_FENCE_OPENING:
        case MARKDOWN_FENCE_LINE:
        case MARKDOWN_FENCE_CLOSING:
            pass_fence(g, a, &taken);
            break;
        }
        if (is == NOT_YET)
            break;
        start += taken;
    }
    if (start > 0) {
        memmove(g->held.p, g->held.p + start, g->held.n - start + 1); /* with the NUL */
        g->held.n -= start;
    }
}

/* Adds text with "\n" for each end of a line; a NUL, which readers take for another character, is left out. */
static void markdown_hold(struct markdown_guard *g, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool behind = c == '\n' && g->carriage;
        g->carriage = c == '\r';
        if (!behind && c)
            buf_add_char(&g->held, c == '\r' ? '\n' : c);
    }
}

struct slice markdown_guard_feed(struct markdown_guard *g, struct slice text)
{
    buf_reset(&g->ready);
    while (text.n > 0) {
        struct slice piece = utf8_cut(text, MARKDOWN_PIECE_BYTES);
        piece = piece.n ? piece : slice_sub(text, 0, 1);
        markdown_hold(g, piece);
        markdown_decide(g, false);
        text = slice_sub(text, piece.n, text.n - piece.n);
    }
    return buf_slice(&g->ready);
}

struct slice markdown_guard_settle(struct markdown_guard *g)
{
    buf_reset(&g->ready);
    markdown_decide(g, true);
    return buf_slice(&g->ready);
}
