/* html_links.c - see html_links.h. */
#include "pages/html_links.h"
#include "base/ascii.h"

#include "base/utf8.h"
#include "pages/entity.h"
#include "pages/markup.h"

enum { HREF_MAX_BYTES = 8192 };

struct slice html_address(struct arena *a, struct slice value)
{
    value = slice_trim(value);
    if (!memchr(value.p, '&', value.n))
        return arena_dup(a, value);
    char *out = arena_alloc(a, value.n + 1);
    size_t n = 0;
    for (size_t at = 0; at < value.n;) {
        uint32_t code;
        size_t used = entity_read(slice_sub(value, at, value.n - at), &code);
        if (used)
            n += utf8_put(out + n, code); /* never longer than the reference */
        else
            out[n++] = value.p[at];
        at += used ? used : 1;
    }
    return (struct slice){out, n};
}

/* The next start tag. */
static bool link_next_tag(struct markup *m, struct markup_token *t)
{
    while (markup_next(m, t))
        if (t->kind == MARKUP_START)
            return true;
    return false;
}

/* The attributes of a tag that links and robots' directives are made of. */
struct link_tag {
    struct slice href, src, rel, name, content, http_equiv;
};

static struct link_tag link_read_tag(struct markup *m, struct slice element)
{
    struct link_tag tag = {{"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}};
    struct {
        struct slice name, *value;
        bool seen; /* the first of a name counts */
    } wanted[] = {{SLICE("href"), &tag.href, false},
                  {SLICE("rel"), &tag.rel, false},
                  {SLICE("name"), &tag.name, false},
                  {SLICE("src"), &tag.src, false},
                  {SLICE("http-equiv"), &tag.http_equiv, false},
                  {SLICE("content"), &tag.content, false}};
    struct markup_attribute attribute;
    while (markup_attribute(m, &attribute))
        for (size_t i = 0; i < COUNT_OF(wanted); i++)
            if (!wanted[i].seen && slice_eq_nocase(attribute.name, wanted[i].name)) {
                *wanted[i].value = attribute.value;
                wanted[i].seen = true;
            }
    if (markup_is_raw(element))
        (void)markup_raw(m, element);
    return tag;
}

/* Whether a list parted by commas or white space has the word. */
static bool link_has_word(struct slice list, const char *word)
{
    size_t n = strlen(word);
    for (size_t at = 0; at < list.n;) {
        size_t begin = at;
        while (at < list.n && !ascii_is_html_space(list.p[at]) && list.p[at] != ',')
            at++;
        if (at - begin == n && slice_eq_nocase(slice_sub(list, begin, n), slice_of(word)))
            return true;
        at++;
    }
    return false;
}

void html_robots_directives(struct slice list, bool *noindex, bool *nofollow)
{
    bool none = link_has_word(list, "none");
    *noindex = *noindex || none || link_has_word(list, "noindex");
    *nofollow = *nofollow || none || link_has_word(list, "nofollow");
}

void html_robots_header(struct slice value, struct slice agent, bool *noindex, bool *nofollow)
{
    /* Directives that have a value; what is before any other colon is a robot. */
    static const char *const valued[] = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"};
    bool ours = true;
    while (value.n > 0) {
        size_t n = slice_find(value, SLICE(","));
        struct slice part = slice_trim(slice_sub(value, 0, n));
        size_t colon = slice_find(part, SLICE(":"));
        bool named = colon < part.n;
        for (size_t i = 0; named && i < COUNT_OF(valued); i++)
            named = !slice_eq_nocase(slice_trim(slice_sub(part, 0, colon)), slice_of(valued[i]));
        if (named) {
            struct slice robot = slice_trim(slice_sub(part, 0, colon));
            ours = slice_is(robot, "*") || slice_eq_nocase(robot, agent);
            part = slice_sub(part, colon + 1, part.n - colon - 1);
        }
        if (ours)
            html_robots_directives(part, noindex, nofollow);
        value = n < value.n ? slice_sub(value, n + 1, value.n - n - 1) : (struct slice){"", 0};
    }
}

/* "5; url='next.html'": where it leads to, if that is soon. */
static struct slice link_refresh(struct arena *a, struct slice content)
{
    unsigned seconds = 0;
    size_t at = 0;
    content = slice_trim(content);
    while (at < content.n && ascii_is_digit((unsigned char)content.p[at]) && seconds <= HTML_REFRESH_MAX_S)
        seconds = seconds * 10 + (unsigned)(content.p[at++] - '0');
    if (seconds > HTML_REFRESH_MAX_S || (at == 0 && !(content.n && content.p[0] == '.')))
        return (struct slice){"", 0};
    while (at < content.n && (ascii_is_digit((unsigned char)content.p[at]) || content.p[at] == '.'))
        at++;
    while (at < content.n && (ascii_is_html_space((unsigned char)content.p[at]) || char_in(content.p[at], ";,")))
        at++;
    struct slice rest = slice_sub(content, at, content.n - at);
    if (rest.n > 3 && slice_eq_nocase(slice_sub(rest, 0, 3), SLICE("url"))) {
        struct slice value = slice_trim(slice_sub(rest, 3, rest.n - 3));
        if (value.n && value.p[0] == '=')
            rest = slice_trim(slice_sub(value, 1, value.n - 1));
    }
    if (rest.n && char_in(rest.p[0], "'\"")) {
        char quote = rest.p[0];
        rest = slice_sub(rest, 1, rest.n - 1);
        rest.n = slice_find(rest, (struct slice){&quote, 1});
    }
    return rest.n && rest.n <= HREF_MAX_BYTES ? html_address(a, rest) : (struct slice){"", 0};
}

/* Keeps where a <meta> leads to; behind `scripted`, the end of the last <noscript>. */
static void link_see_refresh(struct arena *a, const struct link_tag *tag, const char *at, const char *scripted,
                             struct slice *refresh)
{
    if (refresh->n == 0 && at >= scripted && slice_eq_nocase(slice_trim(tag->http_equiv), SLICE("refresh")))
        *refresh = link_refresh(a, tag->content);
}

/* Where the <noscript> that was just read ends. */
static const char *link_noscript_end(const struct markup *m, const char *known)
{
    struct slice rest = {m->at, (size_t)(m->end - m->at)};
    return m->at < known ? known : m->at + markup_find_end(rest, SLICE("noscript"));
}

struct slice html_refresh(struct arena *a, struct slice page, struct slice *base)
{
    struct markup m = markup_of(slice_sub(page, 0, page.n < HTML_REFRESH_BYTES ? page.n : HTML_REFRESH_BYTES));
    struct markup_token t;
    const char *scripted = page.p;
    struct slice refresh = {"", 0};
    *base = (struct slice){"", 0};
    while (refresh.n == 0 && link_next_tag(&m, &t)) {
        struct link_tag tag = link_read_tag(&m, t.name);
        if (slice_eq_nocase(t.name, SLICE("noscript")))
            scripted = link_noscript_end(&m, scripted);
        else if (slice_eq_nocase(t.name, SLICE("base")) && base->n == 0)
            *base = html_address(a, tag.href);
        else if (slice_eq_nocase(t.name, SLICE("meta")))
            link_see_refresh(a, &tag, t.whole.p, scripted, &refresh);
    }
    return refresh;
}

void html_links(struct arena *a, struct slice page, struct slice agent, struct html_links *out)
{
    struct markup m = markup_of(page);
    struct markup_token t;
    size_t room = 0;
    struct slice *items = NULL;
    const char *scripted = page.p;
    *out = (struct html_links){.base = {"", 0}, .canonical = {"", 0}, .refresh = {"", 0}};
    while (link_next_tag(&m, &t)) {
        struct link_tag tag = link_read_tag(&m, t.name);
        bool frame = slice_eq_nocase(t.name, SLICE("frame"));
        if (frame || slice_eq_nocase(t.name, SLICE("a")) || slice_eq_nocase(t.name, SLICE("area"))) {
            struct slice href = slice_trim(frame ? tag.src : tag.href);
            if (out->n == HTML_LINKS_MAX || href.n == 0 || href.p[0] == '#' || href.n > HREF_MAX_BYTES ||
                link_has_word(tag.rel, "nofollow") || link_has_word(tag.rel, "ugc") ||
                link_has_word(tag.rel, "sponsored"))
                continue;
            struct slice *link = arena_push(a, &items, out->n, &room);
            *link = html_address(a, href);
            out->n++;
        } else if (slice_eq_nocase(t.name, SLICE("link"))) {
            if (out->canonical.n == 0 && link_has_word(tag.rel, "canonical"))
                out->canonical = html_address(a, tag.href);
        } else if (slice_eq_nocase(t.name, SLICE("base"))) {
            if (out->base.n == 0)
                out->base = html_address(a, tag.href);
        } else if (slice_eq_nocase(t.name, SLICE("meta"))) {
            struct slice name = slice_trim(tag.name);
            if (slice_eq_nocase(name, SLICE("robots")) || slice_eq_nocase(name, agent))
                html_robots_directives(tag.content, &out->noindex, &out->nofollow);
            link_see_refresh(a, &tag, t.whole.p, scripted, &out->refresh);
        } else if (slice_eq_nocase(t.name, SLICE("noscript"))) {
            scripted = link_noscript_end(&m, scripted);
        }
    }
    out->at = items;
}

static bool link_is_text(struct slice body)
{
    if (slice_starts(body, SLICE("\xEF\xBB\xBF")))
        body = slice_sub(body, 3, body.n - 3);
    body = slice_trim(body);
    return body.n > 0 && body.p[0] != '<';
}

/* The lines of a sitemap that is a text file. */
static struct slice *link_lines(struct arena *a, struct slice body, size_t max, size_t *count)
{
    size_t room = 0;
    struct slice *items = NULL;
    if (slice_starts(body, SLICE("\xEF\xBB\xBF")))
        body = slice_sub(body, 3, body.n - 3);
    while (body.n > 0 && *count < max) {
        size_t n = slice_find(body, SLICE("\n"));
        struct slice line = slice_trim(slice_sub(body, 0, n));
        if (line.n > 0 && line.n <= HREF_MAX_BYTES) {
            struct slice *location = arena_push(a, &items, *count, &room);
            *location = arena_dup(a, line);
            ++*count;
        }
        body = n < body.n ? slice_sub(body, n + 1, body.n - n - 1) : (struct slice){"", 0};
    }
    return items;
}

/* "sm:loc" is "loc". */
static struct slice link_local_name(struct slice name)
{
    size_t colon = slice_find(name, SLICE(":"));
    return colon < name.n ? slice_sub(name, colon + 1, name.n - colon - 1) : name;
}

struct slice *sitemap_locations(struct arena *a, struct slice xml, size_t max, size_t *count, bool *index)
{
    struct markup m = markup_of(xml);
    struct markup_token t;
    struct markup_attribute unread;
    size_t room = 0;
    struct slice *items = NULL;
    *count = 0;
    *index = false;
    if (link_is_text(xml))
        return link_lines(a, xml, max, count);
    while (*count < max && link_next_tag(&m, &t)) {
        while (markup_attribute(&m, &unread))
            ;
        if (slice_is(link_local_name(t.name), "sitemapindex"))
            *index = true;
        if (!slice_is(link_local_name(t.name), "loc"))
            continue;
        struct slice rest = {m.at, (size_t)(m.end - m.at)};
        struct slice text = slice_trim(slice_sub(rest, 0, slice_find(rest, SLICE("</"))));
        if (slice_starts(text, SLICE("<![CDATA[")) && slice_ends(text, SLICE("]]>")) && text.n >= 12)
            text = slice_sub(text, 9, text.n - 12);
        if (text.n == 0 || text.n > HREF_MAX_BYTES)
            continue;
        struct slice *location = arena_push(a, &items, *count, &room);
        *location = html_address(a, text);
        ++*count;
    }
    return items;
}
