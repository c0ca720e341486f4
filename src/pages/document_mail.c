/* document_mail.c - a message, a mailbox of them, and a web page that a browser saved as MHTML.
 *
 * A message is its subject as a heading, who wrote it to whom and when, and its text: what is there as plain text, else
 * its HTML. What is attached is named and not read. MHTML is a message whose first HTML part is the page: that part is
 * read as the page is. */
#include "base/utf8.h"
#include "pages/document.h"
#include "pages/mime.h"
#include "text/charset.h"

enum { MAIL_MESSAGES_MAX = 20000 };

static void mail_line(struct arena *a, struct buf *out, struct slice head, const char *name)
{
    struct slice value = mime_field(a, head, name);
    if (value.n)
        buf_printf(out, "%s: %.*s\n", name, SLICE_ARGS(value));
}

static void mail_head(struct arena *a, struct buf *out, struct slice head, const char *mark)
{
    static const char *const names[] = {"From", "To", "Cc", "Date"};
    struct slice subject = mime_field(a, head, "Subject");
    if (out->n)
        buf_add(out, SLICE("\n\n"));
    if (subject.n)
        buf_printf(out, "%s %.*s\n\n", mark, SLICE_ARGS(subject));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        mail_line(a, out, head, names[i]);
}

static struct slice mail_text(struct arena *a, const struct mime_part *part)
{
    struct slice text = charset_to_utf8(a, mime_body(a, part), part->content_type);
    struct page_text page;
    if (mime_is(part, "text/html")) {
        html_whole(a, text, &page);
        return page.text;
    }
    char *out = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r' && ((unsigned char)text.p[i] >= ' ' || text.p[i] == '\n' || text.p[i] == '\t'))
            out[n++] = text.p[i];
    return slice_trim((struct slice){out, n});
}

static void mail_message(struct arena *a, struct buf *out, struct slice message, const char *mark)
{
    size_t count, from = 0;
    struct slice head, body;
    mime_split(message, &head, &body);
    struct mime_part *parts = mime_parts(a, message, &count);
    mail_head(a, out, head, mark);
    while (from < count) { /* a message, and those within it, each by itself */
        size_t to = from;
        bool plain = false;
        while (to < count && (to == from || !mime_is(&parts[to], "message/rfc822")))
            to++;
        if (mime_is(&parts[from], "message/rfc822"))
            mail_head(a, out, parts[from].head, "###");
        for (size_t i = from; i < to; i++)
            plain |= mime_is(&parts[i], "text/plain") && !parts[i].attached && slice_trim(parts[i].body).n;
        for (size_t i = from; i < to; i++) {
            bool shown = !parts[i].attached && mime_is(&parts[i], plain ? "text/plain" : "text/html");
            struct slice text = shown ? mail_text(a, &parts[i]) : (struct slice){"", 0};
            if (text.n)
                buf_printf(out, "\n%.*s\n", SLICE_ARGS(text));
            else if (!shown && parts[i].name.n)
                buf_printf(out, "\nAttached, not read: %.*s\n", SLICE_ARGS(parts[i].name));
        }
        from = to;
    }
}

/* Where the next message of a mailbox begins: "From " at the start of a line behind a blank one, and a header line
 * after it. all.n: nowhere. */
static size_t mail_next(struct slice all, size_t at)
{
    bool blank = false;
    for (size_t n; at < all.n; at += n) {
        struct slice rest = slice_sub(all, at, all.n - at);
        n = slice_find(rest, SLICE("\n"));
        n += n < rest.n;
        size_t name = n;
        while (name < rest.n && name < n + 80 && rest.p[name] > ' ' && rest.p[name] != ':')
            name++;
        if (blank && slice_starts(rest, SLICE("From ")) && name > n && name < rest.n && rest.p[name] == ':')
            return at;
        blank = slice_trim(slice_sub(rest, 0, n)).n == 0;
    }
    return all.n;
}

static void mail_box(struct arena *a, struct slice all, struct buf *out)
{
    size_t at = 0;
    for (size_t i = 0; i < MAIL_MESSAGES_MAX && at < all.n && !out->over; i++) {
        size_t end = mail_next(all, at);
        struct slice message = slice_sub(all, at, end - at);
        size_t line = slice_find(message, SLICE("\n"));
        line += line < message.n;
        mail_message(a, out, slice_sub(message, line, message.n - line), "##");
        at = end;
    }
}

static void mail_of_one(struct arena *a, struct slice bytes, struct page_text *out, struct buf *text)
{
    struct slice head, body;
    mime_split(bytes, &head, &body);
    out->title = mime_field(a, head, "Subject");
    out->author = mime_field(a, head, "From");
    out->published = page_date(a, mime_field(a, head, "Date"));
    mail_message(a, text, bytes, "#");
}

/* The page that a browser saved: the first part that is HTML of a message whose parts belong together. */
static bool mail_saved_page(struct arena *a, struct slice bytes, struct page_text *out)
{
    size_t count;
    struct err ignored;
    struct slice head, body;
    mime_split(bytes, &head, &body);
    struct slice type = mime_field(a, head, "Content-Type"), from = mime_field(a, head, "Snapshot-Content-Location");
    bool saved = from.n > 0 || mime_field(a, head, "Content-Location").n > 0;
    struct mime_part whole = {.content_type = type};
    struct mime_part *parts = mime_parts(a, bytes, &count);
    for (size_t i = 0; i < count; i++) {
        struct slice own = mime_field(a, parts[i].head, "Content-Location");
        saved = saved || (mime_is(&whole, "multipart/related") && own.n > 0 && i == 0);
        if (!saved || !mime_is(&parts[i], "text/html"))
            continue;
        struct slice url = own.n ? own : from;
        if (!html_extract(a, mime_body(a, &parts[i]), parts[i].content_type, url, out, &ignored))
            return false;
        if (out->canonical.n == 0 && (slice_starts(url, SLICE("http://")) || slice_starts(url, SLICE("https://"))))
            out->canonical = url;
        return true;
    }
    return false;
}

void document_mail_extract(struct arena *a, struct slice bytes, struct page_text *out)
{
    struct buf text;
    *out = (struct page_text){.why = PAGE_EMPTY};
    if (bytes.n > PAGE_BYTES_MAX) {
        bytes.n = PAGE_BYTES_MAX;
        out->cut = true;
    }
    bool cut = out->cut, is_box = slice_starts(bytes, SLICE("From "));
    if (!is_box && mail_saved_page(a, bytes, out)) {
        out->cut |= cut;
        return;
    }
    buf_init(&text, PAGE_TEXT_BYTES_MAX);
    if (is_box)
        mail_box(a, bytes, &text);
    else
        mail_of_one(a, bytes, out, &text);
    out->cut |= text.over;
    out->text = slice_trim(arena_dup(a, utf8_cut(buf_slice(&text), PAGE_TEXT_BYTES_MAX)));
    out->why = out->text.n ? PAGE_READ : PAGE_EMPTY;
    buf_release(&text);
}
