/* source_mediawiki.c - dumps of wikis that run MediaWiki: the XML of Special:Export and of dumps.wikimedia.org, packed
 * or not, read as a stream with libxml2's reader; one page at a time is in memory.
 *
 * It takes the articles (namespace 0) that are no redirects, and the last of several revisions. The address is made as
 * MediaWiki makes it, from the <base> of the dump's siteinfo (the address of the main page) or from --base. Entities of
 * a DTD are not resolved, nothing is loaded, and libxml2's own ceilings (10 MB a text) hold. Broken XML ends the
 * import, since nobody knows where the next page begins. */
#include <inttypes.h>
#include <libxml/xmlreader.h>

#include "ingest/source_formats.h"
#include "pages/wikitext.h"

struct mediawiki {
    xmlTextReaderPtr reader;
    struct slice base;            /* what a title is put behind; in the source's arena */
    struct slice lang, wiki_lang; /* of the pages, "" when it is to be told by their text; as the dump says */
    uint64_t skip;
    unsigned odd_nodes; /* of the page */
    bool after_bracket; /* the last byte that libxml2 got was a "<" */
    char error[300];
};

/* Of a page: comments, processing instructions, CDATA sections, which dumps hardly have. libxml2's reader keeps them,
 * and the text between them, until it can look beyond them: a packed dump of 70 KB took 1.5 GB. */
enum { ODD_NODES_MAX = 10000 };

struct dump_page {
    struct slice title, markup, timestamp, model;
    bool article, redirect;
};

/* "<?" and "<!" are these nodes and nothing else: in texts a "<" is written as an entity. */
static void count_odd_nodes(struct mediawiki *m, struct slice piece)
{
    for (size_t i = 0; i < piece.n; i++) {
        m->odd_nodes += m->after_bracket && (piece.p[i] == '?' || piece.p[i] == '!');
        m->after_bracket = piece.p[i] == '<';
    }
}

static int read_piece(void *ud, char *out, int n)
{
    struct source *s = ud;
    struct mediawiki *m = s->own;
    size_t got = n > 0 ? unpacker_read(s->unpacker, out, (size_t)n) : 0;
    if (!m) /* the very first bytes are read while the reader is made */
        return (int)got;
    count_odd_nodes(m, (struct slice){out, got});
    if (m->odd_nodes <= ODD_NODES_MAX)
        return (int)got;
    snprintf(m->error, sizeof m->error, "a page has more than %d comments and processing instructions", ODD_NODES_MAX);
    return -1;
}

static void on_error(void *ud, xmlErrorPtr error)
{
    struct mediawiki *m = ud;
    if (error->level < XML_ERR_ERROR || m->error[0])
        return;
    snprintf(m->error, sizeof m->error, "line %d: %s", error->line, error->message ? error->message : "not XML");
    m->error[strcspn(m->error, "\n")] = '\0';
}

static void *open_mediawiki(struct source *s)
{
    struct mediawiki *m = calloc(1, sizeof *m);
    if (!m)
        abort();
    m->base = s->base;
    m->lang = m->wiki_lang = (struct slice){"", 0};
    if (m->base.n && !slice_ends(m->base, SLICE("/")))
        m->base = arena_printf(s->arena, "%.*s/", SLICE_ARGS(m->base));
    m->reader = xmlReaderForIO(read_piece, NULL, s, NULL, NULL, XML_PARSE_NONET | XML_PARSE_COMPACT);
    if (!m->reader)
        abort();
    xmlTextReaderSetStructuredErrorHandler(m->reader, on_error, m);
    return m;
}

static void close_mediawiki(void *own)
{
    struct mediawiki *m = own;
    xmlFreeTextReader(m->reader);
    free(m);
}

static bool is_element(xmlTextReaderPtr r, const char *name)
{
    return strcmp((const char *)xmlTextReaderConstLocalName(r), name) == 0;
}

/* The text inside of the element at which the reader stands; leaves the reader at its end. */
static int element_text(struct mediawiki *m, struct arena *a, struct slice *out)
{
    xmlTextReaderPtr r = m->reader;
    int depth = xmlTextReaderDepth(r), status = 1;
    struct arena_text text = {.arena = a};
    *out = (struct slice){"", 0};
    if (xmlTextReaderIsEmptyElement(r))
        return 1;
    while ((status = xmlTextReaderRead(r)) == 1 && xmlTextReaderDepth(r) > depth) {
        int type = xmlTextReaderNodeType(r);
        if (type != XML_READER_TYPE_TEXT && type != XML_READER_TYPE_CDATA &&
            type != XML_READER_TYPE_SIGNIFICANT_WHITESPACE)
            continue;
        struct slice piece = slice_of((const char *)xmlTextReaderConstValue(r));
        if (piece.n > SOURCE_BYTES_MAX - text.n)
            piece.n = SOURCE_BYTES_MAX - text.n;
        arena_text_add(&text, piece);
    }
    *out = arena_text_slice(&text);
    return status;
}

/* "https://en.wikipedia.org/wiki/Main_Page" leaves "https://en.wikipedia.org/wiki/". */
static void take_base(struct source *s, struct mediawiki *m, struct slice address)
{
    size_t n = address.n;
    if (m->base.n)
        return;
    while (n > 0 && address.p[n - 1] != '/' && address.p[n - 1] != '=')
        n--;
    m->base = arena_dup(s->arena, slice_sub(address, 0, n));
}

/* What MediaWiki leaves as it is in the path of a page (wfUrlencode). */
static struct slice address_of(struct arena *a, struct slice base, struct slice title)
{
    char *path = arena_alloc(a, title.n);
    for (size_t i = 0; i < title.n; i++)
        path[i] = title.p[i] == ' ' ? '_' : title.p[i];
    return source_address(a, base, (struct slice){path, title.n}, "-_.~!*();:@$,/'");
}

/* Everything of the <page> at which the reader stands. Texts are only copied when keep is set. */
static int read_page(struct mediawiki *m, struct arena *a, bool keep, struct dump_page *p)
{
    xmlTextReaderPtr r = m->reader;
    int depth = xmlTextReaderDepth(r), status;
    *p = (struct dump_page){
        .title = {"", 0}, .markup = {"", 0}, .timestamp = {"", 0}, .model = {"", 0}, .article = true};
    if (xmlTextReaderIsEmptyElement(r))
        return 1;
    while ((status = xmlTextReaderRead(r)) == 1 && xmlTextReaderDepth(r) > depth) {
        struct slice ns;
        if (xmlTextReaderNodeType(r) != XML_READER_TYPE_ELEMENT)
            continue;
        if (is_element(r, "redirect"))
            p->redirect = true;
        else if (is_element(r, "title") && (status = element_text(m, a, &p->title)) != 1)
            return status;
        else if (is_element(r, "ns") && (status = element_text(m, a, &ns)) != 1)
            return status;
        else if (is_element(r, "ns"))
            p->article = slice_is(slice_trim(ns), "0");
        else if (is_element(r, "timestamp") && (status = element_text(m, a, &p->timestamp)) != 1)
            return status;
        else if (is_element(r, "model") && (status = element_text(m, a, &p->model)) != 1)
            return status;
        else if (keep && is_element(r, "text") && (status = element_text(m, a, &p->markup)) != 1)
            return status;
    }
    return status;
}

static bool is_redirect(struct slice markup)
{
    static const char *const words[] = {"#REDIRECT", "#WEITERLEITUNG", "#REDIRECCI", "#REDIRECTION"};
    markup = slice_trim(markup);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct slice word = slice_of(words[i]);
        if (markup.n > word.n && slice_eq_nocase(slice_sub(markup, 0, word.n), word))
            return true;
    }
    return false;
}

static enum source_step mediawiki_give(struct source *s, struct mediawiki *m, struct arena *a,
                                       const struct dump_page *p, struct source_page *page, struct err *why)
{
    struct slice title = slice_trim(p->title), text = wikitext_plain(a, p->markup, m->wiki_lang);
    if (!m->base.n)
        return source_bad(why, "the dump does not say the wiki's address (siteinfo/base); give it with --base");
    if (!title.n)
        return source_bad(why, "the page has no title");
    if (!text.n)
        return SOURCE_END;
    page->url = address_of(a, m->base, title);
    page->title = title;
    page->text = text;
    page->lang = m->lang;
    if (p->timestamp.n >= 10)
        page->date = slice_sub(p->timestamp, 0, 10);
    (void)s;
    return SOURCE_PAGE;
}

static enum source_step next_page(struct source *s, struct arena *a, struct source_page *page, struct err *why)
{
    struct mediawiki *m = s->own;
    xmlTextReaderPtr r = m->reader;
    struct slice text;
    int status;
    while ((status = xmlTextReaderRead(r)) == 1) {
        if (xmlTextReaderNodeType(r) != XML_READER_TYPE_ELEMENT)
            continue;
        if (xmlTextReaderDepth(r) == 0)
            m->wiki_lang = arena_dup(s->arena, slice_of((const char *)xmlTextReaderConstXmlLang(r)));
        if (is_element(r, "base") && xmlTextReaderDepth(r) == 2) {
            if ((status = element_text(m, a, &text)) != 1)
                break;
            take_base(s, m, slice_trim(text));
        } else if (is_element(r, "page") && xmlTextReaderDepth(r) == 1) {
            struct dump_page p;
            bool old = ++s->record <= m->skip;
            m->odd_nodes = 0;
            snprintf(s->where, sizeof s->where, "page %" PRIu64, s->record);
            if ((status = read_page(m, a, !old, &p)) != 1)
                break;
            bool wiki = p.model.n == 0 || slice_is(p.model, "wikitext");
            if (old || !p.article || p.redirect || !wiki || is_redirect(p.markup))
                continue;
            enum source_step step = mediawiki_give(s, m, a, &p, page, why);
            if (step != SOURCE_END)
                return step;
        }
    }
    if (status == 0 && !unpacker_damage(s->unpacker) && !m->error[0])
        return SOURCE_END;
    err_set(why, ERR_CORRUPT, "%s: after page %" PRIu64 " reading cannot go on: %s.", s->path, s->record,
            unpacker_damage(s->unpacker) ? unpacker_damage(s->unpacker)
            : m->error[0]                ? m->error
                                         : "the XML is broken");
    return SOURCE_FAILED;
}

static bool mediawiki_place(struct source *s, struct source_place *out)
{
    *out = (struct source_place){s->record, 0};
    return true;
}

static bool go_on(struct source *s, struct source_place from)
{
    struct mediawiki *m = s->own;
    m->skip = from.record;
    return true;
}

const struct source_kind source_mediawiki = {"mediawiki", "page",          open_mediawiki, close_mediawiki,
                                             next_page,   mediawiki_place, go_on};
