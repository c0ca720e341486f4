#include "pages/markup.h"
#include "base/ascii.h"

/* Where the name that begins at `at` ends. The standard lets it go on over '<'; a tag that lacks its '>' is likelier.
 */
static const char *markup_name_end(const char *at, const char *end)
{
    while (at < end && !ascii_is_html_space(*at) && *at != '>' && *at != '/' && *at != '<')
        at++;
    return at;
}

static const char *markup_behind(const char *at, const char *end, char c)
{
    const char *found = memchr(at, c, (size_t)(end - at));
    return found ? found + 1 : end;
}

/* at is behind "<!--". Returns the place behind the comment; one that is not closed reaches to the end. */
static const char *markup_comment_end(const char *at, const char *end)
{
    if (at < end && *at == '>')
        return at + 1; /* "<!-->" and "<!--->" are whole comments */
    if (end - at >= 2 && at[0] == '-' && at[1] == '>')
        return at + 2;
    while ((at = memchr(at, '-', (size_t)(end - at))) != NULL) {
        size_t n = (size_t)(end - at);
        if (n >= 3 && at[1] == '-' && at[2] == '>')
            return at + 3;
        if (n >= 4 && at[1] == '-' && at[2] == '!' && at[3] == '>')
            return at + 4;
        at++;
    }
    return end;
}

/* What begins with the '<' at `at`. Sets all but the whole of a tag's attributes; returns where reading goes on. */
static const char *markup_read(const char *at, const char *end, struct markup_token *t)
{
    char next = end - at > 1 ? at[1] : ' ';
    *t = (struct markup_token){.name = {at, 0}};
    if (markup_is_letter(next)) {
        const char *to = markup_name_end(at + 1, end);
        t->kind = MARKUP_START;
        t->name = (struct slice){at + 1, (size_t)(to - at - 1)};
        return to;
    }
    if (next == '!') {
        bool dash = end - at >= 3 && at[2] == '-', comment = dash && end - at >= 4 && at[3] == '-';
        t->kind = dash ? MARKUP_COMMENT : MARKUP_DECLARATION;
        return comment ? markup_comment_end(at + 4, end) : markup_behind(at + 2, end, '>');
    }
    if (next == '/' && end - at > 2 && markup_is_letter(at[2])) {
        t->kind = MARKUP_END;
        t->name = (struct slice){at + 2, (size_t)(markup_name_end(at + 2, end) - at - 2)};
        return markup_behind(at + 2, end, '>');
    }
    t->kind = next == '/' || next == '?' ? MARKUP_COMMENT : MARKUP_TEXT;
    return t->kind == MARKUP_TEXT ? at + 1 : markup_behind(at + 2, end, '>');
}

bool markup_next(struct markup *m, struct markup_token *t)
{
    struct markup_attribute unread;
    while (m->in_tag)
        (void)markup_attribute(m, &unread);
    if (m->at == m->end)
        return false;
    const char *start = m->at, *tag = memchr(start, '<', (size_t)(m->end - start));
    if (tag != start) {
        m->at = tag ? tag : m->end;
        *t = (struct markup_token){.kind = MARKUP_TEXT, .name = {start, 0}};
    } else {
        m->at = markup_read(start, m->end, t);
        m->in_tag = t->kind == MARKUP_START;
        m->cut = false;
    }
    t->whole = (struct slice){start, (size_t)(m->at - start)};
    return true;
}

/* m->at is behind '=' and white space. */
static struct slice markup_value(struct markup *m)
{
    const char *at = m->at, *end = m->end;
    if (at < end && (*at == '"' || *at == '\'')) {
        const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
        m->at = close ? close + 1 : end;
        return (struct slice){at + 1, (size_t)((close ? close : end) - at - 1)};
    }
    while (at < end && !ascii_is_html_space(*at) && *at != '>')
        at++;
    struct slice value = {m->at, (size_t)(at - m->at)};
    m->at = at;
    return value;
}

bool markup_attribute(struct markup *m, struct markup_attribute *out)
{
    const char *at = m->at, *end = m->end;
    if (!m->in_tag)
        return false;
    while (at < end && (ascii_is_html_space(*at) || *at == '/'))
        at++;
    if (at == end || *at == '>') {
        m->in_tag = false;
        m->cut = at == end;
        m->at = at + !m->cut;
        return false;
    }
    const char *name = at++; /* also a '=' or a quote that stands where a name should */
    while (at < end && !ascii_is_html_space(*at) && *at != '=' && *at != '>' && *at != '/')
        at++;
    *out = (struct markup_attribute){{name, (size_t)(at - name)}, {"", 0}, false};
    m->at = at;
    while (at < end && ascii_is_html_space(*at))
        at++;
    if (at == end || *at != '=')
        return true;
    at++;
    while (at < end && ascii_is_html_space(*at))
        at++;
    m->at = at;
    out->has_value = true;
    out->value = markup_value(m);
    return true;
}

size_t markup_find_end(struct slice text, struct slice name)
{
    const char *at = text.p, *end = text.p + text.n;
    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        if ((size_t)(end - at) >= name.n + 2 && at[1] == '/' && slice_eq_nocase((struct slice){at + 2, name.n}, name))
            return (size_t)(at - text.p);
        at++;
    }
    return text.n;
}

struct slice markup_raw(struct markup *m, struct slice name)
{
    struct slice left = {m->at, (size_t)(m->end - m->at)};
    left.n = markup_find_end(left, name);
    m->at += left.n;
    return left;
}

bool markup_is_raw(struct slice name)
{
    static const struct slice raw[] = {{"script", 6}, {"style", 5},  {"textarea", 8}, {"title", 5},
                                       {"xmp", 3},    {"iframe", 6}, {"noembed", 7},  {"noframes", 8}};
    for (size_t i = 0; i < COUNT_OF(raw); i++)
        if (slice_eq_nocase(name, raw[i]))
            return true;
    return false;
}

size_t markup_tags_end(struct slice text)
{
    const char *last = text.n ? memrchr(text.p, '>', text.n) : NULL;
    return last ? (size_t)(last - text.p) + 1 : 0;
}

bool markup_tag(struct slice text, struct markup_mark *out)
{
    if (text.n < 3 || text.p[0] != '<')
        return false;
    bool end = text.p[1] == '/', declaration = text.p[1] == '!';
    size_t name = end ? 2 : 1;
    if (!declaration && !markup_is_letter(text.p[name]))
        return false;
    const char *close = memchr(text.p, '>', text.n);
    if (!close)
        return false;
    *out = (struct markup_mark){{text.p + name, 0}, (size_t)(close - text.p) + 1, end};
    if (!declaration)
        out->name.n = (size_t)(markup_name_end(text.p + name, close) - text.p) - name;
    return true;
}
