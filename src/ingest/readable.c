/* readable.c - see readable.h for the contract. Content type and ending of the path say what to read; pages/page.h
 * reads the text, and a child process the text of PDFs (fetch/pdf.h). */
#include "ingest/readable.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "fetch/pdf.h"
#include "pages/page.h"

static const struct {
    const char *type, *ending;
} known[] = {
    {"text/html", ".html"},
    {"text/html", ".htm"},
    {"application/xhtml+xml", ".xhtml"},
    {"text/plain", ".txt"},
    {"text/markdown", ".md"},
    {"text/x-markdown", ".markdown"},
    {"text/x-rst", ".rst"},
    {"text/prs.fallenstein.rst", ".rst"},
    {"application/pdf", ".pdf"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
    {"application/vnd.oasis.opendocument.text", ".odt"},
    {"application/epub+zip", ".epub"},
    {"message/rfc822", ".eml"},
    {"application/mbox", ".mbox"},
    {"multipart/related", ".mhtml"},
    {"multipart/related", ".mht"},
    {"application/x-mimearchive", ".mht"},
};

static struct slice path_of(struct slice url)
{
    size_t n = slice_find(url, SLICE("?")), m = slice_find(url, SLICE("#"));
    return slice_sub(url, 0, n < m ? n : m);
}

static bool ends_nocase(struct slice name, const char *ending)
{
    size_t n = strlen(ending);
    return name.n >= n && slice_eq_nocase(slice_sub(name, name.n - n, n), slice_of(ending));
}

/* NULL: nothing to read. */
static const char *type_of(struct slice content_type, struct slice url)
{
    struct slice type = slice_trim(slice_sub(content_type, 0, slice_find(content_type, SLICE(";"))));
    struct slice path = path_of(url);
    if (slice_eq_nocase(type, SLICE("application/octet-stream")) || slice_eq_nocase(type, SLICE("application/zip")))
        type.n = 0; /* of servers that do not know */
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (type.n ? slice_eq_nocase(type, slice_of(known[i].type)) : ends_nocase(path, known[i].ending))
            return known[i].type;
    return NULL;
}

bool readable_type(struct slice content_type, struct slice url)
{
    if (content_type.n == 0 && ends_nocase(url, ".gz"))
        url.n -= 3;
    return type_of(content_type, url) != NULL;
}

/* "en-US" becomes "en". Anything that is no such code becomes empty, and the language is guessed later. */
static struct slice short_lang(struct slice tag)
{
    size_t n = 0;
    while (n < tag.n && ((tag.p[n] | 32) >= 'a' && (tag.p[n] | 32) <= 'z'))
        n++;
    return n == 2 && (n == tag.n || tag.p[n] == '-' || tag.p[n] == '_') ? slice_sub(tag, 0, n) : (struct slice){"", 0};
}

bool readable(struct arena *a, struct slice bytes, struct slice content_type, struct slice url, struct readable *out,
              struct err *e)
{
    struct page_text page;
    struct err cause = {0};
    const char *type = type_of(content_type, url);
    if (content_type.n == 0 && type)
        content_type = slice_of(type);
    if (!page_extract(a, bytes, content_type, url, NULL, &page, &cause) ||
        (page.why == PAGE_NEEDS_PDF && !pdf_extract(a, bytes, NULL, NULL, &page, &cause)))
        return err_set(e, ERR_BAD_VALUE, "%s", cause.message);
    if (slice_trim(page.text).n == 0)
        return err_set(e, ERR_BAD_VALUE, "%s", page_why_says(page.why));
    *out = (struct readable){utf8_cut(page.title, 4000), page.text, short_lang(page.lang),
                             page.published.n ? page.published : page.modified};
    return true;
}
