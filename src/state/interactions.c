/* interactions.c - three tables, a handful of prepared statements, one lock around each call.
 *
 * The texts of pages take most of the room, and thousands of answers may use one popular page. So a text is stored
 * once, by the hash of its page and its place in it, and interactions point to it. References are not counted: when a
 * pointer is removed, a trigger looks for another one. So the cost of a purge depends on what it removes, not on what
 * is kept.
 *
 * Version 1 of the file had only the turns; it is upgraded by adding the other tables. */
#include "state/interactions.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "state/copy.h"
#include "state/db.h"
#include "state/place.h"

enum {
    BUSY_TIMEOUT_MS = 5000,
    HURRY_MS = 200,       /* that an answer waits for the file */
    LEAVE_ALONE_MS = 1000 /* after the file was busy for so long, answers do not try it again for a while */
};

#define FILE_NAME "interactions.db"
static const char WHAT[] = "interactions";

enum statement {
    PUT,
    GET,
    PUT_PAGE,
    PUT_TEXT,
    GET_PAGES,
    PURGE,
    REMOVE,
    LIST,
    NEWEST,
    OLDEST,
    BYTES,
    BEGIN,
    COMMIT,
    ROLLBACK,
    STATEMENT_COUNT
};

static const char *const sql[] = {
    [PUT] = "INSERT INTO interactions (id, key_id, made_unix, turns, turn_count) VALUES (?, ?, ?, ?, ?)",
    [GET] = "SELECT turns FROM interactions WHERE id = ? AND key_id = ? AND made_unix >= ?",
    [PUT_PAGE] = "INSERT INTO interaction_pages (id, place, url, title, lang, date, sha256, start)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_TEXT] = "INSERT OR IGNORE INTO page_texts (sha256, start, text) VALUES (?, ?, ?)",
    [GET_PAGES] = "SELECT url, title, lang, date, sha256, start, text FROM interaction_pages"
                  " JOIN page_texts USING (sha256, start) WHERE id = ? ORDER BY place",
    [PURGE] = "DELETE FROM interactions WHERE made_unix < ?",
    [REMOVE] = "DELETE FROM interactions WHERE id = ?",
    [LIST] = "SELECT i.id, key_id, made_unix, turn_count, count(DISTINCT p.sha256),"
             " length(CAST(turns AS BLOB)) + coalesce(sum(length(text)), 0)"
             " FROM interactions i LEFT JOIN interaction_pages p ON p.id = i.id"
             " LEFT JOIN page_texts t ON t.sha256 = p.sha256 AND t.start = p.start"
             " GROUP BY i.id ORDER BY made_unix DESC, i.id",
    [NEWEST] = "SELECT coalesce(max(made_unix), 0) FROM interactions",
    /* In steps of a twentieth, so that other requests get their turn between them. */
    [OLDEST] = "DELETE FROM interactions WHERE id IN (SELECT id FROM interactions ORDER BY made_unix, id"
               " LIMIT (SELECT count(*) / 20 + 1 FROM interactions))",
    [BYTES] = "SELECT (p.page_count - f.freelist_count) * s.page_size"
              " FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
};
_Static_assert(COUNT_OF(sql) == STATEMENT_COUNT, "a statement without text");

struct interactions {
    pthread_mutex_t lock;          /* guards the rest, but for busy_until_ms */
    _Atomic int64_t busy_until_ms; /* another process holds the file */
    bool hurry;
    sqlite3 *db;
    sqlite3_stmt *st[STATEMENT_COUNT];
};

/* secure_delete: what a person wants to have removed should not stay readable in the file. */
static const char set_up[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                             "PRAGMA secure_delete=ON;";
static const char tables[] = "CREATE TABLE IF NOT EXISTS interactions ("
                             " id TEXT PRIMARY KEY,"
                             " key_id INTEGER NOT NULL,"
                             " made_unix INTEGER NOT NULL,"
                             " turns TEXT NOT NULL"
                             ") STRICT, WITHOUT ROWID;"
                             "CREATE INDEX IF NOT EXISTS interactions_age ON interactions(made_unix);";
static const char pages[] = "ALTER TABLE interactions ADD COLUMN turn_count INTEGER NOT NULL DEFAULT 0;"
                            "CREATE TABLE page_texts ("
                            " sha256 TEXT NOT NULL,"
                            " start INTEGER NOT NULL,"
                            " text BLOB NOT NULL," /* its length is told without reading it */
                            " PRIMARY KEY (sha256, start)"
                            ") STRICT;"
                            "CREATE TABLE interaction_pages ("
                            " id TEXT NOT NULL REFERENCES interactions(id) ON DELETE CASCADE,"
                            " place INTEGER NOT NULL,"
                            " url TEXT NOT NULL,"
                            " title TEXT NOT NULL,"
                            " lang TEXT NOT NULL,"
                            " date TEXT NOT NULL,"
                            " sha256 TEXT NOT NULL,"
                            " start INTEGER NOT NULL,"
                            " PRIMARY KEY (id, place)"
                            ") STRICT, WITHOUT ROWID;"
                            "CREATE INDEX interaction_pages_text ON interaction_pages(sha256, start);"
                            "CREATE TRIGGER page_texts_forget AFTER DELETE ON interaction_pages BEGIN"
                            " DELETE FROM page_texts WHERE sha256 = old.sha256 AND start = old.start AND NOT EXISTS"
                            " (SELECT 1 FROM interaction_pages p WHERE p.sha256 = old.sha256 AND p.start = old.start);"
                            "END;"
                            "PRAGMA user_version = 2;";

static bool interactions_failed(struct interactions *x, struct err *e)
{
    if (x->hurry && sqlite3_errcode(x->db) == SQLITE_BUSY)
        x->busy_until_ms = clock_ms() + LEAVE_ALONE_MS;
    return db_error(x->db, WHAT, e);
}

static bool interactions_run(struct interactions *x, const char *text, struct err *e)
{
    return sqlite3_exec(x->db, text, NULL, NULL, NULL) == SQLITE_OK || interactions_failed(x, e);
}

static bool interactions_any(struct interactions *x)
{
    sqlite3_stmt *st = NULL;
    bool any = sqlite3_prepare_v2(x->db, "SELECT 1 FROM sqlite_schema LIMIT 1", -1, &st, NULL) == SQLITE_OK &&
               sqlite3_step(st) == SQLITE_ROW;
    sqlite3_finalize(st);
    return any;
}

/* IMMEDIATE, so that of a server and a command that start on a new file one makes the tables. */
static bool interactions_upgrade(struct interactions *x, const char *path, struct err *e)
{
    enum { VERSION = 2 };
    int version = 0;
    if (!db_version(x->db, WHAT, &version, e))
        return false;
    /* Tables without a version: the first one had none. */
    if (version < VERSION && interactions_any(x) && !copy_before_upgrade(x->db, path, version, e))
        return false;
    if (!interactions_run(x, "BEGIN IMMEDIATE", e))
        return false;
    bool ok = db_version(x->db, WHAT, &version, e);
    if (ok && version > VERSION)
        ok = err_set(e, ERR_CORRUPT, "The file of interactions has version %d, made by a newer footnote.", version);
    ok = ok && (version == VERSION || (interactions_run(x, tables, e) && interactions_run(x, pages, e)));
    if (ok)
        return interactions_run(x, "COMMIT", e);
    sqlite3_exec(x->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static bool open_at(struct interactions *x, const char *folder, const char *path, struct err *e)
{
    if (!db_connect(folder, FILE_NAME, WHAT, BUSY_TIMEOUT_MS, set_up, &x->db, e) || !interactions_upgrade(x, path, e))
        return false;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v2(x->db, sql[i], -1, &x->st[i], NULL) != SQLITE_OK)
            return interactions_failed(x, e);
    return true;
}

bool interactions_open(const char *folder, struct interactions **out, struct err *e)
{
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/" FILE_NAME, folder) >= (int)sizeof path)
        return err_set(e, ERR_IO, "The name of the data folder is too long.");
    struct interactions *x = calloc(1, sizeof *x);
    if (!x)
        return err_set(e, ERR_NO_MEMORY, NULL);
    pthread_mutex_init(&x->lock, NULL);
    if (!open_at(x, folder, path, e)) {
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
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(x->st[i]);
    sqlite3_close(x->db);
    pthread_mutex_destroy(&x->lock);
    free(x);
}

/* Runs a statement that gives no rows, and makes it ready for the next time. */
static bool interactions_step(struct interactions *x, enum statement which, struct err *e)
{
    bool ok = sqlite3_step(x->st[which]) == SQLITE_DONE || interactions_failed(x, e);
    sqlite3_reset(x->st[which]);
    return ok;
}

/* Ends what BEGIN began: all of it, or nothing. */
static bool interactions_end(struct interactions *x, bool ok, struct err *e)
{
    struct err ignored;
    if (ok && interactions_step(x, COMMIT, e))
        return true;
    (void)!interactions_step(x, ROLLBACK, &ignored);
    return false;
}

static bool put_page(struct interactions *x, struct slice id, size_t place, const struct page_copy *page, struct err *e)
{
    sqlite3_stmt *text = x->st[PUT_TEXT], *pointer = x->st[PUT_PAGE];
    db_text(text, 1, page->sha256);
    sqlite3_bind_int64(text, 2, (int64_t)page->offset);
    sqlite3_bind_blob(text, 3, page->text.n ? page->text.p : "", (int)page->text.n, SQLITE_STATIC);
    db_text(pointer, 1, id);
    sqlite3_bind_int64(pointer, 2, (int64_t)place);
    db_text(pointer, 3, page->url);
    db_text(pointer, 4, page->title);
    db_text(pointer, 5, page->lang);
    db_text(pointer, 6, page->date);
    db_text(pointer, 7, page->sha256);
    sqlite3_bind_int64(pointer, 8, (int64_t)page->offset);
    return interactions_step(x, PUT_TEXT, e) && interactions_step(x, PUT_PAGE, e);
}

void interactions_hurry(struct interactions *x)
{
    pthread_mutex_lock(&x->lock);
    x->hurry = true;
    sqlite3_busy_timeout(x->db, HURRY_MS);
    pthread_mutex_unlock(&x->lock);
}

/* The lock; false when it is held for too long, or the file is. */
static bool interactions_lock(struct interactions *x, struct err *e)
{
    if (!x->hurry)
        return pthread_mutex_lock(&x->lock) == 0;
    int64_t now_ms = clock_ms(), until_ms = now_ms + HURRY_MS;
    const struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    if (now_ms < x->busy_until_ms || pthread_mutex_clocklock(&x->lock, CLOCK_MONOTONIC, &until) != 0)
        return err_set(e, ERR_IO, "The file of interactions is busy.");
    return true;
}

bool interactions_put(struct interactions *x, struct slice id, int64_t key_id, const struct interaction *kept,
                      size_t turn_count, int64_t now_unix, struct err *e)
{
    if (!interactions_lock(x, e))
        return false;
    bool begun = interactions_step(x, BEGIN, e), ok = begun;
    if (ok) {
        db_text(x->st[PUT], 1, id);
        sqlite3_bind_int64(x->st[PUT], 2, key_id);
        sqlite3_bind_int64(x->st[PUT], 3, now_unix);
        db_text(x->st[PUT], 4, kept->turns);
        sqlite3_bind_int64(x->st[PUT], 5, (int64_t)turn_count);
        ok = interactions_step(x, PUT, e);
    }
    for (size_t i = 0; ok && i < kept->page_count; i++)
        ok = put_page(x, id, i, &kept->pages[i], e);
    if (begun)
        ok = interactions_end(x, ok, e);
    pthread_mutex_unlock(&x->lock);
    return ok;
}

static bool get_pages(struct interactions *x, struct slice id, struct arena *a, struct interaction *out, struct err *e)
{
    sqlite3_stmt *st = x->st[GET_PAGES];
    struct page_copy *items = NULL;
    size_t room = 0;
    int got;
    db_text(st, 1, id);
    while ((got = sqlite3_step(st)) == SQLITE_ROW) {
        struct page_copy *page = arena_push(a, &items, out->page_count++, &room);
        *page = (struct page_copy){.url = db_column(st, 0, a),
                                   .title = db_column(st, 1, a),
                                   .lang = db_column(st, 2, a),
                                   .date = db_column(st, 3, a),
                                   .sha256 = db_column(st, 4, a),
                                   .offset = (size_t)sqlite3_column_int64(st, 5),
                                   .text = db_column(st, 6, a)};
    }
    out->pages = items;
    bool ok = got == SQLITE_DONE || interactions_failed(x, e);
    sqlite3_reset(st);
    return ok;
}

/* Whether its texts are what was put: UTF-8. */
static bool interactions_valid(const struct interaction *x)
{
    bool ok = utf8_check(x->turns) == x->turns.n;
    for (size_t i = 0; ok && i < x->page_count; i++) {
        const struct page_copy *p = &x->pages[i];
        const struct slice texts[] = {p->url, p->title, p->lang, p->date, p->sha256, p->text};
        for (size_t k = 0; k < COUNT_OF(texts); k++)
            ok = ok && utf8_check(texts[k]) == texts[k].n;
    }
    return ok;
}

bool interactions_get(struct interactions *x, struct slice id, int64_t key_id, int64_t since_unix, struct arena *a,
                      struct interaction *out, bool *found, struct err *e)
{
    sqlite3_stmt *st = x->st[GET];
    *out = (struct interaction){0};
    pthread_mutex_lock(&x->lock);
    db_text(st, 1, id);
    sqlite3_bind_int64(st, 2, key_id);
    sqlite3_bind_int64(st, 3, since_unix);
    int got = sqlite3_step(st);
    *found = got == SQLITE_ROW;
    bool ok = *found || got == SQLITE_DONE || interactions_failed(x, e);
    if (*found)
        out->turns = db_column(st, 0, a);
    sqlite3_reset(st);
    if (*found)
        ok = get_pages(x, id, a, out, e);
    pthread_mutex_unlock(&x->lock);
    return ok && (interactions_valid(out) || err_set(e, ERR_CORRUPT, "The file of interactions is damaged."));
}

bool interactions_list(struct interactions *x, struct arena *a, struct interaction_row **out, size_t *count,
                       struct err *e)
{
    sqlite3_stmt *st = x->st[LIST];
    struct interaction_row *items = NULL;
    size_t n = 0, room = 0;
    int got;
    pthread_mutex_lock(&x->lock);
    while ((got = sqlite3_step(st)) == SQLITE_ROW) {
        struct interaction_row *row = arena_push(a, &items, n++, &room);
        *row = (struct interaction_row){db_column(st, 0, a),
                                        sqlite3_column_int64(st, 1),
                                        sqlite3_column_int64(st, 2),
                                        (uint64_t)sqlite3_column_int64(st, 3),
                                        (uint64_t)sqlite3_column_int64(st, 4),
                                        (uint64_t)sqlite3_column_int64(st, 5)};
    }
    bool ok = got == SQLITE_DONE || interactions_failed(x, e);
    sqlite3_reset(st);
    pthread_mutex_unlock(&x->lock);
    *out = items;
    *count = n;
    return ok;
}

/* One removal, whose statement has its values; pointers follow by the foreign key, texts by the trigger. */
static bool interactions_forget(struct interactions *x, enum statement which, uint64_t *removed, struct err *e)
{
    bool ok = interactions_step(x, which, e);
    *removed = ok ? (uint64_t)sqlite3_changes64(x->db) : 0;
    return ok;
}

bool interactions_purge(struct interactions *x, int64_t before_unix, uint64_t *removed, struct err *e)
{
    pthread_mutex_lock(&x->lock);
    sqlite3_bind_int64(x->st[PURGE], 1, before_unix);
    bool ok = interactions_forget(x, PURGE, removed, e);
    pthread_mutex_unlock(&x->lock);
    return ok;
}

bool interactions_remove(struct interactions *x, struct slice id, bool *found, struct err *e)
{
    uint64_t removed;
    pthread_mutex_lock(&x->lock);
    db_text(x->st[REMOVE], 1, id);
    bool ok = interactions_forget(x, REMOVE, &removed, e);
    pthread_mutex_unlock(&x->lock);
    *found = removed > 0;
    return ok;
}

bool interactions_newest(struct interactions *x, int64_t *newest_unix, struct err *e)
{
    sqlite3_stmt *st = x->st[NEWEST];
    pthread_mutex_lock(&x->lock);
    bool ok = sqlite3_step(st) == SQLITE_ROW || interactions_failed(x, e);
    *newest_unix = ok ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_reset(st);
    pthread_mutex_unlock(&x->lock);
    return ok;
}

static bool count_bytes(struct interactions *x, uint64_t *bytes, struct err *e)
{
    sqlite3_stmt *st = x->st[BYTES];
    bool ok = sqlite3_step(st) == SQLITE_ROW || interactions_failed(x, e);
    *bytes = ok ? (uint64_t)sqlite3_column_int64(st, 0) : 0;
    sqlite3_reset(st);
    return ok;
}

bool interactions_shrink(struct interactions *x, uint64_t max_bytes, uint64_t *removed, struct err *e)
{
    bool ok = true;
    *removed = 0;
    for (uint64_t bytes, step_removed = 1; ok && step_removed;) {
        pthread_mutex_lock(&x->lock);
        ok = count_bytes(x, &bytes, e);
        step_removed = 0;
        if (ok && bytes > max_bytes) {
            ok = interactions_forget(x, OLDEST, &step_removed, e);
            *removed += step_removed;
        }
        pthread_mutex_unlock(&x->lock);
    }
    return ok;
}
