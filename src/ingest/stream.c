/* stream.c - see stream.h.
 *
 * One input buffer for the packed bytes and one output buffer for the plain ones; when nothing is packed the input
 * is given out as it is. zlib and libbz2 work on memory that is bounded by the format (some 40 KB and 4 MB). */
#include "ingest/stream.h"

#include <bzlib.h>
#include <errno.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER_BYTES = 64 * 1024, GZIP_WINDOW = 15 + 16 };

enum packing { UNKNOWN, PLAIN, GZIP, BZIP2 };

struct stream {
    int fd;
    int failed; /* errno */
    enum packing packing;
    bool open;             /* a member is being unpacked */
    bool file_ended;
    const char *damage;
    uint64_t file_offset;  /* of the end of `in` */
    uint64_t member, unpacked;
    size_t in_at, in_n, out_at, out_n;
    z_stream z;
    bz_stream bz;
    char in[BUFFER_BYTES], out[BUFFER_BYTES];
};

struct stream *stream_new(int fd)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->fd = fd;
    return s;
}

static void close_member(struct stream *s)
{
    if (s->open && s->packing == GZIP)
        inflateEnd(&s->z);
    else if (s->open && s->packing == BZIP2)
        BZ2_bzDecompressEnd(&s->bz);
    s->open = false;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    close_member(s);
    free(s);
}

/* Reads more when fewer than `least` bytes wait. */
static void fill(struct stream *s, size_t least)
{
    while (!s->file_ended && s->in_n - s->in_at < least) {
        memmove(s->in, s->in + s->in_at, s->in_n - s->in_at);
        s->in_n -= s->in_at;
        s->in_at = 0;
        ssize_t got = read(s->fd, s->in + s->in_n, BUFFER_BYTES - s->in_n);
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

static void look(struct stream *s)
{
    fill(s, 4);
    size_t n = s->in_n - s->in_at;
    const char *p = s->in + s->in_at;
    s->packing = n >= 3 && is_gzip(p) ? GZIP : n >= 4 && memcmp(p, "BZh", 3) == 0 ? BZIP2 : PLAIN;
}

uint64_t stream_offset(const struct stream *s)
{
    return s->file_offset - (s->in_n - s->in_at);
}

/* Begins the next member; false at the end of the file, and with damage when something else follows. */
static bool open_member(struct stream *s)
{
    fill(s, 4);
    size_t n = s->in_n - s->in_at;
    s->member = stream_offset(s);
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
    } else {
        memset(&s->bz, 0, sizeof s->bz);
        if (BZ2_bzDecompressInit(&s->bz, 0, 0) != BZ_OK)
            abort();
    }
    return s->open = true;
}

static void inflate_piece(struct stream *s)
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
static bool ready(struct stream *s)
{
    if (s->packing == UNKNOWN)
        look(s);
    while (s->out_at == s->out_n) {
        if (s->damage || (!s->open && !open_member(s)))
            return false;
        fill(s, 1);
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
static struct slice waiting(struct stream *s)
{
    if (s->packing == UNKNOWN)
        look(s);
    if (s->packing == PLAIN) {
        fill(s, 1);
        return (struct slice){s->in + s->in_at, s->in_n - s->in_at};
    }
    if (!ready(s))
        return (struct slice){"", 0};
    return (struct slice){s->out + s->out_at, s->out_n - s->out_at};
}

static void use(struct stream *s, size_t n)
{
    *(s->packing == PLAIN ? &s->in_at : &s->out_at) += n;
    s->unpacked += n;
}

size_t stream_read(struct stream *s, char *out, size_t n)
{
    size_t got = 0;
    while (got < n) {
        struct slice w = waiting(s);
        if (w.n == 0)
            break;
        size_t part = w.n < n - got ? w.n : n - got;
        memcpy(out + got, w.p, part);
        use(s, part);
        got += part;
    }
    return got;
}

bool stream_line(struct stream *s, struct buf *line)
{
    bool any = false;
    buf_reset(line);
    for (;;) {
        struct slice w = waiting(s);
        if (w.n == 0)
            return any;
        any = true;
        const char *end = memchr(w.p, '\n', w.n);
        size_t n = end ? (size_t)(end - w.p) : w.n;
        if (!line->over)
            buf_add(line, slice_sub(w, 0, n));
        use(s, n + (end != NULL));
        if (end)
            return true;
    }
}

bool stream_skip(struct stream *s, uint64_t n)
{
    while (n > 0) {
        struct slice w = waiting(s);
        if (w.n == 0)
            return false;
        size_t part = w.n < n ? w.n : (size_t)n;
        use(s, part);
        n -= part;
    }
    return true;
}

const char *stream_damage(const struct stream *s)
{
    return s->damage;
}

int stream_errno(const struct stream *s)
{
    return s->failed;
}

bool stream_next_member(struct stream *s)
{
    close_member(s);
    s->out_at = s->out_n = 0;
    if (!s->damage)
        return false;
    s->damage = NULL;
    if (s->packing != GZIP) { /* a bzip2 block begins at any bit: what follows is given up, and the damage told once */
        s->in_at = s->in_n;
        s->file_ended = true;
        return false;
    }
    /* The damaged member's own head was used up when it was opened and read, or is not gzip at all. */
    for (;;) {
        fill(s, 4);
        if (s->in_n - s->in_at < 4)
            return false;
        if (is_gzip(s->in + s->in_at) && ((unsigned char)s->in[s->in_at + 3] & 0xE0) == 0)
            return true;
        s->in_at++;
    }
}

bool stream_packed(const struct stream *s)
{
    return s->packing == GZIP || s->packing == BZIP2;
}

uint64_t stream_member(const struct stream *s)
{
    return s->packing == PLAIN ? stream_offset(s) : s->member;
}

uint64_t stream_unpacked(const struct stream *s)
{
    return s->unpacked;
}

bool stream_at_member_start(struct stream *s)
{
    if (s->packing == UNKNOWN)
        look(s);
    if (s->packing == PLAIN)
        return true;
    if (s->out_at < s->out_n || s->damage)
        return false;
    if (!s->open)
        s->member = stream_offset(s);
    return !s->open;
}

bool stream_seek(struct stream *s, uint64_t offset)
{
    close_member(s);
    if (lseek(s->fd, (off_t)offset, SEEK_SET) < 0)
        return false;
    s->in_at = s->in_n = s->out_at = s->out_n = 0;
    s->file_ended = false;
    s->damage = NULL;
    s->file_offset = offset;
    s->member = offset;
    s->unpacked = 0;
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

bool unpack(struct slice packed, enum unpack_kind kind, struct buf *out)
{
    buf_reset(out);
    if (packed.n > UINT32_MAX)
        return false;
    if (unpack_as(packed, kind == UNPACK_GZIP ? GZIP_WINDOW : 15, out))
        return true;
    if (kind == UNPACK_GZIP || out->over || out->n > 0)
        return false;
    return unpack_as(packed, -15, out);
}
