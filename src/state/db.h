/* db.h - a SQLite file of ours: opened, with its tables and prepared statements. Nobody outside of state/ includes it.
 *
 * THREADS: the caller takes the lock around its calls, except for db_remove. */
#ifndef STATE_DB_H
#define STATE_DB_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum { DB_STATEMENTS_MAX = 48, DB_BUSY_MS = 200 };

struct db {
    pthread_mutex_t lock;
    sqlite3 *sqlite;
    const char *what; /* for errors: "kept replies" */
    sqlite3_stmt *st[DB_STATEMENTS_MAX];
    size_t count;
};

/* tables: what creates them, where they are missing. sql: `count` statements, prepared in their order. The file is made
 * with mode 0600 and overwrites what is removed. After false nothing is open. */
MUST_USE bool db_open(struct db *d, const char *folder, const char *file, const char *what, const char *tables,
                      const char *const *sql, size_t count, struct err *e);
/* The first steps of db_open alone, for files with tables of several versions: the file, made with mode 0600 where it
 * is missing; how long a call waits for other processes; set_up: PRAGMAs. After false *out is NULL. */
MUST_USE bool db_connect(const char *folder, const char *file, const char *what, int busy_ms, const char *set_up,
                         sqlite3 **out, struct err *e);
/* PRAGMA user_version. */
MUST_USE bool db_version(sqlite3 *sqlite, const char *what, int *version, struct err *e);
/* Sets *e from the last error; false. what: as in struct db, perhaps with what was being done: "usage while it was
 * read". NULL for sqlite: there was no memory for it. */
bool db_error(sqlite3 *sqlite, const char *what, struct err *e);
void db_close(struct db *d);
bool db_failed(struct db *d, struct err *e); /* sets *e from the last error; false */

void db_text(sqlite3_stmt *st, int at, struct slice text);
struct slice db_column(sqlite3_stmt *st, int at, struct arena *a);
/* Runs a statement without result rows and resets it. */
MUST_USE bool db_run(struct db *d, sqlite3_stmt *st, struct err *e);
/* Takes the lock and runs a statement that removes the row of id ?1 and key ?2. *found: there was one. */
MUST_USE bool db_remove(struct db *d, sqlite3_stmt *st, int64_t key_id, struct slice id, bool *found, struct err *e);

/* Statements that remove rows, in this order from `aged` on: those made before ?1; the bytes of all rows, and of the
 * rows of key ?1; the oldest row, and the oldest of key ?1. */
enum { DB_AGED, DB_BYTES, DB_KEY_BYTES, DB_OLDEST, DB_KEY_OLDEST };
/* Their texts for a table with the columns number (which grows), key_id and bytes; made: the column of its time. */
#define DB_FORGET_SQL(table, made)                                                                                     \
    "DELETE FROM " table " WHERE " made " < ?", "SELECT coalesce(sum(bytes), 0) FROM " table,                          \
        "SELECT coalesce(sum(bytes), 0) FROM " table " WHERE key_id = ?",                                              \
        "DELETE FROM " table " WHERE number = (SELECT min(number) FROM " table ")",                                    \
        "DELETE FROM " table " WHERE number = (SELECT min(number) FROM " table " WHERE key_id = ?)"

/* What one key may have of `most` bytes: half, so that it cannot push out everybody else's. Without keys: all. */
uint64_t db_share(int64_t key_id, uint64_t most);
/* Removes what was made before since_unix, and then the oldest rows until the key has its share and all have `most`. */
MUST_USE bool db_forget(struct db *d, size_t aged, int64_t since_unix, int64_t key_id, uint64_t most, struct err *e);

#endif
