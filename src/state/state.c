/* state.c - opens the state file and brings its tables up to date.
 *
 * One SQLite database in WAL mode: readers never wait for a writer, so that `footnote key revoke` works beside a busy
 * server. synchronous=FULL: a key that was printed is on the disk. Keys are written rarely.
 * PRAGMA user_version is the version of the tables. Entry n of `steps` upgrades a file from version n to the next, in
 * one transaction; entries are only ever added. Before that the file is copied. A file from a newer footnote is
 * refused.
 *
 * The folder has mode 0700 and the file 0600, so that other users cannot read hashes of keys and names of their owners.
 * SQLite gives its -wal and -shm files the mode of the main file. */
#include "state/sqlite.h"

#include "state/copy.h"
#include "state/db.h"
#include "state/place.h"

enum { BUSY_TIMEOUT_MS = 5000 };

#define FILE_NAME "state.db"
static const char WHAT[] = "keys";
static const char set_up[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON";

static const char *const steps[] = {
    "CREATE TABLE keys ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT," /* never given twice: rate limits and logs go by it */
    " name TEXT NOT NULL,"
    " hash BLOB NOT NULL UNIQUE,"
    " hint TEXT NOT NULL,"
    " created_unix INTEGER NOT NULL,"
    " revoked_unix INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE UNIQUE INDEX keys_valid_name ON keys(name) WHERE revoked_unix = 0;",
    /* -1: as the server's setting says. */
    "ALTER TABLE keys ADD COLUMN role INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE keys ADD COLUMN expires_unix INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE keys ADD COLUMN rate_per_minute INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE keys ADD COLUMN at_once INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE keys ADD COLUMN daily_quota INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE keys ADD COLUMN models TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE keys ADD COLUMN domains TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE keys ADD COLUMN note TEXT NOT NULL DEFAULT '';",
};

enum { VERSION = COUNT_OF(steps) };

const struct key_scope key_scope_wide = {.rate_per_minute = KEY_AS_SET, .at_once = KEY_AS_SET};

bool sqlite_fail(struct state *s, const char *doing, struct err *e)
{
    char what[128];
    snprintf(what, sizeof what, "keys, while %s,", doing);
    return db_error(s->db, what, e);
}

sqlite3_stmt *sqlite_prepare(struct state *s, const char *sql, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
        sqlite_fail(s, "preparing a statement", e);
    return st;
}

static bool state_run(struct state *s, const char *sql, const char *doing, struct err *e)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK || sqlite_fail(s, doing, e);
}

static bool upgrade_locked(struct state *s, struct err *e)
{
    int version = 0;
    if (!db_version(s->db, WHAT, &version, e))
        return false;
    if (version > VERSION)
        return err_set(e, ERR_CORRUPT,
                       "The state file has version %d, made by a newer footnote; this one knows versions up to %d.",
                       version, VERSION);
    for (; version < VERSION; version++)
        if (!state_run(s, steps[version], "bringing its tables up to date", e))
            return false;
    char set[48];
    snprintf(set, sizeof set, "PRAGMA user_version = %d", VERSION);
    return state_run(s, set, "writing its version", e);
}

/* IMMEDIATE, so that of two processes that start on a new file one makes the tables and the other finds them. */
static bool state_upgrade(struct state *s, const char *path, struct err *e)
{
    int version = 0;
    if (!db_version(s->db, WHAT, &version, e))
        return false;
    if (version == VERSION)
        return true;
    if (version > 0 && version < VERSION && !copy_before_upgrade(s->db, path, version, e))
        return false;
    if (!state_run(s, "BEGIN IMMEDIATE", "locking it", e))
        return false;
    if (upgrade_locked(s, e))
        return state_run(s, "COMMIT", "bringing its tables up to date", e);
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static bool open_database(struct state *s, const char *folder, const char *path, struct err *e)
{
    if (!db_connect(folder, FILE_NAME, WHAT, BUSY_TIMEOUT_MS, set_up, &s->db, e) || !state_upgrade(s, path, e))
        return false;
    s->data_version = sqlite_prepare(s, "PRAGMA data_version", e);
    return s->data_version != NULL;
}

bool state_folder(const char *folder, struct err *e)
{
    return place_folder(folder, e);
}

bool state_open(const char *folder, struct state **out, struct err *e)
{
    char path[PATH_BYTES];
    if (!folder[0] || snprintf(path, sizeof path, "%s/" FILE_NAME, folder) >= (int)sizeof path)
        return err_set(e, ERR_IO, "The name of the state folder is empty or too long.");
    if (!place_folder(folder, e))
        return false;
    struct state *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_NO_MEMORY, NULL);
    pthread_mutex_init(&s->lock, NULL);
    s->seen_version = -1;
    if (!open_database(s, folder, path, e)) {
        state_close(s);
        return false;
    }
    *out = s;
    return true;
}

void state_close(struct state *s)
{
    if (!s)
        return;
    sqlite3_finalize(s->data_version);
    sqlite3_close(s->db);
    pthread_mutex_destroy(&s->lock);
    arena_free(s->keys_arena);
    free(s);
}

const char *state_engine_version(void)
{
    return sqlite3_libversion();
}
