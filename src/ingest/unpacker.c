/* unpacker.c - see unpacker.h for the contract.
 *
 * There is one buffer for packed bytes and one for unpacked bytes; a file that is not packed uses the first alone. The
 * formats bound the memory of zlib and libbz2 (some 40 KB and 4 MB), ZSTD_WINDOW_LOG that of zstd. */
#include "ingest/unpacker.h"

#include <brotli/decode.h>
#include <bzlib.h>
#include <errno.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { BUFFER_BYTES = 64 * 1024, GZIP_WINDOW = 15 + 16, ZSTD_WINDOW_LOG = 27 };

enum packing { UNKNOWN, PLAIN, GZIP, BZIP2, ZSTD };

struct unpacker {
    int fd;
    const atomic_bool *stop; /* or NULL */
    int failed;              /* errno */
    enum packing packing;
    bool open; /* a member is being unpacked */
    bool file_ended;
    const char *damage;
    uint64_t file_offset; /* of the end of `in` */
    uint64_t member;
    size_t in_at, in_n, out_at, out_n;
    z_stream z;
    bz_stream bz;
    ZSTD_DCtx *zstd; /* NULL until a file needs it */
    char in[BUFFER_BYTES], out[BUFFER_BYTES];
};

struct unpacker *unpacker_new(int fd, const atomic_bool *stop)
{
    struct unpacker *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->fd = fd;
    s->stop = stop;
    return s;
}

static void close_member(struct unpacker *s)
{
    if (s->open && s->packing == GZIP)
        inflateEnd(&s->z);
    else if (s->open && s->packing == BZIP2)
        BZ2_bzDecompressEnd(&s->bz);
    s->open = false;
}

void unpacker_free(struct unpacker *s)
{
    if (!s)
        return;
    close_member(s);
    ZSTD_freeDCtx(s->zstd);
    free(s);
}

/* Reads more when fewer than `least` bytes wait. */
static void unpacker_fill(struct unpacker *s, size_t least)
{
    while (!s->file_ended && s->in_n - s->in_at < least) {
        memmove(s->in, s->in + s->in_at, s->in_n - s->in_at);
        s->in_n -= s->in_at;
        s->in_at = 0;
        ssize_t got = read(s->fd, s->in + s->in_n, BUFFER_BYTES - s->in_n);
        if (got < 0 && errno == EINTR && !(s->stop && atomic_load(s->stop)))
            continue;
        s->file_ended = got <= 0;
        s->failed = got < 0 ? errno : 0;
        if (got > 0) {
            s->in_n += (size_t)got;
            s->file_offset += (uint64_t)got;
        }
    }
}

static bool is_gzip(const char *p)
{
    return (unsigned char)p[0] == 0x1F && (unsigned char)p[1] == 0x8B && p[2] == 8;
}

static void unpacker_look(struct unpacker *s)
{
    unpacker_fill(s, 4);
    size_t n = s->in_n - s->in_at;
    const char *p = s->in + s->in_at;
    s->packing = n >= 3 && is_gzip(p)                              ? GZIP
                 : n >= 4 && memcmp(p, "BZh", 3) == 0              ? BZIP2
                 : n >= 4 && memcmp(p, "\x28\xB5\x2F\xFD", 4) == 0 ? ZSTD
                                                                   : PLAIN;
}

uint64_t unpacker_offset(const struct unpacker *s)
{
    return s->file_offset - (s->in_n - s->in_at);
}

/* Ready for a frame. */
static void unpacker_reset_zstd(ZSTD_DCtx **zstd)
{
    if (!*zstd && !(*zstd = ZSTD_createDCtx()))
        abort();
    ZSTD_DCtx_reset(*zstd, ZSTD_reset_session_only);
    ZSTD_DCtx_setParameter(*zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
}

/* Begins the next member; false at the end of the file, and with damage when something else follows. */
static bool open_member(struct unpacker *s)
{
    unpacker_fill(s, 4);
    size_t n = s->in_n - s->in_at;
    s->member = unpacker_offset(s);
    if (n == 0)
        return false;
    if (s->packing == GZIP) {
        if (n < 3 || !is_gzip(s->in + s->in_at)) {
            s->damage = "there are bytes that are not gzip between its members";
            return false;
        }
        memset(&s->z, 0, sizeof s->z);
        if (inflateInit2(&s->z, GZIP_WINDOW) != Z_OK)
            abort();
    } else if (s->packing == ZSTD) {
        unpacker_reset_zstd(&s->zstd);
    } else {
        memset(&s->bz, 0, sizeof s->bz);
        if (BZ2_bzDecompressInit(&s->bz, 0, 0) != BZ_OK)
            abort();
    }
    return s->open = true;
}

static void inflate_piece(struct unpacker *s)
{
    char *from = s->in + s->in_at;
    size_t n = s->in_n - s->in_at;
    if (s->packing == GZIP) {
        s->z.next_in = (Bytef *)from, s->z.avail_in = (uInt)n;
        s->z.next_out = (Bytef *)s->out, s->z.avail_out = BUFFER_BYTES;
        int status = inflate(&s->z, Z_NO_FLUSH);
        s->in_at += n - s->z.avail_in;
        s->out_n = BUFFER_BYTES - s->z.avail_out;
        if (status == Z_STREAM_END)
            close_member(s);
        else if (status != Z_OK && status != Z_BUF_ERROR)
            s->damage = "its gzip data is damaged";
    } else if (s->packing == ZSTD) {
        ZSTD_inBuffer in = {from, n, 0};
        ZSTD_outBuffer out = {s->out, BUFFER_BYTES, 0};
        size_t status = ZSTD_decompressStream(s->zstd, &out, &in);
        s->in_at += in.pos;
        s->out_n = out.pos;
        if (ZSTD_isError(status))
            s->damage = "its zstd data is damaged";
        else if (status == 0)
            close_member(s);
    } else {
        s->bz.next_in = from, s->bz.avail_in = (unsigned)n;
        s->bz.next_out = s->out, s->bz.avail_out = BUFFER_BYTES;
        int status = BZ2_bzDecompress(&s->bz);
        s->in_at += n - s->bz.avail_in;
        s->out_n = BUFFER_BYTES - s->bz.avail_out;
        if (status == BZ_STREAM_END)
            close_member(s);
        else if (status != BZ_OK)
            s->damage = "its bzip2 data is damaged";
    }
}

/* Makes plain bytes wait in out; false at the end and after damage. */
static bool unpacker_ready(struct unpacker *s)
{
    if (s->packing == UNKNOWN)
        unpacker_look(s);
    while (s->out_at == s->out_n) {
        if (s->damage || (!s->open && !open_member(s)))
            return false;
        unpacker_fill(s, 1);
        size_t before = s->in_n - s->in_at;
        s->out_at = s->out_n = 0;
        inflate_piece(s);
        if (s->damage)
            close_member(s);
        else if (before == 0 && s->open && s->out_n == 0) {
            s->damage = "it ends in the middle of packed data";
            close_member(s);
        }
    }
    return true;
}

/* The bytes that can be had without waiting for more. */
static struct slice unpacker_waiting(struct unpacker *s)
{
    if (s->packing == UNKNOWN)
        unpacker_look(s);
    if (s->packing == PLAIN) {
        unpacker_fill(s, 1);
        return (struct slice){s->in + s->in_at, s->in_n - s->in_at};
    }
    if (!unpacker_ready(s))
        return (struct slice){"", 0};
    return (struct slice){s->out + s->out_at, s->out_n - s->out_at};
}

static void unpacker_use(struct unpacker *s, size_t n)
{
    *(s->packing == PLAIN ? &s->in_at : &s->out_at) += n;
}

size_t unpacker_read(struct unpacker *s, char *out, size_t n)
{
    size_t got = 0;
    while (got < n) {
        struct slice w = unpacker_waiting(s);
        if (w.n == 0)
            break;
        size_t taken = w.n < n - got ? w.n : n - got;
        memcpy(out + got, w.p, taken);
        unpacker_use(s, taken);
        got += taken;
    }
    return got;
}

bool unpacker_line(struct unpacker *s, struct buf *line)
{
    bool any = false;
    buf_reset(line);
    for (;;) {
        struct slice w = unpacker_waiting(s);
        if (w.n == 0)
            return any;
        any = true;
        const char *end = memchr(w.p, '\n', w.n);
        size_t n = end ? (size_t)(end - w.p) : w.n;
        if (!line->over)
            buf_add(line, slice_sub(w, 0, n));
        unpacker_use(s, n + (end != NULL));
        if (end)
            return true;
    }
}

bool unpacker_skip(struct unpacker *s, uint64_t n)
{
    while (n > 0) {
        struct slice w = unpacker_waiting(s);
        if (w.n == 0)
            return false;
        size_t taken = w.n < n ? w.n : (size_t)n;
        unpacker_use(s, taken);
        n -= taken;
    }
    return true;
}

const char *unpacker_damage(const struct unpacker *s)
{
    return s->damage;
}

int unpacker_errno(const struct unpacker *s)
{
    return s->failed;
}

bool unpacker_next_member(struct unpacker *s)
{
    close_member(s);
    s->out_at = s->out_n = 0;
    if (!s->damage)
        return false;
    s->damage = NULL;
    if (s->packing != GZIP) { /* a bzip2 block begins at any bit, and zstd is alike: what follows is given up, and the
                                 damage told once */
        s->in_at = s->in_n;
        s->file_ended = true;
        return false;
    }
    /* The damaged member's own head was used up when it was opened and read, or is not gzip at all. */
    for (;;) {
        unpacker_fill(s, 4);
        if (s->in_n - s->in_at < 4)
            return false;
        if (is_gzip(s->in + s->in_at) && ((unsigned char)s->in[s->in_at + 3] & 0xE0) == 0)
            return true;
        s->in_at++;
    }
}

bool unpacker_packed(const struct unpacker *s)
{
    return s->packing > PLAIN;
}

uint64_t unpacker_member(const struct unpacker *s)
{
    return s->packing == PLAIN ? unpacker_offset(s) : s->member;
}

bool unpacker_at_member_start(struct unpacker *s)
{
    if (s->packing == UNKNOWN)
        unpacker_look(s);
    if (s->packing == PLAIN)
        return true;
    if (s->out_at < s->out_n || s->damage)
        return false;
    if (!s->open)
        s->member = unpacker_offset(s);
    return !s->open;
}

bool unpacker_seek(struct unpacker *s, uint64_t offset)
{
    close_member(s);
    if (lseek(s->fd, (off_t)offset, SEEK_SET) < 0)
        return false;
    s->in_at = s->in_n = s->out_at = s->out_n = 0;
    s->file_ended = false;
    s->damage = NULL;
    s->file_offset = offset;
    s->member = offset;
    return true;
}

/* --- whole pieces ----------------------------------------------------------------------------------------------- */

static bool unpack_as(struct slice packed, int window, struct buf *out)
{
    z_stream z = {0};
    char piece[BUFFER_BYTES / 4];
    int status = Z_OK;
    if (inflateInit2(&z, window) != Z_OK)
        abort();
    z.next_in = (Bytef *)(uintptr_t)packed.p;
    z.avail_in = (uInt)packed.n;
    while (status == Z_OK && !out->over) {
        z.next_out = (Bytef *)piece;
        z.avail_out = sizeof piece;
        status = inflate(&z, Z_NO_FLUSH);
        buf_add(out, (struct slice){piece, sizeof piece - z.avail_out});
    }
    inflateEnd(&z);
    return status == Z_STREAM_END && !out->over;
}

static bool unpack_brotli(struct slice packed, struct buf *out)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    uint8_t piece[BUFFER_BYTES / 4];
    const uint8_t *in = (const uint8_t *)packed.p;
    size_t left = packed.n;
    BrotliDecoderResult status = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    if (!state)
        abort();
    while (status == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT && !out->over) {
        uint8_t *to = piece;
        size_t room = sizeof piece;
        status = BrotliDecoderDecompressStream(state, &left, &in, &room, &to, NULL);
        buf_add(out, (struct slice){(const char *)piece, sizeof piece - room});
    }
    BrotliDecoderDestroyInstance(state);
    return status == BROTLI_DECODER_RESULT_SUCCESS && !out->over;
}

static bool unpack_zstd(struct slice packed, struct buf *out)
{
    ZSTD_DCtx *zstd = NULL;
    ZSTD_inBuffer in = {packed.p, packed.n, 0};
    char piece[BUFFER_BYTES / 4];
    size_t status = 1, made = 1;
    unpacker_reset_zstd(&zstd);
    while (!ZSTD_isError(status) && !out->over && (in.pos < in.size || (made == sizeof piece && status != 0))) {
        ZSTD_outBuffer to = {piece, sizeof piece, 0};
        status = ZSTD_decompressStream(zstd, &to, &in);
        made = to.pos;
        buf_add(out, (struct slice){piece, to.pos});
    }
    ZSTD_freeDCtx(zstd);
    return status == 0 && !out->over;
}

bool unpacker_whole(struct slice packed, enum unpack_kind kind, struct buf *out)
{
    buf_reset(out);
    if (kind == UNPACK_BROTLI || kind == UNPACK_ZSTD)
        return kind == UNPACK_ZSTD ? unpack_zstd(packed, out) : unpack_brotli(packed, out);
    if (packed.n > UINT32_MAX)
        return false;
    if (unpack_as(packed, kind == UNPACK_GZIP ? GZIP_WINDOW : 15, out))
        return true;
    if (kind == UNPACK_GZIP || out->over || out->n > 0)
        return false;
    return unpack_as(packed, -15, out);
}
