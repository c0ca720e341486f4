#include "state/db.h"

#include <stdio.h>

#include "state/place.h"

static const char set_up[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;";

bool db_error(sqlite3 *sqlite, const char *what, struct err *e)
{
    int code = sqlite ? sqlite3_errcode(sqlite) : SQLITE_NOMEM;
    if (code == SQLITE_NOMEM)
        return err_set(e, ERR_NO_MEMORY, NULL);
    return err_set(e, code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? ERR_CORRUPT : ERR_IO,
                   "The file of %s failed: %s.", what, sqlite3_errmsg(sqlite));
}

bool db_failed(struct db *d, struct err *e)
{
    return db_error(d->sqlite, d->what, e);
}

bool db_connect(const char *folder, const char *file, const char *what, int busy_ms, const char *pragmas, sqlite3 **out,
                struct err *e)
{
    char path[PATH_BYTES];
    sqlite3 *db = NULL;
    *out = NULL;
    if (!folder[0] || (size_t)snprintf(path, sizeof path, "%s/%s", folder, file) >= sizeof path)
        return err_set(e, ERR_IO, "The name of the data folder is empty or too long.");
    if (!place_file(path, e))
        return false;
    bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK;
    if (ok) {
        sqlite3_busy_timeout(db, busy_ms);
        ok = sqlite3_exec(db, pragmas, NULL, NULL, NULL) == SQLITE_OK;
    }
    if (ok)
        *out = db;
    else
        db_error(db, what, e);
    if (!ok)
        sqlite3_close(db);
    return ok;
}

bool db_version(sqlite3 *sqlite, const char *what, int *version, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool ok =
        sqlite3_prepare_v2(sqlite, "PRAGMA user_version", -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW;
    if (ok)
        *version = sqlite3_column_int(st, 0);
    else
        db_error(sqlite, what, e);
    sqlite3_finalize(st);
    return ok;
}

static bool db_prepare(struct db *d, const char *const *sql, size_t count, struct err *e)
{
    for (; d->count < count; d->count++)
        if (sqlite3_prepare_v3(d->sqlite, sql[d->count], -1, SQLITE_PREPARE_PERSISTENT, &d->st[d->count], NULL) !=
            SQLITE_OK)
            return db_failed(d, e);
    return true;
}

bool db_open(struct db *d, const char *folder, const char *file, const char *what, const char *tables,
             const char *const *sql, size_t count, struct err *e)
{
    *d = (struct db){.what = what};
    pthread_mutex_init(&d->lock, NULL);
    bool ok = db_connect(folder, file, what, DB_BUSY_MS, set_up, &d->sqlite, e) &&
              (sqlite3_exec(d->sqlite, tables, NULL, NULL, NULL) == SQLITE_OK || db_failed(d, e));
    ok = ok && db_prepare(d, sql, count, e);
    if (!ok)
        db_close(d);
    return ok;
}

void db_close(struct db *d)
{
    for (size_t i = 0; i < d->count; i++)
        sqlite3_finalize(d->st[i]);
    sqlite3_close(d->sqlite);
    pthread_mutex_destroy(&d->lock);
    *d = (struct db){.count = 0};
}

void db_text(sqlite3_stmt *st, int at, struct slice text)
{
    sqlite3_bind_text(st, at, text.p ? text.p : "", (int)text.n, SQLITE_STATIC);
}

struct slice db_column(sqlite3_stmt *st, int at, struct arena *a)
{
    const void *bytes = sqlite3_column_blob(st, at);
    return arena_dup(a, (struct slice){bytes ? bytes : "", (size_t)sqlite3_column_bytes(st, at)});
}

bool db_run(struct db *d, sqlite3_stmt *st, struct err *e)
{
    bool ok = sqlite3_step(st) == SQLITE_DONE || db_failed(d, e);
    sqlite3_reset(st);
    return ok;
}

bool db_remove(struct db *d, sqlite3_stmt *st, int64_t key_id, struct slice id, bool *found, struct err *e)
{
    pthread_mutex_lock(&d->lock);
    db_text(st, 1, id);
    sqlite3_bind_int64(st, 2, key_id);
    bool ok = db_run(d, st, e);
    *found = ok && sqlite3_changes(d->sqlite) > 0;
    pthread_mutex_unlock(&d->lock);
    return ok;
}

/* Runs a statement that gives one number. */
static bool db_number(struct db *d, sqlite3_stmt *st, int64_t *out, struct err *e)
{
    bool ok = sqlite3_step(st) == SQLITE_ROW || db_failed(d, e);
    if (ok)
        *out = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    return ok;
}

/* key_id: bound to both statements; NULL: they have no parameter. */
static bool db_shrink(struct db *d, size_t bytes, size_t oldest, const int64_t *key_id, uint64_t most, struct err *e)
{
    if (key_id) {
        sqlite3_bind_int64(d->st[bytes], 1, *key_id);
        sqlite3_bind_int64(d->st[oldest], 1, *key_id);
    }
    for (;;) {
        int64_t n = 0;
        if (!db_number(d, d->st[bytes], &n, e))
            return false;
        if ((uint64_t)n <= most)
            return true;
        if (!db_run(d, d->st[oldest], e))
            return false;
    }
}

uint64_t db_share(int64_t key_id, uint64_t most)
{
    return key_id ? most / 2 : most;
}

bool db_forget(struct db *d, size_t aged, int64_t since_unix, int64_t key_id, uint64_t most, struct err *e)
{
    sqlite3_bind_int64(d->st[aged + DB_AGED], 1, since_unix);
    return db_run(d, d->st[aged + DB_AGED], e) &&
           db_shrink(d, aged + DB_KEY_BYTES, aged + DB_KEY_OLDEST, &key_id, db_share(key_id, most), e) &&
           db_shrink(d, aged + DB_BYTES, aged + DB_OLDEST, NULL, most, e);
}
