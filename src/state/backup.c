#include "state/backup.h"

#include <stdio.h>
#include <unistd.h>

#include "state/copy.h"
#include "state/interactions.h"
#include "state/place.h"
#include "state/runs.h"
#include "state/state.h"
#include "state/usage.h"

enum { BUSY_TIMEOUT_MS = 5000 };

const char *const backup_files[BACKUP_FILES] = {"state.db", "usage.db", "interactions.db", "tasks.db"};

static bool backup_path(const char *folder, const char *name, char path[PATH_BYTES], struct err *e)
{
    return snprintf(path, PATH_BYTES, "%s/%s", folder, name) < PATH_BYTES ||
           err_set(e, ERR_IO, "The name of the folder %s is too long.", folder);
}

bool backup_copy(const char *folder, const char *name, const char *to, bool *there, struct err *e)
{
    char path[PATH_BYTES];
    sqlite3 *db = NULL;
    if (!backup_path(folder, name, path, e))
        return false;
    *there = access(path, F_OK) == 0;
    if (!*there)
        return true;
    /* Not read-only: a log that a killed process left is part of the file. */
    bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK ||
              err_set(e, ERR_IO, "%s cannot be opened: %s.", path, sqlite3_errmsg(db));
    if (ok) {
        sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
        ok = copy_database(db, path, to, e);
    }
    sqlite3_close(db);
    return ok;
}

static bool backup_opens(const char *folder, const char *name, struct err *e)
{
    struct slice file = slice_of(name);
    struct state *s = NULL;
    struct usage *u = NULL;
    struct interactions *x = NULL;
    struct runs *r = NULL;
    bool ok = slice_is(file, "state.db")   ? state_open(folder, &s, e)
              : slice_is(file, "usage.db") ? usage_open(folder, 0, &u, e)
              : slice_is(file, "tasks.db") ? runs_open(folder, &(struct runs_options){.keep_s = 0}, &r, e)
                                           : interactions_open(folder, &x, e);
    runs_close(r);
    interactions_close(x);
    usage_close(u);
    state_close(s);
    return ok;
}

bool backup_check(const char *folder, const char *name, struct err *e)
{
    char path[PATH_BYTES];
    sqlite3 *db = NULL;
    if (!backup_path(folder, name, path, e))
        return false;
    bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
                  ? copy_check(db, name, e)
                  : err_set(e, ERR_IO, "%s cannot be opened: %s.", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    return ok && backup_opens(folder, name, e);
}

/* Leaving WAL mode needs the file for oneself, and is undone by the next one who opens it. */
bool backup_is_free(const char *folder, const char *name, struct err *e)
{
    char path[PATH_BYTES];
    sqlite3 *db = NULL;
    if (!backup_path(folder, name, path, e))
        return false;
    if (access(path, F_OK) != 0)
        return true;
    int got = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    if (got == SQLITE_OK)
        got = sqlite3_exec(db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    bool busy = got == SQLITE_BUSY || got == SQLITE_LOCKED;
    sqlite3_close(db);
    return !busy ||
           err_set(e, ERR_BUSY, "%s is in use. Stop the server, and commands that use this folder, first.", path);
}
