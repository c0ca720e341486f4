/* html.c - HTML to readable text and what the page says about itself.
 *
 * charset -> parse (scan, tree) -> JSON-LD -> features -> model -> complete -> print; each has a file of its own.
 * When the model keeps hardly anything of a page, its text is what it holds beside the elements that are read first
 * (html_beside.h), or what JSON-LD carries, as it does for pages that scripts build. */
#include "base/buf.h"
#include "pages/html_byline.h"
#include "pages/html_complete.h"
#include "pages/html_model.h"
#include "pages/html_print.h"
#include "text/charset.h"
#include "pages/json_ld.h"
#include "pages/page.h"

enum {
    LITTLE_BYTES = 250,
    NAME_BYTES_MAX = 60,  /* of a site */
    PROSE_BYTES = 80,     /* less in a script's data is a message of its user interface */
    NOFRAMES_BYTES = 100, /* "This page uses frames, but your browser does not support them." is shorter */
};

static struct slice first_of(const struct slice *given, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (given[i].n)
            return given[i];
    return (struct slice){"", 0};
}
#define FIRST(...)                                                                                                     \
    first_of((const struct slice[]){__VA_ARGS__}, sizeof((const struct slice[]){__VA_ARGS__}) / sizeof(struct slice))

/* One line; entities and tags that strings of JSON-LD carry are left as they are. */
static struct slice one_line(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c > ' ' && c != 0x7F)
            out[n++] = (char)c;
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return slice_trim((struct slice){out, n});
}

/* Bytes of the sign between a headline and the name of a site that text begins with; 0: there is none. */
static size_t bar_at(struct slice text)
{
    static const char *const bars[] = {" - ",        " | ",  " \xE2\x80\x93 ", " \xE2\x80\x94 ",
                                       " \xC2\xBB ", " :: ", " \xC2\xB7 "};
    for (size_t i = 0; i < COUNT_OF(bars); i++)
        if (slice_starts(text, slice_of(bars[i])))
            return strlen(bars[i]);
    return 0;
}

/* "Headline - Site" and "Site | Headline" are the headline, when the site's name is known. */
static struct slice without_site(struct slice title, struct slice site)
{
    if (site.n == 0 || title.n <= site.n)
        return title;
    for (size_t n = 3; n <= 5 && n < title.n - site.n; n++) { /* bytes of a bar */
        size_t start = title.n - site.n - n;
        if (slice_ends(title, site) && bar_at(slice_sub(title, start, n)) == n)
            return slice_sub(title, 0, start);
    }
    size_t n = slice_starts(title, site) ? bar_at(slice_sub(title, site.n, title.n - site.n)) : 0;
    return n ? slice_sub(title, site.n + n, title.n - site.n - n) : title;
}

static bool is_web(struct slice url)
{
    return slice_starts(url, SLICE("http://")) || slice_starts(url, SLICE("https://"));
}

/* An absolute address out of a canonical link; relative ones need the page's own. */
static struct slice html_absolute(struct arena *a, struct slice link, struct slice url)
{
    if (is_web(link) || link.n == 0)
        return link;
    size_t scheme = slice_find(url, SLICE("://"));
    if (!is_web(url))
        return (struct slice){"", 0};
    if (slice_starts(link, SLICE("//")))
        return arena_printf(a, "%.*s:%.*s", (int)scheme, url.p, SLICE_ARGS(link));
    if (link.p[0] != '/')
        return (struct slice){"", 0};
    size_t host = scheme + 3;
    while (host < url.n && url.p[host] != '/' && url.p[host] != '?' && url.p[host] != '#')
        host++;
    return arena_printf(a, "%.*s%.*s", (int)host, url.p, SLICE_ARGS(link));
}

/* Names that editors of pages give to a page without one. */
static bool html_is_untitled(struct slice title)
{
    static const char *const names[] = {"untitled",
                                        "untitled document",
                                        "untitled page",
                                        "new page 1",
                                        "document",
                                        "index",
                                        "index.html",
                                        "title",
                                        "unbenanntes dokument",
                                        "neue seite 1",
                                        "document sans titre",
                                        "documento sin t\xC3\xADtulo",
                                        "documento senza titolo",
                                        "documento sem t\xC3\xADtulo",
                                        "naamloos document",
                                        "\xE7\x84\xA1\xE9\xA1\x8C\xE3\x83\x89\xE3\x82\xAD\xE3\x83\xA5\xE3\x83\xA1"
                                        "\xE3\x83\xB3\xE3\x83\x88",
                                        "\xE6\x97\xA0\xE6\xA0\x87\xE9\xA2\x98\xE6\x96\x87\xE6\xA1\xA3"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (slice_eq_nocase(title, slice_of(names[i])))
            return true;
    return false;
}

/* Whether this is what `title` has beside its headline: "Brand" of "Headline | Brand". */
static bool html_is_brand(struct slice text, struct slice title, struct slice heading)
{
    return heading.n && text.n < title.n && !slice_eq(text, heading) && slice_ends(title, text) &&
           slice_eq_nocase(without_site(title, text), heading);
}

/* The title without what it has behind the page's heading, or without the site's name. */
static struct slice html_headline(struct slice title, struct slice heading, struct slice site)
{
    title = without_site(title, site);
    if (heading.n == 0 || heading.n >= title.n || !slice_starts(title, heading))
        return title;
    return bar_at(slice_sub(title, heading.n, title.n - heading.n)) ? heading : title;
}

/* The headline without the site's name. The name alone is the title of a page that has no other, a front page. */
static struct slice html_title(struct arena *a, const struct html_meta *m, const struct json_ld *ld, struct slice site)
{
    const struct slice given[] = {m->og_title, ld->headline, m->title, m->h1};
    struct slice title = one_line(a, m->title), heading = one_line(a, m->h1);
    if (site.n > NAME_BYTES_MAX) /* some templates put the headline there */
        site.n = 0;
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        struct slice text = one_line(a, given[i]);
        if (text.n && !slice_eq_nocase(text, site) && !html_is_untitled(text) && !html_is_brand(text, title, heading))
            return html_headline(text, heading, site);
    }
    return one_line(a, FIRST(m->og_title, ld->headline, m->h1, m->title));
}

static void html_describe(struct arena *a, const struct html_meta *m, const struct json_ld *ld, struct slice url,
                          struct page_text *out)
{
    out->site_name = one_line(a, FIRST(m->site_name, ld->publisher));
    out->title = html_title(a, m, ld, out->site_name);
    out->author = one_line(a, FIRST(ld->author, m->author));
    if (is_web(out->author))
        out->author = one_line(a, is_web(m->author) ? SLICE("") : m->author);
    out->published = page_date(a, FIRST(ld->published, m->published, m->time, m->byline_date));
    out->modified = page_date(a, FIRST(ld->modified, m->modified));
    out->lang = one_line(a, FIRST(m->lang, ld->lang, m->locale));
    out->canonical = html_absolute(a, FIRST(m->canonical, m->og_url), url);
}

/* Paragraphs of an article body are parted by line breaks, if at all. */
static struct slice html_paragraphs(struct arena *a, struct slice body)
{
    struct buf out;
    buf_init(&out, PAGE_TEXT_BYTES_MAX);
    while (body.n && !out.over) {
        size_t n = slice_find(body, SLICE("\n"));
        struct slice line = slice_trim(slice_sub(body, 0, n));
        if (line.n && out.n)
            buf_add(&out, SLICE("\n\n"));
        buf_add(&out, line);
        n += n < body.n;
        body = slice_sub(body, n, body.n - n);
    }
    struct slice text = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return text;
}

static struct slice html_main_text(struct arena *a, struct html_page *page, struct slice article_body, bool *cut)
{
    struct html_features *f = html_features(a, page, article_body);
    page->meta.byline_date = html_byline_date(a, page, f);
    page->meta.h1 = html_byline_heading(page, page->meta.site_name);
    bool *keep = arena_array(a, bool, page->block_count);
    html_choose(a, page, f, keep);
    struct html_place *places = html_places(a, page);
    html_complete(a, page, f, places, keep);
    for (size_t i = 0; i < page->block_count; i++)
        keep[i] &= !page->blocks[i].foreign;
    *cut |= page->cut;
    return html_print(a, page, places, keep, PAGE_TEXT_BYTES_MAX, cut);
}

/* The text of a page that has hardly any: with what shadow roots and frames within show besides, or what the page has
 * for readers without frames or scripts, when that is more than a complaint about their browser. */
static struct slice html_text_beside(struct arena *a, const struct html_page *page, struct slice text, bool *cut)
{
    static const struct {
        unsigned kinds;
        size_t min_bytes;
        bool adds;
    } steps[] = {{1 << BESIDE_SHADOW | 1 << BESIDE_SRCDOC, 1, true},
                 {1 << BESIDE_NOFRAMES, NOFRAMES_BYTES, false},
                 {1 << BESIDE_NOSCRIPT, LITTLE_BYTES, false}};
    for (size_t i = 0; i < COUNT_OF(steps) && text.n < LITTLE_BYTES; i++) {
        struct slice html = html_beside_page(a, &page->beside, steps[i].kinds);
        struct slice found = {"", 0};
        if (html.n)
            found = html_main_text(a, html_parse(a, html), found, cut);
        if (found.n < steps[i].min_bytes)
            continue;
        if (steps[i].adds && text.n)
            text = arena_printf(a, "%.*s\n\n%.*s", SLICE_ARGS(text), SLICE_ARGS(found));
        else if (steps[i].adds || found.n > 2 * text.n)
            text = found;
    }
    return text;
}

/* All that a page of our own making says: its blocks are what somebody wrote as text. */
static struct slice html_whole_text(struct arena *a, struct html_page *page, bool *cut)
{
    bool *keep = arena_array(a, bool, page->block_count);
    for (size_t i = 0; i < page->block_count; i++)
        keep[i] = true;
    return html_print(a, page, html_places(a, page), keep, PAGE_TEXT_BYTES_MAX, cut);
}

/* The text of a page whose scripts build it, out of what they build it from; `text` when that is no more. */
static struct slice html_text_of_data(struct arena *a, const struct html_page *page, const struct json_ld *ld,
                                      struct slice text, bool *cut)
{
    if (ld->body.n > 2 * text.n)
        text = html_paragraphs(a, ld->body);
    if (text.n < LITTLE_BYTES && ld->thing) {
        struct slice found = html_whole_text(a, html_parse(a, json_ld_html(a, ld->thing)), cut);
        text = found.n > 2 * text.n ? found : text;
    }
    struct buf flight; /* what comes in many scripts is one page */
    buf_init(&flight, PAGE_TEXT_BYTES_MAX);
    for (size_t i = 0; i < page->beside.data_count && text.n < LITTLE_BYTES; i++) {
        struct slice html = json_data_html(a, page->beside.data[i]);
        if (slice_starts(slice_trim(page->beside.data[i]), SLICE("self.__next_f"))) {
            buf_add(&flight, html);
            continue;
        }
        struct slice found = html_whole_text(a, html_parse(a, html), cut);
        text = found.n >= PROSE_BYTES && found.n > 2 * text.n ? found : text;
    }
    if (flight.n && text.n < LITTLE_BYTES) {
        struct slice found = html_whole_text(a, html_parse(a, buf_slice(&flight)), cut);
        text = found.n >= PROSE_BYTES && found.n > 2 * text.n ? found : text;
    }
    buf_release(&flight);
    return text;
}

void html_whole(struct arena *a, struct slice html, struct page_text *out)
{
    struct json_ld none = {.body = {"", 0}};
    struct html_page *page = html_parse(a, html);
    *out = (struct page_text){.cut = page->cut};
    out->text = html_whole_text(a, page, &out->cut);
    html_describe(a, &page->meta, &none, SLICE(""), out);
    out->why = out->text.n ? PAGE_READ : PAGE_EMPTY;
}

bool html_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                  struct page_text *out, struct err *e)
{
    (void)e; /* nothing about a page is an error; the signature is that of the other kinds */
    struct json_ld ld = {.body = {"", 0}};
    *out = (struct page_text){.why = PAGE_EMPTY};
    if (bytes.n > PAGE_BYTES_MAX) {
        bytes.n = PAGE_BYTES_MAX;
        out->cut = true;
    }
    struct html_page *page = html_parse(a, charset_to_utf8(a, bytes, content_type));
    for (size_t i = 0; i < page->json_ld_count; i++)
        json_ld_read(a, page->json_ld[i], &ld);
    out->text = html_main_text(a, page, ld.body, &out->cut);
    if (out->text.n < LITTLE_BYTES)
        out->text = html_text_beside(a, page, out->text, &out->cut);
    if (out->text.n < LITTLE_BYTES)
        out->text = html_text_of_data(a, page, &ld, out->text, &out->cut);
    html_describe(a, &page->meta, &ld, url, out);
    struct slice facts = out->text.n ? json_ld_facts(a, &ld, out->title, out->text) : SLICE("");
    if (facts.n)
        out->text = ARENA_JOIN(a, out->text, SLICE("\n\n"), facts);
    out->why = out->text.n ? PAGE_READ : PAGE_EMPTY;
    return true;
}
