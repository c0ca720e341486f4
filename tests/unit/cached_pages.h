/* cached_pages.h - what the page cache in a folder holds by its own count, read from its file. */
#ifndef CACHED_PAGES_H
#define CACHED_PAGES_H

#include <sqlite3.h>
#include <stdio.h>

static inline int cached_total(const char *folder, const char *column)
{
    char path[512], sql[64];
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    int n = -1;
    snprintf(path, sizeof path, "%s/cache.db", folder);
    snprintf(sql, sizeof sql, "SELECT %s FROM total", column);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

static inline int cached_pages(const char *folder)
{
    return cached_total(folder, "pages");
}

static inline int cached_bytes(const char *folder)
{
    return cached_total(folder, "bytes");
}

#endif
