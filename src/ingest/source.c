/* source.c - opens files and tells their format; the rest is handed to it. */
#include "ingest/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest/source_kind.h"

static const struct source_kind *const kinds[] = {&source_jsonl, &source_warc, &source_mediawiki, &source_pages};

/* By the end of the name, packed or not. */
static const struct {
    const char *ending;
    const struct source_kind *kind;
} endings[] = {
    {".jsonl", &source_jsonl},   {".ndjson", &source_jsonl}, {".warc", &source_warc},  {".wet", &source_warc},
    {".xml", &source_mediawiki}, {".html", &source_pages},   {".htm", &source_pages},  {".xhtml", &source_pages},
    {".md", &source_pages},      {".markdown", &source_pages}, {".txt", &source_pages}, {".pdf", &source_pages},
};

enum source_step source_bad(struct err *why, const char *fmt, ...)
{
    va_list args;
    char text[sizeof why->message];
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    err_set(why, ERR_BAD_VALUE, "%s", text);
    return SOURCE_BAD;
}

static bool ends_nocase(struct slice name, struct slice ending)
{
    return name.n >= ending.n && slice_eq_nocase(slice_sub(name, name.n - ending.n, ending.n), ending);
}

static const struct source_kind *kind_by_name(struct slice path)
{
    static const char *const packed[] = {".gz", ".bz2"};
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (ends_nocase(path, slice_of(packed[i])))
            path.n -= strlen(packed[i]);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_nocase(path, slice_of(endings[i].ending)))
            return endings[i].kind;
    return NULL;
}

/* By the first bytes, unpacked; the stream is back at its beginning afterwards. */
static const struct source_kind *kind_by_content(struct source *s)
{
    char head[2048];
    size_t n = stream_read(s->stream, head, sizeof head);
    struct slice text = slice_trim((struct slice){head, n});
    if (!stream_seek(s->stream, 0))
        return NULL;
    if (slice_starts(text, SLICE("\xEF\xBB\xBF")))
        text = slice_sub(text, 3, text.n - 3);
    if (slice_starts(text, SLICE("WARC/")))
        return &source_warc;
    if (slice_starts(text, SLICE("{")))
        return &source_jsonl;
    if (slice_starts(text, SLICE("%PDF-")))
        return &source_pages;
    if (slice_find(text, SLICE("<mediawiki")) < text.n)
        return &source_mediawiki;
    if (slice_find(text, SLICE("<html")) < text.n || slice_find(text, SLICE("<HTML")) < text.n ||
        slice_find(text, SLICE("<!doctype html")) < text.n || slice_find(text, SLICE("<!DOCTYPE html")) < text.n)
        return &source_pages;
    return NULL;
}

static bool find_kind(struct source *s, const struct source_options *o, bool folder, struct err *e)
{
    struct slice path = slice_of(s->path);
    if (o->format) {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (strcmp(kinds[i]->name, o->format) == 0)
                s->kind = kinds[i];
        if (!s->kind)
            return err_set(e, ERR_USAGE, "--format must be jsonl, warc, mediawiki or pages, not '%s'.", o->format);
        if (folder && s->kind != &source_pages)
            return err_set(e, ERR_USAGE, "%s is a folder; with --format %s a file is needed.", s->path, o->format);
        return true;
    }
    if (folder)
        s->kind = &source_pages;
    else if (strcmp(s->path, "-") == 0)
        s->kind = &source_jsonl;
    else if (ends_nocase(path, SLICE(".zim")))
        return err_set(e, ERR_USAGE, "%s: ZIM archives are not read. 'zimdump dump --dir=FOLDER %s' (package zim-tools) "
                       "makes a folder of them, which is.", s->path, s->path);
    else if (!(s->kind = kind_by_name(path)) && s->all > 0)
        s->kind = kind_by_content(s);
    if (!s->kind && s->all > 0)
        return err_set(e, ERR_USAGE, "%s: neither name nor content tell what it is; say --format jsonl, warc, mediawiki or "
                       "pages.", s->path);
    if (!s->kind)
        s->kind = &source_jsonl; /* an empty file, or a pipe */
    return true;
}

bool source_open(const char *path, const struct source_options *o, struct source **out, struct err *e)
{
    struct stat st;
    bool standard = strcmp(path, "-") == 0;
    if (!standard && stat(path, &st) != 0)
        return err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    bool folder = !standard && S_ISDIR(st.st_mode);
    int fd = standard ? STDIN_FILENO : folder ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && !folder)
        return err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(errno));
    struct arena *a = arena_new();
    struct source *s = arena_alloc(a, sizeof *s);
    s->arena = a;
    s->path = arena_dup(a, slice_of(path)).p;
    s->fd = fd;
    s->base = arena_dup(a, o->base);
    s->all = !standard && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    if (fd >= 0)
        s->stream = stream_new(fd);
    if (!find_kind(s, o, folder, e)) {
        source_close(s);
        return false;
    }
    s->own = s->kind->open(s);
    *out = s;
    return true;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->own)
        s->kind->close(s->own);
    stream_free(s->stream);
    if (s->fd > STDIN_FILENO)
        close(s->fd);
    arena_free(s->arena);
}

enum source_step source_next(struct source *s, struct arena *a, struct source_page *page, struct err *why)
{
    *page = (struct source_page){{"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}};
    enum source_step step = s->kind->next(s, a, page, why);
    int failed = s->stream ? stream_errno(s->stream) : 0;
    if (step == SOURCE_END && failed && failed != EINTR) {
        err_set(why, ERR_IO, "%s cannot be read: %s.", s->path, strerror(failed));
        return SOURCE_FAILED;
    }
    return step;
}

const char *source_where(struct source *s)
{
    return s->where;
}

const char *source_unit(const struct source *s)
{
    return s->kind->unit;
}

bool source_place(struct source *s, struct source_place *out)
{
    return s->kind->place && s->all && s->kind->place(s, out);
}

bool source_go_on(struct source *s, struct source_place from)
{
    return s->kind->go_on && s->all && from.offset <= s->all && s->kind->go_on(s, from);
}

void source_progress(struct source *s, uint64_t *done, uint64_t *all)
{
    *done = s->stream ? stream_offset(s->stream) : s->done;
    *all = s->all;
}
