/* cache.c - fetched pages in a SQLite file of their own.
 *
 * One table has one row for each page, by its key. Writes are synchronous=OFF: after a power cut the file may be
 * damaged and is then thrown away, since it is only a cache. Bodies are stored decompressed: disks are cheap, and a
 * page is read more often than written.
 *
 * Triggers keep the number of pages and bytes in the table `total`, so that several processes agree. Eviction removes
 * the pages that were not used for longest until a tenth of the limit is free. A use is recorded at most once in
 * USE_GRAIN_S, so that reading a popular page does not write each time.
 *
 * Any thread; one lock around each call, never held while calling out. */
#include "state/cache.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "state/db.h"
#include "state/place.h"

enum { BUSY_TIMEOUT_MS = 1000, VERSION = 1, USE_GRAIN_S = 60, LEAST_BYTES = 1 << 20 };

enum statement { GET, PUT, USE, CONFIRM, DROP, OLDEST, TOTAL, STATEMENTS };

struct cache {
    pthread_mutex_t lock; /* guards everything below */
    sqlite3 *db;
    sqlite3_stmt *st[STATEMENTS];
    int64_t max_bytes;
    bool complained;
};

#define FILE_NAME "cache.db"

static const char schema[] =
    "CREATE TABLE pages ("
    " key TEXT PRIMARY KEY, final_url TEXT NOT NULL, content_type TEXT NOT NULL, etag TEXT NOT NULL,"
    " last_modified TEXT NOT NULL, body BLOB NOT NULL, fetched INTEGER NOT NULL, fresh_until INTEGER NOT NULL,"
    " used INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;"
    "CREATE INDEX pages_used ON pages(used);"
    "CREATE TABLE total (pages INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;"
    "INSERT INTO total VALUES (0, 0);"
    "CREATE TRIGGER page_added AFTER INSERT ON pages BEGIN"
    " UPDATE total SET pages = pages + 1, bytes = bytes + new.bytes; END;"
    "CREATE TRIGGER page_gone AFTER DELETE ON pages BEGIN"
    " UPDATE total SET pages = pages - 1, bytes = bytes - old.bytes; END;"
    "PRAGMA user_version = 1;";

/* REPLACE would skip the triggers of the row it removes; PUT follows a DROP instead. */
static const char *const sql[STATEMENTS] = {
    [GET] = "SELECT final_url, content_type, etag, last_modified, body, fetched, fresh_until, used FROM pages"
            " WHERE key = ?1",
    [PUT] = "INSERT INTO pages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [USE] = "UPDATE pages SET used = ?2 WHERE key = ?1",
    [CONFIRM] = "UPDATE pages SET fetched = ?2, fresh_until = ?3 WHERE key = ?1",
    [DROP] = "DELETE FROM pages WHERE key = ?1",
    [OLDEST] = "DELETE FROM pages WHERE key IN (SELECT key FROM pages ORDER BY used, key LIMIT ?1)",
    [TOTAL] = "SELECT pages, bytes FROM total",
};

static void cache_complain(struct cache *c, const char *doing)
{
    if (!c->complained)
        log_event(LOG_WARN, "page_cache", "doing=%s error=\"%s\"", doing, sqlite3_errmsg(c->db));
    c->complained = true;
}

/* Runs a statement that gives no rows, and makes it ready for the next time. */
static bool cache_run(struct cache *c, enum statement which, const char *doing)
{
    sqlite3_stmt *st = c->st[which];
    bool ok = sqlite3_step(st) == SQLITE_DONE;
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    if (!ok)
        cache_complain(c, doing);
    return ok;
}

static bool is_ours(sqlite3 *db)
{
    int version = -1;
    struct err unused;
    return db_version(db, "the page cache", &version, &unused) && version == VERSION;
}

/* IMMEDIATE, so that of two processes that start at once one makes the tables. */
static bool make_tables(sqlite3 *db)
{
    if (is_ours(db))
        return true;
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        return false;
    if ((is_ours(db) || sqlite3_exec(db, schema, NULL, NULL, NULL) == SQLITE_OK) &&
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static void close_database(struct cache *c)
{
    for (size_t i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(c->st[i]);
        c->st[i] = NULL;
    }
    sqlite3_close(c->db);
    c->db = NULL;
}

static bool open_database(struct cache *c, const char *folder, struct err *e)
{
    static const char set_up[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-1024";
    if (!db_connect(folder, FILE_NAME, "the page cache", BUSY_TIMEOUT_MS, set_up, &c->db, e))
        return false;
    sqlite3_limit(c->db, SQLITE_LIMIT_LENGTH, 256 << 20);
    bool ok = make_tables(c->db);
    for (size_t i = 0; ok && i < STATEMENTS; i++)
        ok = sqlite3_prepare_v3(c->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &c->st[i], NULL) == SQLITE_OK;
    return ok || db_error(c->db, "the page cache", e);
}

static void remove_files(const char *path)
{
    char name[PATH_BYTES + 8];
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
}

/* True when the file itself is at fault: damaged, not SQLite, or of another version. */
static bool should_replace(const struct cache *c, const struct err *e)
{
    int code = c->db ? sqlite3_errcode(c->db) : SQLITE_IOERR;
    return e->code == ERR_CORRUPT || code == SQLITE_ERROR || code == SQLITE_OK;
}

bool cache_open(const char *folder, int64_t max_bytes, struct cache **out, struct err *e)
{
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/" FILE_NAME, folder) >= (int)sizeof path)
        return err_set(e, ERR_IO, "The name of the cache's folder is too long.");
    if (!place_folder(folder, e))
        return false;
    struct cache *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(e, ERR_NO_MEMORY, NULL);
    pthread_mutex_init(&c->lock, NULL);
    c->max_bytes = max_bytes < LEAST_BYTES ? LEAST_BYTES : max_bytes;
    bool ok = open_database(c, folder, e);
    if (!ok && should_replace(c, e)) {
        close_database(c);
        remove_files(path);
        log_event(LOG_WARN, "page_cache", "doing=open note=\"the file was damaged or of another version; begun anew\"");
        ok = open_database(c, folder, e);
    }
    if (!ok) {
        cache_close(c);
        return false;
    }
    *out = c;
    return true;
}

void cache_close(struct cache *c)
{
    if (!c)
        return;
    close_database(c);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static bool get_locked(struct cache *c, struct arena *a, struct slice key, struct cache_page *out, int64_t *used)
{
    sqlite3_stmt *st = c->st[GET];
    db_text(st, 1, key);
    int got = sqlite3_step(st);
    if (got == SQLITE_ROW) {
        *out = (struct cache_page){.key = key,
                                   .final_url = db_column(st, 0, a),
                                   .content_type = db_column(st, 1, a),
                                   .etag = db_column(st, 2, a),
                                   .last_modified = db_column(st, 3, a),
                                   .body = db_column(st, 4, a),
                                   .fetched_unix = sqlite3_column_int64(st, 5),
                                   .fresh_until_unix = sqlite3_column_int64(st, 6)};
        *used = sqlite3_column_int64(st, 7);
    } else if (got != SQLITE_DONE) {
        cache_complain(c, "get");
    }
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return got == SQLITE_ROW;
}

bool cache_get(struct cache *c, struct arena *a, struct slice key, struct cache_page *out)
{
    int64_t used = 0, now = clock_unix_s();
    pthread_mutex_lock(&c->lock);
    bool found = get_locked(c, a, key, out, &used);
    if (found && now - used >= USE_GRAIN_S) {
        db_text(c->st[USE], 1, key);
        sqlite3_bind_int64(c->st[USE], 2, now);
        cache_run(c, USE, "use");
    }
    pthread_mutex_unlock(&c->lock);
    return found;
}

struct cache_total {
    int64_t pages, bytes;
};

static struct cache_total cache_total(struct cache *c)
{
    struct cache_total s = {0};
    if (sqlite3_step(c->st[TOTAL]) == SQLITE_ROW)
        s = (struct cache_total){sqlite3_column_int64(c->st[TOTAL], 0), sqlite3_column_int64(c->st[TOTAL], 1)};
    sqlite3_reset(c->st[TOTAL]);
    return s;
}

static void cache_evict(struct cache *c)
{
    struct cache_total s = cache_total(c);
    if (s.bytes <= c->max_bytes)
        return;
    while (s.pages > 0 && s.bytes > c->max_bytes - c->max_bytes / 10) {
        sqlite3_bind_int64(c->st[OLDEST], 1, 1 + s.pages / 32);
        if (!cache_run(c, OLDEST, "evict"))
            return;
        s = cache_total(c);
    }
}

static void put_locked(struct cache *c, const struct cache_page *p, int64_t bytes)
{
    sqlite3_stmt *st = c->st[PUT];
    if (sqlite3_exec(c->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
        cache_complain(c, "begin");
        return;
    }
    db_text(c->st[DROP], 1, p->key);
    cache_run(c, DROP, "put");
    db_text(st, 1, p->key);
    db_text(st, 2, p->final_url);
    db_text(st, 3, p->content_type);
    db_text(st, 4, p->etag);
    db_text(st, 5, p->last_modified);
    sqlite3_bind_blob64(st, 6, p->body.n ? p->body.p : "", p->body.n, SQLITE_STATIC);
    sqlite3_bind_int64(st, 7, p->fetched_unix);
    sqlite3_bind_int64(st, 8, p->fresh_until_unix);
    sqlite3_bind_int64(st, 9, clock_unix_s());
    sqlite3_bind_int64(st, 10, bytes);
    if (cache_run(c, PUT, "put"))
        cache_evict(c);
    if (sqlite3_exec(c->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        cache_complain(c, "commit");
        sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
    }
}

void cache_put(struct cache *c, const struct cache_page *p)
{
    int64_t bytes =
        (int64_t)(p->key.n + p->final_url.n + p->content_type.n + p->etag.n + p->last_modified.n + p->body.n);
    if (bytes > c->max_bytes / 8)
        return;
    pthread_mutex_lock(&c->lock);
    put_locked(c, p, bytes);
    pthread_mutex_unlock(&c->lock);
}

void cache_confirm(struct cache *c, struct slice key, int64_t fetched_unix, int64_t fresh_until_unix)
{
    pthread_mutex_lock(&c->lock);
    db_text(c->st[CONFIRM], 1, key);
    sqlite3_bind_int64(c->st[CONFIRM], 2, fetched_unix);
    sqlite3_bind_int64(c->st[CONFIRM], 3, fresh_until_unix);
    cache_run(c, CONFIRM, "confirm");
    pthread_mutex_unlock(&c->lock);
}

void cache_drop(struct cache *c, struct slice key)
{
    pthread_mutex_lock(&c->lock);
    db_text(c->st[DROP], 1, key);
    cache_run(c, DROP, "drop");
    pthread_mutex_unlock(&c->lock);
}
