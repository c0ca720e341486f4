/* html_beside.c - looks only at the tags that matter; all others cost one look at the byte behind '<'. */
#include "pages/html_beside.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "pages/entity.h"
#include "pages/markup.h"

enum {
    BESIDE_BYTES_MAX = 16 << 20,
    FLIGHT_BYTES_MIN = 60, /* of a page that comes in many small scripts */
    DATA_BYTES_MIN = 200,  /* a shorter script holds no text */
    UNENDED_MAX = 16,      /* searches for an end tag that is not there, each of them up to the end of the page */
};

struct beside_tag {
    struct slice srcdoc, media, type, id;
    bool shadow;
};

static struct beside_tag beside_attributes(struct markup *m)
{
    struct beside_tag tag = {{"", 0}, {"", 0}, {"", 0}, {"", 0}, false};
    struct markup_attribute given;
    while (markup_attribute(m, &given)) {
        if (slice_eq_nocase(given.name, SLICE("srcdoc")))
            tag.srcdoc = given.value;
        else if (slice_eq_nocase(given.name, SLICE("media")))
            tag.media = given.value;
        else if (slice_eq_nocase(given.name, SLICE("type")))
            tag.type = given.value;
        else if (slice_eq_nocase(given.name, SLICE("id")))
            tag.id = given.value;
        else if (slice_eq_nocase(given.name, SLICE("shadowrootmode")) ||
                 slice_eq_nocase(given.name, SLICE("shadowroot")))
            tag.shadow = true;
    }
    return tag;
}

static void beside_add(struct html_beside *out, struct slice html, enum html_beside_kind kind)
{
    html = slice_trim(html);
    if (html.n == 0 || out->markup_count == HTML_MARKUP_MAX)
        return;
    out->markup[out->markup_count].html = html;
    out->markup[out->markup_count++].kind = kind;
}

/* Scripts that hold what the page is made of: JSON by its type, or assigned to a global of the usual kind. */
static bool beside_is_data(const struct beside_tag *tag, struct slice content)
{
    if (slice_starts(slice_trim(content), SLICE("self.__next_f.push")) && content.n >= FLIGHT_BYTES_MIN)
        return true;
    if (content.n < DATA_BYTES_MIN || slice_find(tag->type, SLICE("ld+json")) < tag->type.n)
        return false;
    if (slice_find(tag->type, SLICE("json")) < tag->type.n || slice_find(tag->id, SLICE("_DATA")) < tag->id.n)
        return true;
    struct slice head = slice_sub(slice_trim(content), 0, content.n < 80 ? slice_trim(content).n : 80);
    return slice_starts(head, SLICE("window.__")) || slice_starts(head, SLICE("window[\"__")) ||
           slice_starts(head, SLICE("self.__")) || slice_find(head, SLICE("_STATE__")) < head.n;
}

static void beside_raw(struct html_beside *out, struct slice name, const struct beside_tag *tag, struct slice content,
                       size_t *sheet_bytes)
{
    if (slice_eq_nocase(name, SLICE("style"))) {
        bool on_screen = tag->media.n == 0 || slice_find(tag->media, SLICE("screen")) < tag->media.n ||
                         slice_eq_nocase(tag->media, SLICE("all"));
        if (!on_screen || out->sheet_count == HTML_SHEETS_MAX || content.n > HTML_SHEET_BYTES - *sheet_bytes)
            return;
        *sheet_bytes += content.n;
        out->sheets[out->sheet_count++] = content;
    } else if (slice_eq_nocase(name, SLICE("script"))) {
        if (out->data_count < HTML_DATA_MAX && beside_is_data(tag, content))
            out->data[out->data_count++] = content;
    } else if (slice_eq_nocase(name, SLICE("noscript"))) {
        beside_add(out, content, BESIDE_NOSCRIPT);
    } else if (slice_eq_nocase(name, SLICE("noframes"))) {
        beside_add(out, content, BESIDE_NOFRAMES);
    } else if (slice_eq_nocase(name, SLICE("template")) && tag->shadow) {
        beside_add(out, content, BESIDE_SHADOW);
    }
}

/* Whether the name that starts here may be one of those looked for; most tags end here. */
static bool beside_may_be(const char *name, size_t n)
{
    if (n < 4)
        return false;
    char second = name[1] | 0x20;
    switch (name[0] | 0x20) {
    case 's': /* style, script */
        return second == 't' || second == 'c';
    case 'n': /* noscript, noframes */
        return second == 'o';
    case 't': /* template, textarea, title */
        return second == 'e' || second == 'i';
    case 'i': /* iframe */
        return second == 'f';
    case 'x': /* xmp */
        return second == 'm';
    default:
        return false;
    }
}

void html_beside_find(struct slice page, struct html_beside *out)
{
    struct markup m = markup_of(page);
    struct markup_token t;
    size_t sheet_bytes = 0, unended = 0;
    *out = (struct html_beside){.sheet_count = 0};
    while (m.at < m.end && (m.at = memchr(m.at, '<', (size_t)(m.end - m.at))) != NULL) {
        size_t left = (size_t)(m.end - m.at);
        bool comment = left >= 4 && memcmp(m.at, "<!--", 4) == 0;
        if (!comment && !beside_may_be(m.at + 1, left - 1)) {
            m.at++;
            continue;
        }
        if (!markup_next(&m, &t) || t.kind != MARKUP_START)
            continue;
        struct slice name = t.name;
        struct beside_tag tag = beside_attributes(&m);
        bool closed = m.at > t.whole.p + 1 && m.at[-1] == '>' && m.at[-2] == '/';
        if (slice_eq_nocase(name, SLICE("iframe"))) {
            beside_add(out, tag.srcdoc, BESIDE_SRCDOC);
            continue;
        }
        bool shadow = tag.shadow && slice_eq_nocase(name, SLICE("template"));
        if (!(markup_is_raw(name) || shadow || slice_eq_nocase(name, SLICE("noscript"))) || unended >= UNENDED_MAX)
            continue;
        struct markup after = m;
        struct slice content = markup_raw(&after, name);
        unended += after.at == after.end;
        /* Without an end, a tag that closes itself is empty: <script src="a.js"/> in XHTML. */
        if (closed && after.at == after.end)
            continue;
        if (!shadow) /* it holds elements, style sheets among them */
            m = after;
        beside_raw(out, name, &tag, content, &sheet_bytes);
    }
}

/* Character references of an attribute's value. */
static void beside_put_decoded(struct buf *out, struct slice text)
{
    while (text.n && !out->over) {
        const char *amp = memchr(text.p, '&', text.n);
        size_t n = amp ? (size_t)(amp - text.p) : text.n;
        buf_add(out, slice_sub(text, 0, n));
        text = slice_sub(text, n, text.n - n);
        uint32_t code;
        size_t taken = text.n ? entity_read(text, &code) : 0;
        char bytes[4];
        if (taken)
            buf_add(out, (struct slice){bytes, utf8_put(bytes, code)});
        else if (text.n)
            buf_add(out, slice_sub(text, 0, 1));
        taken += text.n && !taken;
        text = slice_sub(text, taken, text.n - taken);
    }
}

struct slice html_beside_page(struct arena *a, const struct html_beside *beside, unsigned kinds)
{
    struct buf out;
    buf_init(&out, BESIDE_BYTES_MAX);
    for (size_t i = 0; i < beside->markup_count; i++) {
        if (!(kinds >> beside->markup[i].kind & 1))
            continue;
        buf_add(&out, SLICE("<div>"));
        if (beside->markup[i].kind == BESIDE_SRCDOC)
            beside_put_decoded(&out, beside->markup[i].html);
        else
            buf_add(&out, beside->markup[i].html);
        buf_add(&out, SLICE("</div>\n"));
    }
    struct slice page = out.over ? (struct slice){"", 0} : arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return page;
}
