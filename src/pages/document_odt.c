/* document_odt.c - ODT: content.xml, with the styles that raise, lower and strike out text and that number lists. */
#include "base/table.h"
#include "pages/document.h"

enum {
    ODT_STYLES_MAX = 4000,
    ODT_LEVELS = 10,
    ODT_SPANS_MAX = 64,
    ODT_REPEATED_MAX = 64, /* of a cell, and of a blank */
    ODT_FORMULA_BYTES_MAX = 64 << 10,
};

struct odt_style { /* of text, or of a list */
    struct slice name;
    char raised; /* 'p' for <sup>, 'b' for <sub> */
    bool struck;
    char as;               /* of a paragraph: 'c' code, 't' the document's title */
    char kind[ODT_LEVELS]; /* of a list's levels: 0 a mark, else the type of HTML */
};

struct odt {
    struct arena *arena;
    struct document_package *package;
    struct odt_style *styles;
    size_t style_count, style_room;
    struct table by_name;
    struct buf html;
    const struct odt_style *spans[ODT_SPANS_MAX];
    size_t span_depth;
    const struct odt_style *list; /* of the outermost list */
    char open[ODT_LEVELS];
    size_t depth; /* lists that are open */
    int heading;
    char as, before; /* of the paragraph, and of the one that ended last with nothing behind it but blanks */
    bool head_rows, in_paragraph; /* text outside of paragraphs is the layout of the file */
};

static bool odt_is(const struct document_tag *t, const char *name)
{
    return slice_is(t->name, name);
}

static const struct odt_style *odt_style(const struct odt *o, struct slice name)
{
    struct table_walk w = table_walk(&o->by_name, slice_hash(name));
    for (uint32_t i, tries = 0; (i = table_next(&w)) != 0 && tries < DOCUMENT_NAMESAKES_MAX; tries++)
        if (slice_eq(o->styles[i - 1].name, name))
            return &o->styles[i - 1];
    return NULL;
}

/* Styles that all documents have, whatever they are called where people see them. */
static char odt_as(struct slice name)
{
    return slice_is(name, "Preformatted_20_Text") ? 'c' : slice_is(name, "Title") ? 't' : 0;
}

static void odt_styles(struct odt *o, struct slice xml)
{
    struct markup m = markup_of(xml);
    struct document_tag t;
    struct odt_style *at = NULL, none;
    while (document_next(&m, &t) && o->style_count < ODT_STYLES_MAX) {
        bool list = odt_is(&t, "list-style");
        if (t.kind == DOCUMENT_END && odt_is(&t, "automatic-styles"))
            return;
        if (t.kind != DOCUMENT_START)
            continue;
        if (list || odt_is(&t, "style")) {
            at = &none;
            none = (struct odt_style){.name = document_attribute(&t, "name")};
            none.as = odt_as(document_attribute(&t, "parent-style-name"));
            if (list || none.as || slice_is(document_attribute(&t, "family"), "text")) {
                at = arena_push(o->arena, &o->styles, o->style_count, &o->style_room);
                *at = none;
                o->style_count++;
                table_add(&o->by_name, slice_hash(none.name), (uint32_t)o->style_count);
            }
        } else if (at && odt_is(&t, "text-properties")) {
            struct slice place = document_attribute(&t, "text-position"),
                         line = document_attribute(&t, "text-line-through-style");
            at->raised = slice_starts(place, SLICE("sub")) || slice_starts(place, SLICE("-")) ? 'b'
                         : place.n && !slice_starts(place, SLICE("0")) && place.p[0] != ' '   ? 'p'
                                                                                              : 0;
            at->struck = line.n && !slice_is(line, "none");
        } else if (at && odt_is(&t, "list-level-style-number")) {
            int level = document_number(document_attribute(&t, "level"), 1) - 1;
            struct slice format = document_attribute(&t, "num-format");
            if (level >= 0 && level < ODT_LEVELS && format.n)
                at->kind[level] = char_in(format.p[0], "aAiI") ? format.p[0] : '1';
        }
    }
}

static void odt_close_list(struct odt *o)
{
    if (o->depth > 0)
        buf_printf(&o->html, "</%cl>", o->open[--o->depth]);
}

static void odt_list(struct odt *o, const struct document_tag *t)
{
    if (t->kind == DOCUMENT_END) {
        odt_close_list(o);
        return;
    }
    if (o->depth == ODT_LEVELS || t->closed)
        return;
    const struct odt_style *named = odt_style(o, document_attribute(t, "style-name"));
    if (o->depth == 0 || named)
        o->list = named;
    char kind = o->list ? o->list->kind[o->depth] : 0;
    if (kind)
        buf_printf(&o->html, "<ol type=\"%c\">", kind);
    else
        buf_add(&o->html, SLICE("<ul>"));
    o->open[o->depth++] = kind ? 'o' : 'u';
}

static void odt_span(struct odt *o, const struct document_tag *t)
{
    if (t->kind == DOCUMENT_START) {
        const struct odt_style *s = t->closed ? NULL : odt_style(o, document_attribute(t, "style-name"));
        if (s && s->struck)
            buf_add(&o->html, SLICE("<del>"));
        if (s && s->raised)
            buf_printf(&o->html, "<su%c>", s->raised);
        if (!t->closed && o->span_depth++ < ODT_SPANS_MAX)
            o->spans[o->span_depth - 1] = s;
        return;
    }
    const struct odt_style *s = o->span_depth && o->span_depth <= ODT_SPANS_MAX ? o->spans[o->span_depth - 1] : NULL;
    o->span_depth -= o->span_depth > 0;
    if (s && s->raised)
        buf_printf(&o->html, "</su%c>", s->raised);
    if (s && s->struck)
        buf_add(&o->html, SLICE("</del>"));
}

static void odt_heading(struct odt *o, const struct document_tag *t)
{
    if (t->kind == DOCUMENT_START) {
        int level = document_number(document_attribute(t, "outline-level"), 1);
        o->heading = level < 1 ? 1 : level > 6 ? 6 : level;
    }
    o->in_paragraph = t->kind == DOCUMENT_START && !t->closed;
    buf_printf(&o->html, "<%sh%d>", t->kind == DOCUMENT_END ? "/" : "", o->heading ? o->heading : 1);
}

static bool odt_code(const struct odt *o, struct slice name)
{
    const struct odt_style *style = odt_style(o, name);
    return (style ? style->as : odt_as(name)) == 'c';
}

/* Paragraphs of code that follow each other are one block of it. */
static void odt_paragraph(struct odt *o, const struct document_tag *t)
{
    struct slice name = document_attribute(t, "style-name");
    const struct odt_style *style = odt_style(o, name);
    bool end = t->kind == DOCUMENT_END;
    if (!end)
        o->as = style ? style->as : odt_as(name);
    if (o->as == 'c') {
        if (!end)
            buf_add(&o->html, o->before == 'c' ? SLICE("\n") : SLICE("<pre>"));
        o->before = 'c';
    } else if (o->as == 't') {
        buf_add(&o->html, end ? SLICE("</h1>") : SLICE("<h1>"));
    } else {
        buf_add(&o->html, end ? SLICE("</p>") : SLICE("<p>"));
    }
    if (end || t->closed)
        o->as = 0;
    o->in_paragraph = !end && !t->closed;
}

/* A formula is a document of its own in the package, in MathML. */
static void odt_object(struct odt *o, const struct document_tag *t)
{
    struct slice href = document_attribute(t, "href");
    if (slice_starts(href, SLICE("./")))
        href = slice_sub(href, 2, href.n - 2);
    href.n -= slice_ends(href, SLICE("/"));
    struct slice xml = document_part(o->package, arena_printf(o->arena, "%.*s/content.xml", SLICE_ARGS(href)).p);
    size_t at = slice_find(xml, SLICE("<math"));
    if (at < xml.n && xml.n <= ODT_FORMULA_BYTES_MAX)
        buf_add(&o->html, slice_sub(xml, at, xml.n - at));
}

static void odt_cell(struct odt *o, const struct document_tag *t)
{
    if (t->kind == DOCUMENT_END)
        return;
    int repeated = document_number(document_attribute(t, "number-columns-repeated"), 1);
    int columns = document_number(document_attribute(t, "number-columns-spanned"), 1);
    int rows = document_number(document_attribute(t, "number-rows-spanned"), 1);
    for (int i = 1; t->closed && i < repeated && i < ODT_REPEATED_MAX; i++)
        buf_add(&o->html, SLICE("<td></td>"));
    buf_printf(&o->html, "<t%c colspan=\"%d\" rowspan=\"%d\">", o->head_rows ? 'h' : 'd', columns, rows);
}

/* Elements whose content is no text of the document. */
static bool odt_is_skipped(const struct document_tag *t)
{
    static const char *const names[] = {
        "tracked-changes", "table-of-content", "annotation", "annotation-end",      "forms",
        "note-citation",   "object-ole",       "desc",       "index-source-styles", "sequence-decls"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (odt_is(t, names[i]))
            return true;
    return false;
}

static void odt_tag(struct odt *o, const struct document_tag *t)
{
    bool end = t->kind == DOCUMENT_END;
    if (o->before == 'c' && !end && o->as != 'c' &&
        !(odt_is(t, "p") && odt_code(o, document_attribute(t, "style-name")))) {
        buf_add(&o->html, SLICE("</pre>"));
        o->before = 0;
    }
    if (odt_is(t, "h")) {
        odt_heading(o, t);
    } else if (odt_is(t, "p")) {
        odt_paragraph(o, t);
    } else if (odt_is(t, "span")) {
        odt_span(o, t);
    } else if (odt_is(t, "list")) {
        odt_list(o, t);
    } else if (odt_is(t, "list-item")) {
        int value = document_number(document_attribute(t, "start-value"), 0);
        if (!end && value > 0)
            buf_printf(&o->html, "<li value=\"%d\">", value);
        else
            buf_add(&o->html, end ? SLICE("</li>") : SLICE("<li>"));
    } else if (odt_is(t, "table")) {
        buf_add(&o->html, end ? SLICE("</table>") : SLICE("<table>"));
    } else if (odt_is(t, "table-header-rows")) {
        o->head_rows = !end;
    } else if (odt_is(t, "table-row")) {
        buf_add(&o->html, end ? SLICE("</tr>") : SLICE("<tr>"));
    } else if (odt_is(t, "table-cell")) {
        odt_cell(o, t);
    } else if (odt_is(t, "note-body")) {
        buf_add(&o->html, end ? SLICE(")") : SLICE(" ("));
    } else if (!end && odt_is(t, "line-break")) {
        buf_add(&o->html, SLICE("<br>"));
    } else if (!end && odt_is(t, "object")) {
        odt_object(o, t);
    } else if (!end && (odt_is(t, "s") || odt_is(t, "tab"))) {
        int n = document_number(document_attribute(t, "c"), 1);
        for (int i = 0; i < n && i < ODT_REPEATED_MAX; i++)
            buf_add_char(&o->html, ' ');
    }
}

/* A note stands in the sentence that it belongs to, so the paragraphs in it do not end that one. */
static void odt_text(struct odt *o, struct slice xml)
{
    struct markup m = markup_of(xml);
    struct document_tag t;
    size_t skip = 0, note = 0;
    bool body = false;
    while (document_next(&m, &t) && !o->html.over) {
        bool start = t.kind == DOCUMENT_START && !t.closed;
        if (odt_is(&t, "text") && t.kind != DOCUMENT_TEXT) {
            body = t.kind == DOCUMENT_START;
            continue;
        }
        if (!body)
            continue;
        if (start && (skip > 0 || odt_is_skipped(&t)))
            skip++;
        else if (t.kind == DOCUMENT_END && skip > 0)
            skip--;
        else if (skip > 0)
            continue;
        else if (t.kind == DOCUMENT_TEXT)
            buf_add(&o->html, o->in_paragraph ? t.text : SLICE(""));
        else {
            if (odt_is(&t, "note-body"))
                note = start;
            if (note == 0 || !odt_is(&t, "p"))
                odt_tag(o, &t);
        }
    }
}

void document_odt(struct document_package *p, struct page_text *out)
{
    struct odt o = {.arena = p->arena, .package = p};
    struct slice content = document_part(p, "content.xml"), about = document_part(p, "meta.xml");
    /* A package with a password says so in its list of parts alone. */
    struct slice parts = document_part(p, "META-INF/manifest.xml");
    p->locked |= slice_find(parts, SLICE("encryption-data")) < parts.n;
    table_init(&o.by_name, p->arena, 0);
    buf_init(&o.html, DOCUMENT_HTML_BYTES_MAX);
    document_head(&o.html, about);
    odt_styles(&o, content);
    odt_text(&o, content);
    html_whole(p->arena, arena_dup(p->arena, buf_slice(&o.html)), out);
    out->cut |= o.html.over;
    buf_release(&o.html);
}
