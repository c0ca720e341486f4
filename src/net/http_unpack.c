/* http_unpack.c - a body that is packed with gzip though its headers do not say so. See http_inner.h. */
#include <zlib.h>

#include "net/http_inner.h"

enum { GZIP_WINDOW = 15 + 16, PIECE = 16 * 1024 };

/* Types of text: what is packed under them was never meant to arrive so. */
static bool unpack_is_text(struct slice type)
{
    static const char *const kinds[] = {
        "text/",           "application/xhtml", "application/xml", "application/json", "application/ld+json",
        "application/rss", "application/atom"};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (slice_starts(type, slice_of(kinds[i])))
            return true;
    return type.n == 0;
}

bool http_unpack(struct buf *body, struct slice type)
{
    struct buf out;
    char piece[PIECE];
    z_stream z = {0};
    if (!slice_starts(buf_slice(body), SLICE("\x1F\x8B\x08")) || !unpack_is_text(type) ||
        inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return true;
    buf_init(&out, body->max_bytes);
    z.next_in = (Bytef *)body->p;
    z.avail_in = (uInt)body->n;
    int state = Z_OK;
    while (state == Z_OK && !out.over) {
        z.next_out = (Bytef *)piece;
        z.avail_out = sizeof piece;
        state = inflate(&z, Z_NO_FLUSH);
        /* Of a body that is damaged or breaks off, what came is kept. */
        buf_add(&out, (struct slice){piece, sizeof piece - z.avail_out});
    }
    inflateEnd(&z);
    bool fits = !out.over;
    if (fits && out.n) {
        buf_release(body);
        *body = out;
    } else {
        buf_release(&out);
    }
    return fits;
}
