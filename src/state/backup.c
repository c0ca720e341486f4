#include "state/backup.h"

#include <stdio.h>
#include <unistd.h>

#include "state/completions.h"
#include "state/copy.h"
#include "state/interactions.h"
#include "state/place.h"
#include "state/replies.h"
#include "state/responses.h"
#include "state/runs.h"
#include "state/state.h"
#include "state/usage.h"

enum { BUSY_TIMEOUT_MS = 5000 };

static bool backup_open_state(const char *folder, struct err *e)
{
    struct state *s;
    bool ok = state_open(folder, &s, e);
    if (ok)
        state_close(s);
    return ok;
}

static bool backup_open_usage(const char *folder, struct err *e)
{
    struct usage *u;
    bool ok = usage_open(folder, 0, &u, e);
    if (ok)
        usage_close(u);
    return ok;
}

static bool backup_open_interactions(const char *folder, struct err *e)
{
    struct interactions *x;
    bool ok = interactions_open(folder, &x, e);
    if (ok)
        interactions_close(x);
    return ok;
}

static bool backup_open_completions(const char *folder, struct err *e)
{
    struct completions *c;
    bool ok = completions_open(folder, UINT64_MAX, INT64_MAX, &c, e);
    if (ok)
        completions_close(c);
    return ok;
}

static bool backup_open_replies(const char *folder, struct err *e)
{
    struct replies *r;
    bool ok = replies_open(folder, UINT64_MAX, &r, e);
    if (ok)
        replies_close(r);
    return ok;
}

static bool backup_open_responses(const char *folder, struct err *e)
{
    struct responses *r;
    bool ok = responses_open(folder, UINT64_MAX, INT64_MAX, &r, e);
    if (ok)
        responses_close(r);
    return ok;
}

static bool backup_open_runs(const char *folder, struct err *e)
{
    struct runs *r;
    bool ok = runs_open(folder, &(struct runs_options){.keep_s = 0}, &r, e);
    if (ok)
        runs_close(r);
    return ok;
}

const struct state_file state_files[STATE_FILES] = {
    {"state.db", "keys", backup_open_state},
    {"usage.db", "usage", backup_open_usage},
    {"interactions.db", "conversations", backup_open_interactions},
    {"completions.db", "stored completions", backup_open_completions},
    {"replies.db", "kept replies", backup_open_replies},
    {"responses.db", "kept responses", backup_open_responses},
    {"tasks.db", "tasks and monitors", backup_open_runs},
};

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

bool backup_whole(const char *folder, const struct state_file *file, struct err *e)
{
    char path[PATH_BYTES];
    sqlite3 *db = NULL;
    if (!backup_path(folder, file->name, path, e))
        return false;
    if (access(path, F_OK) != 0)
        return true;
    bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
                  ? copy_check(db, file->name, e)
                  : err_set(e, ERR_IO, "%s cannot be opened: %s.", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    return ok;
}

bool backup_check(const char *folder, const struct state_file *file, struct err *e)
{
    return backup_whole(folder, file, e) && file->opens(folder, e);
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
