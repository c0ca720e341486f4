/* html_complete.c - see html_complete.h.
 *
 * Five passes, each linear: which boxes frame the text, what the page builds alike, what stands amid the text, what is
 * one thing, and, where hardly anything is kept, what is no frame. */
#include "pages/html_complete.h"

#include <math.h>

#include "pages/html_model.h"

enum {
    CLIMB_MAX = 6,
    COLUMN_WORDS = 3,
    COLUMN_TIMES = 4, /* so many times its words has the row */
    CONTACT_BYTES = 80,
    CONTACT_FIGURES = 6,
    BELIEVED_WORDS = 40, /* with so many the model found the text of an article */
    BELIEVED_WORDS_OF_OTHERS = 100,
    SLOTS_MIN = 64,
};

/* Of a page's text, what makes fewer words enough. */
static const float KEPT_SHARE = 0.6F;
/* Of a shape's bytes, or of the text around a unit, what must be kept for the rest to be kept too. */
static const float ALIKE_SHARE = 0.4F;
/* A box called the content is believed when it has so much of what is no frame, and the model keeps so much of it. */
static const float CONTENT_SHARE = 0.6F, CONTENT_KEPT_SHARE = 0.4F;
/* Of an article, what the model is surer of than this is no text, however it is built. */
static const float ALIKE_LEAST = 0.35F;
/* A box with more of its characters in links leads elsewhere. */
static const float LINKS_SHARE = 0.5F;
/* A block of links alone is a bar to other pages, where no element says what it is. */
static const float BAR_SHARE = 0.9F;
/* A box with more of the page's words is no frame, whatever it is called. */
static const float FRAME_SHARE = 0.5F;

struct alike {
    uint32_t shape, bytes, kept;
};

struct complete {
    const struct html_page *page;
    const struct html_features *f;
    const struct html_place *places;
    bool *keep;
    bool *framed;       /* of a box: it is no part of the text */
    bool *foreign;      /* of a box: it is about something else, whatever the model says */
    bool *candidates;   /* of a block: it may be */
    bool *content;      /* of a box: see complete_find_content() */
    bool documentation; /* a tool that writes documentation has made the page */
    bool article;       /* the page says when it was written, which documentation seldom does */
};

/* What such tools call themselves in <meta name=generator>. */
static bool complete_is_documentation(struct slice generator)
{
    static const char *const tools[] = {"doxygen", "javadoc",  "asciidoc",   "docbook",   "docutils", "sphinx",
                                        "mkdocs",  "texi2any", "makeinfo",   "texi2html", "pandoc",   "latex2html",
                                        "hevea",   "rustdoc",  "docusaurus", "vitepress", "vuepress", "gitbook",
                                        "antora",  "mdbook",   "yelp",       "gtk-doc",   "publican", "ldoc",
                                        "epydoc",  "ddoc",     "hugo docs",  "typedoc",   "haddock",  "bookdown"};
    for (size_t i = 0; i < COUNT_OF(tools); i++)
        for (size_t at = 0, n = strlen(tools[i]); at + n <= generator.n; at++)
            if (slice_eq_nocase(slice_sub(generator, at, n), (struct slice){tools[i], n}))
                return true;
    return false;
}

static bool complete_has(const struct html_box *box, enum html_role role)
{
    return box->near[role] == 0;
}

static bool complete_is_frame(const struct html_page *page, const struct html_box *box, bool in_text, bool article)
{
    bool in_documentation = !article && box->near[ROLE_IN_MAIN] < HTML_FAR;
    enum html_tag tag = (enum html_tag)box->tag;
    bool links = box->link_chars > LINKS_SHARE * (float)box->chars;
    if (tag == TAG_NAV || tag == TAG_MENU || complete_has(box, ROLE_IN_NAV))
        return true;
    if (tag == TAG_FOOTER || tag == TAG_ASIDE || complete_has(box, ROLE_IN_FOOTER) || complete_has(box, ROLE_IN_ASIDE))
        return true;
    if (complete_has(box, ROLE_IN_HEADER) && !in_text)
        return true;
    if (complete_has(box, ROLE_FOOT) || complete_has(box, ROLE_AD) || complete_has(box, ROLE_SHARE))
        return true;
    if (tag == TAG_FORM && box->words < page->boxes[0].words / 4)
        return true;
    /* A cell of a grid is called a column as well ("col-2"). */
    bool side = complete_has(box, ROLE_SIDE) && !(in_text && box->blocks == 1);
    /* "list" and "links" name what documentation has in its text; "related" does not. */
    bool related = complete_has(box, ROLE_RELATED) && !(in_documentation && !box->foreign && !box->apart);
    return links && (complete_has(box, ROLE_NAV) || side || related);
}

/* The column of links of a page that a table lays out. */
static bool complete_is_link_column(const struct complete *c, uint32_t i)
{
    const struct html_box *box = &c->page->boxes[i], *row = &c->page->boxes[box->parent];
    return box->tag == TAG_TD && !c->places[i].cell && box->link_chars > BAR_SHARE * (float)box->chars * 0.9F &&
           box->words >= COLUMN_WORDS && row->words >= COLUMN_TIMES * box->words;
}

/* Boxes that hold the main element, the article or the first heading are no frame either. */
static void complete_find_frames(struct arena *a, struct complete *c)
{
    const struct html_page *page = c->page;
    bool *holds = arena_array(a, bool, page->box_count);
    for (size_t i = page->box_count; i-- > 1;) {
        const struct html_box *box = &page->boxes[i];
        enum html_tag tag = (enum html_tag)box->tag;
        holds[i] |= tag == TAG_MAIN || tag == TAG_H1 || (tag == TAG_ARTICLE && box->good_words > 0) ||
                    complete_has(box, ROLE_ARTICLE_BODY);
        holds[box->parent] |= holds[i];
    }
    for (size_t i = 1; i < page->box_count; i++) {
        const struct html_box *box = &page->boxes[i];
        bool in_text = box->near[ROLE_IN_MAIN] < HTML_FAR || box->near[ROLE_IN_ARTICLE] < HTML_FAR;
        bool most = box->words > FRAME_SHARE * (float)page->boxes[0].words;
        bool named = box->tag == TAG_NAV || box->tag == TAG_FOOTER;
        c->foreign[i] = c->foreign[box->parent] || (box->apart && !holds[i] && !(most && !holds[0])) ||
                        (!holds[i] && complete_is_link_column(c, (uint32_t)i));
        c->framed[i] = c->framed[box->parent] || c->foreign[i] ||
                       (complete_is_frame(page, box, in_text, c->article) && (named || !(holds[i] || most)));
    }
}

static bool complete_is_title(const struct html_features *f)
{
    return f->at[HTML_FROM_HEAD] == 0 && f->at[HTML_HEADING] > 0 && f->at[HTML_TITLE] >= 0.7F;
}

static void complete_find_candidates(struct complete *c)
{
    for (size_t i = 0; i < c->page->block_count; i++) {
        const struct html_block *b = &c->page->blocks[i];
        const struct html_features *f = &c->f[i];
        bool phrase = f->at[HTML_PHRASE] > 0 && f->at[HTML_HEADING] == 0 && f->at[HTML_STOPS] == 0;
        c->candidates[i] = !c->framed[b->box] && !complete_is_title(f) && !phrase;
        if (c->foreign[b->box])
            c->keep[i] = false;
    }
}

/* --- blocks that are built alike --------------------------------------------------------------------------------- */

static void complete_alike(struct arena *a, struct complete *c)
{
    const struct html_page *page = c->page;
    size_t slots = SLOTS_MIN;
    while (slots < 2 * page->block_count)
        slots *= 2;
    struct alike *table = arena_array(a, struct alike, slots);
    uint32_t *slot = arena_array(a, uint32_t, page->block_count);
    for (size_t i = 0; i < page->block_count; i++) {
        const struct html_block *b = &page->blocks[i];
        uint32_t shape = page->boxes[b->box].shape | 1;
        size_t at = (shape ^ (shape >> 15)) & (slots - 1);
        if (!c->candidates[i])
            continue;
        while (table[at].shape && table[at].shape != shape)
            at = (at + 1) & (slots - 1);
        slot[i] = (uint32_t)at;
        table[at].shape = shape;
        table[at].bytes += b->n;
        table[at].kept += c->keep[i] ? b->n : 0;
    }
    for (size_t i = 0; i < page->block_count; i++) {
        const struct alike *of = &table[slot[i]];
        bool links = page->blocks[i].link_chars > LINKS_SHARE * (float)page->blocks[i].n;
        if (c->candidates[i] && !c->keep[i] && !links && of->kept > ALIKE_SHARE * (float)of->bytes &&
            (!c->article || html_model(&c->f[i]) >= ALIKE_LEAST))
            c->keep[i] = true;
    }
}

/* --- units ---------------------------------------------------------------------------------------------------------
 */

/* The box of the one thing that a block is part of; 0: it is one by itself. */
static uint32_t complete_unit(const struct html_place *at)
{
    return at->table ? at->table : at->pre ? at->pre : at->list ? at->list : at->heading;
}

struct unit {
    uint32_t bytes, kept, links;
    bool led;
};

/* The box in which a unit is one thing among others. */
static uint32_t complete_around(const struct html_page *page, uint32_t box)
{
    uint32_t up = page->boxes[box].parent;
    for (unsigned i = 0; i < CLIMB_MAX && up && page->boxes[up].blocks == page->boxes[box].blocks; i++)
        up = page->boxes[up].parent;
    return up;
}

/* Does the text that the unit follows, or its heading follows, lead into it? Both stand in one box, and it is kept. */
static bool complete_leads(const struct complete *c, uint32_t before, uint32_t unit)
{
    const struct html_box *box = &c->page->boxes[unit];
    return before != UINT32_MAX && c->keep[before] && box->near[ROLE_CAPTION] > 2 && box->near[ROLE_RELATED] > 1 &&
           box->near[ROLE_BYLINE] > 1 && c->page->blocks[before].box >= complete_around(c->page, unit);
}

static void complete_units(struct arena *a, struct complete *c)
{
    const struct html_page *page = c->page;
    struct unit *units = arena_array(a, struct unit, page->box_count + 1);
    uint32_t before = UINT32_MAX; /* the block before, and its unit */
    uint32_t unit_before = 0;
    for (uint32_t i = 0; i < page->block_count; i++) {
        const struct html_block *b = &page->blocks[i];
        uint32_t unit = complete_unit(&c->places[b->box]);
        if (c->candidates[i]) {
            units[unit].bytes += b->n;
            units[unit].kept += c->keep[i] ? b->n : 0;
            units[unit].links += b->link_chars;
            if (unit && unit != unit_before)
                units[unit].led |= complete_leads(c, before, unit);
        }
        if (!page->boxes[b->box].heading || c->keep[i])
            before = i;
        unit_before = unit;
    }
    for (uint32_t i = 0; i < page->block_count; i++) {
        const struct html_place *at = &c->places[page->blocks[i].box];
        const struct unit *u = &units[complete_unit(at)];
        bool links = u->links > LINKS_SHARE * (float)u->bytes;
        bool whole = u->kept > ALIKE_SHARE * (float)u->bytes || (u->led && !links);
        if (complete_unit(at) && c->candidates[i])
            c->keep[i] = whole || (c->keep[i] && !at->table); /* some cells of a row would say something else */
    }
}

/* A heading is kept with what it heads, which follows at once. In articles, headings that are links lead to others. */
static void complete_headings(struct complete *c)
{
    for (size_t i = c->page->block_count - 1; i-- > 0;) {
        const struct html_block *b = &c->page->blocks[i];
        bool other = c->article && b->link_chars > LINKS_SHARE * (float)b->n;
        if (c->candidates[i] && c->page->boxes[b->box].heading && !other)
            c->keep[i] |= c->keep[i + 1];
    }
}

/* --- pages of little text ------------------------------------------------------------------------------------------
 */

static float complete_words(const struct complete *c, size_t i)
{
    return expf(c->f[i].at[HTML_WORDS]) - 1;
}

/* ROOT_CONTENT: the box that its names call the content, with the heading before it. */
enum { ROOT_PAGE = ROLE_COUNT, ROOT_CONTENT };

/* Only what is in the main element, or in the article, when there is one with text. */
static bool complete_is_inside(const struct complete *c, size_t block, unsigned root)
{
    uint32_t box = c->page->blocks[block].box;
    if (root == ROOT_CONTENT)
        return c->content[box];
    return root == ROOT_PAGE || c->page->boxes[box].near[root] < HTML_FAR;
}

/* Where the names of boxes call one the content that has most of what is no frame, what is in it, and between the
 * page's heading and it. */
static void complete_find_content(struct complete *c)
{
    const struct html_page *page = c->page;
    uint32_t best = 0, first = 0;
    for (uint32_t i = 1; i < page->box_count; i++) {
        const struct html_box *box = &page->boxes[i];
        if (box->content && !c->framed[i] && (!best || box->words > page->boxes[best].words))
            best = i;
        if (!first && box->tag == TAG_H1)
            first = i;
    }
    for (uint32_t i = 1; best && i < page->box_count; i++)
        c->content[i] = i == best || c->content[page->boxes[i].parent] || (first && i >= first && i < best);
}

struct little {
    unsigned root;
    float words, kept; /* of candidates inside of it, and of all that is kept */
    float kept_inside;
};

static struct little complete_root(const struct complete *c)
{
    static const unsigned roots[] = {ROLE_IN_MAIN, ROLE_IN_ARTICLE, ROOT_CONTENT, ROOT_PAGE};
    struct little l = {ROOT_PAGE, 0, 0, 0};
    for (size_t r = 0; r < COUNT_OF(roots) && l.words < 1; r++) {
        float all = 0;
        l = (struct little){roots[r], 0, 0, 0};
        for (size_t i = 0; i < c->page->block_count; i++) {
            bool inside = complete_is_inside(c, i, roots[r]);
            float words = complete_words(c, i);
            l.kept += c->keep[i] ? words : 0;
            l.kept_inside += c->keep[i] && inside ? words : 0;
            l.words += c->candidates[i] && inside ? words : 0;
            all += c->candidates[i] ? words : 0;
        }
        if (roots[r] == ROOT_CONTENT && (c->article || l.words < CONTENT_SHARE * all ||
                                         (!c->documentation && l.kept_inside < CONTENT_KEPT_SHARE * l.words)))
            l.words = 0;
    }
    return l;
}

/* Addresses of mail and numbers of telephones are links that readers want as text. */
static bool complete_is_contact(struct slice text)
{
    size_t figures = 0;
    for (size_t i = 0; i < text.n && text.n < CONTACT_BYTES; i++)
        figures += text.p[i] >= '0' && text.p[i] <= '9';
    return text.n < CONTACT_BYTES && (memchr(text.p, '@', text.n) || figures >= CONTACT_FIGURES);
}

/* Where the model kept hardly anything, what is no frame is the text. So it is where a page that is no article has a
 * main element, which is then all of its text, or a box that is called its content. */
static void complete_little(struct complete *c)
{
    struct little l = complete_root(c);
    bool main = !c->article && (l.root == ROLE_IN_MAIN || l.root == ROOT_CONTENT) && 2 * l.kept_inside >= l.kept;
    main |= c->documentation;
    unsigned believed = c->article ? BELIEVED_WORDS : BELIEVED_WORDS_OF_OTHERS;
    if (!main && (l.kept >= (float)believed || (c->article && l.kept >= KEPT_SHARE * l.words)))
        return;
    for (size_t i = 0; i < c->page->block_count; i++) {
        bool inside = complete_is_inside(c, i, l.root);
        bool bar = !main && !complete_is_contact(html_block_text(c->page, &c->page->blocks[i])) &&
                   c->page->blocks[i].link_chars > BAR_SHARE * (float)c->page->blocks[i].n;
        c->keep[i] |= c->candidates[i] && inside && !bar;
        if (main && !inside && l.root == ROLE_IN_MAIN)
            c->keep[i] = false;
    }
}

/* What stands between two kept blocks of one box. Articles have other things there: pictures, advertisements, boxes
 * with other news. */
static void complete_gaps(struct complete *c)
{
    const struct html_page *page = c->page;
    size_t last = SIZE_MAX; /* the last kept block */
    for (size_t i = 0; i < page->block_count; i++) {
        if (!c->keep[i])
            continue;
        uint32_t around = last == SIZE_MAX ? 0 : complete_around(page, page->blocks[last].box),
                 box = page->blocks[i].box;
        for (unsigned up = 0; up < CLIMB_MAX && box > around; up++)
            box = page->boxes[box].parent;
        for (size_t k = last + 1; last != SIZE_MAX && around && box == around && k < i; k++)
            c->keep[k] = c->candidates[k];
        last = i;
    }
}

void html_complete(struct arena *a, const struct html_page *page, const struct html_features *f,
                   const struct html_place *places, bool *keep)
{
    struct complete c = {.page = page, .f = f, .places = places, .keep = keep};
    if (page->block_count == 0)
        return;
    const struct html_meta *m = &page->meta;
    c.documentation = complete_is_documentation(m->generator);
    c.article = !c.documentation && (m->published.n || m->modified.n || m->time.n || page->json_ld_count > 0);
    c.framed = arena_array(a, bool, page->box_count);
    c.foreign = arena_array(a, bool, page->box_count);
    c.content = arena_array(a, bool, page->box_count);
    c.candidates = arena_array(a, bool, page->block_count);
    complete_find_frames(a, &c);
    complete_find_content(&c);
    complete_find_candidates(&c);
    complete_little(&c);
    complete_alike(a, &c);
    complete_units(a, &c);
    if (!c.article)
        complete_gaps(&c);
    complete_headings(&c);
}
