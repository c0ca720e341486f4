#include "http/unpack.h"

#include <stdlib.h>
#include <zlib.h>

enum { STEP_BYTES = 16 * 1024, GZIP_ONLY = 16 };

struct unpack {
    z_stream stream;
    size_t packed_bytes;
    bool whole; /* a member has just ended */
};

bool unpack_knows(struct slice coding)
{
    return slice_eq_nocase(coding, SLICE("gzip")) || slice_eq_nocase(coding, SLICE("x-gzip"));
}

static bool unpack_new(struct unpack **u, struct err *e)
{
    *u = calloc(1, sizeof **u);
    if (*u && inflateInit2(&(*u)->stream, GZIP_ONLY + MAX_WBITS) == Z_OK)
        return true;
    free(*u);
    *u = NULL;
    return err_set(e, ERR_NO_MEMORY, NULL);
}

static bool unpack_is_too_large(const struct buf *out, struct err *e)
{
    return err_set(e, ERR_TOO_LARGE, "The request body has more than the %zu bytes that are read, once it is unpacked.",
                   out->max_bytes);
}

/* One call of zlib. */
static bool unpack_step(struct unpack *u, struct buf *out, struct err *e)
{
    unsigned char room[STEP_BYTES];
    z_stream *z = &u->stream;
    if (u->whole) { /* another member */
        inflateReset(z);
        u->whole = false;
    }
    z->next_out = room;
    z->avail_out = sizeof room;
    int got = inflate(z, Z_NO_FLUSH);
    if (got == Z_MEM_ERROR)
        return err_set(e, ERR_NO_MEMORY, NULL);
    if (got != Z_OK && got != Z_STREAM_END && got != Z_BUF_ERROR)
        return err_set(e, ERR_BAD_REQUEST, "The body is no gzip, as its header Content-Encoding says.");
    u->whole = got == Z_STREAM_END;
    if (!buf_add(out, (struct slice){(const char *)room, sizeof room - z->avail_out}))
        return unpack_is_too_large(out, e);
    return true;
}

bool unpack_add(struct unpack **u, struct slice piece, struct buf *out, struct err *e)
{
    if (!*u && !unpack_new(u, e))
        return false;
    z_stream *z = &(*u)->stream;
    (*u)->packed_bytes += piece.n;
    if ((*u)->packed_bytes > out->max_bytes)
        return unpack_is_too_large(out, e);
    z->next_in = (Bytef *)(uintptr_t)piece.p; /* zlib only reads it */
    z->avail_in = (uInt)piece.n;
    do {
        if (!unpack_step(*u, out, e))
            return false;
    } while (z->avail_in > 0 || (z->avail_out == 0 && !(*u)->whole));
    return true;
}

bool unpack_end(const struct unpack *u, struct err *e)
{
    return !u || u->whole || err_set(e, ERR_BAD_REQUEST, "The body ends before its gzip does.");
}

void unpack_free(struct unpack *u)
{
    if (u)
        inflateEnd(&u->stream);
    free(u);
}
