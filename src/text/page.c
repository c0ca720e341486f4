/* page.c - what kind of document are these bytes? Then the reader of that kind.
 *
 * The header is believed where it names a kind we read, except that text/plain and octet-stream say little: servers
 * send them when they do not know, so the bytes decide then. */
#include "text/page.h"

#include "base/utf8.h"
#include "text/charset.h"
#include "text/json_ld.h"

enum kind { KIND_HTML, KIND_PLAIN, KIND_MARKDOWN, KIND_FEED, KIND_JSON, KIND_PDF, KIND_BINARY, KIND_UNKNOWN };

static struct slice media_type(struct slice content_type)
{
    size_t n = slice_find(content_type, SLICE(";"));
    return slice_trim(slice_sub(content_type, 0, n));
}

static enum kind kind_of_type(struct slice type)
{
    static const struct {
        const char *type;
        enum kind kind;
    } types[] = {
        {"text/html", KIND_HTML},           {"application/xhtml+xml", KIND_HTML},
        {"text/markdown", KIND_MARKDOWN},   {"text/x-markdown", KIND_MARKDOWN},
        {"application/rss+xml", KIND_FEED}, {"application/atom+xml", KIND_FEED},
        {"application/pdf", KIND_PDF},      {"application/x-pdf", KIND_PDF},
        {"application/json", KIND_JSON},    {"application/ld+json", KIND_JSON},
        {"text/csv", KIND_PLAIN},           {"application/zip", KIND_BINARY},
        {"application/gzip", KIND_BINARY},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (slice_eq_nocase(type, slice_of(types[i].type)))
            return types[i].kind;
    if (slice_starts(type, SLICE("image/")) || slice_starts(type, SLICE("audio/")) ||
        slice_starts(type, SLICE("video/")) || slice_starts(type, SLICE("font/")))
        return KIND_BINARY;
    return KIND_UNKNOWN;
}

static bool has(struct slice head, const char *text)
{
    struct slice wanted = slice_of(text);
    for (size_t i = 0; i + wanted.n <= head.n; i++)
        if ((head.p[i] | 0x20) == (text[0] | 0x20) && slice_eq_nocase(slice_sub(head, i, wanted.n), wanted))
            return true;
    return false;
}

/* By the first bytes. */
static enum kind sniff(struct slice bytes)
{
    struct slice head = slice_trim(bytes.n > 1024 ? slice_sub(bytes, 0, 1024) : bytes);
    if (slice_starts(head, SLICE("\xEF\xBB\xBF")))
        head = slice_trim(slice_sub(head, 3, head.n - 3));
    bool wide = slice_starts(head, SLICE("\xFE\xFF")) || slice_starts(head, SLICE("\xFF\xFE"));
    if (slice_starts(head, SLICE("%PDF-")))
        return KIND_PDF;
    if (slice_starts(head, SLICE("\x89PNG")) || slice_starts(head, SLICE("GIF8")) ||
        slice_starts(head, SLICE("\xFF\xD8\xFF")) || slice_starts(head, SLICE("PK\x03\x04")) ||
        slice_starts(head, SLICE("\x1F\x8B")) ||
        slice_starts(head, SLICE("\x7F"
                                 "ELF")) ||
        slice_starts(head, SLICE("RIFF")))
        return KIND_BINARY;
    if (head.n && head.p[0] == '<') {
        if (has(head, "<rss") || has(head, "<feed") || has(head, "<rdf:RDF"))
            return KIND_FEED;
        return KIND_HTML;
    }
    if (has(head, "<!doctype html") || has(head, "<html") || has(head, "<body"))
        return KIND_HTML;
    if (head.n && (head.p[0] == '{' || head.p[0] == '[') && has(head, "schema.org"))
        return KIND_JSON;
    size_t nuls = 0;
    for (size_t i = 0; i < head.n; i++)
        nuls += head.p[i] == '\0';
    return nuls && !wide ? KIND_BINARY : KIND_PLAIN;
}

static enum kind kind_of(struct slice bytes, struct slice content_type, struct slice url)
{
    enum kind by_type = kind_of_type(media_type(content_type)), by_bytes = sniff(bytes);
    if (by_bytes == KIND_PDF || by_bytes == KIND_BINARY)
        return by_bytes;
    if (by_type == KIND_HTML && by_bytes == KIND_FEED)
        return KIND_FEED;
    if (by_type != KIND_UNKNOWN)
        return by_type;
    size_t end = slice_find(url, SLICE("?"));
    url = slice_sub(url, 0, end);
    if (by_bytes == KIND_PLAIN && (slice_ends(url, SLICE(".md")) || slice_ends(url, SLICE(".markdown"))))
        return KIND_MARKDOWN;
    return by_bytes;
}

/* Control characters but line breaks and tabs are dropped, "\r\n" becomes "\n". */
static struct slice plain(struct arena *a, struct slice text, bool *cut)
{
    if (text.n > PAGE_TEXT_BYTES_MAX) {
        text = utf8_cut(text, PAGE_TEXT_BYTES_MAX);
        *cut = true;
    }
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if ((c >= ' ' && c != 0x7F) || c == '\n' || c == '\t')
            out[n++] = (char)c;
        else if (c == '\r' && (i + 1 == text.n || text.p[i + 1] != '\n'))
            out[n++] = '\n';
        else if (c == '\f')
            out[n++] = '\n';
    }
    return slice_trim((struct slice){out, n});
}

static void read_json(struct arena *a, struct slice text, struct page_text *out)
{
    struct json_ld ld = {.body = {"", 0}};
    json_ld_read(a, text, &ld);
    if (ld.body.n) {
        out->text = plain(a, ld.body, &out->cut);
        out->title = ld.headline;
        out->author = ld.author;
        out->site_name = ld.publisher;
        out->lang = ld.lang;
        out->published = page_date(a, ld.published);
        out->modified = page_date(a, ld.modified);
    } else {
        out->text = plain(a, text, &out->cut);
    }
}

bool page_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                  struct page_text *out, struct err *e)
{
    enum kind kind = kind_of(bytes, content_type, url);
    if (kind == KIND_HTML)
        return html_extract(a, bytes, content_type, url, out, e);
    if (kind == KIND_FEED)
        return feed_extract(a, bytes, content_type, url, out, e);
    if (kind == KIND_MARKDOWN)
        return markdown_extract(a, bytes, content_type, out, e);
    *out = (struct page_text){.why = kind == KIND_PDF ? PAGE_NEEDS_PDF : PAGE_NOT_TEXT};
    if (kind == KIND_PDF || kind == KIND_BINARY)
        return true;
    if (bytes.n > PAGE_BYTES_MAX) {
        bytes.n = PAGE_BYTES_MAX;
        out->cut = true;
    }
    struct slice text = charset_to_utf8(a, bytes, content_type);
    if (kind == KIND_JSON)
        read_json(a, text, out);
    else
        out->text = plain(a, text, &out->cut);
    out->why = out->text.n ? PAGE_READ : PAGE_EMPTY;
    return true;
}
