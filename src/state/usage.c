/* usage.c - see usage.h for the contract.
 *
 * A struct usage_day has the counts of a key on a day: those that are not written yet, and of the quota also what the
 * file had after the last batch. A batch takes all counts under the lock, writes them without it, and puts them back
 * when that failed. The file's own addition makes it right with several processes.
 *
 * Lock order: writing -> lock. `writing` guards the database and is held while the disk is; `lock` guards the days and
 * is held for some additions only. */
#include "state/usage.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/every.h"
#include "base/log.h"
#include "state/db.h"

enum {
    DAY_S = 24 * 60 * 60,
    BATCH_MS = 1000,
    BUSY_TIMEOUT_MS = 5000,
    CHAINS = 1024,
    COMPLAIN_EVERY_MS = 60 * 1000 /* about a file that cannot be written */
};

const char *const usage_names[USAGE_COUNT] = {
#define X(name) #name,
    USAGE_COUNTS(X)
#undef X
};

struct usage_day {
    int64_t key_id, day; /* days since 1970 */
    uint64_t pending[USAGE_COUNT];
    uint64_t written; /* questions in the file, of all processes, as of the last batch */
    uint64_t taken;   /* questions under way */
    int64_t last_unix;
    bool dirty;
    struct usage_day *next;
};

struct usage {
    pthread_mutex_t writing, lock;
    sqlite3 *db;
    sqlite3_stmt *add, *touch;
    int64_t keep_days, swept_day, complained_ms;
    struct every *thread; /* NULL: not started */
    struct usage_day *chains[CHAINS];
};

static const char set_up[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL";
#define X(name) " " #name " INTEGER NOT NULL DEFAULT 0,"
static const char tables[] = "BEGIN IMMEDIATE;"
                             "CREATE TABLE IF NOT EXISTS usage ("
                             " day INTEGER NOT NULL," /* since 1970 */
                             " key_id INTEGER NOT NULL," USAGE_COUNTS(X) " PRIMARY KEY (day, key_id)"
                                                                         ") STRICT, WITHOUT ROWID;"
                                                                         "CREATE TABLE IF NOT EXISTS last_use ("
                                                                         " key_id INTEGER PRIMARY KEY,"
                                                                         " unix INTEGER NOT NULL"
                                                                         ") STRICT;"
                                                                         "PRAGMA user_version = 1;"
                                                                         "COMMIT";
#undef X
enum { USAGE_VERSION = 1 };
#define X(name) ", " #name
static const char add_sql[] = "INSERT INTO usage (day, key_id" USAGE_COUNTS(
    X) ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#undef X
#define X(name) #name " = " #name " + excluded." #name ", "
       " ON CONFLICT (day, key_id) DO UPDATE SET " USAGE_COUNTS(X) "day = day"
                                                                   " RETURNING questions";
#undef X
#define X(name) ", " #name
static const char list_sql[] =
    "SELECT day, key_id" USAGE_COUNTS(X) " FROM usage"
                                         " WHERE day >= ?1 AND (?2 < 0 OR key_id = ?2) ORDER BY day, key_id";
#undef X
_Static_assert(USAGE_COUNT == 8, "add_sql has a question mark for each");
static const char touch_sql[] = "INSERT INTO last_use (key_id, unix) VALUES (?1, ?2)"
                                " ON CONFLICT (key_id) DO UPDATE SET unix = max(unix, ?2)";

static bool usage_failed(struct usage *u, const char *doing, struct err *e)
{
    char what[128];
    snprintf(what, sizeof what, "usage, while %s,", doing);
    return db_error(u->db, what, e);
}

static struct usage_day *day_locked(struct usage *u, int64_t key_id, int64_t day)
{
    struct usage_day **chain = &u->chains[(uint64_t)key_id % CHAINS];
    for (struct usage_day *d = *chain; d; d = d->next)
        if (d->key_id == key_id && d->day == day)
            return d;
    struct usage_day *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->key_id = key_id;
    d->day = day;
    d->next = *chain;
    *chain = d;
    return d;
}

static uint64_t day_questions(const struct usage_day *d)
{
    return d->written + d->pending[USAGE_questions] + d->taken;
}

bool usage_take(struct usage *u, int64_t key_id, int64_t quota, int64_t now_unix, int64_t *until_unix)
{
    *until_unix = (now_unix / DAY_S + 1) * DAY_S;
    pthread_mutex_lock(&u->lock);
    struct usage_day *d = day_locked(u, key_id, now_unix / DAY_S);
    bool ok = d && (quota == 0 || day_questions(d) < (uint64_t)quota);
    if (ok)
        d->taken++;
    pthread_mutex_unlock(&u->lock);
    return ok;
}

void usage_add(struct usage *u, int64_t key_id, int64_t arrived_unix, const uint64_t counts[USAGE_COUNT], bool taken)
{
    pthread_mutex_lock(&u->lock);
    struct usage_day *d = day_locked(u, key_id, arrived_unix / DAY_S);
    if (d) {
        for (int i = 0; i < USAGE_COUNT; i++)
            d->pending[i] += counts[i];
        d->taken -= taken;
        d->last_unix = arrived_unix > d->last_unix ? arrived_unix : d->last_unix;
        d->dirty = true;
    }
    pthread_mutex_unlock(&u->lock);
}

uint64_t usage_today(struct usage *u, int64_t key_id, int64_t now_unix)
{
    pthread_mutex_lock(&u->lock);
    const struct usage_day *d = day_locked(u, key_id, now_unix / DAY_S);
    uint64_t n = d ? day_questions(d) : 0;
    pthread_mutex_unlock(&u->lock);
    return n;
}

/* Takes what is to be written into an array, and forgets days that are over. */
static size_t batch_take(struct usage *u, int64_t today, struct usage_day **out)
{
    size_t n = 0, room = 0;
    *out = NULL;
    pthread_mutex_lock(&u->lock);
    for (size_t c = 0; c < CHAINS; c++)
        for (struct usage_day **at = &u->chains[c]; *at;) {
            struct usage_day *d = *at;
            if (d->dirty) {
                if (n == room) {
                    struct usage_day *more = realloc(*out, (room = room ? 2 * room : 16) * sizeof *more);
                    if (!more)
                        goto full; /* the rest goes with the next batch */
                    *out = more;
                }
                (*out)[n++] = *d;
                d->written += d->pending[USAGE_questions];
                memset(d->pending, 0, sizeof d->pending);
                d->dirty = false;
            } else if (d->day < today && d->taken == 0) {
                *at = d->next;
                free(d);
                continue;
            }
            at = &d->next;
        }
full:
    pthread_mutex_unlock(&u->lock);
    return n;
}

static bool write_day(struct usage *u, struct usage_day *d, struct err *e)
{
    sqlite3_bind_int64(u->add, 1, d->day);
    sqlite3_bind_int64(u->add, 2, d->key_id);
    for (int i = 0; i < USAGE_COUNT; i++)
        sqlite3_bind_int64(u->add, 3 + i, (int64_t)d->pending[i]);
    bool ok = sqlite3_step(u->add) == SQLITE_ROW;
    if (ok)
        d->written = (uint64_t)sqlite3_column_int64(u->add, 0);
    ok = ok && sqlite3_step(u->add) == SQLITE_DONE;
    if (!ok)
        usage_failed(u, "adding to it", e);
    sqlite3_reset(u->add);
    if (!ok)
        return false;
    sqlite3_bind_int64(u->touch, 1, d->key_id);
    sqlite3_bind_int64(u->touch, 2, d->last_unix);
    ok = sqlite3_step(u->touch) == SQLITE_DONE || usage_failed(u, "noting a use", e);
    sqlite3_reset(u->touch);
    return ok;
}

static bool usage_sweep(struct usage *u, int64_t today, struct err *e)
{
    char sql[96];
    if (u->swept_day == today || u->keep_days == 0)
        return true;
    snprintf(sql, sizeof sql, "DELETE FROM usage WHERE day < %lld", (long long)(today - u->keep_days));
    if (sqlite3_exec(u->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return usage_failed(u, "removing old days", e);
    u->swept_day = today;
    return true;
}

static bool batch_write(struct usage *u, struct usage_day *days, size_t n, int64_t today, struct err *e)
{
    bool ok = sqlite3_exec(u->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK || usage_failed(u, "locking it", e);
    if (!ok)
        return false;
    for (size_t i = 0; i < n && ok; i++)
        ok = write_day(u, &days[i], e);
    ok = ok && usage_sweep(u, today, e);
    ok = ok && (sqlite3_exec(u->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK || usage_failed(u, "writing it", e));
    if (!ok)
        sqlite3_exec(u->db, "ROLLBACK", NULL, NULL, NULL);
    return ok;
}

/* After a batch: what the file has now; after one that failed, the counts come back. */
static void batch_settle(struct usage *u, const struct usage_day *days, size_t n, bool ok)
{
    pthread_mutex_lock(&u->lock);
    for (size_t i = 0; i < n; i++) {
        struct usage_day *d = day_locked(u, days[i].key_id, days[i].day);
        if (d && ok)
            d->written = days[i].written;
        if (!d || ok)
            continue;
        for (int k = 0; k < USAGE_COUNT; k++)
            d->pending[k] += days[i].pending[k];
        d->written -= days[i].pending[USAGE_questions];
        d->dirty = true;
    }
    pthread_mutex_unlock(&u->lock);
}

static bool flush_writing(struct usage *u, struct err *e)
{
    int64_t today = clock_unix_s() / DAY_S;
    struct usage_day *days;
    size_t n = batch_take(u, today, &days);
    bool ok = n == 0 || batch_write(u, days, n, today, e);
    batch_settle(u, days, n, ok);
    free(days);
    return ok;
}

bool usage_flush(struct usage *u, struct err *e)
{
    pthread_mutex_lock(&u->writing);
    bool ok = flush_writing(u, e);
    pthread_mutex_unlock(&u->writing);
    return ok;
}

static void usage_complain(struct usage *u, const struct err *e)
{
    int64_t now_ms = clock_ms();
    if (u->complained_ms && now_ms - u->complained_ms < COMPLAIN_EVERY_MS)
        return;
    u->complained_ms = now_ms;
    log_event(LOG_ERROR, "usage", "not written, tried again each second: %s", e->message);
}

static void usage_batch(void *arg)
{
    struct err e;
    if (!usage_flush(arg, &e))
        usage_complain(arg, &e);
}

/* What the quotas of today start with. */
static bool read_today(struct usage *u, struct err *e)
{
    struct arena *a = arena_new();
    struct usage_row *rows;
    size_t n;
    bool ok = usage_list(u, USAGE_ALL_KEYS, clock_unix_s(), a, &rows, &n, e);
    pthread_mutex_lock(&u->lock);
    for (size_t i = 0; ok && i < n; i++) {
        struct usage_day *d = day_locked(u, rows[i].key_id, rows[i].day_unix / DAY_S);
        if (d)
            d->written = rows[i].counts[USAGE_questions];
    }
    pthread_mutex_unlock(&u->lock);
    arena_free(a);
    return ok;
}

static bool usage_tables(struct usage *u, struct err *e)
{
    int version = 0;
    if (!db_version(u->db, "usage", &version, e))
        return false;
    if (version > USAGE_VERSION)
        return err_set(e, ERR_CORRUPT, "The file of usage has version %d, made by a newer footnote.", version);
    return version == USAGE_VERSION || sqlite3_exec(u->db, tables, NULL, NULL, NULL) == SQLITE_OK ||
           usage_failed(u, "making its tables", e);
}

static bool usage_open_at(struct usage *u, const char *folder, struct err *e)
{
    if (!db_connect(folder, "usage.db", "usage", BUSY_TIMEOUT_MS, set_up, &u->db, e) || !usage_tables(u, e))
        return false;
    if (sqlite3_prepare_v2(u->db, add_sql, -1, &u->add, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(u->db, touch_sql, -1, &u->touch, NULL) != SQLITE_OK)
        return usage_failed(u, "preparing a statement", e);
    return read_today(u, e);
}

bool usage_open(const char *folder, int64_t keep_days, struct usage **out, struct err *e)
{
    struct usage *u = calloc(1, sizeof *u);
    if (!u)
        return err_set(e, ERR_NO_MEMORY, NULL);
    u->keep_days = keep_days;
    pthread_mutex_init(&u->writing, NULL);
    pthread_mutex_init(&u->lock, NULL);
    if (!usage_open_at(u, folder, e)) {
        usage_close(u);
        return false;
    }
    *out = u;
    return true;
}

bool usage_start(struct usage *u, struct err *e)
{
    u->thread = every_start(BATCH_MS, usage_batch, u);
    return u->thread || err_set(e, ERR_INTERNAL, "The thread that writes usage cannot be started.");
}

void usage_close(struct usage *u)
{
    struct err e;
    if (!u)
        return;
    every_stop(u->thread);
    if (u->add && u->touch && !usage_flush(u, &e))
        log_event(LOG_ERROR, "usage", "the last counts are lost: %s", e.message);
    for (size_t c = 0; c < CHAINS; c++)
        for (struct usage_day *d = u->chains[c], *next; d; d = next) {
            next = d->next;
            free(d);
        }
    sqlite3_finalize(u->add);
    sqlite3_finalize(u->touch);
    sqlite3_close(u->db);
    pthread_mutex_destroy(&u->lock);
    pthread_mutex_destroy(&u->writing);
    free(u);
}

static bool list_writing(struct usage *u, int64_t key_id, int64_t since_unix, struct arena *a, struct usage_row **out,
                         size_t *count, struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t n = 0, room = 0;
    int got;
    *out = NULL;
    if (sqlite3_prepare_v2(u->db, list_sql, -1, &st, NULL) != SQLITE_OK)
        return usage_failed(u, "reading it", e);
    sqlite3_bind_int64(st, 1, since_unix / DAY_S);
    sqlite3_bind_int64(st, 2, key_id);
    while ((got = sqlite3_step(st)) == SQLITE_ROW) {
        struct usage_row *row = arena_push(a, out, n, &room);
        row->day_unix = sqlite3_column_int64(st, 0) * DAY_S;
        row->key_id = sqlite3_column_int64(st, 1);
        for (int i = 0; i < USAGE_COUNT; i++)
            row->counts[i] = (uint64_t)sqlite3_column_int64(st, 2 + i);
        n++;
    }
    *count = n;
    bool ok = got == SQLITE_DONE || usage_failed(u, "reading it", e);
    sqlite3_finalize(st);
    return ok;
}

bool usage_list(struct usage *u, int64_t key_id, int64_t since_unix, struct arena *a, struct usage_row **out,
                size_t *count, struct err *e)
{
    pthread_mutex_lock(&u->writing);
    bool ok = flush_writing(u, e) && list_writing(u, key_id, since_unix, a, out, count, e);
    pthread_mutex_unlock(&u->writing);
    return ok;
}

bool usage_last_used(struct usage *u, struct arena *a, struct usage_last **out, size_t *count, struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t n = 0, room = 0;
    int got;
    *out = NULL;
    pthread_mutex_lock(&u->writing);
    bool ok = sqlite3_prepare_v2(u->db, "SELECT key_id, unix FROM last_use", -1, &st, NULL) == SQLITE_OK;
    while (ok && (got = sqlite3_step(st)) != SQLITE_DONE) {
        if (got != SQLITE_ROW) {
            ok = false;
            break;
        }
        struct usage_last *last = arena_push(a, out, n, &room);
        *last = (struct usage_last){sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1)};
        n++;
    }
    if (!ok)
        usage_failed(u, "reading it", e);
    sqlite3_finalize(st);
    pthread_mutex_unlock(&u->writing);
    *count = n;
    return ok;
}
