/* html_links.c - see html_links.h. */
#include "text/html_links.h"

#include <stdint.h>

#include "base/utf8.h"

enum { ATTRIBUTES_MAX = 64, REFERENCE_MAX = 10, HREF_MAX_BYTES = 8192 };

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* --- character references --------------------------------------------------------------------------------------- */

/* Those that are met in addresses. Length of the reference at s, 0 when it is none; its code point in *code. */
static size_t reference(struct slice s, uint32_t *code)
{
    static const struct {
        const char *name;
        uint32_t code;
    } named[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&nbsp;", 0xA0}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (slice_starts(s, slice_of(named[i].name)))
            return *code = named[i].code, strlen(named[i].name);
    if (!slice_starts(s, SLICE("&#")))
        return 0;
    bool hex = s.n > 2 && (s.p[2] == 'x' || s.p[2] == 'X');
    size_t at = hex ? 3 : 2, begin = at;
    *code = 0;
    for (; at < s.n && at < begin + REFERENCE_MAX; at++) {
        char c = s.p[at];
        uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0')
                         : hex && is_letter(c) && (c | 32) <= 'f' ? (uint32_t)((c | 32) - 'a' + 10)
                                                                  : 99;
        if (digit == 99 || *code > 0x10FFFF)
            break;
        *code = *code * (hex ? 16 : 10) + digit;
    }
    if (at == begin || *code == 0 || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF))
        return 0;
    return at + (at < s.n && s.p[at] == ';');
}

static struct slice resolved(struct arena *a, struct slice value)
{
    value = slice_trim(value);
    if (!memchr(value.p, '&', value.n))
        return arena_dup(a, value);
    char *out = arena_alloc(a, value.n + 1);
    size_t n = 0;
    for (size_t at = 0; at < value.n;) {
        uint32_t code;
        size_t used = value.p[at] == '&' ? reference(slice_sub(value, at, value.n - at), &code) : 0;
        if (used)
            n += utf8_put(out + n, code); /* never longer than the reference */
        else
            out[n++] = value.p[at];
        at += used ? used : 1;
    }
    return (struct slice){out, n};
}

/* --- tags ------------------------------------------------------------------------------------------------------- */

struct tag {
    struct slice name;
    struct {
        struct slice name, value;
    } at[ATTRIBUTES_MAX];
    size_t n;
};

static struct slice attribute(const struct tag *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (slice_eq_nocase(t->at[i].name, slice_of(name)))
            return t->at[i].value;
    return (struct slice){"", 0};
}

/* Reads the tag whose name begins at `at`; returns where it ends, behind its '>'. */
static size_t read_tag(struct slice page, size_t at, struct tag *t)
{
    size_t begin = at, n = page.n;
    const char *p = page.p;
    while (at < n && !is_space(p[at]) && p[at] != '>' && p[at] != '/')
        at++;
    t->name = slice_sub(page, begin, at - begin);
    t->n = 0;
    for (;;) {
        while (at < n && (is_space(p[at]) || p[at] == '/'))
            at++;
        if (at >= n || p[at] == '>')
            return at < n ? at + 1 : n;
        begin = at++;
        while (at < n && !is_space(p[at]) && p[at] != '=' && p[at] != '>' && p[at] != '/')
            at++;
        struct slice name = slice_sub(page, begin, at - begin), value = {"", 0};
        while (at < n && is_space(p[at]))
            at++;
        if (at < n && p[at] == '=') {
            at++;
            while (at < n && is_space(p[at]))
                at++;
            char quote = at < n && (p[at] == '"' || p[at] == '\'') ? p[at] : 0;
            begin = at += quote != 0;
            if (quote) {
                const char *end = memchr(p + at, quote, n - at);
                at = end ? (size_t)(end - p) : n;
            } else {
                while (at < n && !is_space(p[at]) && p[at] != '>')
                    at++;
            }
            value = slice_sub(page, begin, at - begin);
            at += quote && at < n;
        }
        if (t->n < ATTRIBUTES_MAX) {
            t->at[t->n].name = name;
            t->at[t->n++].value = value;
        }
    }
}

/* Behind "</name" from `at` on; the end when there is none. */
static size_t skip_raw(struct slice page, size_t at, struct slice name)
{
    while (at < page.n) {
        const char *lt = memchr(page.p + at, '<', page.n - at);
        if (!lt)
            return page.n;
        at = (size_t)(lt - page.p) + 1;
        if (at + 1 + name.n <= page.n && page.p[at] == '/' &&
            slice_eq_nocase(slice_sub(page, at + 1, name.n), name))
            return at;
    }
    return page.n;
}

static bool is_raw(struct slice name)
{
    static const char *const raw[] = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"};
    for (size_t i = 0; i < sizeof raw / sizeof *raw; i++)
        if (slice_eq_nocase(name, slice_of(raw[i])))
            return true;
    return false;
}

/* The next start tag from *at on. */
static bool next_tag(struct slice page, size_t *at, struct tag *t)
{
    while (*at < page.n) {
        const char *lt = memchr(page.p + *at, '<', page.n - *at);
        if (!lt)
            break;
        size_t i = (size_t)(lt - page.p) + 1;
        struct slice rest = slice_sub(page, i, page.n - i);
        if (slice_starts(rest, SLICE("!--"))) {
            size_t end = slice_find(slice_sub(rest, 1, rest.n - 1), SLICE("-->"));
            *at = end + 4 < rest.n ? i + end + 4 : page.n;
        } else if (rest.n && is_letter(rest.p[0])) {
            *at = read_tag(page, i, t);
            if (is_raw(t->name))
                *at = skip_raw(page, *at, t->name);
            return true;
        } else {
            *at = i;
        }
    }
    return false;
}

/* --- links ------------------------------------------------------------------------------------------------------ */

/* Calls for each word of a list parted by commas or white space. */
static bool has_word(struct slice list, const char *word)
{
    size_t n = strlen(word);
    for (size_t at = 0; at < list.n;) {
        size_t begin = at;
        while (at < list.n && !is_space(list.p[at]) && list.p[at] != ',')
            at++;
        if (at - begin == n && slice_eq_nocase(slice_sub(list, begin, n), slice_of(word)))
            return true;
        at++;
    }
    return false;
}

void html_robots_directives(struct slice list, bool *noindex, bool *nofollow)
{
    bool none = has_word(list, "none");
    *noindex = *noindex || none || has_word(list, "noindex");
    *nofollow = *nofollow || none || has_word(list, "nofollow");
}

void html_links(struct arena *a, struct slice page, struct slice agent, struct html_links *out)
{
    *out = (struct html_links){.base = {"", 0}, .canonical = {"", 0}};
    size_t at = 0, room = 0;
    void *items = NULL;
    struct tag t;
    while (next_tag(page, &at, &t)) {
        if (slice_eq_nocase(t.name, SLICE("a")) || slice_eq_nocase(t.name, SLICE("area"))) {
            struct slice href = slice_trim(attribute(&t, "href")), rel = attribute(&t, "rel");
            if (out->n == HTML_LINKS_MAX || href.n == 0 || href.p[0] == '#' || href.n > HREF_MAX_BYTES ||
                has_word(rel, "nofollow") || has_word(rel, "ugc") || has_word(rel, "sponsored"))
                continue;
            struct slice *link = arena_push(a, &items, out->n, &room, sizeof *link);
            *link = resolved(a, href);
            out->n++;
        } else if (slice_eq_nocase(t.name, SLICE("link"))) {
            if (out->canonical.n == 0 && has_word(attribute(&t, "rel"), "canonical"))
                out->canonical = resolved(a, attribute(&t, "href"));
        } else if (slice_eq_nocase(t.name, SLICE("base"))) {
            if (out->base.n == 0)
                out->base = resolved(a, attribute(&t, "href"));
        } else if (slice_eq_nocase(t.name, SLICE("meta"))) {
            struct slice name = slice_trim(attribute(&t, "name"));
            if (slice_eq_nocase(name, SLICE("robots")) || slice_eq_nocase(name, agent))
                html_robots_directives(attribute(&t, "content"), &out->noindex, &out->nofollow);
        }
    }
    out->at = items;
}

struct slice *sitemap_locations(struct arena *a, struct slice xml, size_t max, size_t *count, bool *index)
{
    size_t at = 0, room = 0;
    void *items = NULL;
    struct tag t;
    *count = 0;
    *index = false;
    while (*count < max && next_tag(xml, &at, &t)) {
        if (slice_is(t.name, "sitemapindex"))
            *index = true;
        if (!slice_is(t.name, "loc"))
            continue;
        struct slice rest = slice_sub(xml, at, xml.n - at);
        size_t n = slice_find(rest, SLICE("</"));
        struct slice text = slice_trim(slice_sub(rest, 0, n));
        if (slice_starts(text, SLICE("<![CDATA[")) && slice_ends(text, SLICE("]]>")) && text.n >= 12)
            text = slice_sub(text, 9, text.n - 12);
        if (text.n == 0 || text.n > HREF_MAX_BYTES)
            continue;
        struct slice *location = arena_push(a, &items, *count, &room, sizeof *location);
        *location = resolved(a, text);
        ++*count;
    }
    return items;
}
