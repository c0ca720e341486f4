/* copy.h - a consistent copy of a SQLite file that others may be writing. Nobody outside of state/ includes it. */
#ifndef STATE_COPY_H
#define STATE_COPY_H

#include <sqlite3.h>

#include "base/err.h"

/* The whole database as of one moment, into the file `to` (mode 0600), which is replaced in one step once the copy is
 * complete and on the disk. Writers are not held up. what names the source in errors. */
MUST_USE bool copy_database(sqlite3 *from, const char *what, const char *to, struct err *e);
/* Before a file is upgraded from an older version: keeps it as it is beside itself, as "state.db.version-1". An earlier
 * copy of the same version is replaced. */
MUST_USE bool copy_before_upgrade(sqlite3 *from, const char *path, int version, struct err *e);

/* Whether a file of this kind may be used: SQLite's own check of structure and of what refers to what. ERR_CORRUPT. */
MUST_USE bool copy_check(sqlite3 *db, const char *what, struct err *e);

#endif
