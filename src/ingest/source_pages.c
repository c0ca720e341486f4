/* source_pages.c - pages as files: one, or all below a folder, in the order of their names; HTML, Markdown, text, PDF.
 *
 * The address of a page is file:// and its full path, or --base and its path below the folder that was given, so that
 * a copy of a web site keeps its addresses. Hidden files and folders are passed over and symbolic links are not followed:
 * neither a loop nor a file outside of the folder can come in. An interrupted import begins anew: pages that are in the
 * index already are recognised, and new files are never missed. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "ingest/readable.h"
#include "ingest/source_kind.h"

struct pages {
    FTS *walk; /* NULL for a single file */
    struct buf bytes;
    struct slice full; /* real path of what was given */
    bool done;         /* the single file was read */
};

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void *open_pages(struct source *s)
{
    struct pages *p = calloc(1, sizeof *p);
    if (!p)
        abort();
    buf_init(&p->bytes, SOURCE_BYTES_MAX);
    char *real = strcmp(s->path, "-") == 0 ? NULL : realpath(s->path, NULL);
    p->full = arena_dup(s->arena, slice_of(real ? real : s->path));
    if (!s->stream) {
        char *paths[] = {real ? real : (char *)(uintptr_t)s->path, NULL};
        p->walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    }
    free(real);
    return p;
}

static void close_pages(void *own)
{
    struct pages *p = own;
    if (p->walk)
        fts_close(p->walk);
    buf_release(&p->bytes);
    free(p);
}

static struct slice last_part(struct slice path)
{
    size_t n = path.n;
    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return slice_sub(path, n, path.n - n);
}

static struct slice address_of(struct arena *a, struct slice before, struct slice path)
{
    static const char kept[] = "-_.~!*();:@$,/'=+&";
    char *out = arena_alloc(a, before.n + 3 * path.n + 2);
    size_t n = before.n;
    memcpy(out, before.p, before.n);
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c && strchr(kept, c)))
            out[n++] = (char)c;
        else
            n += (size_t)snprintf(out + n, 4, "%%%02X", c);
    }
    return (struct slice){out, n};
}

/* full: of the file. */
static struct slice url_of(struct source *s, struct arena *a, struct slice full)
{
    const struct pages *p = s->own;
    if (s->base.n == 0)
        return address_of(a, SLICE("file://"), full);
    struct slice below = p->walk ? slice_sub(full, p->full.n, full.n - p->full.n) : last_part(full);
    while (slice_starts(below, SLICE("/")))
        below = slice_sub(below, 1, below.n - 1);
    bool slash = slice_ends(s->base, SLICE("/"));
    return address_of(a, slash ? s->base : arena_printf(a, "%.*s/", SLICE_ARGS(s->base)), below);
}

static enum source_step read_page(struct source *s, struct arena *a, struct stream *stream, struct slice full,
                                  struct source_page *page, struct err *why)
{
    struct pages *p = s->own;
    char piece[64 * 1024];
    size_t got;
    struct readable text;
    buf_reset(&p->bytes);
    while (!p->bytes.over && (got = stream_read(stream, piece, sizeof piece)) > 0)
        buf_add(&p->bytes, (struct slice){piece, got});
    if (stream_errno(stream))
        return source_bad(why, "it cannot be read: %s", strerror(stream_errno(stream)));
    if (stream_damage(stream))
        return source_bad(why, "%s", stream_damage(stream));
    if (p->bytes.over)
        return source_bad(why, "it has more than %d bytes", (int)SOURCE_BYTES_MAX);
    struct slice url = url_of(s, a, full), name = last_part(full);
    if (slice_ends(url, SLICE(".gz")))
        url.n -= 3;
    if (!readable(a, buf_slice(&p->bytes), (struct slice){"", 0}, url, &text, why))
        return SOURCE_BAD;
    if (text.title.n == 0) {
        while (name.n > 0 && name.p[name.n - 1] != '.')
            name.n--;
        name = name.n > 1 ? slice_sub(name, 0, name.n - 1) : last_part(full);
        text.title = utf8_check(name) == name.n ? arena_dup(a, name) : (struct slice){"", 0};
    }
    *page = (struct source_page){url, text.title, text.text, text.lang, text.date};
    return SOURCE_PAGE;
}

static enum source_step next_page(struct source *s, struct arena *a, struct source_page *page, struct err *why)
{
    struct pages *p = s->own;
    if (s->stream) {
        if (p->done)
            return SOURCE_END;
        p->done = true;
        s->record = 1;
        snprintf(s->where, sizeof s->where, "1");
        return read_page(s, a, s->stream, p->full, page, why);
    }
    FTSENT *entry;
    while (p->walk && (entry = fts_read(p->walk))) {
        struct slice full = {entry->fts_path, entry->fts_pathlen};
        bool hidden = entry->fts_level > 0 && entry->fts_name[0] == '.';
        if (hidden && entry->fts_info == FTS_D)
            fts_set(p->walk, entry, FTS_SKIP);
        bool broken = entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS;
        if (hidden || (!broken && entry->fts_info != FTS_F) ||
            (!broken && !readable_type((struct slice){"", 0}, full)))
            continue;
        s->record = ++s->done;
        snprintf(s->where, sizeof s->where, "%s",
                 full.n > p->full.n + 1 ? entry->fts_path + p->full.n + 1 : entry->fts_path);
        int fd = broken ? -1 : open(entry->fts_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
            return source_bad(why, "it cannot be read: %s", strerror(broken ? entry->fts_errno : errno));
        struct stream *stream = stream_new(fd);
        enum source_step step = read_page(s, a, stream, full, page, why);
        stream_free(stream);
        close(fd);
        return step;
    }
    return SOURCE_END;
}

const struct source_kind source_pages = {"pages", "file", open_pages, close_pages, next_page, NULL, NULL};
