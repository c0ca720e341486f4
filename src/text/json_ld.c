/* json_ld.c - a scanner that looks for a handful of members in JSON-LD, without building the values.
 *
 * It keeps the names of the members it is inside of, and that is all the structure it needs: "author" / "name" is the
 * author wherever it stands. A strict JSON parser would refuse a good part of what sites publish (line breaks inside of
 * strings, commas too many), so this one goes on after anything that is not a string or a bracket. */
#include "text/json_ld.h"

#include "base/utf8.h"

enum { NAME_BYTES = 24 };

struct scanner {
    struct arena *arena;
    struct slice text;
    size_t at;
    struct json_ld *out;
    char names[JSON_LD_DEPTH_MAX][NAME_BYTES]; /* member that each open bracket is the value of */
    size_t depth;
};

enum { NO_HEX = 0x10000 };

static unsigned hex4(const char *at)
{
    unsigned code = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = at[i];
        unsigned d = 16;
        if (c >= '0' && c <= '9')
            d = (unsigned)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            d = (unsigned)((c | 32) - 'a') + 10;
        if (d > 15)
            return NO_HEX;
        code = code * 16 + d;
    }
    return code;
}

/* One escape at raw (behind the backslash); returns the bytes taken. */
static size_t unescape(struct slice raw, char *out, size_t *n)
{
    if (raw.n == 0)
        return 0;
    char c = raw.p[0];
    if (c != 'u' || raw.n < 5) {
        out[(*n)++] = c == 'n' ? '\n' : c == 't' || c == 'r' || c == 'b' || c == 'f' ? ' ' : c;
        return 1;
    }
    uint32_t code = hex4(raw.p + 1);
    size_t taken = 5;
    if (code == NO_HEX) { /* what follows may be a character of several bytes: it stays */
        out[(*n)++] = c;
        return 1;
    }
    if (code >= 0xD800 && code < 0xDC00 && raw.n >= 11 && raw.p[5] == '\\' && raw.p[6] == 'u') {
        uint32_t low = hex4(raw.p + 7);
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            taken = 11;
        }
    }
    if (code == 0 || (code >= 0xD800 && code < 0xE000))
        code = 0xFFFD;
    *n += utf8_put(out + *n, code);
    return taken;
}

static struct slice decode(struct arena *a, struct slice raw)
{
    char *out = arena_alloc(a, raw.n + 4); /* an escape is never shorter than its character */
    size_t n = 0;
    for (size_t i = 0; i < raw.n;) {
        if (raw.p[i] == '\\')
            i += 1 + unescape(slice_sub(raw, i + 1, raw.n - i - 1), out, &n);
        else
            out[n++] = raw.p[i++];
    }
    return slice_trim((struct slice){out, n});
}

/* The string whose opening quote is at s->at, without its quotes; s->at is then behind it. */
static struct slice take_string(struct scanner *s)
{
    size_t start = ++s->at;
    while (s->at < s->text.n && s->text.p[s->at] != '"')
        s->at += s->text.p[s->at] == '\\' ? 2 : 1;
    size_t end = s->at < s->text.n ? s->at : s->text.n;
    s->at = end + (end < s->text.n);
    return slice_sub(s->text, start, end - start);
}

static bool is_in(const struct scanner *s, const char *name)
{
    return s->depth > 0 && strcmp(s->names[s->depth - 1], name) == 0;
}

static void see(struct scanner *s, struct slice name, struct slice raw)
{
    struct json_ld *out = s->out;
    /* What a list, a comment or a person says is about another thing than the page. */
    static const char *const others[] = {"itemListElement", "comment",  "review",   "image",
                                         "video",           "isPartOf", "mentions", "about"};
    for (size_t d = 0; d < s->depth; d++)
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            if (strcmp(s->names[d], others[i]) == 0)
                return;
    bool in_author = is_in(s, "author") || is_in(s, "creator");
    struct slice *where = NULL;
    if (slice_is(name, "name"))
        where = in_author ? &out->author : is_in(s, "publisher") ? &out->publisher : NULL;
    else if (in_author || is_in(s, "publisher"))
        return;
    else if (slice_is(name, "headline"))
        where = &out->headline;
    else if (slice_is(name, "articleBody")) {
        if (raw.n > out->body.n)
            out->body = decode(s->arena, raw);
        return;
    } else if (slice_is(name, "datePublished"))
        where = &out->published;
    else if (slice_is(name, "dateModified"))
        where = &out->modified;
    else if (slice_is(name, "author"))
        where = &out->author;
    else if (slice_is(name, "inLanguage"))
        where = &out->lang;
    if (where && where->n == 0 && raw.n <= 2000)
        *where = decode(s->arena, raw);
}

static void open_bracket(struct scanner *s, struct slice name)
{
    if (s->depth >= JSON_LD_DEPTH_MAX) {
        s->at = s->text.n; /* nothing that deep describes a page */
        return;
    }
    char *out = s->names[s->depth++];
    size_t n = name.n < NAME_BYTES - 1 ? name.n : NAME_BYTES - 1;
    memcpy(out, name.p, n);
    out[n] = '\0';
}

void json_ld_read(struct arena *a, struct slice text, struct json_ld *out)
{
    struct scanner *s = arena_alloc(a, sizeof *s);
    struct slice name = {"", 0}; /* of the member whose value comes next */
    *s = (struct scanner){
        .arena = a, .text = text.n > JSON_LD_BYTES_MAX ? slice_sub(text, 0, JSON_LD_BYTES_MAX) : text, .out = out};
    while (s->at < s->text.n) {
        char c = s->text.p[s->at];
        if (c == '"') {
            struct slice string = take_string(s);
            size_t next = s->at;
            while (next < s->text.n && (unsigned char)s->text.p[next] <= ' ')
                next++;
            if (next < s->text.n && s->text.p[next] == ':') {
                name = string;
                s->at = next + 1;
            } else {
                /* An element of a list belongs to the member that the list is the value of. */
                if (name.n == 0 && s->depth > 0) {
                    s->depth--;
                    see(s, slice_of(s->names[s->depth]), string);
                    s->depth++;
                } else {
                    see(s, name, string);
                }
                name.n = 0;
            }
            continue;
        }
        if (c == '{' || c == '[') {
            /* An object in a list is what the list is. */
            if (name.n == 0 && s->depth > 0)
                name = slice_of(s->names[s->depth - 1]);
            open_bracket(s, name);
            name.n = 0;
        } else if ((c == '}' || c == ']') && s->depth > 0) {
            s->depth--;
            name.n = 0;
        } else if (c == ',') {
            name.n = 0;
        }
        s->at++;
    }
}
