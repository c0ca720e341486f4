/* source_kind.h - what a format of source.h is made of: a table of functions, in a file source_FORMAT.c of its own.
 *
 * Inside of ingest/: only source.c and the formats include it. To add a format, write its file, declare its
 * table in source_formats.h and put it into the tables of source.c. */
#ifndef INGEST_SOURCE_KIND_H
#define INGEST_SOURCE_KIND_H

#include "ingest/source.h"
#include "ingest/unpacker.h"

struct source;

enum { SOURCE_ENDINGS_MAX = 20, SOURCE_PASSED_BYTES_MAX = 40 };

struct source_kind {
    const char *name, *unit;
    /* The common members of s are set. Returns what is kept in s->own; NULL: nothing. */
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
    const char *path;          /* as given */
    int fd;                    /* -1 for a folder */
    struct unpacker *unpacker; /* reads fd; NULL for a folder */
    struct slice base;
    const atomic_bool *stop; /* of the options */
    struct arena *arena;     /* of the source */
    uint64_t done, all;      /* folder: files read and in all; else `all` is the size of the file, 0: unknown */
    uint64_t record;         /* the number of the one that was given last, from 1 */
    struct source_passed {
        struct slice ending;
        uint64_t n;
    } passed[SOURCE_ENDINGS_MAX]; /* files of a folder that are not read, by the ending of their name; records of an
                                     archive, by their content type */
    size_t passed_count;
    char where[512];
};

/* Documents of kinds that are known and not read: they are reported by name, not passed over with pictures and style
 * sheets. */
bool source_is_foreign(struct slice path);
/* The ending of a path with its full stop; "" when it has none. */
struct slice source_ending(struct slice path);

/* Counts something that is not read under what it is: the ending of a file, a content type; when there are too many of
 * those, under "others". */
void source_pass(struct source *s, struct slice what);

/* `before` with path behind it, in which all but ASCII letters, digits and the characters of `kept` are written as %XX.
 * In the arena. */
struct slice source_address(struct arena *a, struct slice before, struct slice path, const char *kept);

/* Sets *why and returns SOURCE_BAD. */
enum source_step source_bad(struct err *why, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
