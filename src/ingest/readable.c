/* readable.c - see readable.h. What is what by content type and ending; the text itself comes from text/. */
#include "ingest/readable.h"

#include "base/buf.h"
#include "base/utf8.h"

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

enum kind { NOTHING, HTML, TEXT, PDF };

static enum kind kind_of(struct slice content_type, struct slice url)
{
    static const struct {
        const char *type, *ending;
        enum kind kind;
    } known[] = {
        {"text/html", ".html", HTML},      {"application/xhtml+xml", ".xhtml", HTML}, {"text/html", ".htm", HTML},
        {"text/plain", ".txt", TEXT},      {"text/markdown", ".md", TEXT},            {"text/x-markdown", ".markdown", TEXT},
        {"application/pdf", ".pdf", PDF},
    };
    struct slice type = slice_trim(slice_sub(content_type, 0, slice_find(content_type, SLICE(";"))));
    struct slice path = path_of(url);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (type.n ? slice_eq_nocase(type, slice_of(known[i].type)) : ends_nocase(path, known[i].ending))
            return known[i].kind;
    return NOTHING;
}

bool readable_type(struct slice content_type, struct slice url)
{
    if (content_type.n == 0 && ends_nocase(url, ".gz"))
        url.n -= 3;
    return kind_of(content_type, url) != NOTHING;
}

/* --- a stand-in for extraction ----------------------------------------------------------------------------------- */

static struct slice as_utf8(struct arena *a, struct slice bytes)
{
    if (slice_starts(bytes, SLICE("\xEF\xBB\xBF")))
        bytes = slice_sub(bytes, 3, bytes.n - 3);
    if (utf8_check(bytes) == bytes.n && !memchr(bytes.p, 0, bytes.n))
        return bytes;
    char *out = arena_alloc(a, 2 * bytes.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i])
            n += utf8_put(out + n, (unsigned char)bytes.p[i]);
    return (struct slice){out, n};
}

static size_t find_end(struct slice page, size_t at, const char *end)
{
    size_t n = strlen(end);
    for (; at + n <= page.n; at++)
        if (page.p[at] == '<' && slice_eq_nocase(slice_sub(page, at, n), slice_of(end)))
            return at;
    return page.n;
}

static void strip(struct arena *a, struct slice page, struct readable *out)
{
    static const char *const gone[] = {"script", "style", "nav", "head", "footer", "header"};
    struct buf text;
    buf_init(&text, 2 * page.n + 16);
    size_t t = find_end(page, 0, "<title");
    if (t < page.n) {
        t += slice_find(slice_sub(page, t, page.n - t), SLICE(">")) + 1;
        size_t end = t < page.n ? find_end(page, t, "</title") : t;
        if (end < page.n)
            out->title = slice_trim(arena_dup(a, slice_sub(page, t, end - t)));
    }
    for (size_t at = 0; at < page.n;) {
        if (page.p[at] != '<') {
            bool space = page.p[at] == '\n' || page.p[at] == '\t' || page.p[at] == ' ' || page.p[at] == '\r';
            if (!space)
                buf_add_char(&text, page.p[at]);
            else if (text.n && text.p[text.n - 1] != ' ' && text.p[text.n - 1] != '\n')
                buf_add_char(&text, ' ');
            at++;
            continue;
        }
        struct slice rest = slice_sub(page, at + 1, page.n - at - 1);
        for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
            size_t n = strlen(gone[i]);
            if (rest.n > n && slice_eq_nocase(slice_sub(rest, 0, n), slice_of(gone[i])) &&
                (rest.p[n] == '>' || rest.p[n] == ' '))
                at = find_end(page, at, arena_printf(a, "</%s", gone[i]).p);
        }
        static const char *const blocks[] = {"p", "/p", "div", "/div", "li", "/li", "tr", "br", "h1", "h2", "h3", "/h1", "/h2",
                                             "/h3", "pre", "dt", "dd", "table", "section"};
        for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
            size_t n = strlen(blocks[i]);
            if (rest.n > n && slice_starts(rest, slice_of(blocks[i])) && (rest.p[n] == '>' || rest.p[n] == ' ') && text.n &&
                text.p[text.n - 1] != '\n')
                buf_add(&text, SLICE("\n\n"));
        }
        at = at < page.n ? at + 1 + slice_find(slice_sub(page, at + 1, page.n - at - 1), SLICE(">")) + 1 : at;
    }
    out->text = arena_dup(a, slice_trim(buf_slice(&text)));
    buf_release(&text);
}

bool readable(struct arena *a, struct slice bytes, struct slice content_type, struct slice url, struct readable *out,
              struct err *e)
{
    *out = (struct readable){{"", 0}, {"", 0}, {"", 0}, {"", 0}};
    switch (kind_of(content_type, url)) {
    case HTML:
        strip(a, as_utf8(a, bytes), out);
        break;
    case TEXT:
        out->text = arena_dup(a, slice_trim(as_utf8(a, bytes)));
        break;
    case PDF:
    case NOTHING:
        return err_set(e, ERR_UNSUPPORTED_CONTENT, "it is nothing that can be read as a page");
    }
    return out->text.n > 0 || err_set(e, ERR_BAD_VALUE, "there is no text in it");
}
