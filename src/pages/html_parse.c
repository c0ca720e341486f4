/* html_parse.c - tags and text become boxes and blocks, and no tree is built.
 *
 * html_scan.h reads the page, html_tree.h says which element begins and ends where. A stack of open elements, bounded
 * by HTML_DEPTH_MAX, keeps what they hand down: hidden, inside of a link, preformatted. Text is normalised as it comes:
 * runs of white space become one blank, characters that show nothing (zero width, direction marks, Unicode tags) are
 * dropped, since they serve to hide words from readers or from filters. */
#include "pages/html_page.h"

#include "base/ascii.h"
#include "pages/html_box.h"
#include "pages/html_foreign.h"
#include "pages/html_inline.h"
#include "pages/html_meta.h"
#include "pages/html_scan.h"
#include "pages/html_seen.h"
#include "pages/html_tree.h"
#include "pages/page_clock.h"
#include "text/script.h"

struct open {
    struct html_element element;
    struct html_bits inside; /* what is around the elements in it */
    uint32_t box;
    uint32_t mark;  /* where its text begins in that of the page; of inline elements */
    uint32_t links; /* characters inside of links in the block then */
    uint8_t tag;
    uint8_t child; /* of a formula's element: children so far */
    bool skip, no_size, in_link, strong, pre, code, math, flex, linked, itemprop_author;
};

struct parse {
    struct arena *arena;
    struct html_page *page;
    struct html_sheet *sheet; /* NULL: the page's own style hides nothing */
    struct html_names_cache *names;
    struct open stack[HTML_DEPTH_MAX];
    size_t depth;
    bool in_block;   /* the last block of the page is open */
    bool space;      /* white space is due before the next character */
    bool line_end;   /* and it has a line end */
    unsigned breaks; /* <br> in a row */
    bool after_break;
    uint32_t inline_roles; /* of inline elements opened since the last text */
    struct inline_raised raised;
    struct slice closed; /* the text of the inline element that ended last, while nothing came behind it */
    bool closed_link, closed_flex, seam; /* what it was; another one begins right behind it */
    struct slice *collect;               /* title: text goes here instead of into a block */
    struct buf collected;
};

/* --- blocks ------------------------------------------------------------------------------------------------------- */

static void end_block(struct parse *p)
{
    if (!p->in_block)
        return;
    struct html_page *page = p->page;
    struct html_block *b = &page->blocks[page->block_count - 1];
    while (page->text.n > b->start && (page->text.p[page->text.n - 1] == ' ' || page->text.p[page->text.n - 1] == '\n'))
        page->text.n--;
    b->n = (uint32_t)(page->text.n - b->start);
    if (b->link_chars > b->n)
        b->link_chars = b->n;
    if (b->strong_chars > b->n)
        b->strong_chars = b->n;
    if (b->n == 0)
        page->block_count--;
    p->in_block = false;
}

static void break_block(struct parse *p)
{
    end_block(p);
    p->raised.n = 0;
    p->closed.n = 0;
    p->seam = false;
    p->space = false;
    p->breaks = 0;
    p->after_break = false;
}

static void html_stop(struct parse *p)
{
    p->page->cut = true;
}

static struct html_block *need_block(struct parse *p, const struct open *top)
{
    struct html_page *page = p->page;
    if (p->in_block)
        return &page->blocks[page->block_count - 1];
    struct html_block *b = arena_push(p->arena, &page->blocks, page->block_count, &page->block_room);
    if (++page->block_count >= HTML_BOXES_MAX)
        html_stop(p);
    *b = (struct html_block){.start = (uint32_t)page->text.n,
                             .box = top->box,
                             .inline_roles = p->inline_roles,
                             .in_pre = top->pre,
                             .broken = p->after_break};
    p->in_block = true;
    p->space = false;
    p->after_break = false;
    return b;
}

static void add_bytes(struct parse *p, struct html_block *b, const struct open *top, const char *text, size_t n)
{
    if (!buf_add(&p->page->text, (struct slice){text, n})) {
        html_stop(p);
        return;
    }
    if (top->in_link)
        b->link_chars += (uint32_t)n;
    if (top->strong)
        b->strong_chars += (uint32_t)n;
}

/* Bytes of a character that shows nothing, at the start of text; 0 when there is none. */
static size_t html_invisible(const unsigned char *at, size_t n)
{
    if (n >= 2 && at[0] == 0xC2 && at[1] == 0xAD) /* soft hyphen */
        return 2;
    if (n >= 3 && at[0] == 0xE2 &&
        ((at[1] == 0x80 && (at[2] == 0x8B || (at[2] >= 0x8E && at[2] <= 0x8F) || (at[2] >= 0xAA && at[2] <= 0xAE))) ||
         (at[1] == 0x81 && at[2] >= 0xA0 && at[2] <= 0xAF)))
        return 3; /* U+200B, U+200E-F, U+202A-E, U+2060-F; the joiners U+200C-D are part of words */
    if (n >= 3 && at[0] == 0xEF && at[1] == 0xBB && at[2] == 0xBF)
        return 3;
    if (n >= 4 && at[0] == 0xF3 && at[1] == 0xA0 && (at[2] == 0x80 || at[2] == 0x81))
        return 4; /* U+E0000-E007F */
    return 0;
}

/* Bytes of white space at the start of text; 0 when there is none. */
static size_t html_blank(const unsigned char *at, size_t n)
{
    if (*at <= ' ' || *at == 0x7F)
        return 1;
    if (n >= 2 && at[0] == 0xC2 && at[1] == 0xA0)
        return 2;
    if (n >= 3 && at[0] == 0xE2 && at[1] == 0x80 && (at[2] <= 0x8A || at[2] == 0xA8 || at[2] == 0xA9 || at[2] == 0xAF))
        return 3;
    return n >= 3 && at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x80 ? 3 : 0;
}

static void add_pre(struct parse *p, const struct open *top, const char *text, size_t n)
{
    if (!p->in_block) { /* blank lines before the first one say nothing */
        size_t i = 0;
        while (i < n && (text[i] == '\n' || text[i] == '\r'))
            i++;
        text += i;
        n -= i;
    }
    if (n)
        add_bytes(p, need_block(p, top), top, text, n);
}

/* Two inline elements touch: are they shown apart? */
static bool html_inline_apart(const struct parse *p, const struct open *top, struct slice next)
{
    /* The buffer may have moved since; the closed element's text is its end. */
    struct slice own = {p->page->text.p + p->page->text.n - p->closed.n, p->closed.n};
    if (top->code || top->math)
        return false;
    return p->closed_flex || inline_is_seam(own, next, p->closed_link && top->in_link);
}

/* Chinese and Japanese, where a line end in the source parts nothing; Korean has blanks between its words. */
static bool html_is_cjk(const unsigned char *at, size_t n)
{
    return n >= 3 && ((at[0] >= SCRIPT_CJK_BYTE && at[0] <= SCRIPT_HAN_BYTE) || (at[0] == 0xEF && at[1] >= 0xBC));
}

static bool html_is_within_cjk(const struct parse *p, const struct html_block *b, const unsigned char *next, size_t n)
{
    const struct buf *text = &p->page->text;
    return text->n >= b->start + 3 && html_is_cjk((const unsigned char *)text->p + text->n - 3, 3) &&
           html_is_cjk(next, n);
}

static void add_text(struct parse *p, const char *text, size_t n)
{
    const struct open *top = &p->stack[p->depth - 1];
    if (top->pre) {
        add_pre(p, top, text, n);
        return;
    }
    const unsigned char *at = (const unsigned char *)text, *end = at + n;
    while (at < end) {
        size_t skip = html_blank(at, (size_t)(end - at));
        if (skip) {
            p->line_end = (p->space && p->line_end) || *at == '\n';
            p->space = true;
            at += skip;
            continue;
        }
        const unsigned char *start = at;
        while (at<end && * at> ' ' && *at != 0x7F) {
            if (*at >= 0xC2 && (*at == 0xC2 || (*at >= 0xE2 && *at <= 0xE3) || *at >= 0xEF) &&
                (html_invisible(at, (size_t)(end - at)) || html_blank(at, (size_t)(end - at))))
                break;
            at++;
        }
        if (at > start) {
            if (!p->in_block && p->breaks >= 2)
                p->after_break = true;
            p->breaks = 0;
            struct html_block *b = need_block(p, top);
            if (p->raised.n && p->raised.end == p->page->text.n)
                inline_price(&p->page->text, b->start, (struct slice){(const char *)start, (size_t)(at - start)},
                             &p->raised);
            if (p->seam && p->closed.n &&
                html_inline_apart(p, top, (struct slice){(const char *)start, (size_t)(end - start)}))
                p->space = true;
            p->seam = false;
            p->closed.n = 0;
            if (p->space && p->line_end && html_is_within_cjk(p, b, start, (size_t)(end - start)))
                p->space = false;
            if (p->space && p->page->text.n > b->start && p->page->text.p[p->page->text.n - 1] != '\n')
                add_bytes(p, b, top, " ", 1);
            p->space = false;
            p->inline_roles = 0;
            add_bytes(p, b, top, (const char *)start, (size_t)(at - start));
        }
        if (at < end)
            at += html_invisible(at, (size_t)(end - at));
    }
}

static void add_line_break(struct parse *p)
{
    p->breaks++;
    if (p->in_block && p->breaks >= 2) {
        end_block(p);
    } else if (p->in_block) {
        buf_add_char(&p->page->text, '\n');
        p->space = false;
    }
}

/* --- elements ------------------------------------------------------------------------------------------------------
 */

static bool has_word(struct slice text, const char *word)
{
    return text.n && slice_find(text, slice_of(word)) < text.n;
}

static uint32_t add_box(struct parse *p, const struct html_start *start, const struct html_seen *seen, uint32_t parent)
{
    struct html_page *page = p->page;
    struct html_box *box = arena_push(p->arena, &page->boxes, page->box_count, &page->box_room);
    uint32_t index = (uint32_t)page->box_count;
    html_box_fill(page, index, parent, start);
    box->veiled = seen->veiled || (index && page->boxes[parent].veiled && !seen->visible);
    if (++page->box_count >= HTML_BOXES_MAX)
        html_stop(p);
    return index;
}

/* Where dates are those of other pages. */
static bool html_is_beside(const struct parse *p)
{
    static const enum html_role roles[] = {ROLE_IN_NAV, ROLE_IN_ASIDE, ROLE_IN_FOOTER, ROLE_COMMENT};
    if (p->depth == 0 || p->page->box_count == 0)
        return false;
    const uint8_t *near = p->page->boxes[p->stack[p->depth - 1].box].near;
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (near[roles[i]] < HTML_FAR)
            return true;
    return p->stack[p->depth - 1].in_link;
}

/* --- the parser's events -------------------------------------------------------------------------------------------
 */

/* Tags of formulas whose children are set above, below or over each other. */
static bool is_stacked(enum html_tag tag)
{
    return tag == TAG_MSUP || tag == TAG_MSUB || tag == TAG_MSUBSUP || tag == TAG_MFRAC || tag == TAG_MUNDER ||
           tag == TAG_MOVER || tag == TAG_MUNDEROVER || tag == TAG_MROOT;
}

/* A button that heads what it opens is the heading's text. */
static bool is_heading_button(const struct parse *p, const struct open *above, const struct html_given *given)
{
    struct slice classes = html_given_value(given, ATTR_CLASS);
    uint32_t box = above->box;
    for (unsigned i = 0; i < 3 && box; i++, box = p->page->boxes[box].parent) {
        enum html_tag tag = (enum html_tag)p->page->boxes[box].tag;
        if (p->page->boxes[box].heading || tag == TAG_SUMMARY || tag == TAG_DT)
            return true;
    }
    return has_word(classes, "accordion") || has_word(classes, "faq") || has_word(classes, "collapsible");
}

static bool is_left_out(const struct parse *p, const struct html_start *start, const struct open *above)
{
    enum html_tag tag = start->tag;
    const struct html_given *given = start->given;
    if (tag == TAG_BUTTON)
        return !above || !is_heading_button(p, above, given);
    if (html_tag_flags(tag) & IS_SKIPPED)
        return true;
    if (!given->has)
        return false;
    bool numbers = (above && above->pre) || tag == TAG_TD || tag == TAG_DIV || tag == TAG_TH;
    if (numbers && inline_is_line_number(html_given_value(given, ATTR_CLASS)))
        return true;
    return has_word(html_given_value(given, ATTR_STYLE), "line-through");
}

/* What an inline element notes when it begins. */
static void start_inline(struct parse *p, struct open *above, struct open *top, const struct html_start *start)
{
    enum html_tag tag = start->tag;
    struct html_page *page = p->page;
    top->mark = (uint32_t)page->text.n;
    top->links = p->in_block ? page->blocks[page->block_count - 1].link_chars : 0;
    top->linked = false;
    top->child = 0;
    p->inline_roles |= html_box_roles(start);
    p->seam = p->closed.n > 0 && !p->space && tag != TAG_SUP && tag != TAG_SUB;
    top->math |= tag == TAG_MATH;
    if (!top->math || !above)
        return;
    p->closed.n = 0;
    const struct buf *text = &page->text;
    if (p->space && p->in_block) { /* what is set below begins behind it */
        buf_add_char(&page->text, ' ');
        p->space = false;
    }
    if (tag == TAG_MI && text->n > above->mark + 1 && ascii_is_letter(text->p[text->n - 1]) &&
        ascii_is_letter(text->p[text->n - 2]))
        p->space = true; /* "sin x" */
    if (tag == TAG_MSQRT)
        add_bytes(p, need_block(p, top), top, "\xE2\x88\x9A", 3);
    if (above->tag == TAG_MFRAC && above->child == 1)
        add_bytes(p, need_block(p, top), top, "/", 1);
    top->mark = (uint32_t)page->text.n;
}

static void end_in_formula(struct parse *p, const struct open *top, struct open *above)
{
    struct buf *text = &p->page->text;
    unsigned child = above->child++;
    if (top->tag == TAG_MSQRT)
        inline_group(text, top->mark);
    if (above->tag == TAG_MFRAC || (is_stacked((enum html_tag)above->tag) && child == 0))
        inline_group(text, top->mark);
    else if (above->tag == TAG_MROOT)
        inline_root(text, top->mark);
    else if (is_stacked((enum html_tag)above->tag))
        (child == 2 || above->tag == TAG_MSUP || above->tag == TAG_MOVER ? inline_power : inline_index)(text,
                                                                                                        top->mark);
}

/* An inline element ends; `above` is the one around it. */
static void end_inline(struct parse *p, const struct open *top, struct open *above)
{
    struct html_page *page = p->page;
    struct html_block *b = p->in_block ? &page->blocks[page->block_count - 1] : NULL;
    if (!b || top->skip || top->pre || page->text.n <= top->mark) {
        p->closed.n = 0;
        return;
    }
    size_t block = b->start, mark = top->mark < block ? block : top->mark;
    struct slice own = {page->text.p + mark, page->text.n - mark};
    if (top->math) {
        if (above->math)
            end_in_formula(p, top, above);
        return;
    }
    if (top->tag == TAG_SUP) {
        inline_raise(&page->text, block, mark, top->linked || top->in_link, &p->raised);
    } else if (top->tag == TAG_SUB) {
        inline_lower(&page->text, block, mark, &p->raised);
    } else if (top->tag == TAG_A && inline_is_anchor(own)) {
        page->text.n = mark;
        b->link_chars = top->links;
    } else if (top->tag != TAG_CODE && !above->code) {
        p->closed = (struct slice){"", own.n};
        p->closed_link = top->tag == TAG_A;
        p->closed_flex = above->flex;
    }
    if (top->tag == TAG_A)
        above->linked = true;
}

/* Boxes of style sheets are not known; an inline style that sets children apart is. */
static bool is_flex(const struct html_given *given)
{
    struct slice style = html_given_value(given, ATTR_STYLE);
    return has_word(style, "flex") || has_word(style, "grid");
}

static struct html_start html_start_of(struct parse *p, enum html_tag tag, const struct html_given *given)
{
    struct html_start start = {.tag = tag, .given = given};
    struct slice classes = html_given_value(given, ATTR_CLASS), id = html_given_value(given, ATTR_ID);
    if (classes.n)
        start.classes = *html_names_of(p->names, classes);
    if (id.n)
        start.id = *html_names_of(p->names, id);
    return start;
}

static void on_start(void *user, enum html_tag tag, struct slice name, const struct html_given *given)
{
    struct parse *p = user;
    unsigned flags = html_tag_flags(tag);
    struct html_start start = html_start_of(p, tag, given);
    bool dated = given->has >> ATTR_DATETIME & 1 || given->has >> ATTR_ITEMPROP & 1;
    html_meta_see(p->arena, tag, given, dated && html_is_beside(p), &p->page->meta);
    struct open *above = p->depth ? &p->stack[p->depth - 1] : NULL;
    struct open *top = &p->stack[p->depth++];
    *top = above ? *above : (struct open){0};
    top->tag = (uint8_t)tag;
    if (top->skip)
        return;
    top->element = (struct html_element){tag == TAG_OTHER ? name : html_tag_name(tag),
                                         html_given_value(given, ATTR_ID),
                                         html_given_value(given, ATTR_CLASS),
                                         above ? &above->element : NULL,
                                         html_bits_join(start.classes.bits, start.id.bits),
                                         above ? above->inside : (struct html_bits){0, 0}};
    html_bits_add(&top->element.own, slice_hash(top->element.name));
    top->inside = html_bits_join(top->element.around, top->element.own);
    struct html_seen seen = html_seen_of(p->sheet, tag, &top->element, given, &start.classes);
    bool boxed = p->depth == 1 || (flags & IS_BLOCK);
    bool left_out = is_left_out(p, &start, above) || seen.gone || (seen.veiled && !boxed);
    if (boxed) {
        break_block(p);
        p->inline_roles = 0;
        top->box = add_box(p, &start, &seen, above ? above->box : 0);
        p->page->boxes[top->box].left_out = left_out;
    } else {
        start_inline(p, above, top, &start);
    }
    if (tag == TAG_BUTTON && p->page->boxes[top->box].buttons < UINT16_MAX)
        p->page->boxes[top->box].buttons++;
    top->skip = left_out;
    top->no_size = seen.no_size || (top->no_size && !seen.sized);
    top->flex = is_flex(given);
    top->in_link |= tag == TAG_A;
    top->strong |= (flags & IS_STRONG) != 0;
    top->pre |= tag == TAG_PRE;
    top->code |= tag == TAG_CODE || tag == TAG_PRE;
    if (tag == TAG_BR && !top->skip)
        add_line_break(p);
    if (tag == TAG_TITLE && p->page->meta.title.n == 0) {
        p->collect = &p->page->meta.title;
        buf_reset(&p->collected);
    }
    if (tag == TAG_TITLE)
        top->skip = true;
}

/* The innermost element ends. */
static void on_end(void *user)
{
    struct parse *p = user;
    struct open *top = &p->stack[p->depth - 1];
    enum html_tag tag = (enum html_tag)top->tag;
    if (tag == TAG_TITLE && p->collect) {
        html_meta_keep(p->arena, p->collect, buf_slice(&p->collected));
        p->collect = NULL;
    }
    if ((html_tag_flags(tag) & IS_BLOCK) && !top->skip)
        break_block(p);
    else if (!(html_tag_flags(tag) & IS_BLOCK) && p->depth > 1)
        end_inline(p, top, top - 1);
    p->depth--;
}

/* An inline element has ended, and blocks inside of it go on. */
static void on_forget(void *user, size_t number)
{
    struct parse *p = user;
    p->stack[number].tag = TAG_OTHER;
    for (size_t i = number; i < p->depth; i++) {
        const struct open *above = i ? &p->stack[i - 1] : NULL;
        struct open *at = &p->stack[i];
        at->in_link = (above && above->in_link) || at->tag == TAG_A;
        at->strong = (above && above->strong) || (html_tag_flags((enum html_tag)at->tag) & IS_STRONG);
        at->code = (above && above->code) || at->tag == TAG_CODE || at->tag == TAG_PRE;
    }
}

static bool is_blank(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_is_html_space(text.p[i]))
            return false;
    return true;
}

static void on_text(struct parse *p, struct html_tree *tree, struct slice text)
{
    if ((p->depth == 0 || !tree->in_body) && !html_tree_text(tree, is_blank(text)))
        return;
    const struct open *top = &p->stack[p->depth - 1];
    if (p->collect)
        buf_add(&p->collected, text);
    else if (p->depth && !top->skip && !top->no_size && !(top->math && is_blank(text)))
        add_text(p, text.p, text.n);
}

static void release_page(void *thing)
{
    struct html_page *page = thing;
    buf_release(&page->text);
}

static void html_events(struct parse *p, struct html_scan *scan)
{
    static const struct html_tree_calls calls = {on_start, on_end, on_forget};
    struct html_page *page = p->page;
    struct html_tree *tree = arena_alloc(p->arena, sizeof *tree);
    struct html_event event;
    tree->calls = &calls;
    tree->user = p;
    while (!page->cut && !page_clock_over() && html_scan_next(scan, &event)) {
        if (event.kind == HTML_EVENT_TEXT)
            on_text(p, tree, event.text);
        else if (event.kind == HTML_EVENT_START)
            html_tree_start(tree, event.tag, event.text, &event.given, event.closed);
        else
            html_tree_end(tree, event.tag, event.text);
        page->cut |= tree->cut;
    }
    html_tree_finish(tree);
    memcpy(page->json_ld, scan->json_ld, sizeof page->json_ld);
    page->json_ld_count = scan->json_ld_count;
}

struct html_page *html_parse(struct arena *a, struct slice bytes)
{
    struct html_page *page = arena_alloc(a, sizeof *page);
    struct parse *p = arena_alloc(a, sizeof *p);
    buf_init(&page->text, HTML_TEXT_BYTES_MAX);
    arena_defer(a, release_page, page);
    html_beside_find(bytes, &page->beside);
    p->sheet = html_sheet_read(a, page->beside.sheets, page->beside.sheet_count);
    p->names = html_names_new(a);
    p->arena = a;
    p->page = page;
    buf_init(&p->collected, HTML_META_BYTES_MAX);
    html_events(p, html_scan_new(a, bytes));
    end_block(p);
    buf_release(&p->collected);
    html_seen_unveil(page);
    html_foreign_drop(a, page);
    return page;
}
