/* source_kind.h - inside of ingest/: what a format is made of. Only source.c and the formats include it. */
#ifndef INGEST_SOURCE_KIND_H
#define INGEST_SOURCE_KIND_H

#include "ingest/source.h"
#include "ingest/stream.h"

struct source;

struct source_kind {
    const char *name, *unit;
    /* What all have is filled in. Returns the format's own part. */
    void *(*open)(struct source *s);
    void (*close)(void *own);
    enum source_step (*next)(struct source *s, struct arena *a, struct source_page *page, struct err *why);
    /* NULL when reading cannot go on in the middle. */
    bool (*place)(struct source *s, struct source_place *out);
    bool (*go_on)(struct source *s, struct source_place from);
};

struct source {
    const struct source_kind *kind;
    void *own;
    const char *path;      /* as given */
    int fd;                /* -1 for a folder */
    struct stream *stream; /* over fd; NULL for a folder */
    struct slice base;
    struct arena *arena; /* of the source */
    uint64_t done, all;  /* of a folder: files; else all is the file's size */
    uint64_t record;     /* given last, from 1 */
    char where[512];
};

extern const struct source_kind source_jsonl, source_warc, source_mediawiki, source_pages;

/* Sets *why and returns SOURCE_BAD. */
enum source_step source_bad(struct err *why, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
