/* source.c - opens files and finds out their format; everything else is the format's work. */
#include "ingest/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/harmless.h"
#include "ingest/source_formats.h"
#include "pages/page.h"

static const struct source_kind *const kinds[] = {&source_jsonl, &source_warc, &source_mediawiki, &source_pages};

/* By the end of the name, packed or not. */
static const struct {
    const char *ending;
    const struct source_kind *kind;
} endings[] = {
    {".jsonl", &source_jsonl},   {".ndjson", &source_jsonl},   {".warc", &source_warc},   {".wet", &source_warc},
    {".xml", &source_mediawiki}, {".html", &source_pages},     {".htm", &source_pages},   {".xhtml", &source_pages},
    {".md", &source_pages},      {".markdown", &source_pages}, {".txt", &source_pages},   {".pdf", &source_pages},
    {".rst", &source_pages},     {".docx", &source_pages},     {".odt", &source_pages},   {".epub", &source_pages},
    {".eml", &source_pages},     {".mbox", &source_pages},     {".mhtml", &source_pages}, {".mht", &source_pages},
};

static bool ends_nocase(struct slice name, struct slice ending)
{
    return name.n >= ending.n && slice_eq_nocase(slice_sub(name, name.n - ending.n, ending.n), ending);
}

static const struct source_kind *kind_by_name(struct slice path)
{
    static const char *const packed[] = {".gz", ".bz2", ".zst"};
    for (size_t i = 0; i < COUNT_OF(packed); i++)
        if (ends_nocase(path, slice_of(packed[i])))
            path.n -= strlen(packed[i]);
    for (size_t i = 0; i < COUNT_OF(endings); i++)
        if (ends_nocase(path, slice_of(endings[i].ending)))
            return endings[i].kind;
    return NULL;
}

/* Tells the format by the first unpacked bytes, and goes back to the beginning. */
static const struct source_kind *kind_by_content(struct source *s)
{
    char head[2048];
    size_t n = unpacker_read(s->unpacker, head, sizeof head);
    struct slice text = slice_trim((struct slice){head, n});
    if (!unpacker_seek(s->unpacker, 0))
        return NULL;
    if (slice_starts(text, SLICE("\xEF\xBB\xBF")))
        text = slice_sub(text, 3, text.n - 3);
    if (slice_starts(text, SLICE("WARC/")))
        return &source_warc;
    if (slice_starts(text, SLICE("{")) && !slice_starts(text, SLICE("{\\rtf")))
        return &source_jsonl;
    if (slice_starts(text, SLICE("%PDF-")) || slice_starts(text, SLICE("PK\x03\x04")) ||
        slice_starts(text, SLICE("{\\rtf")) || slice_starts(text, SLICE("\xD0\xCF\x11\xE0")) || page_is_mail(text))
        return &source_pages;
    if (slice_find(text, SLICE("<mediawiki")) < text.n)
        return &source_mediawiki;
    if (slice_find(text, SLICE("<html")) < text.n || slice_find(text, SLICE("<HTML")) < text.n ||
        slice_find(text, SLICE("<!doctype html")) < text.n || slice_find(text, SLICE("<!DOCTYPE html")) < text.n)
        return &source_pages;
    return NULL;
}

/* A feed, whose name ends as that of a wiki's dump may. */
static bool is_feed(struct source *s)
{
    char head[2048];
    size_t n = unpacker_read(s->unpacker, head, sizeof head);
    struct slice text = {head, n};
    return unpacker_seek(s->unpacker, 0) &&
           (slice_find(text, SLICE("<rss")) < n || slice_find(text, SLICE("<feed")) < n ||
            slice_find(text, SLICE("<rdf:RDF")) < n);
}

static bool find_kind(struct source *s, const struct source_options *o, bool folder, struct err *e)
{
    struct slice path = slice_of(s->path);
    if (o->format) {
        for (size_t i = 0; i < COUNT_OF(kinds); i++)
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
        return err_set(e, ERR_USAGE,
                       "%s: ZIM archives are not read. 'zimdump dump --dir=FOLDER %s' (package zim-tools) "
                       "makes a folder of them, which is.",
                       s->path, s->path);
    else if (source_is_foreign(path))
        return err_set(e, ERR_USAGE,
                       "%s: %.*s files are not read. A converter such as pandoc makes HTML or text of them, which is.",
                       s->path, SLICE_ARGS(source_ending(path)));
    else if (!(s->kind = kind_by_name(path)) && s->all > 0)
        s->kind = kind_by_content(s);
    if (s->kind == &source_mediawiki && s->all > 0 && is_feed(s))
        s->kind = &source_pages;
    if (!s->kind && s->all > 0)
        return err_set(e, ERR_USAGE,
                       "%s: neither name nor content tell what it is; say --format jsonl, warc, mediawiki or "
                       "pages.",
                       s->path);
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
    s->stop = o->stop;
    s->all = !standard && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    if (fd >= 0)
        s->unpacker = unpacker_new(fd, o->stop);
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
    unpacker_free(s->unpacker);
    if (s->fd > STDIN_FILENO)
        close(s->fd);
    arena_free(s->arena);
}

enum source_step source_next(struct source *s, struct arena *a, struct source_page *page, struct err *why)
{
    *page = (struct source_page){
        .url = {"", 0}, .title = {"", 0}, .text = {"", 0}, .lang = {"", 0}, .date = {"", 0}, .captured = {"", 0}};
    enum source_step step = s->kind->next(s, a, page, why);
    int failed = s->unpacker ? unpacker_errno(s->unpacker) : 0;
    if (step == SOURCE_END && failed && failed != EINTR) {
        err_set(why, ERR_IO, "%s cannot be read: %s.", s->path, strerror(failed));
        return SOURCE_FAILED;
    }
    if (step != SOURCE_PAGE)
        return step;
    page->text = harmless_text(a, page->text);
    page->title = harmless_text(a, page->title);
    if (harmless_link(page->url))
        return step;
    err_set_param(why, ERR_BAD_VALUE, "url",
                  "\"url\" is no address that may be a link (http, https, ftp, file, urn, doi)");
    return SOURCE_BAD;
}

const char *source_where(struct source *s)
{
    return s->where;
}

struct slice source_passed(struct source *s, struct arena *a)
{
    struct arena_text text = {.arena = a};
    for (size_t i = 0; i < s->passed_count; i++)
        arena_text_printf(&text, "%s%" PRIu64 " %.*s", i ? ", " : "", s->passed[i].n, SLICE_ARGS(s->passed[i].ending));
    return arena_text_slice(&text);
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
    *done = s->unpacker ? unpacker_offset(s->unpacker) : s->done;
    *all = s->all;
}
