/* wikitext.c - see wikitext.h. Two passes: spans (templates, references, links, tags) leave a flat text in which tables
 * and lists are still marked by how their lines begin; then lines (wikitext_lines.c). Comments go before all else,
 * since they may stand anywhere. */
#include "pages/wikitext.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "pages/entity.h"
#include "pages/markup.h"
#include "pages/tex.h"
#include "pages/wikitext_inner.h"
#include "text/listed.h"

enum { RAISED_BYTES_MAX = 1000, EXTERNAL_BYTES_MAX = 3000 };
enum { NO_BREAK_SPACE = 0xA0, SOFT_HYPHEN = 0xAD, THIN_SPACE = 0x2009 };

/* --- links -------------------------------------------------------------------------------------------------------- */

/* True when the part before the colon names something that is not shown in the text. */
static bool wiki_link_hidden(struct slice target)
{
    size_t colon = slice_find(target, SLICE(":"));
    if (colon == target.n || colon == 0)
        return false;
    struct slice space = slice_trim(slice_sub(target, 0, colon));
    if (listed(lang_any(), LANG_WIKI_HIDDEN, space))
        return true;
    /* [[de:Berlin]]: the same article in another language. */
    for (size_t i = 0; i < space.n; i++)
        if (!ascii_is_lower(space.p[i]))
            return false;
    return space.n == 2 || space.n == 3;
}

static void wiki_put(struct wiki *w, struct slice markup, int depth);

static void wiki_put_link(struct wiki *w, struct slice inside, int depth)
{
    struct slice *pieces;
    size_t n = wiki_split(w, inside, &pieces);
    struct slice target = slice_trim(pieces[0]), label = slice_trim(pieces[n - 1]);
    if (wiki_link_hidden(target)) {
        buf_add_char(&w->out, WIKI_HOLE);
        return;
    }
    label = label.n ? label : target;
    if (n == 1 && slice_starts(label, SLICE(":")))
        label = slice_sub(label, 1, label.n - 1);
    wiki_put(w, label, depth + 1);
}

/* [https://example.org label]; returns its bytes. */
static size_t wiki_put_external(struct wiki *w, struct slice rest, int depth)
{
    static const char *const schemes[] = {"http:", "https:", "//", "ftp:", "mailto:"};
    struct slice inside = slice_sub(rest, 1, (rest.n < EXTERNAL_BYTES_MAX ? rest.n : EXTERNAL_BYTES_MAX) - 1);
    bool link = false;
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        link = link || slice_starts(inside, slice_of(schemes[i]));
    size_t end = link ? slice_find(inside, SLICE("]")) : inside.n;
    if (end == inside.n || slice_find(slice_sub(inside, 0, end), SLICE("\n")) < end) {
        buf_add_char(&w->out, '[');
        return 1;
    }
    size_t space = slice_find(slice_sub(inside, 0, end), SLICE(" "));
    if (space < end)
        wiki_put(w, slice_sub(inside, space + 1, end - space - 1), depth + 1);
    else
        buf_add_char(&w->out, WIKI_HOLE);
    return end + 2;
}

/* --- tags and references to characters -----------------------------------------------------------------------------
 */

static size_t wiki_put_entity(struct wiki *w, struct slice rest)
{
    char bytes[4];
    uint32_t code = 0;
    size_t used = entity_read_closed(rest, &code);
    if (used == 0 || code < ' ') {
        buf_add_char(&w->out, '&');
        return 1;
    }
    if (code == NO_BREAK_SPACE || code == THIN_SPACE)
        buf_add_char(&w->out, ' ');
    else if (code == '|')
        buf_add_char(&w->out, WIKI_BAR);
    else if (code != SOFT_HYPHEN)
        buf_add(&w->out, (struct slice){bytes, utf8_put(bytes, code)});
    return used;
}

/* Text that has no markup but references to characters. */
static void wiki_put_literal(struct wiki *w, struct slice text, const char *line_begin)
{
    for (size_t i = 0; i < text.n;) {
        if (text.p[i] == '&') {
            i += wiki_put_entity(w, slice_sub(text, i, text.n - i));
            continue;
        }
        if (text.p[i] == '|')
            buf_add_char(&w->out, WIKI_BAR);
        else if (text.p[i] == '\n')
            buf_add(&w->out, slice_of(line_begin));
        else
            buf_add_char(&w->out, text.p[i]);
        i++;
    }
}

static void wiki_put_code(struct wiki *w, const struct wiki_found *f)
{
    struct slice text = f->content, tag = slice_sub(f->tag.name, 0, f->tag.n - 1);
    if (slice_find(tag, SLICE(" inline")) < tag.n) {
        buf_add_char(&w->out, WIKI_PLAIN);
        wiki_put_literal(w, text, " ");
        return;
    }
    while (text.n && (text.p[0] == '\n'))
        text = slice_sub(text, 1, text.n - 1);
    while (text.n && ascii_is_space(text.p[text.n - 1]))
        text.n--;
    if (text.n == 0)
        return;
    buf_printf(&w->out, "\n%c```\n%c", WIKI_LINE, WIKI_LINE);
    wiki_put_literal(w, text, (const char[]){'\n', WIKI_LINE, '\0'});
    buf_printf(&w->out, "\n%c```\n", WIKI_LINE);
}

static void wiki_put_poem(struct wiki *w, struct slice content, int depth)
{
    struct slice rest = depth < WIKI_DEPTH_MAX ? wiki_text(w, content, depth + 1) : (struct slice){"", 0};
    buf_add_char(&w->out, '\n');
    while (rest.n > 0) {
        size_t n = slice_find(rest, SLICE("\n"));
        buf_printf(&w->out, "%c%.*s\n", WIKI_LINE, SLICE_ARGS(slice_trim(slice_sub(rest, 0, n))));
        rest = n < rest.n ? slice_sub(rest, n + 1, rest.n - n - 1) : (struct slice){"", 0};
    }
}

static void wiki_put_element(struct wiki *w, const struct wiki_found *f, int depth)
{
    switch (f->element->kind) {
    case WIKI_RAW:
    case WIKI_ANY:
    case WIKI_REFERENCE:
    case WIKI_DROPPED:
        buf_add_char(&w->out, WIKI_HOLE);
        break;
    case WIKI_LITERAL:
        buf_add_char(&w->out, WIKI_PLAIN);
        wiki_put_literal(w, f->content, " ");
        break;
    case WIKI_CODE:
        wiki_put_code(w, f);
        break;
    case WIKI_FORMULA:
        buf_add_char(&w->out, WIKI_PLAIN);
        wiki_put_literal(w, tex_plain(w->a, f->content), " ");
        break;
    case WIKI_CHEMICAL:
        tex_put_atoms(&w->out, f->content);
        break;
    case WIKI_POEM:
        wiki_put_poem(w, f->content, depth);
        break;
    }
}

/* "4<sup>th</sup>" and "M<sup>me</sup>" are written on the line; "10<sup>8</sup>" and "2<sup>n</sup>" are not. */
static bool wiki_on_line(char before, struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_is_letter((unsigned char)text.p[i]) && (unsigned char)text.p[i] < 0x80)
            return false;
    return text.n > 1 ? true : ascii_is_digit((unsigned char)before) && char_in(text.p[0], "eao");
}

/* Superscripts and subscripts; 0: it is another tag, or has no end near by. */
static size_t wiki_put_moved(struct wiki *w, struct slice rest, const struct markup_mark *tag, int depth)
{
    bool raised = slice_eq_nocase(tag->name, SLICE("sup"));
    if (tag->end || depth >= WIKI_DEPTH_MAX || (!raised && !slice_eq_nocase(tag->name, SLICE("sub"))))
        return 0;
    struct slice content = slice_sub(rest, tag->n, rest.n - tag->n);
    content.n = content.n < RAISED_BYTES_MAX ? content.n : RAISED_BYTES_MAX;
    size_t n = markup_find_end(content, tag->name);
    size_t over = slice_find(slice_sub(content, n, content.n - n), SLICE(">"));
    if (n + over == content.n)
        return 0;
    char before = w->out.n ? w->out.p[w->out.n - 1] : ' ';
    struct slice text = wiki_text(w, slice_sub(content, 0, n), depth + 1);
    if (raised && wiki_on_line(before, text))
        buf_add(&w->out, text);
    else if (raised)
        tex_put_raised(&w->out, text);
    else
        tex_put_lowered(&w->out, text);
    return tag->n + n + over + 1;
}

/* Tags that part lines or cells. */
static void wiki_put_break(struct wiki *w, const struct markup_mark *tag, int depth)
{
    static const struct {
        const char *name, *start, *end;
    } breaks[] = {
        {"br", " ", " "},          {"p", "\n\n", "\n"},    {"div", "\n", "\n"},    {"blockquote", "\n\n", "\n\n"},
        {"table", "\n\n", "\n\n"}, {"tr", "\n\n", "\n"},   {"ul", "\n", "\n"},     {"ol", "\n", "\n"},
        {"li", "\n* ", "\n"},      {"dl", "\n", "\n"},     {"dt", "\n; ", ""},     {"dd", "\n: ", ""},
        {"hr", "\n", "\n"},        {"center", "\n", "\n"}, {"caption", "\n", "\n"}};
    struct slice name = tag->name;
    if (slice_ends(name, SLICE("/")))
        name.n--;
    if (slice_eq_nocase(name, SLICE("br")) && depth > 0) {
        buf_add_char(&w->out, '\n'); /* a line of a value: wiki_one_line() */
        return;
    }
    for (size_t i = 0; i < COUNT_OF(breaks); i++)
        if (slice_eq_nocase(name, slice_of(breaks[i].name))) {
            const char *text = tag->end ? breaks[i].end : breaks[i].start;
            bool begun = w->out.n == 0 || w->out.p[w->out.n - 1] == '\n';
            buf_add(&w->out, slice_of(text + (begun && text[0] == '\n')));
        }
    bool cell = slice_eq_nocase(name, SLICE("td")) || slice_eq_nocase(name, SLICE("th"));
    size_t n = w->out.n;
    while (cell && n > 0 && ascii_is_space(w->out.p[n - 1]))
        n--;
    if (cell && !tag->end && n > 0 && memchr(w->out.p + n, '\n', w->out.n - n) == NULL)
        buf_printf(&w->out, " %c ", WIKI_BAR);
}

/* rest begins with '<'; returns the bytes of the tag or element. */
static size_t wiki_put_tag(struct wiki *w, struct slice rest, int depth)
{
    struct wiki_found f;
    struct markup_mark tag;
    if (!markup_tag(slice_sub(rest, 0, rest.n < WIKI_TAG_BYTES_MAX ? rest.n : WIKI_TAG_BYTES_MAX), &tag) ||
        tag.name.n == 0) {
        buf_add_char(&w->out, '<');
        return 1;
    }
    if (wiki_element_at(w, rest, WIKI_ANY, &f)) {
        wiki_put_element(w, &f, depth);
        return f.n;
    }
    size_t moved = wiki_put_moved(w, rest, &tag, depth);
    if (moved)
        return moved;
    wiki_put_break(w, &tag, depth);
    return tag.n;
}

/* Two apostrophes and more: marks of italic and bold type, and what is left over. */
static size_t wiki_put_apostrophes(struct wiki *w, struct slice rest)
{
    size_t n = 0;
    while (n < rest.n && rest.p[n] == '\'')
        n++;
    for (size_t i = n == 4 ? 3 : 5; i < n; i++)
        buf_add_char(&w->out, '\'');
    return n;
}

/* "__NOTOC__" */
static size_t wiki_put_switch(struct wiki *w, struct slice rest)
{
    size_t n = 2;
    while (n < rest.n && n < 30 && ascii_is_upper((unsigned char)rest.p[n]))
        n++;
    if (n > 4 && slice_starts(slice_sub(rest, n, rest.n - n), SLICE("__")))
        return n + 2;
    buf_add_char(&w->out, '_');
    return 1;
}

static void wiki_put(struct wiki *w, struct slice markup, int depth)
{
    for (size_t i = 0; i < markup.n;) {
        struct slice rest = slice_sub(markup, i, markup.n - i);
        char c = rest.p[0];
        bool twice = rest.n > 1 && rest.p[1] == c;
        if (c == '<') {
            i += wiki_put_tag(w, rest, depth);
        } else if (c == '&') {
            i += wiki_put_entity(w, rest);
        } else if (c == '\'' && twice) {
            i += wiki_put_apostrophes(w, rest);
        } else if ((c == '{' || c == '[') && twice) {
            size_t begin = (size_t)(rest.p - w->in.p), end = wiki_span_end(w, begin);
            if (end == 0 || end - begin > rest.n || depth >= WIKI_DEPTH_MAX) {
                i += 2; /* never closed: the brackets alone go */
                continue;
            }
            struct slice inside = slice_sub(rest, 2, end - begin - 4);
            if (c == '{')
                wiki_put_template(w, inside, end, depth);
            else
                wiki_put_link(w, inside, depth);
            i += end - begin;
        } else if (c == '[') {
            i += wiki_put_external(w, rest, depth);
        } else if (c == '_' && twice) {
            i += wiki_put_switch(w, rest);
        } else {
            buf_add_char(&w->out, c);
            i++;
        }
    }
}

/* Without comments and control characters. A line that holds only a comment is no empty line. */
static struct slice wiki_clean(struct arena *a, struct slice markup)
{
    char *out = arena_alloc(a, markup.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < markup.n; i++) {
        struct slice rest = slice_sub(markup, i, markup.n - i);
        if (rest.p[0] == '<' && slice_starts(rest, SLICE("<!--"))) {
            size_t end = slice_find(rest, SLICE("-->"));
            i = end < rest.n ? i + end + 2 : markup.n;
            if ((n == 0 || out[n - 1] == '\n') && i + 1 < markup.n && markup.p[i + 1] == '\n')
                i++;
            continue;
        }
        if ((unsigned char)rest.p[0] >= ' ' || char_in(rest.p[0], "\t\n"))
            out[n++] = rest.p[0];
    }
    return (struct slice){out, n};
}

struct slice wikitext_plain(struct arena *a, struct slice markup, struct slice lang)
{
    struct wiki w = {.a = a, .lang = lang, .in = wiki_clean(a, markup), .put = wiki_put};
    buf_init(&w.out, 8 * markup.n + 64);
    wiki_find_spans(&w);
    wiki_put(&w, w.in, 0);
    struct slice plain = wiki_lines(a, buf_slice(&w.out));
    buf_release(&w.out);
    return plain;
}
