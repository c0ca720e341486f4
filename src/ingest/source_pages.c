/* source_pages.c - pages as files: one, or all below a folder, in the order of their names; HTML, Markdown, text, PDF,
 * DOCX and the others of readable.h.
 *
 * The address of a page is file:// and its full path, or --base and its path below the given folder, so that a copy of
 * a web site keeps its addresses. Hidden files and folders are skipped, and symbolic links are not followed, so that
 * neither a loop nor a file outside of the folder can come in. An interrupted import begins anew: pages that the index
 * has are recognised, and new files are never missed. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "ingest/readable.h"
#include "ingest/source_formats.h"

enum { ENDING_BYTES_MAX = 12 };

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
    if (!s->unpacker) {
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

static struct slice path_end(struct slice path)
{
    size_t n = path.n;
    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return slice_sub(path, n, path.n - n);
}

static struct slice address_of(struct arena *a, struct slice before, struct slice path)
{
    return source_address(a, before, path, "-_.~!*();:@$,/'=+&");
}

/* full: of the file. */
static struct slice url_of(struct source *s, struct arena *a, struct slice full)
{
    const struct pages *p = s->own;
    if (s->base.n == 0)
        return address_of(a, SLICE("file://"), full);
    struct slice below = p->walk ? slice_sub(full, p->full.n, full.n - p->full.n) : path_end(full);
    while (slice_starts(below, SLICE("/")))
        below = slice_sub(below, 1, below.n - 1);
    bool slash = slice_ends(s->base, SLICE("/"));
    return address_of(a, slash ? s->base : arena_printf(a, "%.*s/", SLICE_ARGS(s->base)), below);
}

static enum source_step read_page(struct source *s, struct arena *a, struct unpacker *unpacker, struct slice full,
                                  struct source_page *page, struct err *why)
{
    struct pages *p = s->own;
    char piece[64 * 1024];
    size_t got;
    struct readable text;
    buf_reset(&p->bytes);
    while (!p->bytes.over && (got = unpacker_read(unpacker, piece, sizeof piece)) > 0)
        buf_add(&p->bytes, (struct slice){piece, got});
    if (unpacker_errno(unpacker))
        return source_bad(why, "it cannot be read: %s", strerror(unpacker_errno(unpacker)));
    if (unpacker_damage(unpacker))
        return source_bad(why, "%s", unpacker_damage(unpacker));
    if (p->bytes.over)
        return source_bad(why, "it has more than %d bytes", (int)SOURCE_BYTES_MAX);
    struct slice url = url_of(s, a, full), name = path_end(full);
    if (slice_ends(url, SLICE(".gz")))
        url.n -= 3;
    if (!readable(a, buf_slice(&p->bytes), (struct slice){"", 0}, url, &text, why))
        return SOURCE_BAD;
    if (text.title.n == 0) {
        while (name.n > 0 && name.p[name.n - 1] != '.')
            name.n--;
        name = name.n > 1 ? slice_sub(name, 0, name.n - 1) : path_end(full);
        text.title = utf8_check(name) == name.n ? arena_dup(a, name) : (struct slice){"", 0};
    }
    *page =
        (struct source_page){.url = url, .title = text.title, .text = text.text, .lang = text.lang, .date = text.date};
    return SOURCE_PAGE;
}

static enum source_step next_page(struct source *s, struct arena *a, struct source_page *page, struct err *why)
{
    struct pages *p = s->own;
    if (s->unpacker) {
        if (p->done)
            return SOURCE_END;
        p->done = true;
        s->record = 1;
        snprintf(s->where, sizeof s->where, "1");
        return read_page(s, a, s->unpacker, p->full, page, why);
    }
    FTSENT *entry;
    while (p->walk && (entry = fts_read(p->walk))) {
        struct slice full = {entry->fts_path, entry->fts_pathlen};
        bool hidden = entry->fts_level > 0 && entry->fts_name[0] == '.';
        if (hidden && entry->fts_info == FTS_D)
            fts_set(p->walk, entry, FTS_SKIP);
        bool broken = entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS;
        if (hidden || (!broken && entry->fts_info != FTS_F))
            continue;
        bool foreign = !broken && source_is_foreign(full);
        if (!broken && !foreign && !readable_type((struct slice){"", 0}, full)) {
            struct slice ending = source_ending(full);
            source_pass(s, ending.n <= ENDING_BYTES_MAX ? ending : (struct slice){"", 0});
            continue;
        }
        s->record = ++s->done;
        snprintf(s->where, sizeof s->where, "%s",
                 full.n > p->full.n + 1 ? entry->fts_path + p->full.n + 1 : entry->fts_path);
        if (foreign)
            return source_bad(why, "%.*s files are not read", SLICE_ARGS(source_ending(full)));
        int fd = broken ? -1 : open(entry->fts_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
            return source_bad(why, "it cannot be read: %s", strerror(broken ? entry->fts_errno : errno));
        struct unpacker *unpacker = unpacker_new(fd, s->stop);
        enum source_step step = read_page(s, a, unpacker, full, page, why);
        unpacker_free(unpacker);
        close(fd);
        return step;
    }
    return SOURCE_END;
}

const struct source_kind source_pages = {"pages", "file", open_pages, close_pages, next_page, NULL, NULL};
