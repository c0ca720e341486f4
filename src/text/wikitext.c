/* wikitext.c - see wikitext.h. Two passes: spans (comments, templates, references, links, tags) leave a flat text in which
 * tables and lists are still marked by how their lines begin; then lines. */
#include "text/wikitext.h"

#include "base/buf.h"
#include "base/utf8.h"

enum { DEPTH_MAX = 40, ARGS_MAX = 12, LONG_STRETCH = 10000 };

struct wiki {
    struct buf out;
    unsigned never_closed; /* bits of dropped[]: no end was found in a long stretch; looking again would be quadratic */
};

static bool at_nocase(struct slice s, size_t at, struct slice what)
{
    return at + what.n <= s.n && slice_eq_nocase(slice_sub(s, at, what.n), what);
}

static size_t find_nocase(struct slice s, size_t at, struct slice what)
{
    for (; at + what.n <= s.n; at++) {
        const char *p = memchr(s.p + at, what.p[0], s.n - at);
        if (!p)
            return s.n;
        at = (size_t)(p - s.p);
        if (at_nocase(s, at, what))
            return at;
    }
    return s.n;
}

/* --- bounds of constructs --------------------------------------------------------------------------------------- */

/* For each "{{" and "[[" the place behind its end, found in one pass with a stack: linear whatever the nesting. */
struct span {
    size_t begin, end; /* end 0: never closed */
};

struct spans {
    struct span *at; /* in the order of begin */
    size_t n, next;
};

static void find_spans(struct arena *a, struct slice in, struct spans *out)
{
    size_t stack[DEPTH_MAX], depth = 0, room = 0;
    void *items = NULL;
    *out = (struct spans){NULL, 0, 0};
    for (size_t i = 0; i + 1 < in.n; i++) {
        char c = in.p[i];
        if (c != in.p[i + 1] || (c != '{' && c != '}' && c != '[' && c != ']'))
            continue;
        if (c == '{' || c == '[') {
            struct span *s = arena_push(a, &items, out->n, &room, sizeof *s);
            *s = (struct span){i, 0};
            if (depth < DEPTH_MAX)
                stack[depth++] = out->n;
            out->n++;
            i++;
        } else if (depth > 0) {
            char open = c == '}' ? '{' : '[';
            struct span *all = items;
            size_t d = depth; /* an inner one that was never closed does not keep the outer one open */
            while (d > 0 && in.p[all[stack[d - 1]].begin] != open)
                d--;
            if (d > 0) {
                all[stack[d - 1]].end = i + 2;
                depth = d - 1;
                i++;
            }
        }
    }
    out->at = items;
}

/* The end of what begins at `begin`; 0 when it has none. begin never goes back within one level. */
static size_t span_end(const struct spans *s, size_t begin)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->at[middle].begin < begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->n && s->at[low].begin == begin ? s->at[low].end : 0;
}

/* Cuts at '|' outside of nested brackets. */
static size_t split_args(struct slice in, struct slice *args)
{
    size_t n = 0, begin = 0;
    int depth = 0;
    for (size_t i = 0; i <= in.n; i++) {
        if (i < in.n && (in.p[i] == '{' || in.p[i] == '['))
            depth++;
        else if (i < in.n && (in.p[i] == '}' || in.p[i] == ']'))
            depth -= depth > 0;
        else if (i == in.n || (in.p[i] == '|' && depth == 0 && n + 1 < ARGS_MAX)) {
            args[n++] = slice_trim(slice_sub(in, begin, i - begin));
            begin = i + 1;
        }
    }
    return n;
}

static void plain_spans(struct wiki *w, struct slice in, const struct spans *spans, size_t from, size_t to, int depth);

/* Text of templates that stand for words: {{lang|fr|mot}}, {{convert|5|km}}, {{nowrap|...}}. */
static void put_template(struct wiki *w, struct slice in, const struct spans *spans, size_t from, size_t to, int depth)
{
    static const char *const last[] = {"lang", "transl", "nowrap", "nobr", "small", "abbr", "linktext", "nihongo"};
    struct slice args[ARGS_MAX];
    size_t n = split_args(slice_sub(in, from, to - from), args);
    if (n < 2)
        return;
    bool convert = slice_eq_nocase(args[0], SLICE("convert")) || slice_eq_nocase(args[0], SLICE("cvt"));
    if (convert && n >= 3) {
        buf_printf(&w->out, "%.*s %.*s", SLICE_ARGS(args[1]), SLICE_ARGS(args[2]));
        return;
    }
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        if (!slice_eq_nocase(args[0], slice_of(last[i])))
            continue;
        struct slice arg = slice_eq_nocase(args[0], SLICE("lang")) || slice_eq_nocase(args[0], SLICE("transl")) ? args[n - 1]
                                                                                                             : args[1];
        size_t start = (size_t)(arg.p - in.p);
        plain_spans(w, in, spans, start, start + arg.n, depth + 1);
        return;
    }
}

/* True when the part before the colon names something that is not shown in the text. */
static bool hidden_link(struct slice target)
{
    static const char *const hidden[] = {"file",  "image", "category", "media",   "datei",    "bild",   "kategorie",
                                         "fichier", "catégorie", "archivo", "categoría", "файл", "категория"};
    size_t colon = slice_find(target, SLICE(":"));
    if (colon == target.n || colon == 0)
        return false;
    struct slice space = slice_trim(slice_sub(target, 0, colon));
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (slice_eq_nocase(space, slice_of(hidden[i])))
            return true;
    /* [[de:Berlin]]: the same article in another language. */
    for (size_t i = 0; i < space.n; i++)
        if (space.p[i] < 'a' || space.p[i] > 'z')
            return false;
    return space.n == 2 || space.n == 3;
}

static void put_link(struct wiki *w, struct slice in, const struct spans *spans, size_t from, size_t to, int depth)
{
    struct slice args[ARGS_MAX];
    size_t n = split_args(slice_sub(in, from, to - from), args);
    if (n == 0 || hidden_link(args[0]))
        return;
    struct slice label = n > 1 && args[n - 1].n ? args[n - 1] : args[0];
    if (n == 1 && slice_starts(label, SLICE(":")))
        label = slice_sub(label, 1, label.n - 1);
    size_t start = (size_t)(label.p - in.p);
    plain_spans(w, in, spans, start, start + label.n, depth + 1);
}

/* --- tags and entities ------------------------------------------------------------------------------------------ */

/* Elements whose content is no text. */
static const char *const dropped[] = {"ref", "math", "gallery", "timeline", "score", "imagemap", "references", "graph",
                                      "templatestyles", "hiero", "chem", "mapframe", "maplink"};

/* Behind the tag, or the whole element when its content is dropped; `at` is at '<'. */
static size_t skip_tag(struct wiki *w, struct slice in, size_t at, size_t to)
{
    struct slice rest = slice_sub(in, at, to - at);
    if (slice_starts(rest, SLICE("<!--"))) {
        size_t end = slice_find(rest, SLICE("-->"));
        return end < rest.n ? at + end + 3 : to;
    }
    char next = rest.n > 1 ? rest.p[1] : ' ';
    bool close = next == '/';
    char letter = close && rest.n > 2 ? rest.p[2] : next;
    size_t end = slice_find(slice_sub(rest, 0, rest.n < 2000 ? rest.n : 2000), SLICE(">"));
    if (!((letter | 32) >= 'a' && (letter | 32) <= 'z') || end == (rest.n < 2000 ? rest.n : 2000)) {
        buf_add_char(&w->out, '<');
        return at + 1;
    }
    struct slice name = slice_sub(rest, close ? 2 : 1, end - (close ? 2 : 1));
    size_t n = 0;
    while (n < name.n && name.p[n] != ' ' && name.p[n] != '/' && name.p[n] != '\n' && name.p[n] != '\t')
        n++;
    name.n = n;
    if (slice_eq_nocase(name, SLICE("br")) || slice_eq_nocase(name, SLICE("p")))
        buf_add_char(&w->out, slice_eq_nocase(name, SLICE("p")) ? '\n' : ' ');
    bool empty = rest.p[end - 1] == '/';
    for (size_t i = 0; !close && !empty && i < sizeof dropped / sizeof *dropped; i++) {
        if (!slice_eq_nocase(name, slice_of(dropped[i])))
            continue;
        if (w->never_closed >> i & 1)
            break;
        char mark[32];
        int m = snprintf(mark, sizeof mark, "</%s", dropped[i]);
        struct slice whole = slice_sub(in, 0, to);
        size_t stop = find_nocase(whole, at + end + 1, (struct slice){mark, (size_t)m});
        if (stop == to) { /* never closed: only the tag goes */
            w->never_closed |= to - at > LONG_STRETCH ? 1u << i : 0;
            return at + end + 1;
        }
        struct slice tail = slice_sub(whole, stop, to - stop);
        size_t over = slice_find(tail, SLICE(">"));
        return over < tail.n ? stop + over + 1 : to;
    }
    return at + end + 1;
}

static size_t put_entity(struct wiki *w, struct slice in, size_t at, size_t to)
{
    static const struct {
        const char *name, *text;
    } named[] = {{"&nbsp;", " "}, {"&amp;", "&"},   {"&lt;", "<"},    {"&gt;", ">"},     {"&quot;", "\""}, {"&ndash;", "–"},
                 {"&mdash;", "—"}, {"&minus;", "−"}, {"&times;", "×"}, {"&thinsp;", " "}, {"&deg;", "°"},   {"&middot;", "·"},
                 {"&hellip;", "…"}, {"&shy;", ""}};
    struct slice rest = slice_sub(in, at, to - at);
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (!slice_starts(rest, slice_of(named[i].name)))
            continue;
        buf_add(&w->out, slice_of(named[i].text));
        return at + strlen(named[i].name);
    }
    uint32_t code = 0;
    size_t i = 2;
    bool hex = rest.n > 3 && rest.p[1] == '#' && (rest.p[2] | 32) == 'x';
    for (i += hex; rest.n > 3 && rest.p[1] == '#' && i < rest.n && i < 10 && rest.p[i] != ';'; i++) {
        char c = rest.p[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : hex && (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (digit < 0)
            break;
        code = code * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (code >= ' ' && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) && i < rest.n && rest.p[i] == ';') {
        char bytes[4];
        buf_add(&w->out, (struct slice){bytes, utf8_put(bytes, code)});
        return at + i + 1;
    }
    buf_add_char(&w->out, '&');
    return at + 1;
}

/* [https://example.org label]; returns the place behind it. */
static size_t put_external(struct wiki *w, struct slice in, const struct spans *spans, size_t at, size_t to, int depth)
{
    struct slice rest = slice_sub(in, at + 1, to - at - 1);
    bool link = slice_starts(rest, SLICE("http:")) || slice_starts(rest, SLICE("https:")) || slice_starts(rest, SLICE("//"));
    size_t limit = rest.n < 3000 ? rest.n : 3000;
    size_t end = slice_find(slice_sub(rest, 0, limit), SLICE("]"));
    if (!link || end == limit) {
        buf_add_char(&w->out, '[');
        return at + 1;
    }
    size_t space = slice_find(slice_sub(rest, 0, end), SLICE(" "));
    if (space < end)
        plain_spans(w, in, spans, at + 1 + space + 1, at + 1 + end, depth + 1);
    return at + 1 + end + 1;
}

static void plain_spans(struct wiki *w, struct slice in, const struct spans *spans, size_t from, size_t to, int depth)
{
    for (size_t i = from; i < to;) {
        char c = in.p[i];
        bool twice = i + 1 < to && in.p[i + 1] == c;
        if (c == '<') {
            i = skip_tag(w, in, i, to);
        } else if (c == '&') {
            i = put_entity(w, in, i, to);
        } else if (c == '\'' && twice) {
            while (i < to && in.p[i] == '\'')
                i++;
        } else if ((c == '{' || c == '[') && twice) {
            size_t end = span_end(spans, i);
            if (end == 0 || end > to || depth >= DEPTH_MAX) {
                i += 2; /* never closed: the brackets alone go */
                continue;
            }
            if (c == '{')
                put_template(w, in, spans, i + 2, end - 2, depth);
            else
                put_link(w, in, spans, i + 2, end - 2, depth);
            i = end;
        } else if (c == '[') {
            i = put_external(w, in, spans, i, to, depth);
        } else if (c == '_' && twice && i + 4 < to && in.p[i + 2] >= 'A' && in.p[i + 2] <= 'Z') { /* __NOTOC__ */
            size_t end = slice_find(slice_sub(in, i + 2, to - i - 2 < 30 ? to - i - 2 : 30), SLICE("__"));
            i += end < 28 && i + 4 + end <= to ? end + 4 : 2;
        } else {
            buf_add_char(&w->out, c);
            i++;
        }
    }
}

/* --- lines ------------------------------------------------------------------------------------------------------ */

static void end_line(struct buf *out)
{
    while (out->n && out->p[out->n - 1] == ' ')
        out->n--;
    if (out->n && out->p[out->n - 1] != '\n')
        buf_add_char(out, '\n');
}

static void paragraph(struct buf *out)
{
    end_line(out);
    if (out->n > 1 && out->p[out->n - 2] != '\n')
        buf_add_char(out, '\n');
}

static void put_words(struct buf *out, struct slice line)
{
    line = slice_trim(line);
    for (size_t i = 0; i < line.n; i++)
        if (!((line.p[i] == ' ' || line.p[i] == '\t') && out->n && out->p[out->n - 1] == ' '))
            buf_add_char(out, line.p[i] == '\t' ? ' ' : line.p[i]);
}

/* A cell may begin with attributes: style="..." | text. */
static struct slice cell_text(struct slice cell)
{
    size_t bar = slice_find(cell, SLICE("|"));
    if (bar < cell.n && slice_find(slice_sub(cell, 0, bar), SLICE("=")) < bar)
        return slice_sub(cell, bar + 1, cell.n - bar - 1);
    return cell;
}

/* A line of a table that begins with '|' or '!'; *row tells that the row has cells already. */
static void put_cells(struct buf *out, struct slice line, bool *row)
{
    char mark = line.p[0];
    line = slice_sub(line, 1, line.n - 1);
    while (line.n > 0) {
        size_t n = slice_find(line, SLICE("||"));
        if (mark == '!') {
            size_t other = slice_find(line, SLICE("!!"));
            n = other < n ? other : n;
        }
        struct slice text = slice_trim(cell_text(slice_sub(line, 0, n)));
        if (text.n) {
            if (*row)
                buf_add(out, SLICE(" | "));
            put_words(out, text);
            *row = true;
        }
        line = n < line.n ? slice_sub(line, n + 2, line.n - n - 2) : (struct slice){"", 0};
    }
}

static bool table_line(struct buf *out, struct slice line, int *depth, bool *row)
{
    if (slice_starts(line, SLICE("{|"))) {
        paragraph(out);
        ++*depth;
        *row = false;
        return true;
    }
    if (*depth == 0)
        return false;
    if (slice_starts(line, SLICE("|}"))) {
        --*depth;
        paragraph(out);
    } else if (slice_starts(line, SLICE("|-"))) {
        end_line(out);
        *row = false;
    } else if (slice_starts(line, SLICE("|+"))) {
        put_words(out, cell_text(slice_sub(line, 2, line.n - 2)));
        end_line(out);
    } else if (line.n && (line.p[0] == '|' || line.p[0] == '!')) {
        put_cells(out, line, row);
    } else if (line.n) {
        if (out->n && out->p[out->n - 1] != '\n')
            buf_add_char(out, ' ');
        put_words(out, line);
        *row = true;
    }
    return true;
}

static void put_line(struct buf *out, struct slice line)
{
    size_t level = 0;
    while (level < 6 && level < line.n && line.p[level] == '=')
        level++;
    if (level && line.n > 2 * level && line.p[line.n - 1] == '=') {
        struct slice text = slice_sub(line, level, line.n - level);
        while (text.n && text.p[text.n - 1] == '=')
            text.n--;
        paragraph(out);
        for (size_t i = 0; i < level; i++)
            buf_add_char(out, '#');
        buf_add_char(out, ' ');
        put_words(out, text);
        paragraph(out);
        return;
    }
    size_t marks = 0;
    while (marks < line.n && memchr("*#:;", line.p[marks], 4))
        marks++;
    if (marks) {
        bool item = line.p[marks - 1] == '*' || line.p[marks - 1] == '#';
        struct slice text = slice_trim(slice_sub(line, marks, line.n - marks));
        end_line(out);
        if (text.n && item)
            buf_add(out, SLICE("- "));
        put_words(out, text);
        end_line(out);
    } else if (line.n == 0 || slice_starts(line, SLICE("----"))) {
        paragraph(out);
    } else {
        if (out->n && out->p[out->n - 1] != '\n')
            buf_add_char(out, ' ');
        put_words(out, line);
    }
}

struct slice wikitext_plain(struct arena *a, struct slice markup)
{
    struct wiki w = {.never_closed = 0};
    struct spans spans;
    struct buf out;
    int depth = 0;
    bool row = false;
    buf_init(&w.out, 4 * markup.n + 64);
    buf_init(&out, 4 * markup.n + 64);
    find_spans(a, markup, &spans);
    plain_spans(&w, markup, &spans, 0, markup.n, 0);
    struct slice rest = buf_slice(&w.out);
    while (rest.n > 0) {
        size_t n = slice_find(rest, SLICE("\n"));
        struct slice line = slice_trim(slice_sub(rest, 0, n));
        if (!table_line(&out, line, &depth, &row))
            put_line(&out, line);
        rest = n < rest.n ? slice_sub(rest, n + 1, rest.n - n - 1) : (struct slice){"", 0};
    }
    struct slice plain = arena_dup(a, slice_trim(buf_slice(&out)));
    buf_release(&w.out);
    buf_release(&out);
    return plain;
}
