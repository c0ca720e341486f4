/* copy.c - see copy.h. SQLite's backup in a single step reads one snapshot, which in WAL mode no writer waits for. */
#include "state/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "state/place.h"

static bool copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return false;
    (void)sqlite3_backup_step(backup, -1);
    return sqlite3_backup_finish(backup) == SQLITE_OK;
}

static bool copy_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

bool copy_database(sqlite3 *from, const char *what, const char *to, struct err *e)
{
    char part[PATH_BYTES];
    sqlite3 *db = NULL;
    if (snprintf(part, sizeof part, "%s.part", to) >= (int)sizeof part)
        return err_set(e, ERR_IO, "The name of the copy of %s is too long.", what);
    (void)unlink(part); /* of a copy that was broken off */
    if (!place_file(part, e))
        return false;
    bool ok = sqlite3_open_v2(part, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK && copy_pages(from, db);
    /* The copy is a single file, without a log beside it. */
    ok = ok && sqlite3_exec(db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) == SQLITE_OK;
    if (!ok)
        err_set(e, ERR_IO, "%s cannot be copied to %s: %s.", what, part, db ? sqlite3_errmsg(db) : "no memory");
    sqlite3_close(db);
    if (ok && (!copy_sync(part) || rename(part, to) != 0))
        ok = err_set(e, ERR_IO, "The copy of %s cannot be written to %s: %s.", what, to, strerror(errno));
    if (!ok)
        (void)unlink(part);
    return ok;
}

bool copy_before_upgrade(sqlite3 *from, const char *path, int version, struct err *e)
{
    char to[PATH_BYTES];
    if (snprintf(to, sizeof to, "%s.version-%d", path, version) >= (int)sizeof to)
        return err_set(e, ERR_IO, "The name of the copy of %s is too long.", path);
    if (!copy_database(from, path, to, e))
        return false;
    log_event(LOG_INFO, "upgrade", "file=%s version=%d kept_as=%s", path, version, to);
    return true;
}

bool copy_check(sqlite3 *db, const char *what, struct err *e)
{
    static const char *const checks[] = {"PRAGMA integrity_check(1)", "PRAGMA foreign_key_check"};
    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        sqlite3_stmt *st = NULL;
        int got = sqlite3_prepare_v2(db, checks[i], -1, &st, NULL) == SQLITE_OK ? sqlite3_step(st) : SQLITE_ERROR;
        const char *said = got == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
        bool ok = got == SQLITE_DONE || (i == 0 && said && strcmp(said, "ok") == 0);
        if (!ok)
            err_set(e, ERR_CORRUPT, "%s is damaged: %s.", what, said ? said : sqlite3_errmsg(db));
        sqlite3_finalize(st);
        if (!ok)
            return false;
    }
    return true;
}
