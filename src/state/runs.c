/* runs.c - see runs.h for the contract. */
#include "state/runs.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "state/runs_inner.h"

enum { BUSY_MS = 2000 /* another process writes */ };

static const char tables[] =
    "PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS runs ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " key_id INTEGER NOT NULL,"
    " group_number INTEGER NOT NULL,"
    " monitor INTEGER NOT NULL,"
    " status INTEGER NOT NULL,"
    " tries INTEGER NOT NULL DEFAULT 0,"
    " traced INTEGER NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " modified_us INTEGER NOT NULL,"
    " change INTEGER NOT NULL DEFAULT 0,"
    " bytes INTEGER NOT NULL,"
    " processor TEXT NOT NULL,"
    " hook TEXT NOT NULL,"
    " metadata TEXT NOT NULL,"
    " warnings TEXT NOT NULL,"
    " error TEXT NOT NULL DEFAULT '',"
    " request TEXT NOT NULL,"
    " output TEXT NOT NULL DEFAULT '',"
    " trace TEXT NOT NULL DEFAULT ''"
    ") STRICT;"
    "CREATE INDEX IF NOT EXISTS runs_active ON runs(status, key_id, tries, number, bytes) WHERE status < 2;"
    "CREATE INDEX IF NOT EXISTS runs_over ON runs(key_id, number, bytes) WHERE status >= 2;"
    "CREATE INDEX IF NOT EXISTS runs_age ON runs(created_us) WHERE status >= 2;"
    "CREATE INDEX IF NOT EXISTS runs_group ON runs(group_number, number, status, modified_us, change)"
    " WHERE group_number > 0;"
    "CREATE INDEX IF NOT EXISTS runs_group_change ON runs(group_number, change) WHERE group_number > 0;"
    "CREATE TABLE IF NOT EXISTS groups ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " key_id INTEGER NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " metadata TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX IF NOT EXISTS groups_age ON groups(created_us);"
    "CREATE TABLE IF NOT EXISTS deliveries ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL,"
    " key_id INTEGER NOT NULL,"
    " url TEXT NOT NULL,"
    " body TEXT NOT NULL,"
    " created_unix INTEGER NOT NULL,"
    " due_unix INTEGER NOT NULL,"
    " tries INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries(due_unix, key_id);"
    "CREATE TABLE IF NOT EXISTS monitors ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " key_id INTEGER NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " last_us INTEGER NOT NULL DEFAULT 0,"
    " next_unix INTEGER NOT NULL,"
    " every_s INTEGER NOT NULL,"
    " kind INTEGER NOT NULL,"
    " cancelled INTEGER NOT NULL,"
    " triggered INTEGER NOT NULL DEFAULT 0,"
    " backfill INTEGER NOT NULL,"
    " hook_kinds INTEGER NOT NULL,"
    " frequency TEXT NOT NULL,"
    " processor TEXT NOT NULL,"
    " settings TEXT NOT NULL,"
    " metadata TEXT NOT NULL,"
    " hook TEXT NOT NULL,"
    " request TEXT NOT NULL,"
    " latest TEXT NOT NULL,"
    " seen TEXT NOT NULL DEFAULT ''"
    ") STRICT;"
    "CREATE INDEX IF NOT EXISTS monitors_due ON monitors(next_unix) WHERE cancelled = 0 OR triggered = 1;"
    "CREATE TABLE IF NOT EXISTS monitor_events ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " monitor INTEGER NOT NULL,"
    " kind INTEGER NOT NULL,"
    " group_id TEXT NOT NULL,"
    " body TEXT NOT NULL,"
    " bytes INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX IF NOT EXISTS monitor_events_of ON monitor_events(monitor, number, bytes);"
    "CREATE INDEX IF NOT EXISTS runs_monitor ON runs(monitor) WHERE status < 2 AND monitor > 0;";

/* ?1: enum run_parts. */
#define RUN_COLUMNS                                                                                                    \
    "r.number, r.id, r.key_id, r.group_number, r.monitor, r.status, r.tries, r.traced, r.created_us, r.modified_us,"   \
    " r.change, r.processor, r.hook, r.metadata, r.warnings, r.error,"                                                 \
    " coalesce((SELECT g.id FROM groups g WHERE g.number = r.group_number), ''),"                                      \
    " CASE WHEN ?1 & 1 THEN r.request ELSE '' END, CASE WHEN ?1 & 2 THEN r.output ELSE '' END,"                        \
    " CASE WHEN ?1 & 4 THEN r.trace ELSE '' END"

static const char *const sql[] = {
    [RUNS_PUT] = "INSERT INTO runs (id, key_id, group_number, monitor, status, traced, created_us, modified_us, bytes,"
                 " processor, hook, metadata, warnings, request)"
                 " VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [RUNS_GET] = "SELECT " RUN_COLUMNS " FROM runs r WHERE r.id = ?2 AND r.key_id = ?3",
    [RUNS_GET_NUMBER] = "SELECT " RUN_COLUMNS " FROM runs r WHERE r.number = ?2",
    [RUNS_ROOM] = "SELECT count(*), coalesce(sum(key_id = ?1), 0), coalesce(sum(bytes), 0),"
                  " coalesce(sum(bytes * (key_id = ?1)), 0) FROM runs WHERE status < 2",
    [RUNS_NEXT] = "SELECT place % 1000000000000 FROM (SELECT key_id, min(tries * 1000000000000 + number) AS place"
                  " FROM runs WHERE status = 0 GROUP BY key_id) q"
                  " WHERE (SELECT count(*) FROM runs b WHERE b.status = 1 AND b.key_id = q.key_id) < ?1"
                  " ORDER BY (SELECT count(*) FROM runs b WHERE b.status = 1 AND b.key_id = q.key_id), place LIMIT 1",
    [RUNS_MARK] = "UPDATE runs SET status = 1, tries = tries + 1, modified_us = ?2 WHERE number = ?1 AND status = 0",
    [RUNS_TRACE] = "UPDATE runs SET trace = trace || ?2 WHERE number = ?1 AND status = 1",
    [RUNS_END] = "UPDATE runs SET status = ?2, modified_us = ?3, change = ?4, bytes = bytes + ?5, warnings = ?6,"
                 " error = ?7, output = ?8 WHERE number = ?1 AND status = 1",
    [RUNS_BACK] = "UPDATE runs SET status = 0, tries = max(tries - 1, 0), trace = '' WHERE number = ?1 AND status = 1",
    [RUNS_COUNT] = "SELECT coalesce(sum(status = 0), 0), coalesce(sum(status = 1), 0) FROM runs WHERE status < 2",
    [RUNS_AGED] = "DELETE FROM runs WHERE status >= 2 AND created_us < ? * 1000000",
    [RUNS_BYTES] = "SELECT coalesce(sum(bytes), 0) FROM runs WHERE status >= 2",
    [RUNS_KEY_BYTES] = "SELECT coalesce(sum(bytes), 0) FROM runs WHERE status >= 2 AND key_id = ?",
    [RUNS_OLDEST] = "DELETE FROM runs WHERE number = (SELECT min(number) FROM runs WHERE status >= 2)",
    [RUNS_KEY_OLDEST] =
        "DELETE FROM runs WHERE number = (SELECT min(number) FROM runs WHERE status >= 2 AND key_id = ?)",
    [RUNS_OLD_GROUPS] = "DELETE FROM groups WHERE created_us < ? * 1000000 AND NOT EXISTS"
                        " (SELECT 1 FROM runs r WHERE r.group_number > 0 AND r.group_number = groups.number)",
    [RUNS_GROUP_PUT] = "INSERT INTO groups (id, key_id, created_us, metadata) VALUES (?, ?, ?, ?)",
    [RUNS_GROUP_GET] = "SELECT number, id, key_id, created_us, metadata FROM groups WHERE id = ? AND key_id = ?",
    [RUNS_GROUP_COUNTS] = "SELECT status, count(*), max(modified_us), max(change), max(number) FROM runs"
                          " WHERE group_number > 0 AND group_number = ? GROUP BY status",
    [RUNS_GROUP_LIST] = "SELECT " RUN_COLUMNS " FROM runs r WHERE r.group_number > 0 AND r.group_number = ?2"
                        " AND r.number > ?3 AND (?4 < 0 OR r.status = ?4) ORDER BY r.number LIMIT ?5",
    [RUNS_GROUP_ENDED] = "SELECT " RUN_COLUMNS " FROM runs r WHERE r.group_number > 0 AND r.group_number = ?2"
                         " AND r.change > ?3 ORDER BY r.change LIMIT ?5",
    [RUNS_HOOK_PUT] = "INSERT INTO deliveries (id, key_id, url, body, created_unix, due_unix) VALUES (?1, ?2, ?3, ?4,"
                      " ?5, ?5)",
    [RUNS_HOOKS_DUE] = "SELECT number, key_id, created_unix, tries, id, url, body FROM (SELECT *,"
                       " row_number() OVER (PARTITION BY key_id ORDER BY due_unix, number) AS place FROM deliveries"
                       " WHERE due_unix <= ?1) WHERE place <= ?2 ORDER BY due_unix, number LIMIT ?3",
    [RUNS_HOOKS_NEXT] = "SELECT coalesce(min(due_unix), 0) FROM deliveries WHERE due_unix > ?",
    [RUNS_HOOK_REMOVE] = "DELETE FROM deliveries WHERE number = ?",
#define MONITOR_COLUMNS                                                                                                \
    "number, key_id, created_us, last_us, next_unix, every_s, kind, cancelled, backfill, hook_kinds, id, frequency,"   \
    " processor, settings, metadata, hook, request, latest, seen"
    [MONITORS_PUT] = "INSERT INTO monitors (id, every_s, cancelled, hook_kinds, frequency, processor, settings,"
                     " metadata, hook, request, key_id, created_us, next_unix, kind, backfill, latest)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    [MONITORS_GET] = "SELECT " MONITOR_COLUMNS " FROM monitors WHERE id = ?1 AND key_id = ?2",
    [MONITORS_GET_NUMBER] = "SELECT " MONITOR_COLUMNS " FROM monitors WHERE number = ?1",
    [MONITORS_SET] = "UPDATE monitors SET every_s = ?2, cancelled = ?3, hook_kinds = ?4, frequency = ?5,"
                     " processor = ?6, settings = ?7, metadata = ?8, hook = ?9, request = ?10,"
                     " next_unix = min(next_unix, unixepoch() + ?2) WHERE number = ?1",
    [MONITORS_TRIGGER] = "UPDATE monitors SET triggered = 1, next_unix = 0 WHERE number = ?1",
    [MONITORS_LIST] = "SELECT " MONITOR_COLUMNS " FROM monitors WHERE key_id = ?1 AND (?2 = 0 OR number < ?2)"
                      " AND ((cancelled = 0 AND ?3) OR (cancelled = 1 AND ?4))"
                      " AND ((kind = 0 AND ?5) OR (kind = 1 AND ?6)) ORDER BY number DESC LIMIT ?7",
    [MONITORS_ROOM] = "SELECT count(*), coalesce(sum(key_id = ?1), 0) FROM monitors WHERE cancelled = 0",
    [MONITORS_DUE] = "SELECT " MONITOR_COLUMNS " FROM monitors m WHERE next_unix <= ?1"
                     " AND (cancelled = 0 OR triggered = 1) AND NOT EXISTS (SELECT 1 FROM runs r"
                     " WHERE r.status < 2 AND r.monitor > 0 AND r.monitor = m.number) ORDER BY next_unix LIMIT ?2",
    [MONITORS_ASKED] = "UPDATE monitors SET next_unix = ?2, triggered = 0 WHERE number = ?1",
    [MONITORS_NOTED] = "UPDATE monitors SET last_us = ?2, latest = ?3, seen = ?4 WHERE number = ?1",
    [MONITORS_OLD] = "DELETE FROM monitors WHERE cancelled = 1 AND triggered = 0"
                     " AND max(created_us, last_us) < ? * 1000000",
    [MONITORS_EVENT_PUT] = "INSERT INTO monitor_events (monitor, kind, group_id, body, bytes) VALUES (?, ?, ?, ?, ?)",
    [MONITORS_EVENT_TRIM] = "DELETE FROM monitor_events WHERE number IN (SELECT number FROM (SELECT number,"
                            " sum(bytes) OVER (ORDER BY number DESC) AS total FROM monitor_events"
                            " WHERE monitor = ?1) WHERE total > ?2)",
    [MONITORS_EVENTS_OLD] = "DELETE FROM monitor_events WHERE NOT EXISTS"
                            " (SELECT 1 FROM monitors m WHERE m.number = monitor_events.monitor)",
    [MONITORS_EVENTS] = "SELECT number, kind, group_id, body FROM monitor_events WHERE monitor = ?1"
                        " AND (?2 = 0 OR number < ?2) AND (?3 = '' OR group_id = ?3) AND (?4 OR kind != 1)"
                        " ORDER BY number DESC LIMIT ?5",
    [RUNS_HOOK_LATER] = "UPDATE deliveries SET due_unix = ?2, tries = tries + 1 WHERE number = ?1",
};
_Static_assert(COUNT_OF(sql) == RUNS_STATEMENT_COUNT, "a statement without text");
_Static_assert((int)RUNS_STATEMENT_COUNT <= (int)DB_STATEMENTS_MAX, "more statements than a file has room for");

bool runs_open(const char *folder, const struct runs_options *o, struct runs **out, struct err *e)
{
    struct runs *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_NO_MEMORY, NULL);
    r->options = *o;
    r->lead_fd = -1;
    if (!db_open(&r->db, folder, "tasks.db", "tasks", tables, sql, RUNS_STATEMENT_COUNT, e) ||
        !runs_lead_open(r, folder, e)) {
        runs_close(r);
        return false;
    }
    sqlite3_busy_timeout(r->db.sqlite, BUSY_MS);
    *out = r;
    return true;
}

void runs_close(struct runs *r)
{
    if (!r)
        return;
    if (r->db.count)
        db_close(&r->db);
    if (r->lead_fd >= 0)
        close(r->lead_fd);
    free(r);
}

bool runs_begin_locked(struct runs *r, struct err *e)
{
    return sqlite3_exec(r->db.sqlite, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK || db_failed(&r->db, e);
}

bool runs_commit_locked(struct runs *r, bool ok, struct err *e)
{
    if (ok && sqlite3_exec(r->db.sqlite, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    if (ok)
        (void)db_failed(&r->db, e);
    (void)sqlite3_exec(r->db.sqlite, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static struct run run_of_row(sqlite3_stmt *st, struct arena *a)
{
    return (struct run){.number = sqlite3_column_int64(st, 0),
                        .id = db_column(st, 1, a),
                        .key_id = sqlite3_column_int64(st, 2),
                        .group = sqlite3_column_int64(st, 3),
                        .monitor = sqlite3_column_int64(st, 4),
                        .status = (enum run_status)sqlite3_column_int(st, 5),
                        .tries = (unsigned)sqlite3_column_int(st, 6),
                        .traced = sqlite3_column_int(st, 7) != 0,
                        .created_us = sqlite3_column_int64(st, 8),
                        .modified_us = sqlite3_column_int64(st, 9),
                        .change = sqlite3_column_int64(st, 10),
                        .processor = db_column(st, 11, a),
                        .hook = db_column(st, 12, a),
                        .metadata = db_column(st, 13, a),
                        .warnings = db_column(st, 14, a),
                        .error = db_column(st, 15, a),
                        .group_id = db_column(st, 16, a),
                        .request = db_column(st, 17, a),
                        .output = db_column(st, 18, a),
                        .trace = db_column(st, 19, a)};
}

bool runs_rows_locked(struct runs *r, sqlite3_stmt *st, size_t most, struct arena *a, struct run *out, size_t *n,
                      struct err *e)
{
    int step = SQLITE_DONE;
    *n = 0;
    while (*n < most && (step = sqlite3_step(st)) == SQLITE_ROW)
        out[(*n)++] = run_of_row(st, a);
    bool ok = *n == most || step == SQLITE_DONE || db_failed(&r->db, e);
    sqlite3_reset(st);
    return ok;
}

/* Whether n more runs fit. */
static bool runs_have_room_locked(struct runs *r, int64_t key_id, size_t n, uint64_t bytes, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_ROOM];
    uint64_t most = r->options.most_queued, max_bytes = r->options.max_bytes;
    sqlite3_bind_int64(st, 1, key_id);
    if (sqlite3_step(st) != SQLITE_ROW) {
        sqlite3_reset(st);
        return db_failed(&r->db, e);
    }
    uint64_t all = (uint64_t)sqlite3_column_int64(st, 0), own = (uint64_t)sqlite3_column_int64(st, 1);
    uint64_t all_bytes = (uint64_t)sqlite3_column_int64(st, 2), own_bytes = (uint64_t)sqlite3_column_int64(st, 3);
    sqlite3_reset(st);
    if (own + n <= db_share(key_id, most) && all + n <= most && own_bytes + bytes <= db_share(key_id, max_bytes) &&
        all_bytes + bytes <= max_bytes)
        return true;
    err_set(e, ERR_BUSY, "The queue of tasks has no room for %zu more. Wait until others have ended.", n);
    e->retry_after_ms = 10 * 1000;
    return false;
}

static uint64_t run_bytes(const struct run *run)
{
    return run->request.n + run->metadata.n + run->warnings.n + run->hook.n + RUNS_ROW_BYTES;
}

bool runs_put_locked(struct runs *r, struct run *run, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_PUT];
    db_text(st, 1, run->id);
    sqlite3_bind_int64(st, 2, run->key_id);
    sqlite3_bind_int64(st, 3, run->group);
    sqlite3_bind_int64(st, 4, run->monitor);
    sqlite3_bind_int(st, 5, run->traced);
    sqlite3_bind_int64(st, 6, run->created_us);
    sqlite3_bind_int64(st, 7, (int64_t)run_bytes(run));
    db_text(st, 8, run->processor);
    db_text(st, 9, run->hook);
    db_text(st, 10, run->metadata);
    db_text(st, 11, run->warnings);
    db_text(st, 12, run->request);
    bool ok = db_run(&r->db, st, e);
    sqlite3_clear_bindings(st);
    if (ok)
        run->number = sqlite3_last_insert_rowid(r->db.sqlite);
    return ok;
}

bool runs_add(struct runs *r, struct run *at, size_t n, struct err *e)
{
    uint64_t bytes = 0;
    int64_t now_us = clock_unix_us();
    for (size_t i = 0; i < n; i++)
        bytes += run_bytes(&at[i]);
    if (n == 0)
        return true;
    pthread_mutex_lock(&r->db.lock);
    bool ok = runs_begin_locked(r, e);
    if (ok) {
        ok = runs_have_room_locked(r, at[0].key_id, n, bytes, e);
        for (size_t i = 0; ok && i < n; i++) {
            at[i].status = RUN_QUEUED;
            at[i].created_us = at[i].modified_us = now_us;
            ok = runs_put_locked(r, &at[i], e);
        }
        ok = runs_commit_locked(r, ok, e);
    }
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool runs_get(struct runs *r, int64_t key_id, struct slice id, unsigned parts, struct arena *a, struct run *out,
              bool *found, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_GET];
    size_t n = 0;
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int(st, 1, (int)parts);
    db_text(st, 2, id);
    sqlite3_bind_int64(st, 3, key_id);
    bool ok = runs_rows_locked(r, st, 1, a, out, &n, e);
    pthread_mutex_unlock(&r->db.lock);
    *found = n == 1;
    return ok;
}

static bool run_next_locked(struct runs *r, unsigned key_most, int64_t *number, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_NEXT];
    sqlite3_bind_int(st, 1, (int)key_most);
    int step = sqlite3_step(st);
    *number = step == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    bool ok = step == SQLITE_ROW || step == SQLITE_DONE || db_failed(&r->db, e);
    sqlite3_reset(st);
    return ok;
}

bool runs_take(struct runs *r, unsigned key_most, struct arena *a, struct run *out, bool *found, struct err *e)
{
    sqlite3_stmt *mark = r->db.st[RUNS_MARK], *get = r->db.st[RUNS_GET_NUMBER];
    int64_t number = 0;
    size_t n = 0;
    pthread_mutex_lock(&r->db.lock);
    bool ok = run_next_locked(r, key_most, &number, e);
    if (ok && number) {
        sqlite3_bind_int64(mark, 1, number);
        sqlite3_bind_int64(mark, 2, clock_unix_us());
        sqlite3_bind_int(get, 1, RUN_WITH_REQUEST);
        sqlite3_bind_int64(get, 2, number);
        ok = db_run(&r->db, mark, e) && runs_rows_locked(r, get, 1, a, out, &n, e);
    }
    pthread_mutex_unlock(&r->db.lock);
    *found = ok && n == 1;
    return ok;
}

bool runs_trace(struct runs *r, int64_t number, struct slice more, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_TRACE];
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, number);
    db_text(st, 2, more);
    bool ok = db_run(&r->db, st, e);
    sqlite3_clear_bindings(st);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool runs_end_locked(struct runs *r, struct run *run, bool *ended, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_END];
    run->change = r->change = run->modified_us > r->change ? run->modified_us : r->change + 1;
    sqlite3_bind_int64(st, 1, run->number);
    sqlite3_bind_int(st, 2, (int)run->status);
    sqlite3_bind_int64(st, 3, run->modified_us);
    sqlite3_bind_int64(st, 4, run->change);
    sqlite3_bind_int64(st, 5, (int64_t)(run->output.n + run->error.n));
    db_text(st, 6, run->warnings);
    db_text(st, 7, run->error);
    db_text(st, 8, run->output);
    bool ok = db_run(&r->db, st, e);
    *ended = ok && sqlite3_changes(r->db.sqlite) > 0;
    sqlite3_clear_bindings(st);
    return ok;
}

bool runs_end(struct runs *r, struct run *run, const struct run_message *message, bool *ended, struct err *e)
{
    *ended = false;
    pthread_mutex_lock(&r->db.lock);
    bool ok = runs_begin_locked(r, e);
    if (ok) {
        ok = runs_end_locked(r, run, ended, e) &&
             (!*ended || message->url.n == 0 || runs_hook_put_locked(r, run->key_id, message, e));
        ok = runs_commit_locked(r, ok, e);
    }
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool runs_put_back(struct runs *r, int64_t number, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_BACK];
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, number);
    bool ok = db_run(&r->db, st, e);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool runs_forget(struct runs *r, int64_t now_unix, int64_t key_id, struct err *e)
{
    sqlite3_stmt *groups = r->db.st[RUNS_OLD_GROUPS];
    int64_t since_unix = now_unix - r->options.keep_s;
    pthread_mutex_lock(&r->db.lock);
    bool ok = db_forget(&r->db, RUNS_AGED, since_unix, key_id, r->options.max_bytes, e);
    sqlite3_bind_int64(groups, 1, since_unix);
    ok = ok && db_run(&r->db, groups, e);
    sqlite3_bind_int64(r->db.st[MONITORS_OLD], 1, since_unix);
    ok = ok && db_run(&r->db, r->db.st[MONITORS_OLD], e) && db_run(&r->db, r->db.st[MONITORS_EVENTS_OLD], e);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool runs_count(struct runs *r, struct runs_count *out, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_COUNT];
    pthread_mutex_lock(&r->db.lock);
    bool ok = sqlite3_step(st) == SQLITE_ROW || db_failed(&r->db, e);
    if (ok)
        *out = (struct runs_count){(uint64_t)sqlite3_column_int64(st, 0), (uint64_t)sqlite3_column_int64(st, 1)};
    sqlite3_reset(st);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}
