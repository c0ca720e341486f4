/* feed.c - RSS and Atom: each entry is its title as a heading and its text.
 *
 * libxml2's XML reader, entry by entry, without network and without entities of the document's own (a thousand laughs
 * need them). What an entry says in HTML, escaped or in CDATA, goes through the HTML parser and is printed whole: feeds
 * carry no navigation. A feed that breaks off gives the entries before the break. */
#include <libxml/xmlreader.h>

#include "base/buf.h"
#include "text/charset.h"
#include "pages/html_print.h"
#include "pages/page.h"
#include "pages/page_clock.h"

enum { ENTRIES_MAX = 1000, DEPTH_MAX = 64, FIELD_BYTES_MAX = 1 << 20 };

struct field {
    struct slice title, body, summary, date;
};

struct feed {
    struct arena *arena;
    struct buf out;
    struct field feed, entry;
    bool in_entry;
    size_t entries;
};

static bool feed_is(const char *name, const char *other)
{
    return strcmp(name, other) == 0;
}

/* All of an HTML fragment as text. */
static struct slice feed_fragment(struct arena *a, struct slice html)
{
    bool over = false;
    if (html.n == 0)
        return html;
    struct html_page *page = html_parse(a, html);
    bool *keep = arena_array(a, bool, page->block_count);
    memset(keep, 1, page->block_count * sizeof *keep);
    return html_print(a, page, html_places(a, page), keep, FIELD_BYTES_MAX, &over);
}

static void end_entry(struct feed *f)
{
    struct slice title = feed_fragment(f->arena, f->entry.title);
    struct slice body =
        feed_fragment(f->arena, f->entry.body.n >= f->entry.summary.n ? f->entry.body : f->entry.summary);
    struct slice date = page_date(f->arena, f->entry.date);
    if (title.n || body.n) {
        if (f->out.n)
            buf_add(&f->out, SLICE("\n\n"));
        if (title.n)
            buf_printf(&f->out, "## %.*s", SLICE_ARGS(title));
        if (date.n)
            buf_printf(&f->out, "%s(%.*s)", title.n ? " " : "", SLICE_ARGS(date));
        if (body.n && (title.n || date.n))
            buf_add(&f->out, SLICE("\n\n"));
        buf_add(&f->out, body);
        f->entries++;
    }
    f->entry = (struct field){.title = {"", 0}};
    f->in_entry = false;
}

/* Text of the element at the reader, markup inside of it included as HTML when it is xhtml content. */
static struct slice feed_content(struct feed *f, xmlTextReaderPtr reader)
{
    xmlChar *type = xmlTextReaderGetAttribute(reader, (const xmlChar *)"type");
    bool xhtml = type && feed_is((const char *)type, "xhtml");
    xmlChar *text = xhtml ? xmlTextReaderReadInnerXml(reader) : xmlTextReaderReadString(reader);
    struct slice found = slice_trim(slice_of((const char *)text));
    found = found.n <= FIELD_BYTES_MAX ? arena_dup(f->arena, found) : (struct slice){"", 0};
    xmlFree(text);
    xmlFree(type);
    return found;
}

static void feed_keep(struct slice *where, struct slice value)
{
    if (where->n == 0)
        *where = value;
}

static void feed_see(struct feed *f, xmlTextReaderPtr reader, const char *name)
{
    struct field *to = f->in_entry ? &f->entry : &f->feed;
    if (feed_is(name, "item") || feed_is(name, "entry"))
        f->in_entry = true;
    else if (feed_is(name, "title"))
        feed_keep(&to->title, feed_content(f, reader));
    else if (feed_is(name, "encoded") || feed_is(name, "content"))
        feed_keep(&to->body, feed_content(f, reader));
    else if (feed_is(name, "description") || feed_is(name, "summary") || feed_is(name, "subtitle"))
        feed_keep(&to->summary, feed_content(f, reader));
    else if (feed_is(name, "pubDate") || feed_is(name, "published") || feed_is(name, "updated") ||
             feed_is(name, "date") || feed_is(name, "lastBuildDate"))
        feed_keep(&to->date, feed_content(f, reader));
}

static void read_all(struct feed *f, xmlTextReaderPtr reader)
{
    while (!page_clock_over() && xmlTextReaderRead(reader) == 1 && f->entries < ENTRIES_MAX && !f->out.over) {
        const char *name = (const char *)xmlTextReaderConstLocalName(reader);
        int type = xmlTextReaderNodeType(reader);
        if (!name || xmlTextReaderDepth(reader) > DEPTH_MAX)
            continue;
        if (type == XML_READER_TYPE_ELEMENT)
            feed_see(f, reader, name);
        else if (type == XML_READER_TYPE_END_ELEMENT && (feed_is(name, "item") || feed_is(name, "entry")))
            end_entry(f);
    }
    if (f->in_entry) /* the feed broke off inside of it, or the text is full */
        end_entry(f);
}

bool feed_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                  struct page_text *out, struct err *e)
{
    (void)url;
    (void)e;
    struct feed f = {.arena = a};
    *out = (struct page_text){.why = PAGE_EMPTY};
    if (bytes.n > PAGE_BYTES_MAX) {
        bytes.n = PAGE_BYTES_MAX;
        out->cut = true;
    }
    struct slice text = charset_to_utf8(a, bytes, content_type);
    buf_init(&f.out, PAGE_TEXT_BYTES_MAX);
    xmlTextReaderPtr reader =
        xmlReaderForMemory(text.p, (int)text.n, NULL, "UTF-8",
                           XML_PARSE_NONET | XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (reader) {
        read_all(&f, reader);
        xmlFreeTextReader(reader);
    }
    out->cut |= f.out.over;
    out->text = arena_dup(a, buf_slice(&f.out));
    out->title = feed_fragment(a, f.feed.title);
    out->published = page_date(a, f.feed.date);
    out->why = out->text.n ? PAGE_READ : PAGE_FEED_EMPTY;
    buf_release(&f.out);
    return true;
}
