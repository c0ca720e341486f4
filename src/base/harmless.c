/* harmless.c - see harmless.h. */
#include "base/harmless.h"

#include "base/ascii.h"
#include "base/utf8.h"

/* Bytes of the harmless start of text. */
static size_t harmless_start(struct slice text)
{
    size_t at = 0, n;
    uint32_t c;
    while (at < text.n) {
        unsigned char byte = (unsigned char)text.p[at];
        n = byte < 0x80 ? 1 : utf8_next(slice_sub(text, at, text.n - at), &c);
        if (n == 0 || !utf8_harmless(byte < 0x80 ? byte : c)) /* a byte that is no UTF-8 is not harmless */
            break;
        at += n;
    }
    return at;
}

struct slice harmless_text(struct arena *a, struct slice text)
{
    size_t start = harmless_start(text);
    if (start == text.n)
        return text;
    char *out = arena_alloc(a, text.n + 1);
    size_t n = start;
    memcpy(out, text.p, start);
    for (size_t at = start; at < text.n;) {
        uint32_t c = 0x7F;
        struct slice rest = slice_sub(text, at, text.n - at);
        size_t bytes = utf8_next(rest, &c);
        at += bytes ? bytes : 1;
        if (utf8_harmless(c)) {
            memcpy(out + n, rest.p, bytes);
            n += bytes;
        } else if (c == '\r') {
            if (at == text.n || text.p[at] != '\n')
                out[n++] = '\n';
        } else if (c < 0xA0) {
            out[n++] = ' ';
        }
    }
    out[n] = '\0';
    return (struct slice){out, n};
}

bool harmless_link(struct slice url)
{
    static const char *const schemes[] = {"http", "https", "ftp", "file", "urn", "doi"};
    size_t n = 0;
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7F)
            return false;
    if (harmless_start(url) < url.n)
        return false;
    while (n < url.n && !strchr(":/?#", url.p[n]))
        n++;
    if (n == url.n || url.p[n] != ':')
        return true;
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        if (slice_eq_nocase(slice_sub(url, 0, n), slice_of(schemes[i])))
            return true;
    return false;
}
