/* html_scan.c - a small tokenizer: it copies text and tags, and leaves out what nobody reads.
 *
 * It follows the HTML standard where that decides what a reader would see (quotes in attributes, comments without an
 * end, raw text elements), and is otherwise as simple as it can be: tags are not matched here, the parser does that.
 *
 * Not here: entities, nesting, hidden elements. */
#include "text/html_scan.h"

#include <strings.h>

struct scan {
    const char *at, *end; /* of the page */
    char *out;            /* never longer than the page plus a byte a tag, see html_scan() */
    struct html_scan *found;
    bool in_pre; /* white space counts */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static void put(struct scan *s, const char *from, const char *to)
{
    memcpy(s->out, from, (size_t)(to - from));
    s->out += to - from;
}

/* First place at or after `at` where text (lower case) stands, case ignored; end when there is none. */
static const char *find_nocase(const char *at, const char *end, const char *text, size_t n)
{
    while ((size_t)(end - at) >= n && (at = memchr(at, text[0], (size_t)(end - at) - n + 1)) != NULL) {
        if (strncasecmp(at, text, n) == 0)
            return at;
        at++;
    }
    return end;
}

/* Elements whose content is dropped as a whole; their content is raw text or of no use, and none nests in itself. */
static const struct raw {
    struct slice name, close;
} raws[] = {
    {{"script", 6}, {"</script", 8}},
    {{"style", 5}, {"</style", 7}},
    {{"noscript", 8}, {"</noscript", 10}},
    {{"svg", 3}, {"</svg", 5}},
    {{"iframe", 6}, {"</iframe", 8}},
    {{"noembed", 7}, {"</noembed", 9}},
    {{"noframes", 8}, {"</noframes", 10}},
    {{"textarea", 8}, {"</textarea", 10}},
    {{"xmp", 3}, {"</xmp", 5}},
};

static const struct raw *find_raw(struct slice name)
{
    for (size_t i = 0; i < sizeof raws / sizeof *raws; i++)
        if (slice_eq_nocase(name, raws[i].name))
            return &raws[i];
    return NULL;
}

/* at stands behind "<!" or "<?". Returns the place behind it; what is not closed reaches to the end. */
static const char *skip_declaration(const char *at, const char *end)
{
    if (end - at < 2 || at[0] != '-' || at[1] != '-') {
        const char *close = memchr(at, '>', (size_t)(end - at));
        return close ? close + 1 : end;
    }
    at += 2;
    if (at < end && *at == '>')
        return at + 1; /* <!--> is a whole comment */
    for (; at < end; at++) {
        at = memchr(at, '-', (size_t)(end - at));
        if (!at)
            return end;
        if (end - at >= 3 && at[1] == '-' && (at[2] == '>' || (at[2] == '!' && end - at >= 4 && at[3] == '>')))
            return at + (at[2] == '>' ? 3 : 4);
    }
    return end;
}

/* Void elements that hold no text and end nothing. */
static bool is_silent(struct slice name)
{
    return slice_eq_nocase(name, SLICE("img")) || slice_eq_nocase(name, SLICE("input")) ||
           slice_eq_nocase(name, SLICE("source")) || slice_eq_nocase(name, SLICE("wbr"));
}

/* Text up to `to`. Runs of white space become one: most of a page's text is indentation, and the parser looks at each
 * byte. */
static void put_text(struct scan *s, const char *to)
{
    if (s->in_pre) {
        put(s, s->at, to);
        return;
    }
    for (const char *at = s->at; at < to;) {
        const char *start = at;
        while (at < to && !is_space(*at))
            at++;
        put(s, start, at);
        if (at < to)
            *s->out++ = ' ';
        while (at < to && is_space(*at))
            at++;
    }
}

/* What extraction reads of a tag. href is kept for <link> alone, whose canonical address is wanted. */
static bool wanted(struct slice name, bool is_link)
{
    static const char *const names[] = {"class",    "id",   "style", "hidden",      "role",
                                        "itemprop", "rel",  "name",  "property",    "content",
                                        "datetime", "lang", "type",  "aria-hidden", "itemtype"};
    if (name.n < 2 || name.n > 11)
        return false;
    if (is_link && slice_eq_nocase(name, SLICE("href")))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_eq_nocase(name, slice_of(names[i])))
            return true;
    return false;
}

struct attribute {
    struct slice name, value;
    bool has_value;
};

/* One attribute at s->at, which stands on no white space and not on '>'. */
static struct attribute next_attribute(struct scan *s)
{
    struct attribute found = {{s->at, 0}, {"", 0}, false};
    const char *at = s->at, *end = s->end;
    at++; /* also a '=' or a quote that stands where a name should */
    while (at < end && !is_space(*at) && *at != '=' && *at != '>' && *at != '/')
        at++;
    found.name.n = (size_t)(at - found.name.p);
    const char *after = at;
    while (at < end && is_space(*at))
        at++;
    if (at >= end || *at != '=') {
        s->at = after;
        return found;
    }
    at++;
    while (at < end && is_space(*at))
        at++;
    found.has_value = true;
    if (at < end && (*at == '"' || *at == '\'')) {
        const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
        found.value = (struct slice){at + 1, (size_t)((close ? close : end) - at - 1)};
        s->at = close ? close + 1 : end;
        return found;
    }
    const char *start = at;
    while (at < end && !is_space(*at) && *at != '>')
        at++;
    found.value = (struct slice){start, (size_t)(at - start)};
    s->at = at;
    return found;
}

static void put_attribute(struct scan *s, const struct attribute *given)
{
    /* A style too long to be kept whole could hide its end, so it counts as one that hides. */
    struct slice value = given->value;
    if (value.n > HTML_ATTRIBUTE_BYTES_MAX) {
        value.n = HTML_ATTRIBUTE_BYTES_MAX;
        while (value.n && ((unsigned char)value.p[value.n] & 0xC0) == 0x80)
            value.n--;
        if (slice_eq_nocase(given->name, SLICE("style")))
            value = SLICE("display:none");
    }
    *s->out++ = ' ';
    put(s, given->name.p, given->name.p + given->name.n);
    if (!given->has_value)
        return;
    char quote = memchr(value.p, '"', value.n) ? '\'' : '"';
    *s->out++ = '=';
    *s->out++ = quote;
    for (size_t i = 0; i < value.n; i++) /* an unquoted value may hold both quotes */
        *s->out++ = value.p[i] == quote ? ' ' : value.p[i];
    *s->out++ = quote;
}

/* s->at stands behind the tag's name. Copies the wanted attributes and the end of the tag. */
static bool scan_attributes(struct scan *s, struct slice name, bool *is_json_ld)
{
    bool is_link = slice_eq_nocase(name, SLICE("link"));
    size_t kept = 0;
    for (;;) {
        while (s->at < s->end && (is_space(*s->at) || *s->at == '/'))
            s->at++;
        if (s->at >= s->end)
            return false; /* a tag that never ends is none */
        if (*s->at == '>')
            break;
        struct attribute found = next_attribute(s);
        if (!wanted(found.name, is_link))
            continue;
        if (slice_eq_nocase(found.name, SLICE("type")))
            *is_json_ld = slice_find(found.value, SLICE("ld+json")) < found.value.n;
        if (kept++ < HTML_ATTRIBUTES_MAX)
            put_attribute(s, &found);
    }
    s->at++;
    *s->out++ = '>';
    return true;
}

/* s->at stands on "<" and a letter. */
static void scan_tag(struct scan *s)
{
    char *start = s->out;
    const char *at = s->at + 1;
    bool is_json_ld = false;
    while (at < s->end && !is_space(*at) && *at != '>' && *at != '/' && *at != '<')
        at++;
    struct slice name = {s->at + 1, (size_t)(at - s->at - 1)};
    put(s, s->at, at);
    s->at = at;
    if (!scan_attributes(s, name, &is_json_ld)) {
        s->out = start;
        return;
    }
    if (is_silent(name)) {
        s->out = start;
        return;
    }
    if (slice_eq_nocase(name, SLICE("pre")))
        s->in_pre = true;
    const struct raw *raw = find_raw(name);
    if (!raw)
        return;
    const char *close = find_nocase(s->at, s->end, raw->close.p, raw->close.n);
    struct html_scan *found = s->found;
    if (is_json_ld && found->json_ld_count < HTML_JSON_LD_MAX)
        found->json_ld[found->json_ld_count++] = (struct slice){s->at, (size_t)(close - s->at)};
    s->out = start;
    *s->out++ = ' '; /* words on both sides stay apart */
    const char *behind = memchr(close, '>', (size_t)(s->end - close));
    s->at = behind ? behind + 1 : s->end;
}

struct html_scan html_scan(struct arena *a, struct slice page)
{
    struct html_scan found = {.html = {"", 0}};
    /* A tag grows by three bytes an attribute at most (blank and quotes); `a=b` to ` a="b"` is the worst, 4 bytes to 6.
     */
    char *out = arena_alloc(a, page.n + page.n / 2 + 64);
    struct scan s = {page.p, page.p + page.n, out, &found, false};
    while (s.at < s.end) {
        const char *tag = memchr(s.at, '<', (size_t)(s.end - s.at));
        put_text(&s, tag ? tag : s.end);
        if (!tag)
            break;
        s.at = tag;
        char next = s.end - tag > 1 ? tag[1] : ' ';
        if (is_letter(next)) {
            scan_tag(&s);
        } else if (next == '!' || next == '?') {
            s.at = skip_declaration(tag + 2, s.end);
            if (next == '!' && tag + 2 < s.end && tag[2] != '-')
                *s.out++ = ' ';
        } else if (next == '/') {
            const char *close = memchr(tag, '>', (size_t)(s.end - tag));
            const char *to = close ? close + 1 : s.end;
            if (close && to - tag <= 64 && is_letter(tag[2])) /* a longer name is no tag's */
                put(&s, tag, to);
            if (to - tag >= 6 && strncasecmp(tag + 2, "pre>", 4) == 0)
                s.in_pre = false;
            s.at = to;
        } else { /* a lone "<" */
            put(&s, tag, tag + 1);
            s.at++;
        }
    }
    *s.out = '\0';
    found.html = (struct slice){out, (size_t)(s.out - out)};
    return found;
}
