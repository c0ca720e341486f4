#include "api/places.h"

#include "base/ascii.h"

static struct slice place_domain(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (ascii_is_upper(c))
            c = (char)(c + 'a' - 'A');
        bool good = ascii_is_lower(c) || ascii_is_digit(c) || c == '.' || c == '-' || (c & 0x80);
        if (!good)
            return SLICE("");
        out[i] = c;
    }
    struct slice host = {out, text.n};
    return slice_starts(host, SLICE("www.")) ? slice_sub(host, 4, host.n - 4) : host;
}

/* Appends "/" and the segment; escapes are written as net/url.h writes them. */
static size_t place_segment(struct slice segment, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0, escape = 0; /* hex digits that are left of an escape */
    out[n++] = '/';
    for (size_t i = 0; i < segment.n; i++) {
        unsigned char c = (unsigned char)segment.p[i];
        if (c <= ' ' || c >= 0x7f || char_in((char)c, "\"<>\\^`{|}")) {
            out[n++] = '%';
            out[n++] = hex[c >> 4];
            out[n++] = hex[c & 15];
            continue;
        }
        out[n++] = escape && c >= 'a' && c <= 'f' ? (char)(c - 'a' + 'A') : (char)c;
        escape = c == '%' ? 2 : escape ? escape - 1 : 0;
    }
    return n;
}

/* The path without dot segments, empty ones and a slash at its end. */
static struct slice place_path(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, 3 * text.n + 1);
    size_t n = 0;
    while (text.n) {
        size_t slash = slice_find(text, SLICE("/"));
        struct slice segment = slice_sub(text, 0, slash);
        size_t used = slash < text.n ? slash + 1 : slash;
        text = slice_sub(text, used, text.n - used);
        if (slice_is(segment, ".."))
            while (n && out[--n] != '/')
                ;
        else if (segment.n && !slice_is(segment, "."))
            n += place_segment(segment, out + n);
    }
    return (struct slice){out, n};
}

struct slice places_read(struct arena *a, struct slice text)
{
    text = slice_trim(text);
    size_t scheme = slice_find(text, SLICE("://"));
    if (scheme < text.n)
        text = slice_sub(text, scheme + 3, text.n - scheme - 3);
    if (slice_find(text, SLICE("?")) < text.n || slice_find(text, SLICE("#")) < text.n)
        return SLICE("");
    size_t slash = slice_find(text, SLICE("/"));
    struct slice host = slice_sub(text, 0, slash), path = slice_sub(text, slash, text.n - slash);
    host.n = slice_find(host, SLICE(":"));
    host = place_domain(a, host);
    if (host.n < 2)
        return SLICE("");
    path = place_path(a, path);
    return path.n ? arena_printf(a, "%.*s%.*s", SLICE_ARGS(host), SLICE_ARGS(path)) : host;
}
