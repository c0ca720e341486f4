/* backup.h - the SQLite files of a data folder that a backup keeps: keys, usage, conversations, tasks and monitors.
 * Pages that were fetched are a cache and not kept.
 *
 * THREADS: any, each call for itself. */
#ifndef STATE_BACKUP_H
#define STATE_BACKUP_H

#include "base/err.h"

enum { BACKUP_FILES = 4 };
extern const char *const backup_files[BACKUP_FILES]; /* names within the folder */

/* Copies folder/name to the file `to` as it is at one moment, while others read and write it. *there is false, and
 * nothing is written, where there is no such file. */
MUST_USE bool backup_copy(const char *folder, const char *name, const char *to, bool *there, struct err *e);
/* Whether folder/name is whole: its structure, and that this version can open it, which upgrades an older one. */
MUST_USE bool backup_check(const char *folder, const char *name, struct err *e);
/* Whether no other process has folder/name open. ERR_BUSY: one has. A file that is damaged or missing is fine. */
MUST_USE bool backup_is_free(const char *folder, const char *name, struct err *e);

#endif
