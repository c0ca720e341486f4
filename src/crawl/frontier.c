/* frontier.c - see frontier.h. */
#include "crawl/frontier.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUSY_MS = 5000 };

enum statement {
    FIND_SITE,
    ADD_SITE,
    ADD_PAGE,
    NEARER,
    TAKE,
    MARK_TAKEN,
    GIVE_BACK,
    DONE,
    FIND_KEY,
    MARK_SAME,
    WAITING,
    READ,
    STATEMENTS
};

/* In statements about one crawl ?1 is its number. */
static const char *const sql[STATEMENTS] = {
    [FIND_SITE] = "SELECT id FROM site WHERE origin = ?1",
    [ADD_SITE] = "INSERT INTO site(origin) VALUES(?1)",
    [ADD_PAGE] = "INSERT OR IGNORE INTO page(crawl, key, url, site, depth) VALUES(?1, ?2, ?3, ?4, ?5)",
    [NEARER] = "UPDATE page SET depth = ?3 WHERE crawl = ?1 AND key = ?2 AND depth > ?3",
    [TAKE] = "SELECT id, url, etag, modified, indexed_as, depth, tries FROM page WHERE crawl = ?1 AND site = ?2 AND "
             "state = 0 "
             "ORDER BY depth, id LIMIT 1",
    [MARK_TAKEN] = "UPDATE page SET state = 4 WHERE id = ?1",
    [GIVE_BACK] = "UPDATE page SET state = 0, tries = tries + 1 WHERE id = ?1",
    [DONE] = "UPDATE page SET state = ?2, etag = ?3, modified = ?4, indexed_as = ?5 WHERE id = ?1",
    [FIND_KEY] = "SELECT id, state FROM page WHERE crawl = ?1 AND key = ?2",
    [MARK_SAME] = "UPDATE page SET state = 2 WHERE id = ?1",
    [WAITING] = "SELECT count(*) FROM page WHERE crawl = ?1 AND state IN (0, 4)",
    [READ] = "SELECT count(*) FROM page WHERE crawl = ?1 AND state = 1",
};

static const char schema[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
    "CREATE TABLE IF NOT EXISTS crawl(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, finished INTEGER NOT NULL "
    "DEFAULT 0);"
    "CREATE TABLE IF NOT EXISTS site(id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE);"
    "CREATE TABLE IF NOT EXISTS page(id INTEGER PRIMARY KEY, crawl INTEGER NOT NULL, key TEXT NOT NULL, url TEXT NOT "
    "NULL,"
    " site INTEGER NOT NULL, depth INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT "
    "0,"
    " etag TEXT NOT NULL DEFAULT '', modified TEXT NOT NULL DEFAULT '', indexed_as TEXT NOT NULL DEFAULT '',"
    " UNIQUE(crawl, key));"
    "CREATE INDEX IF NOT EXISTS waiting ON page(crawl, site, depth, id) WHERE state = 0;";

struct frontier {
    sqlite3 *db;
    sqlite3_stmt *at[STATEMENTS];
    int64_t crawl;
    bool open; /* a transaction is open */
};

static bool frontier_failed(struct frontier *f, const char *doing, struct err *e)
{
    int code = sqlite3_errcode(f->db);
    if (code == SQLITE_BUSY)
        return err_set(e, ERR_BUSY, "Another process crawls with this data folder.");
    return err_set(e, code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? ERR_CORRUPT : ERR_IO,
                   "The file of the crawl cannot be used (%s: %s). It may be deleted; the crawl begins anew then.",
                   doing, sqlite3_errmsg(f->db));
}

static bool frontier_exec(struct frontier *f, const char *text, struct err *e)
{
    return sqlite3_exec(f->db, text, NULL, NULL, NULL) == SQLITE_OK || frontier_failed(f, "changing it", e);
}

static void bind_text(sqlite3_stmt *s, int at, struct slice text)
{
    sqlite3_bind_text64(s, at, text.p, text.n, SQLITE_STATIC, SQLITE_UTF8);
}

/* Runs a statement that returns no row, and resets it for the next use. */
static bool frontier_run(struct frontier *f, enum statement which, struct err *e)
{
    int status = sqlite3_step(f->at[which]);
    sqlite3_reset(f->at[which]);
    return status == SQLITE_DONE || frontier_failed(f, "writing", e);
}

static struct slice frontier_column(struct arena *a, sqlite3_stmt *s, int at)
{
    const void *text = sqlite3_column_text(s, at);
    return arena_dup(a, (struct slice){text ? text : "", (size_t)sqlite3_column_bytes(s, at)});
}

/* The first column of the first row; -1 if there is no row. */
static bool frontier_number(struct frontier *f, sqlite3_stmt *s, int64_t *out, struct err *e)
{
    int status = sqlite3_step(s);
    *out = status == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
    sqlite3_reset(s);
    return status == SQLITE_ROW || status == SQLITE_DONE || frontier_failed(f, "reading", e);
}

static bool find_crawl(struct frontier *f, struct slice name, int64_t *finished, struct err *e)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(f->db, "SELECT id, finished FROM crawl WHERE name = ?1", -1, &s, NULL) != SQLITE_OK)
        return frontier_failed(f, "reading", e);
    bind_text(s, 1, name);
    int status = sqlite3_step(s);
    f->crawl = status == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    *finished = status == SQLITE_ROW && sqlite3_column_int64(s, 1);
    sqlite3_finalize(s);
    if (f->crawl || status != SQLITE_DONE)
        return status == SQLITE_ROW || frontier_failed(f, "reading", e);
    if (sqlite3_prepare_v2(f->db, "INSERT INTO crawl(name) VALUES(?1)", -1, &s, NULL) != SQLITE_OK)
        return frontier_failed(f, "writing", e);
    bind_text(s, 1, name);
    status = sqlite3_step(s);
    sqlite3_finalize(s);
    f->crawl = sqlite3_last_insert_rowid(f->db);
    return status == SQLITE_DONE || frontier_failed(f, "writing", e);
}

static bool begin_crawl(struct frontier *f, struct slice name, bool fresh, bool *goes_on, bool *again, struct err *e)
{
    int64_t finished = 0, known = 0;
    char text[200];
    if (!frontier_exec(f, "BEGIN IMMEDIATE", e))
        return false;
    f->open = true;
    if (!find_crawl(f, name, &finished, e))
        return false;
    snprintf(text, sizeof text, "DELETE FROM page WHERE crawl = %lld", (long long)f->crawl);
    if (fresh && !frontier_exec(f, text, e))
        return false;
    sqlite3_bind_int64(f->at[READ], 1, f->crawl);
    if (!frontier_number(f, f->at[READ], &known, e))
        return false;
    *again = !fresh && finished;
    *goes_on = !fresh && !finished && known > 0;
    snprintf(text, sizeof text, "UPDATE page SET state = 0, tries = 0 WHERE crawl = %lld%s", (long long)f->crawl,
             finished ? "" : " AND state = 4");
    if (!frontier_exec(f, text, e))
        return false;
    snprintf(text, sizeof text, "UPDATE crawl SET finished = 0 WHERE id = %lld", (long long)f->crawl);
    return frontier_exec(f, text, e);
}

bool frontier_open(const char *file, struct slice name, bool fresh, struct frontier **out, bool *goes_on, bool *again,
                   struct err *e)
{
    struct frontier *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    bool ok = sqlite3_open_v2(file, &f->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) ==
                  SQLITE_OK ||
              frontier_failed(f, "opening it", e);
    if (ok)
        sqlite3_busy_timeout(f->db, BUSY_MS);
    ok = ok && frontier_exec(f, schema, e);
    for (int i = 0; ok && i < STATEMENTS; i++)
        ok = sqlite3_prepare_v2(f->db, sql[i], -1, &f->at[i], NULL) == SQLITE_OK || frontier_failed(f, "reading", e);
    if (!ok || !begin_crawl(f, name, fresh, goes_on, again, e)) {
        frontier_close(f);
        return false;
    }
    *out = f;
    return true;
}

void frontier_close(struct frontier *f)
{
    if (!f)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(f->at[i]);
    sqlite3_close(f->db);
    free(f);
}

bool frontier_commit(struct frontier *f, struct err *e)
{
    return frontier_exec(f, "COMMIT", e) && frontier_exec(f, "BEGIN IMMEDIATE", e);
}

bool frontier_finish(struct frontier *f, struct err *e)
{
    char text[80];
    snprintf(text, sizeof text, "UPDATE crawl SET finished = 1 WHERE id = %lld", (long long)f->crawl);
    return frontier_exec(f, text, e) && frontier_commit(f, e);
}

bool frontier_site(struct frontier *f, struct slice origin, int64_t *site, struct err *e)
{
    bind_text(f->at[FIND_SITE], 1, origin);
    if (!frontier_number(f, f->at[FIND_SITE], site, e))
        return false;
    if (*site > 0)
        return true;
    bind_text(f->at[ADD_SITE], 1, origin);
    bool ok = frontier_run(f, ADD_SITE, e);
    *site = sqlite3_last_insert_rowid(f->db);
    return ok;
}

bool frontier_sites(struct frontier *f, struct arena *a, struct slice **origins, size_t *n, struct err *e)
{
    sqlite3_stmt *s;
    size_t room = 0;
    struct slice *items = NULL;
    int status;
    *n = 0;
    if (sqlite3_prepare_v2(f->db,
                           "SELECT origin FROM site WHERE id IN (SELECT site FROM page WHERE crawl = ?1 AND state = 0)",
                           -1, &s, NULL) != SQLITE_OK)
        return frontier_failed(f, "reading", e);
    sqlite3_bind_int64(s, 1, f->crawl);
    while ((status = sqlite3_step(s)) == SQLITE_ROW) {
        struct slice *origin = arena_push(a, &items, *n, &room);
        *origin = frontier_column(a, s, 0);
        ++*n;
    }
    sqlite3_finalize(s);
    *origins = items;
    return status == SQLITE_DONE || frontier_failed(f, "reading", e);
}

bool frontier_add(struct frontier *f, struct slice key, struct slice url, int64_t site, unsigned depth, bool *added,
                  struct err *e)
{
    sqlite3_stmt *s = f->at[ADD_PAGE];
    sqlite3_bind_int64(s, 1, f->crawl);
    bind_text(s, 2, key);
    bind_text(s, 3, url);
    sqlite3_bind_int64(s, 4, site);
    sqlite3_bind_int64(s, 5, depth);
    if (!frontier_run(f, ADD_PAGE, e))
        return false;
    *added = sqlite3_changes(f->db) > 0;
    if (*added)
        return true;
    s = f->at[NEARER];
    sqlite3_bind_int64(s, 1, f->crawl);
    bind_text(s, 2, key);
    sqlite3_bind_int64(s, 3, depth);
    return frontier_run(f, NEARER, e);
}

bool frontier_take(struct frontier *f, struct arena *a, int64_t site, struct frontier_page *out, bool *found,
                   struct err *e)
{
    sqlite3_stmt *s = f->at[TAKE];
    sqlite3_bind_int64(s, 1, f->crawl);
    sqlite3_bind_int64(s, 2, site);
    int status = sqlite3_step(s);
    *found = status == SQLITE_ROW;
    if (*found)
        *out = (struct frontier_page){.id = sqlite3_column_int64(s, 0),
                                      .site = site,
                                      .url = frontier_column(a, s, 1),
                                      .etag = frontier_column(a, s, 2),
                                      .modified = frontier_column(a, s, 3),
                                      .indexed_as = frontier_column(a, s, 4),
                                      .depth = (unsigned)sqlite3_column_int(s, 5),
                                      .tries = (unsigned)sqlite3_column_int(s, 6)};
    sqlite3_reset(s);
    if (!*found)
        return status == SQLITE_DONE || frontier_failed(f, "reading", e);
    sqlite3_bind_int64(f->at[MARK_TAKEN], 1, out->id);
    return frontier_run(f, MARK_TAKEN, e);
}

bool frontier_give_back(struct frontier *f, int64_t id, struct err *e)
{
    sqlite3_bind_int64(f->at[GIVE_BACK], 1, id);
    return frontier_run(f, GIVE_BACK, e);
}

bool frontier_done(struct frontier *f, const struct frontier_page *page, enum frontier_state state, struct err *e)
{
    sqlite3_stmt *s = f->at[DONE];
    sqlite3_bind_int64(s, 1, page->id);
    sqlite3_bind_int64(s, 2, state);
    bind_text(s, 3, page->etag);
    bind_text(s, 4, page->modified);
    bind_text(s, 5, page->indexed_as);
    return frontier_run(f, DONE, e);
}

bool frontier_same(struct frontier *f, struct slice key, struct slice url, int64_t site, unsigned depth, bool *taken,
                   struct err *e)
{
    bool added;
    *taken = false;
    if (!frontier_add(f, key, url, site, depth, &added, e))
        return false;
    sqlite3_stmt *s = f->at[FIND_KEY];
    sqlite3_bind_int64(s, 1, f->crawl);
    bind_text(s, 2, key);
    int status = sqlite3_step(s);
    int64_t id = sqlite3_column_int64(s, 0), state = sqlite3_column_int64(s, 1);
    sqlite3_reset(s);
    if (status != SQLITE_ROW)
        return frontier_failed(f, "reading", e);
    *taken = state == FRONTIER_READ;
    if (state != FRONTIER_WAITING)
        return true;
    sqlite3_bind_int64(f->at[MARK_SAME], 1, id);
    return frontier_run(f, MARK_SAME, e);
}

bool frontier_counts(struct frontier *f, uint64_t *waiting, uint64_t *read, struct err *e)
{
    int64_t w, r;
    sqlite3_bind_int64(f->at[WAITING], 1, f->crawl);
    sqlite3_bind_int64(f->at[READ], 1, f->crawl);
    if (!frontier_number(f, f->at[WAITING], &w, e) || !frontier_number(f, f->at[READ], &r, e))
        return false;
    *waiting = (uint64_t)w;
    *read = (uint64_t)r;
    return true;
}
