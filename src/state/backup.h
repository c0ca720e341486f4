/* backup.h - the SQLite files of a data folder: one table for what backs them up, restores and checks them.
 *
 * Pages that were fetched (cache.db) and the state of crawls (crawl.db) are no part of it: they can be had again. All
 * files of the table name keys by numbers, so they belong together: a restore never leaves one beside keys of another
 * time.
 *
 * THREADS: any, each call for itself. */
#ifndef STATE_BACKUP_H
#define STATE_BACKUP_H

#include "base/err.h"

struct state_file {
    const char *name; /* within the folder */
    const char *what; /* it holds */
    bool (*opens)(const char *folder,
                  struct err *e); /* opens it, which brings an older one up to date, and closes it */
};

/* Keys first: what follows may belong to a key that is not there any more, never to one that is not there yet. */
enum { STATE_FILES = 7 };
extern const struct state_file state_files[STATE_FILES];

/* Copies folder/name to the file `to` as it is at one moment, while others read and write it. *there is false, and
 * nothing is written, where there is no such file. */
MUST_USE bool backup_copy(const char *folder, const char *name, const char *to, bool *there, struct err *e);
/* Whether a file is whole in its structure. ERR_CORRUPT: it is not. A missing one is fine. */
MUST_USE bool backup_whole(const char *folder, const struct state_file *file, struct err *e);
/* The same, and that this version can open it, which upgrades an older one. */
MUST_USE bool backup_check(const char *folder, const struct state_file *file, struct err *e);
/* Whether no other process has folder/name open. ERR_BUSY: one has. A file that is damaged or missing is fine. */
MUST_USE bool backup_is_free(const char *folder, const char *name, struct err *e);

#endif
