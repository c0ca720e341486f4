/* source.h - reads files that hold pages, one page after the other, whatever their format.
 *
 * A source can say how far it has read, so that a later run can go on there. It knows nothing of the index. Each
 * format is a file of its own (source_kind.h).
 *
 * ERRORS: a bad record does not end the reading. It is reported with its place and its reason, and the next one
 * follows.
 * THREADS: one at a time. */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum {
    SOURCE_TEXT_BYTES_MAX = 16 * 1024 * 1024, /* of one page, as the index takes it */
    SOURCE_BYTES_MAX = 32 * 1024 * 1024,      /* of one record, before its text was taken out */
};

/* Slices live in the arena of source_next. Text and title are what a person reads, and
 * url may be a link (base/harmless.h); lang and date may be empty. captured: when an
 * archive's crawler read the page, as the archive writes it (ISO 8601, "2020-01-02T03:04:05Z"); of others empty. */
struct BY_NAME source_page {
    struct slice url, title, text, lang, date, captured;
};

enum source_step {
    SOURCE_PAGE,   /* *page is filled */
    SOURCE_BAD,    /* a record was skipped; *why has the reason */
    SOURCE_END,    /* all was read */
    SOURCE_FAILED, /* reading cannot go on; *why has the reason. The pages before are good */
};

struct source_options {
    const atomic_bool *stop; /* set by a signal: reading ends as at the end of the file. NULL: nothing ends it */
    const char
        *format; /* "jsonl", "warc", "mediawiki", "pages" (HTML, text, PDF, DOCX); NULL: name and content decide */
    struct slice base; /* folders and single pages: what their URLs begin with instead of file://, "" for that.
                          MediaWiki: the wiki's address, "" for the one that the dump names */
};

/* Where a later run can go on: after `record` records, at `offset` of the file. Offset 0: the records before are read
 * again and dropped. */
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
/* What was passed over so far, since nothing in it is read: files of a folder, "2 .css, 5 .png", records of an archive,
 * "7 image/png, 2 status 404"; "" for none. In the arena. */
struct slice source_passed(struct source *s, struct arena *a);
/* What a record is called in this format: "line", "record", "page", "file"; static. */
const char *source_unit(const struct source *s);

/* False when this source cannot go on in its middle. */
bool source_place(struct source *s, struct source_place *out);
/* Call it before the first source_next. False: there is no such place; reading starts at the beginning. */
bool source_go_on(struct source *s, struct source_place from);
/* Bytes (of a folder: files) read, and in all; *all 0 when that is not known. */
void source_progress(struct source *s, uint64_t *done, uint64_t *all);

#endif
