/* html.c - HTML to readable text and what the page says about itself.
 *
 * charset -> parse (scan and libxml2) -> JSON-LD -> features -> model -> print; each has a file of its own. When the
 * model keeps hardly anything of a page, the article body that JSON-LD carries is the text, as it is for pages that
 * scripts build. */
#include "base/buf.h"
#include "text/html_model.h"
#include "text/html_print.h"
#include "text/charset.h"
#include "text/json_ld.h"
#include "text/page.h"

enum { LITTLE_BYTES = 250 };

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

/* "Headline - Site" and "Site | Headline" are the headline, when the site's name is known. */
static struct slice without_site(struct slice title, struct slice site)
{
    static const char *const bars[] = {" - ",        " | ",  " \xE2\x80\x93 ", " \xE2\x80\x94 ",
                                       " \xC2\xBB ", " :: ", " \xC2\xB7 "};
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
        struct slice bar = slice_of(bars[i]);
        if (site.n && title.n > site.n + bar.n && slice_ends(title, site) &&
            slice_ends(slice_sub(title, 0, title.n - site.n), bar))
            return slice_sub(title, 0, title.n - site.n - bar.n);
        if (site.n && title.n > site.n + bar.n && slice_starts(title, site) &&
            slice_starts(slice_sub(title, site.n, title.n - site.n), bar))
            return slice_sub(title, site.n + bar.n, title.n - site.n - bar.n);
    }
    return title;
}

static bool is_web(struct slice url)
{
    return slice_starts(url, SLICE("http://")) || slice_starts(url, SLICE("https://"));
}

/* An absolute address out of a canonical link; relative ones need the page's own. */
static struct slice absolute(struct arena *a, struct slice link, struct slice url)
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

static void describe(struct arena *a, const struct html_meta *m, const struct json_ld *ld, struct slice url,
                     struct page_text *out)
{
    out->site_name = one_line(a, FIRST(m->site_name, ld->publisher));
    out->title = one_line(a, without_site(FIRST(m->og_title, ld->headline, m->title, m->h1), out->site_name));
    out->author = one_line(a, FIRST(ld->author, m->author));
    if (is_web(out->author))
        out->author = one_line(a, is_web(m->author) ? SLICE("") : m->author);
    out->published = page_date(a, FIRST(ld->published, m->published, m->time));
    out->modified = page_date(a, FIRST(ld->modified, m->modified));
    out->lang = one_line(a, FIRST(m->lang, ld->lang, m->locale));
    out->canonical = absolute(a, FIRST(m->canonical, m->og_url), url);
}

/* Paragraphs of an article body are parted by line breaks, if at all. */
static struct slice paragraphs(struct arena *a, struct slice body)
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
    struct html_features *f = html_features(a, page, ld.body);
    bool *keep = arena_array(a, bool, page->block_count);
    html_choose(a, page, f, keep);
    out->text = html_print(a, page, keep, PAGE_TEXT_BYTES_MAX, &out->cut);
    if (out->text.n < LITTLE_BYTES && ld.body.n > 2 * out->text.n && ld.body.n > 0)
        out->text = paragraphs(a, ld.body);
    out->cut |= page->cut;
    describe(a, &page->meta, &ld, url, out);
    out->why = out->text.n ? PAGE_READ : PAGE_EMPTY;
    return true;
}
