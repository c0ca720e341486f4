/* page.c - what kind of document are these bytes? Then the reader of that kind.
 *
 * The header is believed where it names a kind we read, except that text/plain and octet-stream say little: servers
 * send them when they do not know, so the bytes decide then. */
#include "pages/page.h"

#include "base/harmless.h"

#include "base/utf8.h"
#include "text/charset.h"
#include "pages/document.h"
#include "pages/json_ld.h"
#include "pages/mime.h"
#include "pages/page_clock.h"

enum kind {
    KIND_HTML,
    KIND_PLAIN,
    KIND_MARKDOWN,
    KIND_RST,
    KIND_FEED,
    KIND_JSON,
    KIND_MAIL,
    KIND_PACKAGE, /* all from here on is told by its first bytes, whatever it is called */
    KIND_PDF,
    KIND_RTF,
    KIND_OLD_OFFICE,
    KIND_BINARY,
    KIND_UNKNOWN,
};
enum { SNIFF_BYTES = 1024 };

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
        {"text/csv", KIND_PLAIN},           {"application/gzip", KIND_BINARY},
        {"text/x-rst", KIND_RST},           {"text/prs.fallenstein.rst", KIND_RST},
        {"message/rfc822", KIND_MAIL},      {"multipart/related", KIND_MAIL},
        {"application/mbox", KIND_MAIL},    {"application/x-mimearchive", KIND_MAIL},
    };
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (slice_eq_nocase(type, slice_of(types[i].type)))
            return types[i].kind;
    if (slice_starts(type, SLICE("image/")) || slice_starts(type, SLICE("audio/")) ||
        slice_starts(type, SLICE("video/")) || slice_starts(type, SLICE("font/")))
        return KIND_BINARY;
    return KIND_UNKNOWN;
}

static bool page_has(struct slice head, const char *text)
{
    struct slice wanted = slice_of(text);
    for (size_t i = 0; i + wanted.n <= head.n; i++)
        if ((head.p[i] | 0x20) == (text[0] | 0x20) && slice_eq_nocase(slice_sub(head, i, wanted.n), wanted))
            return true;
    return false;
}

/* The low bytes of UTF-16 behind its byte order mark; a character beyond Latin-1 becomes '?'. */
static struct slice page_narrow(struct slice wide, char out[SNIFF_BYTES])
{
    size_t n = 0, low = wide.p[0] == '\xFF' ? 0 : 1;
    for (size_t i = 2; i + 1 < wide.n && n < SNIFF_BYTES; i += 2)
        out[n++] = wide.p[i + 1 - low] ? '?' : wide.p[i + low];
    return (struct slice){out, n};
}

bool page_is_mail(struct slice bytes)
{
    if (slice_starts(bytes, SLICE("From "))) {
        size_t n = slice_find(bytes, SLICE("\n"));
        n += n < bytes.n;
        bytes = slice_sub(bytes, n, bytes.n - n);
    }
    return mime_is_message(bytes);
}

/* By the first bytes. */
static enum kind page_sniff(struct slice bytes)
{
    char narrow[SNIFF_BYTES];
    struct slice head = slice_trim(bytes.n > SNIFF_BYTES ? slice_sub(bytes, 0, SNIFF_BYTES) : bytes);
    if (slice_starts(head, SLICE("\xEF\xBB\xBF")))
        head = slice_trim(slice_sub(head, 3, head.n - 3));
    bool wide = slice_starts(head, SLICE("\xFE\xFF")) || slice_starts(head, SLICE("\xFF\xFE"));
    if (wide)
        head = slice_trim(page_narrow(head, narrow));
    if (slice_starts(head, SLICE("%PDF-")))
        return KIND_PDF;
    if (slice_starts(head, SLICE("PK\x03\x04")))
        return KIND_PACKAGE;
    if (slice_starts(head, SLICE("{\\rtf")))
        return KIND_RTF;
    if (slice_starts(head, SLICE("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")))
        return KIND_OLD_OFFICE;
    if (slice_starts(head, SLICE("\x89PNG")) || slice_starts(head, SLICE("GIF8")) ||
        slice_starts(head, SLICE("\xFF\xD8\xFF")) || slice_starts(head, SLICE("\x1F\x8B")) ||
        slice_starts(head, SLICE("\x7F"
                                 "ELF")) ||
        slice_starts(head, SLICE("RIFF")))
        return KIND_BINARY;
    if (head.n && head.p[0] == '<') {
        if (page_has(head, "<rss") || page_has(head, "<feed") || page_has(head, "<rdf:RDF"))
            return KIND_FEED;
        return KIND_HTML;
    }
    if (page_has(head, "<!doctype html") || page_has(head, "<html") || page_has(head, "<body"))
        return KIND_HTML;
    if (head.n && (head.p[0] == '{' || head.p[0] == '[') && page_has(head, "schema.org"))
        return KIND_JSON;
    size_t nuls = 0;
    for (size_t i = 0; i < head.n; i++)
        nuls += head.p[i] == '\0';
    if (nuls && !wide)
        return KIND_BINARY;
    return page_is_mail(bytes) ? KIND_MAIL : KIND_PLAIN;
}

static enum kind kind_of(struct slice bytes, struct slice content_type, struct slice url)
{
    enum kind by_type = kind_of_type(media_type(content_type)), by_bytes = page_sniff(bytes);
    if (by_bytes >= KIND_PACKAGE)
        return by_bytes;
    if (by_type == KIND_HTML && by_bytes == KIND_FEED)
        return KIND_FEED;
    if (by_type != KIND_UNKNOWN)
        return by_type;
    size_t end = slice_find(url, SLICE("?"));
    url = slice_sub(url, 0, end);
    if (by_bytes == KIND_PLAIN && (slice_ends(url, SLICE(".md")) || slice_ends(url, SLICE(".markdown"))))
        return KIND_MARKDOWN;
    if (by_bytes == KIND_PLAIN && slice_ends(url, SLICE(".rst")))
        return KIND_RST;
    return by_bytes;
}

/* Control characters but line breaks and tabs are dropped, "\r\n" becomes "\n". */
static struct slice page_plain(struct arena *a, struct slice text, bool *cut)
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
        out->text = page_plain(a, ld.body, &out->cut);
        out->title = ld.headline;
        out->author = ld.author;
        out->site_name = ld.publisher;
        out->lang = ld.lang;
        out->published = page_date(a, ld.published);
        out->modified = page_date(a, ld.modified);
    } else {
        out->text = page_plain(a, text, &out->cut);
    }
}

const char *page_why_says(enum page_why why)
{
    static const char *const says[] = {
        [PAGE_READ] = "there is no text in it", /* of a caller that wanted more than white space */
        [PAGE_EMPTY] = "there is no text in it",
        [PAGE_NOT_TEXT] = "it is no text",
        [PAGE_NEEDS_PDF] = "there is no text in this PDF",
        [PAGE_PDF_LOCKED] = "this PDF is encrypted and opens with a password only",
        [PAGE_PDF_DAMAGED] = "this PDF is damaged",
        [PAGE_PDF_PICTURES] = "there is no text in this PDF: its pages are pictures, as of a scan, or empty",
        [PAGE_FEED_EMPTY] = "there is no entry in this feed",
        [PAGE_PACKAGE_LOCKED] = "this document is encrypted and opens with a password or key only",
        [PAGE_PACKAGE_DAMAGED] = "this document is damaged",
        [PAGE_SHEETS] = "spreadsheets and slides are not read; export it as PDF, HTML or CSV",
        [PAGE_OLD_OFFICE] = "Office files of the old kind (.doc, .xls, .ppt), and those with a password, are not read; "
                            "save it as .docx, .odt or PDF, without one",
        [PAGE_RTF] = "RTF is not read; save it as .docx, .odt or PDF",
    };
    return says[why];
}

/* Documents that are packages or messages, and what is not read here. False: it is something else. */
static bool page_document(struct arena *a, struct slice bytes, enum kind kind, struct page_text *out)
{
    static const enum page_why whys[] = {
        [KIND_PDF] = PAGE_NEEDS_PDF,
        [KIND_RTF] = PAGE_RTF,
        [KIND_OLD_OFFICE] = PAGE_OLD_OFFICE,
        [KIND_BINARY] = PAGE_NOT_TEXT,
    };
    *out = (struct page_text){.why = PAGE_EMPTY};
    if (kind == KIND_PACKAGE)
        document_zip_extract(a, bytes, out);
    else if (kind == KIND_MAIL)
        document_mail_extract(a, bytes, out);
    else if (kind > KIND_PACKAGE && kind < KIND_UNKNOWN)
        out->why = whys[kind];
    else
        return false;
    return true;
}

static bool page_read(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                      struct page_text *out, struct err *e)
{
    enum kind kind = kind_of(bytes, content_type, url);
    if (kind == KIND_HTML)
        return html_extract(a, bytes, content_type, url, out, e);
    if (kind == KIND_FEED)
        return feed_extract(a, bytes, content_type, url, out, e);
    if (kind == KIND_MARKDOWN)
        return markdown_extract(a, bytes, content_type, out, e);
    if (kind == KIND_RST)
        return rst_extract(a, bytes, content_type, out, e);
    if (page_document(a, bytes, kind, out))
        return true;
    if (bytes.n > PAGE_BYTES_MAX) {
        bytes.n = PAGE_BYTES_MAX;
        out->cut = true;
    }
    struct slice text = charset_to_utf8(a, bytes, content_type);
    if (kind == KIND_JSON)
        read_json(a, text, out);
    else
        out->text = page_plain(a, text, &out->cut);
    out->why = out->text.n ? PAGE_READ : PAGE_EMPTY;
    return true;
}

bool page_extract(struct arena *a, struct slice bytes, struct slice content_type, struct slice url,
                  const struct deadline *d, struct page_text *out, struct err *e)
{
    page_clock_begin(d);
    bool ok = page_read(a, bytes, content_type, url, out, e), over = page_clock_over();
    page_clock_end();
    if (over && deadline_cancelled(d))
        return err_set(e, ERR_CANCELLED, NULL);
    if (over)
        return err_set(e, ERR_DEADLINE, "The page took too long to read.");
    if (!ok)
        return false;
    struct slice *const shown[] = {&out->text, &out->title, &out->author, &out->site_name};
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        *shown[i] = harmless_text(a, *shown[i]);
    return true;
}
