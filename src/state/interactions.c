/* interactions.c - one table, three prepared statements, one lock around each call. */
#include "state/interactions.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <unistd.h>

enum { BUSY_TIMEOUT_MS = 5000, PATH_BYTES = 4096 };

struct interactions {
    pthread_mutex_t lock; /* guards the rest */
    sqlite3 *db;
    sqlite3_stmt *put, *get, *purge;
};

static const char tables[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                             "CREATE TABLE IF NOT EXISTS interactions ("
                             " id TEXT PRIMARY KEY,"
                             " key_id INTEGER NOT NULL,"
                             " made_unix INTEGER NOT NULL,"
                             " turns TEXT NOT NULL"
                             ") STRICT, WITHOUT ROWID;"
                             "CREATE INDEX IF NOT EXISTS interactions_age ON interactions(made_unix);";

static bool failed(struct interactions *x, struct err *e)
{
    int code = sqlite3_errcode(x->db);
    return err_set(e, code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? ERR_CORRUPT : ERR_IO,
                   "The file of interactions failed: %s.", sqlite3_errmsg(x->db));
}

static bool prepare(struct interactions *x, const char *sql, sqlite3_stmt **out, struct err *e)
{
    return sqlite3_prepare_v2(x->db, sql, -1, out, NULL) == SQLITE_OK || failed(x, e);
}

static bool open_at(struct interactions *x, const char *path, struct err *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* SQLite would make it readable for others */
    if (fd < 0)
        return err_set(e, ERR_IO, "%s cannot be opened: %s.", path, strerror(errno));
    close(fd);
    if (sqlite3_open_v2(path, &x->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return failed(x, e);
    sqlite3_busy_timeout(x->db, BUSY_TIMEOUT_MS);
    if (sqlite3_exec(x->db, tables, NULL, NULL, NULL) != SQLITE_OK)
        return failed(x, e);
    return prepare(x, "INSERT INTO interactions (id, key_id, made_unix, turns) VALUES (?, ?, ?, ?)", &x->put, e) &&
           prepare(x, "SELECT turns FROM interactions WHERE id = ? AND key_id = ?", &x->get, e) &&
           prepare(x, "DELETE FROM interactions WHERE made_unix < ?", &x->purge, e);
}

bool interactions_open(const char *folder, struct interactions **out, struct err *e)
{
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/interactions.db", folder) >= (int)sizeof path)
        return err_set(e, ERR_IO, "The name of the data folder is too long.");
    struct interactions *x = calloc(1, sizeof *x);
    if (!x)
        return err_set(e, ERR_INTERNAL, "There is no memory for interactions.");
    pthread_mutex_init(&x->lock, NULL);
    if (!open_at(x, path, e)) {
        interactions_close(x);
        return false;
    }
    *out = x;
    return true;
}

void interactions_close(struct interactions *x)
{
    if (!x)
        return;
    sqlite3_finalize(x->put);
    sqlite3_finalize(x->get);
    sqlite3_finalize(x->purge);
    sqlite3_close(x->db);
    pthread_mutex_destroy(&x->lock);
    free(x);
}

static void bind_text(sqlite3_stmt *st, int at, struct slice text)
{
    sqlite3_bind_text(st, at, text.p, (int)text.n, SQLITE_STATIC);
}

bool interactions_put(struct interactions *x, struct slice id, int64_t key_id, struct slice turns, int64_t now_unix,
                      struct err *e)
{
    pthread_mutex_lock(&x->lock);
    bind_text(x->put, 1, id);
    sqlite3_bind_int64(x->put, 2, key_id);
    sqlite3_bind_int64(x->put, 3, now_unix);
    bind_text(x->put, 4, turns);
    bool ok = sqlite3_step(x->put) == SQLITE_DONE || failed(x, e);
    sqlite3_reset(x->put);
    pthread_mutex_unlock(&x->lock);
    return ok;
}

bool interactions_get(struct interactions *x, struct slice id, int64_t key_id, struct arena *a, struct slice *turns,
                      bool *found, struct err *e)
{
    pthread_mutex_lock(&x->lock);
    bind_text(x->get, 1, id);
    sqlite3_bind_int64(x->get, 2, key_id);
    int got = sqlite3_step(x->get);
    *found = got == SQLITE_ROW;
    bool ok = *found || got == SQLITE_DONE || failed(x, e);
    if (*found) {
        struct slice text = {(const char *)sqlite3_column_text(x->get, 0), (size_t)sqlite3_column_bytes(x->get, 0)};
        *turns = arena_dup(a, text);
    }
    sqlite3_reset(x->get);
    pthread_mutex_unlock(&x->lock);
    return ok;
}

bool interactions_purge(struct interactions *x, int64_t before_unix, uint64_t *removed, struct err *e)
{
    pthread_mutex_lock(&x->lock);
    sqlite3_bind_int64(x->purge, 1, before_unix);
    bool ok = sqlite3_step(x->purge) == SQLITE_DONE || failed(x, e);
    *removed = ok ? (uint64_t)sqlite3_changes64(x->db) : 0;
    sqlite3_reset(x->purge);
    pthread_mutex_unlock(&x->lock);
    return ok;
}
