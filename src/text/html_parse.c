/* html_parse.c - libxml2's HTML parser drives this: its events become boxes and blocks, and no tree is built.
 *
 * The parser repairs the page (implied and missing ends of elements, entities); a stack of open elements, bounded by
 * HTML_DEPTH_MAX, keeps what they hand down: hidden, inside of a link, preformatted. Text is normalised as it comes:
 * runs of white space become one blank, characters that show nothing (zero width, direction marks, Unicode tags) are
 * dropped, since they serve to hide words from readers or from filters.
 *
 * Work is bounded: an end tag that matches nothing makes the parser walk over the open elements, so each event pays for
 * the depth it happens at, and a page that has spent HTML_WORK_MAX ends there (`cut`). */
#include "text/html_page.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include "text/libxml.h"
#include "base/utf8.h"
#include "text/html_scan.h"
#include "text/libxml.h"

enum { HTML_WORK_MAX = 60000000, META_BYTES_MAX = 2000 };

struct open {
    uint32_t box;
    uint8_t tag;
    bool skip, in_link, strong, pre, itemprop_author;
};

struct parse {
    struct arena *arena;
    struct html_page *page;
    htmlParserCtxtPtr parser;
    struct open stack[HTML_DEPTH_MAX];
    size_t depth;
    size_t work;
    bool in_block;   /* the last block of the page is open */
    bool space;      /* white space is due before the next character */
    unsigned breaks; /* <br> in a row */
    bool after_break;
    uint32_t inline_roles; /* of inline elements opened since the last text */
    struct slice *collect; /* title: text goes here instead of into a block */
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
    if (b->n == 0)
        page->block_count--;
    p->in_block = false;
}

static void break_block(struct parse *p)
{
    end_block(p);
    p->space = false;
    p->breaks = 0;
    p->after_break = false;
}

static void stop(struct parse *p)
{
    p->page->cut = true;
    xmlStopParser(p->parser);
}

static struct html_block *need_block(struct parse *p, const struct open *top)
{
    struct html_page *page = p->page;
    if (p->in_block)
        return &page->blocks[page->block_count - 1];
    void *items = page->blocks;
    struct html_block *b = arena_push(p->arena, &items, page->block_count, &page->block_room, sizeof *b);
    page->blocks = items;
    if (++page->block_count >= HTML_BOXES_MAX)
        stop(p);
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
        stop(p);
        return;
    }
    if (top->in_link)
        b->link_chars += (uint32_t)n;
    if (top->strong)
        b->strong_chars += (uint32_t)n;
}

/* Bytes of a character that shows nothing, at the start of text; 0 when there is none. */
static size_t invisible(const unsigned char *at, size_t n)
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
static size_t blank(const unsigned char *at, size_t n)
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

static void add_text(struct parse *p, const char *text, size_t n)
{
    const struct open *top = &p->stack[p->depth - 1];
    if (top->pre) {
        add_pre(p, top, text, n);
        return;
    }
    const unsigned char *at = (const unsigned char *)text, *end = at + n;
    while (at < end) {
        size_t skip = blank(at, (size_t)(end - at));
        if (skip) {
            p->space = true;
            at += skip;
            continue;
        }
        const unsigned char *start = at;
        while (at<end && * at> ' ' && *at != 0x7F) {
            if (*at >= 0xC2 && (*at == 0xC2 || (*at >= 0xE2 && *at <= 0xE3) || *at >= 0xEF) &&
                (invisible(at, (size_t)(end - at)) || blank(at, (size_t)(end - at))))
                break;
            at++;
        }
        if (at > start) {
            if (!p->in_block && p->breaks >= 2)
                p->after_break = true;
            p->breaks = 0;
            struct html_block *b = need_block(p, top);
            if (p->space && p->page->text.n > b->start && p->page->text.p[p->page->text.n - 1] != '\n')
                add_bytes(p, b, top, " ", 1);
            p->space = false;
            p->inline_roles = 0;
            add_bytes(p, b, top, (const char *)start, (size_t)(at - start));
        }
        if (at < end)
            at += invisible(at, (size_t)(end - at));
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

static struct slice attribute(const xmlChar **given, const char *name)
{
    for (; given && given[0]; given += 2)
        if (strcmp((const char *)given[0], name) == 0)
            return given[1] ? slice_of((const char *)given[1]) : (struct slice){"", 0};
    return (struct slice){NULL, 0};
}

static bool has_word(struct slice text, const char *word)
{
    return text.n && slice_find(text, slice_of(word)) < text.n;
}

static uint32_t role_bit(enum html_role role)
{
    return UINT32_C(1) << role;
}

static uint32_t roles_of_element(enum html_tag tag, const xmlChar **given)
{
    static const struct {
        enum html_tag tag;
        enum html_role role;
    } of_tags[] = {
        {TAG_ARTICLE, ROLE_IN_ARTICLE},  {TAG_MAIN, ROLE_IN_MAIN},       {TAG_ASIDE, ROLE_IN_ASIDE},
        {TAG_NAV, ROLE_IN_NAV},          {TAG_MENU, ROLE_IN_NAV},        {TAG_HEADER, ROLE_IN_HEADER},
        {TAG_FOOTER, ROLE_IN_FOOTER},    {TAG_FIGURE, ROLE_IN_FIGURE},   {TAG_FIGCAPTION, ROLE_IN_FIGURE},
        {TAG_UL, ROLE_IN_LIST},          {TAG_OL, ROLE_IN_LIST},         {TAG_DL, ROLE_IN_LIST},
        {TAG_TABLE, ROLE_IN_TABLE},      {TAG_FORM, ROLE_IN_FORM},       {TAG_LABEL, ROLE_IN_FORM},
        {TAG_BLOCKQUOTE, ROLE_IN_QUOTE}, {TAG_SECTION, ROLE_IN_SECTION},
    };
    static const struct {
        const char *word;
        enum html_role role;
    } of_roles[] = {
        {"navigation", ROLE_IN_NAV},
        {"main", ROLE_IN_MAIN},
        {"complementary", ROLE_IN_ASIDE},
        {"contentinfo", ROLE_IN_FOOTER},
        {"banner", ROLE_IN_HEADER},
        {"dialog", ROLE_FORM},
        {"article", ROLE_IN_ARTICLE},
        {"search", ROLE_FORM},
        {"menu", ROLE_IN_NAV},
        {"alert", ROLE_FORM},
    };
    uint32_t roles = 0;
    for (size_t i = 0; i < sizeof of_tags / sizeof *of_tags; i++)
        if (of_tags[i].tag == tag)
            roles |= role_bit(of_tags[i].role);
    for (; given && given[0]; given += 2) {
        const char *name = (const char *)given[0];
        struct slice value = slice_of((const char *)given[1]);
        if (strcmp(name, "class") == 0 || strcmp(name, "id") == 0)
            roles |= html_roles_find(value);
        else if (strcmp(name, "role") == 0)
            for (size_t i = 0; i < sizeof of_roles / sizeof *of_roles; i++)
                if (slice_is(value, of_roles[i].word))
                    roles |= role_bit(of_roles[i].role);
        if (strcmp(name, "itemprop") == 0) {
            if (has_word(value, "articleBody") || has_word(value, "text"))
                roles |= role_bit(ROLE_ARTICLE_BODY);
            else if (has_word(value, "author") || has_word(value, "date"))
                roles |= role_bit(ROLE_BYLINE);
            else if (has_word(value, "caption") || has_word(value, "image"))
                roles |= role_bit(ROLE_CAPTION);
            else if (has_word(value, "headline"))
                roles |= role_bit(ROLE_TITLE);
        }
    }
    return roles;
}

static bool is_hidden(enum html_tag tag, const xmlChar **given)
{
    bool whole_page = tag == TAG_BODY || tag == TAG_HTML || tag == TAG_MAIN || tag == TAG_ARTICLE;
    for (; given && given[0]; given += 2) {
        const char *name = (const char *)given[0];
        struct slice value = slice_of((const char *)given[1]);
        if (strcmp(name, "hidden") == 0 && !slice_is(value, "until-found"))
            return true;
        /* Scripts show a body again that they hid while loading, and a dialog hides the page behind it from readers. */
        if (strcmp(name, "aria-hidden") == 0 && slice_is(value, "true") && !whole_page)
            return true;
        if (strcmp(name, "style") == 0 && tag != TAG_BODY && tag != TAG_HTML && html_style_hides(value))
            return true;
        if (strcmp(name, "class") == 0 && html_roles_hidden(value))
            return true;
    }
    return false;
}

static uint32_t add_box(struct parse *p, enum html_tag tag, uint32_t parent, const xmlChar **given)
{
    struct html_page *page = p->page;
    void *items = page->boxes;
    struct html_box *box = arena_push(p->arena, &items, page->box_count, &page->box_room, sizeof *box);
    page->boxes = items;
    uint32_t index = (uint32_t)page->box_count;
    struct html_box *above = &page->boxes[parent];
    box->parent = parent;
    box->tag = (uint8_t)tag;
    if (index == 0) {
        memset(box->near, HTML_FAR, sizeof box->near);
    } else {
        box->depth = (uint16_t)(above->depth + 1);
        box->heading = above->heading;
        for (size_t i = 0; i < ROLE_COUNT; i++)
            box->near[i] = (uint8_t)(above->near[i] + (above->near[i] < HTML_FAR));
        box->number = ++above->children[tag == TAG_LI];
    }
    if (html_tag_heading(tag))
        box->heading = (uint8_t)html_tag_heading(tag);
    /* The classes of <body> and <html> describe the site, not what they hold. */
    uint32_t roles = tag == TAG_BODY || tag == TAG_HTML ? 0 : roles_of_element(tag, given);
    for (size_t i = 0; roles; i++, roles >>= 1)
        if (roles & 1)
            box->near[i] = 0;
    if (++page->box_count >= HTML_BOXES_MAX)
        stop(p);
    return index;
}

/* --- metadata ------------------------------------------------------------------------------------------------------
 */

static void keep(struct parse *p, struct slice *where, struct slice value)
{
    value = slice_trim(value);
    if (where->n == 0 && value.n && value.n <= META_BYTES_MAX)
        *where = arena_dup(p->arena, value);
}

static void see_meta(struct parse *p, const xmlChar **given)
{
    struct html_meta *m = &p->page->meta;
    const struct {
        const char *name;
        struct slice *where;
    } names[] = {
        {"og:title", &m->og_title},
        {"twitter:title", &m->og_title},
        {"og:site_name", &m->site_name},
        {"application-name", &m->site_name},
        {"og:description", &m->description},
        {"description", &m->description},
        {"article:published_time", &m->published},
        {"datepublished", &m->published},
        {"date", &m->published},
        {"pubdate", &m->published},
        {"publishdate", &m->published},
        {"publish-date", &m->published},
        {"sailthru.date", &m->published},
        {"parsely-pub-date", &m->published},
        {"dc.date", &m->published},
        {"dc.date.issued", &m->published},
        {"dcterms.created", &m->published},
        {"article:modified_time", &m->modified},
        {"datemodified", &m->modified},
        {"og:updated_time", &m->modified},
        {"last-modified", &m->modified},
        {"author", &m->author},
        {"parsely-author", &m->author},
        {"sailthru.author", &m->author},
        {"dc.creator", &m->author},
        {"byl", &m->author},
        {"article:author", &m->author},
        {"og:locale", &m->locale},
        {"og:url", &m->og_url},
    };
    struct slice content = attribute(given, "content");
    if (!content.n)
        return;
    static const char *const keys[] = {"property", "name", "itemprop"};
    for (size_t k = 0; k < 3; k++) {
        struct slice name = attribute(given, keys[k]);
        for (size_t i = 0; name.n && i < sizeof names / sizeof *names; i++)
            if (slice_eq_nocase(name, slice_of(names[i].name)) &&
                !(names[i].where == &m->author && slice_starts(content, SLICE("http"))))
                keep(p, names[i].where, content);
    }
}

static void see_metadata(struct parse *p, enum html_tag tag, const xmlChar **given)
{
    struct html_meta *m = &p->page->meta;
    if (tag == TAG_META)
        see_meta(p, given);
    else if (tag == TAG_LINK && has_word(attribute(given, "rel"), "canonical"))
        keep(p, &m->canonical, attribute(given, "href"));
    else if (tag == TAG_HTML)
        keep(p, &m->lang, attribute(given, "lang"));
    else if (tag == TAG_TIME && has_word(attribute(given, "itemprop"), "dateModified"))
        keep(p, &m->modified, attribute(given, "datetime"));
    else if (tag == TAG_TIME)
        keep(p, &m->time, attribute(given, "datetime"));
}

/* --- the parser's events -------------------------------------------------------------------------------------------
 */

static void spend(struct parse *p)
{
    p->work += p->depth + 1;
    if (p->work > HTML_WORK_MAX)
        stop(p);
}

static void on_start(void *user, const xmlChar *name, const xmlChar **given)
{
    struct parse *p = user;
    enum html_tag tag = html_tag_find((const char *)name);
    unsigned flags = html_tag_flags(tag);
    spend(p);
    if (p->page->cut)
        return;
    if (p->depth >= HTML_DEPTH_MAX) {
        stop(p);
        return;
    }
    see_metadata(p, tag, given);
    struct open *above = p->depth ? &p->stack[p->depth - 1] : NULL;
    struct open *top = &p->stack[p->depth++];
    *top = above ? *above : (struct open){0};
    top->tag = (uint8_t)tag;
    if (top->skip)
        return;
    if (p->depth == 1 || (flags & IS_BLOCK)) {
        break_block(p);
        p->inline_roles = 0;
        top->box = add_box(p, tag, above ? above->box : 0, given);
    } else if (given) {
        p->inline_roles |= roles_of_element(tag, given);
    }
    top->skip = (flags & IS_SKIPPED) || (given && is_hidden(tag, given));
    top->in_link |= tag == TAG_A;
    top->strong |= (flags & IS_STRONG) != 0;
    top->pre |= tag == TAG_PRE;
    if (tag == TAG_BR && !top->skip)
        add_line_break(p);
    if (tag == TAG_TITLE && p->page->meta.title.n == 0) {
        p->collect = &p->page->meta.title;
        buf_reset(&p->collected);
    }
    if (tag == TAG_TITLE)
        top->skip = true;
}

static void on_end(void *user, const xmlChar *name)
{
    struct parse *p = user;
    enum html_tag tag = html_tag_find((const char *)name);
    spend(p);
    size_t at = p->depth;
    while (at > 0 && p->stack[at - 1].tag != tag)
        at--;
    if (at <= 1) /* the outermost element stays until the end of the page */
        return;
    if (tag == TAG_TITLE && p->collect) {
        keep(p, p->collect, buf_slice(&p->collected));
        p->collect = NULL;
    }
    if ((html_tag_flags(tag) & IS_BLOCK) && !p->stack[at - 1].skip)
        break_block(p);
    p->depth = at - 1;
}

static void on_text(void *user, const xmlChar *text, int n)
{
    struct parse *p = user;
    if (p->page->cut || n <= 0)
        return;
    if (p->collect)
        buf_add(&p->collected, (struct slice){(const char *)text, (size_t)n});
    else if (p->depth && !p->stack[p->depth - 1].skip)
        add_text(p, (const char *)text, (size_t)n);
}

/* Called for what the parser repairs, an unmatched end tag for example. */
static void on_error(void *user, xmlErrorPtr error)
{
    (void)error;
    spend(user);
}

static void release_page(void *thing)
{
    struct html_page *page = thing;
    buf_release(&page->text);
}

struct html_page *html_parse(struct arena *a, struct slice bytes)
{
    struct html_page *page = arena_alloc(a, sizeof *page);
    struct html_scan scan = html_scan(a, bytes);
    struct parse *p = arena_alloc(a, sizeof *p);
    buf_init(&page->text, HTML_TEXT_BYTES_MAX);
    arena_defer(a, release_page, page);
    memcpy(page->json_ld, scan.json_ld, sizeof page->json_ld);
    page->json_ld_count = scan.json_ld_count;
    p->arena = a;
    p->page = page;
    buf_init(&p->collected, META_BYTES_MAX);
    if (scan.html.n == 0)
        return page;
    libxml_start();
    htmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt(scan.html.p, (int)scan.html.n);
    if (!parser)
        return page;
    p->parser = parser;
    htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                   HTML_PARSE_IGNORE_ENC);
    memset(parser->sax, 0, sizeof *parser->sax);
    parser->sax->initialized = XML_SAX2_MAGIC;
    parser->sax->startElement = on_start;
    parser->sax->endElement = on_end;
    parser->sax->characters = on_text;
    parser->sax->ignorableWhitespace = on_text;
    parser->sax->cdataBlock = on_text;
    parser->sax->serror = on_error;
    parser->userData = p;
    parser->charset = XML_CHAR_ENCODING_UTF8; /* converted before, see charset.h */
    htmlParseDocument(parser);
    end_block(p);
    htmlFreeParserCtxt(parser);
    buf_release(&p->collected);
    return page;
}
