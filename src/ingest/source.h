/* source.h - files that hold pages, read one page after the other, whatever their format.
 *
 * A source never fails for a bad record: it says where and why, and goes on with the next one. It tells its place, from
 * which another run can go on. Each format is a file of its own behind struct source_kind (source_kind.h); adding one is
 * that file and a row in source.c. A source does not know of the index. One thread at a time. */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum {
    SOURCE_TEXT_BYTES_MAX = 16 * 1024 * 1024, /* of one page, as the index takes it */
    SOURCE_BYTES_MAX = 32 * 1024 * 1024,      /* of one record, before its text was taken out */
};

/* Slices live in the arena of source_next. Text is what a person reads; lang and date may be empty. */
struct source_page {
    struct slice url, title, text, lang, date;
};

enum source_step {
    SOURCE_PAGE,   /* *page is filled */
    SOURCE_BAD,    /* a record was skipped; *why says the reason */
    SOURCE_END,    /* all was read */
    SOURCE_FAILED, /* reading cannot go on; *why says the reason. What came before is good */
};

struct source_options {
    const char *format; /* NULL: told by name and content. "jsonl", "warc", "mediawiki", "pages" (HTML, text, PDF) */
    struct slice base;  /* folders and single pages: what their URLs begin with instead of file://, "" for that.
                           MediaWiki: the wiki's address, "" for the one that the dump names */
};

/* Where reading can go on: after `record` records, at `offset` of the file (0: the records before are read and
 * dropped again). */
struct source_place {
    uint64_t record, offset;
};

struct source;

/* path: a file, a folder or "-" for standard input. ERR_IO when it cannot be read, ERR_USAGE when it is nothing that
 * footnote reads. */
MUST_USE bool source_open(const char *path, const struct source_options *o, struct source **out, struct err *e);
void source_close(struct source *s); /* NULL is fine */

enum source_step source_next(struct source *s, struct arena *a, struct source_page *page, struct err *why);

/* For a message about the page or bad record that source_next gave last: "line 12", "record 3 at byte 4711",
 * "notes/a.html". Valid until the next call. */
const char *source_where(struct source *s);
/* Of what it is made: "line", "record", "page", "file"; static. */
const char *source_unit(const struct source *s);

/* False when this source cannot go on in its middle. */
bool source_place(struct source *s, struct source_place *out);
/* Before the first source_next. False: the place is not there; read from the beginning. */
bool source_go_on(struct source *s, struct source_place from);
/* Bytes (of a folder: files) read, and in all; *all 0 when that is not known. */
void source_progress(struct source *s, uint64_t *done, uint64_t *all);

#endif
