/* document_word.c - DOCX: word/document.xml with the styles and the numbering that it names, then its notes.
 *
 * A paragraph is read whole before it is written, since what it is, a heading, an item, text, stands inside of it.
 * Deleted and hidden text is left out. Pictures, fields' instructions and the second reading of a drawing
 * (mc:Fallback) are not read. Formulas keep what is raised, lowered and divided. */
#include "base/table.h"
#include "pages/document.h"

enum {
    WORD_STYLES_MAX = 2000,
    WORD_LISTS_MAX = 4000,
    WORD_LEVELS = 9,
    WORD_PARAGRAPH_BYTES_MAX = 1 << 20,
};

struct word_style {
    struct slice id;
    int heading;         /* 1 to 6; 0: none */
    int list;            /* number of the list, 0: none */
    bool code, contents; /* a line of the table of contents */
};

struct word_list { /* a list of lists: how its levels are numbered */
    int abstract;
    char kind[WORD_LEVELS]; /* '-' a mark, else the type of HTML: '1', 'a', 'A', 'i', 'I' */
    int next[WORD_LEVELS];
};

struct word_number { /* what a paragraph names */
    int id;
    size_t list; /* index */
};

struct word {
    struct arena *arena;
    struct word_style *styles;
    size_t style_count, style_room;
    struct word_list *lists;
    size_t list_count, list_room;
    struct word_number *numbers;
    size_t number_count, number_room;
    struct table style_by_id, number_by_id;
    struct buf html, text; /* of the paragraph */
    bool in_paragraph, in_properties, in_run_properties, hidden, struck;
    char raised; /* 'p' for <sup>, 'b' for <sub> */
    int heading, list, level;
    bool contents, code, code_open; /* a paragraph of code; the one before was */
    int depth;                      /* lists that are open */
    char open[WORD_LEVELS];         /* 'u' or 'o' */
    size_t open_list[WORD_LEVELS];  /* index + 1 */
    const char *cell;               /* "td" or "th" of the row */
    bool in_cell_tag;               /* its start tag is not ended yet */
};

/* --- styles and numbering ---------------------------------------------------------------------------------------- */

static bool word_is(const struct document_tag *t, const char *name)
{
    return slice_is(t->name, name);
}

static void word_styles(struct word *w, struct slice xml)
{
    struct markup m = markup_of(xml);
    struct document_tag t;
    struct word_style *at = NULL;
    while (document_next(&m, &t) && w->style_count < WORD_STYLES_MAX) {
        struct slice value = document_attribute(&t, "val");
        if (t.kind != DOCUMENT_START)
            continue;
        if (word_is(&t, "style")) {
            at = arena_push(w->arena, &w->styles, w->style_count, &w->style_room);
            *at = (struct word_style){document_attribute(&t, "styleId"), 0, 0, false, false};
            w->style_count++;
            table_add(&w->style_by_id, slice_hash(at->id), (uint32_t)w->style_count);
        } else if (at && word_is(&t, "name")) {
            bool is_heading = value.n == 9 && slice_eq_nocase(slice_sub(value, 0, 8), SLICE("heading "));
            int level = is_heading ? value.p[8] - '0' : slice_eq_nocase(value, SLICE("title")) ? 1 : 0;
            at->heading = level < 1 ? 0 : level > 6 ? 6 : level;
            at->contents = value.n == 5 && slice_eq_nocase(slice_sub(value, 0, 4), SLICE("toc "));
            at->code =
                slice_eq_nocase(value, SLICE("HTML Preformatted")) || slice_eq_nocase(value, SLICE("Source Code"));
        } else if (at && word_is(&t, "outlineLvl") && at->heading == 0) {
            int level = document_number(value, 9) + 1;
            at->heading = level <= 6 ? level : 0;
        } else if (at && word_is(&t, "numId")) {
            at->list = document_number(value, 0);
        }
    }
}

static uint32_t word_hash(int id)
{
    return slice_hash((struct slice){(const char *)&id, sizeof id});
}

static char word_kind(struct slice format)
{
    static const struct {
        const char *format;
        char kind;
    } kinds[] = {{"bullet", '-'},      {"none", '-'},       {"lowerLetter", 'a'},
                 {"upperLetter", 'A'}, {"lowerRoman", 'i'}, {"upperRoman", 'I'}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (slice_is(format, kinds[i].format))
            return kinds[i].kind;
    return '1';
}

static void word_numbering(struct word *w, struct slice xml)
{
    struct markup m = markup_of(xml);
    struct document_tag t;
    struct word_list *list = NULL;
    int level = 0, number = 0;
    while (document_next(&m, &t) && w->list_count < WORD_LISTS_MAX && w->number_count < WORD_LISTS_MAX) {
        struct slice value = document_attribute(&t, "val");
        if (t.kind != DOCUMENT_START)
            continue;
        if (word_is(&t, "abstractNum")) {
            list = arena_push(w->arena, &w->lists, w->list_count, &w->list_room);
            *list = (struct word_list){.abstract = document_number(document_attribute(&t, "abstractNumId"), -1)};
            for (int i = 0; i < WORD_LEVELS; i++)
                list->kind[i] = '-', list->next[i] = 1;
            w->list_count++;
        } else if (list && word_is(&t, "lvl")) {
            level = document_number(document_attribute(&t, "ilvl"), 0);
            level = level < WORD_LEVELS ? level : WORD_LEVELS - 1;
        } else if (list && word_is(&t, "numFmt")) {
            list->kind[level] = word_kind(value);
        } else if (list && word_is(&t, "start")) {
            list->next[level] = document_number(value, 1);
        } else if (word_is(&t, "num")) {
            list = NULL;
            number = document_number(document_attribute(&t, "numId"), 0);
        } else if (word_is(&t, "abstractNumId") && number > 0) {
            int abstract = document_number(value, -1);
            for (size_t i = 0; i < w->list_count; i++)
                if (w->lists[i].abstract == abstract) {
                    struct word_number *one = arena_push(w->arena, &w->numbers, w->number_count, &w->number_room);
                    *one = (struct word_number){number, i};
                    w->number_count++;
                    table_add(&w->number_by_id, word_hash(number), (uint32_t)w->number_count);
                    break;
                }
            number = 0;
        }
    }
}

static const struct word_style *word_style(const struct word *w, struct slice id)
{
    struct table_walk walk = table_walk(&w->style_by_id, slice_hash(id));
    for (uint32_t i, tries = 0; (i = table_next(&walk)) != 0 && tries < DOCUMENT_NAMESAKES_MAX; tries++)
        if (slice_eq(w->styles[i - 1].id, id))
            return &w->styles[i - 1];
    return NULL;
}

/* Index + 1 of the list that a paragraph names; 0: it is not known. */
static size_t word_list(const struct word *w, int id)
{
    struct table_walk walk = table_walk(&w->number_by_id, word_hash(id));
    for (uint32_t i, tries = 0; (i = table_next(&walk)) != 0 && tries < DOCUMENT_NAMESAKES_MAX; tries++)
        if (w->numbers[i - 1].id == id)
            return w->numbers[i - 1].list + 1;
    return 0;
}

/* --- paragraphs ------------------------------------------------------------------------------------------------- */

static void word_close_lists(struct word *w, int depth)
{
    while (w->depth > depth)
        buf_printf(&w->html, "</%cl>", w->open[--w->depth]);
}

static void word_item(struct word *w)
{
    size_t named = word_list(w, w->list);
    struct word_list *list = named ? &w->lists[named - 1] : NULL;
    int level = w->level < WORD_LEVELS ? w->level : WORD_LEVELS - 1;
    char kind = list ? list->kind[level] : '-', element = kind == '-' ? 'u' : 'o';
    word_close_lists(w, level + 1);
    if (w->depth == level + 1 && (w->open[level] != element || w->open_list[level] != named))
        word_close_lists(w, level);
    while (w->depth <= level) {
        char one = w->depth == level ? element : 'u';
        buf_printf(&w->html, one == 'o' ? "<ol type=\"%c\">" : "<ul>", kind);
        w->open_list[w->depth] = named;
        w->open[w->depth++] = one;
    }
    if (kind == '-')
        buf_add(&w->html, SLICE("<li>"));
    else
        buf_printf(&w->html, "<li value=\"%d\">", list->next[level]++);
    for (int i = level + 1; list && i < WORD_LEVELS; i++)
        list->next[i] = 1;
    buf_add(&w->html, buf_slice(&w->text)); /* the item stays open for a list within it */
}

static void word_flush(struct word *w)
{
    bool any = w->in_paragraph && !w->contents && slice_trim(buf_slice(&w->text)).n;
    if (w->code_open && any && !w->code) {
        buf_add(&w->html, SLICE("</pre>"));
        w->code_open = false;
    }
    if (any && w->code) {
        word_close_lists(w, 0);
        buf_add(&w->html, w->code_open ? SLICE("\n") : SLICE("<pre>"));
        buf_add(&w->html, buf_slice(&w->text));
        w->code_open = true;
    } else if (any) {
        if (w->list > 0 && w->heading == 0) {
            word_item(w);
        } else {
            word_close_lists(w, 0);
            if (w->heading)
                buf_printf(&w->html, "<h%d>", w->heading);
            else
                buf_add(&w->html, SLICE("<p>"));
            buf_add(&w->html, buf_slice(&w->text));
            if (w->heading)
                buf_printf(&w->html, "</h%d>", w->heading);
            else
                buf_add(&w->html, SLICE("</p>"));
        }
    }
    buf_reset(&w->text);
    w->in_paragraph = false;
}

/* What no paragraph behind this place goes on with. */
static void word_close(struct word *w)
{
    word_close_lists(w, 0);
    if (w->code_open)
        buf_add(&w->html, SLICE("</pre>"));
    w->code_open = false;
}

static void word_begin(struct word *w)
{
    word_flush(w);
    w->in_paragraph = true;
    w->in_properties = w->in_run_properties = w->hidden = w->struck = false;
    w->raised = 0;
    w->heading = w->list = w->level = 0;
    w->code = w->contents = false;
}

static bool word_off(struct slice value)
{
    return slice_is(value, "0") || slice_is(value, "false") || slice_is(value, "none");
}

/* What a paragraph and a run say of themselves. */
static void word_property(struct word *w, const struct document_tag *t)
{
    struct slice value = document_attribute(t, "val");
    const struct word_style *style;
    if (w->in_run_properties) {
        if (word_is(t, "vanish") || word_is(t, "webHidden"))
            w->hidden = w->hidden || (word_is(t, "vanish") && !word_off(value));
        else if (word_is(t, "strike") || word_is(t, "dstrike"))
            w->struck = !word_off(value);
        else if (word_is(t, "vertAlign"))
            w->raised = slice_is(value, "superscript") ? 'p' : slice_is(value, "subscript") ? 'b' : 0;
    } else if (word_is(t, "pStyle") && (style = word_style(w, value))) {
        w->heading = style->heading ? style->heading : w->heading;
        w->list = w->list ? w->list : style->list;
        w->code = style->code;
        w->contents = style->contents;
    } else if (word_is(t, "numId")) {
        w->list = document_number(value, 0);
    } else if (word_is(t, "ilvl")) {
        w->level = document_number(value, 0);
    } else if (word_is(t, "outlineLvl") && w->heading == 0) {
        int level = document_number(value, 9) + 1;
        w->heading = level <= 6 ? level : 0;
    }
}

static void word_text(struct word *w, struct slice text)
{
    if (w->hidden)
        return;
    if (w->struck)
        buf_add(&w->text, SLICE("<del>"));
    if (w->raised)
        buf_printf(&w->text, "<su%c>", w->raised);
    buf_add(&w->text, text);
    if (w->raised)
        buf_printf(&w->text, "</su%c>", w->raised);
    if (w->struck)
        buf_add(&w->text, SLICE("</del>"));
}

/* --- the document ----------------------------------------------------------------------------------------------- */

/* Elements whose content is no text of the document. */
static bool word_is_skipped(const struct document_tag *t)
{
    static const char *const names[] = {"del", "moveFrom", "Fallback", "instrText", "pict", "sectPr", "tblPr"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (word_is(t, names[i]))
            return true;
    return false;
}

static void word_table(struct word *w, const struct document_tag *t)
{
    bool end = t->kind == DOCUMENT_END;
    if (word_is(t, "tbl") || word_is(t, "tc")) {
        word_flush(w);
        word_close(w);
    }
    if (word_is(t, "tbl"))
        buf_add(&w->html, end ? SLICE("</table>") : SLICE("<table>"));
    else if (word_is(t, "tr"))
        buf_add(&w->html, end ? SLICE("</tr>") : SLICE("<tr>"));
    if (word_is(t, "tr"))
        w->cell = "td";
    else if (word_is(t, "tblHeader") && !end)
        w->cell = "th";
    else if (word_is(t, "tc") && !end)
        buf_printf(&w->html, "<%s", w->cell);
    if (word_is(t, "tc"))
        w->in_cell_tag = !end;
    else if (w->in_cell_tag && word_is(t, "gridSpan"))
        buf_printf(&w->html, " colspan=\"%d\"", document_number(document_attribute(t, "val"), 1));
}

/* Formulas: what is raised, lowered, divided. */
static void word_formula(struct word *w, const struct document_tag *t)
{
    static const struct {
        const char *name, *before, *after;
    } marks[] = {{"sup", "<sup>", "</sup>"}, {"sub", "<sub>", "</sub>"}, {"num", "(", ")"}, {"den", "/(", ")"}};
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (word_is(t, marks[i].name))
            buf_add(&w->text, slice_of(t->kind == DOCUMENT_END ? marks[i].after : marks[i].before));
}

static void word_start(struct word *w, const struct document_tag *t)
{
    if (w->in_cell_tag && word_is(t, "p")) {
        buf_add_char(&w->html, '>');
        w->in_cell_tag = false;
    }
    if (word_is(t, "p")) {
        word_begin(w);
        if (t->closed)
            word_flush(w);
    } else if (word_is(t, "pPr")) {
        w->in_properties = !t->closed;
    } else if (word_is(t, "rPr")) {
        w->in_run_properties = !t->closed;
        w->hidden = w->struck = false;
        w->raised = 0;
    } else if (word_is(t, "r")) {
        w->hidden = w->struck = false;
        w->raised = 0;
    } else if (w->in_properties || w->in_run_properties) {
        word_property(w, t);
    } else if (word_is(t, "tab") || word_is(t, "ptab")) {
        word_text(w, SLICE(" "));
    } else if (word_is(t, "br") || word_is(t, "cr")) {
        word_text(w, w->code ? SLICE("\n") : SLICE("<br>"));
    } else if (word_is(t, "noBreakHyphen")) {
        word_text(w, SLICE("-"));
    } else {
        word_table(w, t);
        word_formula(w, t);
    }
}

static void word_end(struct word *w, const struct document_tag *t)
{
    if (word_is(t, "p"))
        word_flush(w);
    else if (word_is(t, "rPr"))
        w->in_run_properties = false;
    else if (word_is(t, "pPr")) {
        w->in_properties = false;
        w->hidden = w->struck = false; /* of the mark that ends the paragraph */
        w->raised = 0;
    } else {
        word_table(w, t);
        word_formula(w, t);
    }
}

static void word_part(struct word *w, struct slice xml)
{
    struct markup m = markup_of(xml);
    struct document_tag t;
    size_t skip = 0;
    bool in_text = false;
    while (document_next(&m, &t) && !w->html.over) {
        if (t.kind == DOCUMENT_START && !t.closed && (skip > 0 || word_is_skipped(&t)))
            skip++;
        else if (t.kind == DOCUMENT_END && skip > 0)
            skip--;
        else if (skip > 0)
            continue;
        else if (t.kind == DOCUMENT_TEXT && in_text && w->in_paragraph)
            word_text(w, t.text);
        else if (t.kind != DOCUMENT_TEXT && word_is(&t, "t"))
            in_text = t.kind == DOCUMENT_START && !t.closed;
        else if (t.kind == DOCUMENT_START)
            word_start(w, &t);
        else if (t.kind == DOCUMENT_END)
            word_end(w, &t);
    }
    word_flush(w);
    word_close(w);
}

void document_word(struct document_package *p, struct page_text *out)
{
    static const char *const parts[] = {"word/document.xml", "word/footnotes.xml", "word/endnotes.xml"};
    struct word w = {.arena = p->arena, .cell = "td"};
    table_init(&w.style_by_id, p->arena, 0);
    table_init(&w.number_by_id, p->arena, 0);
    buf_init(&w.html, DOCUMENT_HTML_BYTES_MAX);
    buf_init(&w.text, WORD_PARAGRAPH_BYTES_MAX);
    word_styles(&w, document_part(p, "word/styles.xml"));
    word_numbering(&w, document_part(p, "word/numbering.xml"));
    document_head(&w.html, document_part(p, "docProps/core.xml"));
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        word_part(&w, document_part(p, parts[i]));
    html_whole(p->arena, arena_dup(p->arena, buf_slice(&w.html)), out);
    out->cut |= w.html.over;
    buf_release(&w.text);
    buf_release(&w.html);
}
