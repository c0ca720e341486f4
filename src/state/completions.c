#include "state/completions.h"

#include <stdlib.h>

#include "base/clock.h"
#include "state/db.h"

enum statement {
    PUT,
    GET,
    LIST,
    LIST_BACK,
    SET_METADATA,
    REMOVE,
    AGED, /* from here on: db_forget */
    BYTES,
    KEY_BYTES,
    OLDEST,
    KEY_OLDEST,
    STATEMENT_COUNT
};

static const char tables[] = "CREATE TABLE IF NOT EXISTS completions ("
                             " number INTEGER PRIMARY KEY AUTOINCREMENT,"
                             " id TEXT NOT NULL UNIQUE,"
                             " key_id INTEGER NOT NULL,"
                             " created_unix INTEGER NOT NULL,"
                             " model TEXT NOT NULL,"
                             " metadata TEXT NOT NULL,"
                             " reply TEXT NOT NULL,"
                             " messages TEXT NOT NULL,"
                             " bytes INTEGER NOT NULL"
                             ") STRICT;"
                             "CREATE INDEX IF NOT EXISTS completions_age ON completions(created_unix);"
                             "CREATE INDEX IF NOT EXISTS completions_bytes ON completions(key_id, number, bytes);";

#define COLUMNS "id, model, metadata, reply, messages, created_unix"
/* Numbers grow in the order of putting. A filter of metadata is an object whose members theirs must have. */
#define LISTED(compare, order)                                                                                         \
    "SELECT " COLUMNS " FROM completions c WHERE key_id = ?1 AND (?2 = '' OR number " compare                          \
    " (SELECT number FROM completions WHERE id = ?2 AND key_id = ?1)) AND (?3 = '' OR model = ?3)"                     \
    " AND NOT EXISTS (SELECT 1 FROM json_each(?4) f WHERE NOT EXISTS"                                                  \
    " (SELECT 1 FROM json_each(c.metadata) m WHERE m.key = f.key AND m.value = f.value))"                              \
    " AND created_unix >= ?6 ORDER BY number " order " LIMIT ?5"

static const char *const sql[] = {
    [PUT] = "INSERT INTO completions (" COLUMNS ", key_id, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [GET] = "SELECT " COLUMNS " FROM completions WHERE id = ? AND key_id = ? AND created_unix >= ?",
    [LIST] = LISTED(">", "ASC"),
    [LIST_BACK] = LISTED("<", "DESC"),
    [SET_METADATA] = "UPDATE completions SET metadata = ? WHERE id = ? AND key_id = ?",
    [REMOVE] = "DELETE FROM completions WHERE id = ? AND key_id = ?",
    [AGED] = DB_FORGET_SQL("completions", "created_unix"),
};
_Static_assert(COUNT_OF(sql) == STATEMENT_COUNT, "a statement without text");

enum { ROW_BYTES = 600 /* what a completion takes beside its texts */ };

struct completions {
    struct db db;
    uint64_t max_bytes;
    int64_t keep_s;
};

bool completions_open(const char *folder, uint64_t max_bytes, int64_t keep_s, struct completions **out, struct err *e)
{
    struct completions *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(e, ERR_NO_MEMORY, NULL);
    c->max_bytes = max_bytes;
    c->keep_s = keep_s;
    if (!db_open(&c->db, folder, "completions.db", "stored completions", tables, sql, STATEMENT_COUNT, e)) {
        free(c);
        return false;
    }
    *out = c;
    return true;
}

void completions_close(struct completions *c)
{
    if (!c)
        return;
    db_close(&c->db);
    free(c);
}

bool completions_put(struct completions *c, int64_t key_id, const struct completion *in, struct err *e)
{
    uint64_t bytes = in->reply.n + in->messages.n + in->metadata.n + ROW_BYTES;
    struct db *d = &c->db;
    sqlite3_stmt *st = d->st[PUT];
    if (bytes > db_share(key_id, c->max_bytes))
        return err_set(e, ERR_IO, "The completion is larger than what is kept of a key.");
    pthread_mutex_lock(&d->lock);
    db_text(st, 1, in->id);
    db_text(st, 2, in->model);
    db_text(st, 3, in->metadata);
    db_text(st, 4, in->reply);
    db_text(st, 5, in->messages);
    sqlite3_bind_int64(st, 6, in->created_unix);
    sqlite3_bind_int64(st, 7, key_id);
    sqlite3_bind_int64(st, 8, (int64_t)bytes);
    bool ok = db_run(d, st, e);
    sqlite3_clear_bindings(st);
    ok = ok && db_forget(d, AGED, in->created_unix - c->keep_s, key_id, c->max_bytes, e);
    pthread_mutex_unlock(&d->lock);
    return ok;
}

static struct completion row_of(sqlite3_stmt *st, struct arena *a)
{
    return (struct completion){.id = db_column(st, 0, a),
                               .model = db_column(st, 1, a),
                               .metadata = db_column(st, 2, a),
                               .reply = db_column(st, 3, a),
                               .messages = db_column(st, 4, a),
                               .created_unix = sqlite3_column_int64(st, 5)};
}

bool completions_get(struct completions *c, int64_t key_id, struct slice id, struct arena *a, struct completion *out,
                     bool *found, struct err *e)
{
    struct db *d = &c->db;
    sqlite3_stmt *st = d->st[GET];
    pthread_mutex_lock(&d->lock);
    db_text(st, 1, id);
    sqlite3_bind_int64(st, 2, key_id);
    sqlite3_bind_int64(st, 3, clock_unix_s() - c->keep_s);
    int step = sqlite3_step(st);
    *found = step == SQLITE_ROW;
    if (*found)
        *out = row_of(st, a);
    bool ok = *found || step == SQLITE_DONE || db_failed(d, e);
    sqlite3_reset(st);
    pthread_mutex_unlock(&d->lock);
    return ok;
}

bool completions_list(struct completions *c, int64_t key_id, const struct completion_query *q, struct arena *a,
                      struct completion **out, size_t *count, bool *more, struct err *e)
{
    struct db *d = &c->db;
    sqlite3_stmt *st = d->st[q->newest_first ? LIST_BACK : LIST];
    int step;
    *out = arena_array(a, struct completion, q->limit);
    *count = 0;
    pthread_mutex_lock(&d->lock);
    sqlite3_bind_int64(st, 1, key_id);
    db_text(st, 2, q->after);
    db_text(st, 3, q->model);
    db_text(st, 4, q->metadata);
    sqlite3_bind_int64(st, 5, (int64_t)q->limit + 1);
    sqlite3_bind_int64(st, 6, clock_unix_s() - c->keep_s);
    while ((step = sqlite3_step(st)) == SQLITE_ROW && *count < q->limit)
        (*out)[(*count)++] = row_of(st, a);
    *more = step == SQLITE_ROW;
    bool ok = *more || step == SQLITE_DONE || db_failed(d, e);
    sqlite3_reset(st);
    pthread_mutex_unlock(&d->lock);
    return ok;
}

bool completions_set_metadata(struct completions *c, int64_t key_id, struct slice id, struct slice metadata,
                              struct err *e)
{
    sqlite3_stmt *st = c->db.st[SET_METADATA];
    pthread_mutex_lock(&c->db.lock);
    db_text(st, 1, metadata);
    db_text(st, 2, id);
    sqlite3_bind_int64(st, 3, key_id);
    bool ok = db_run(&c->db, st, e);
    pthread_mutex_unlock(&c->db.lock);
    return ok;
}

bool completions_remove(struct completions *c, int64_t key_id, struct slice id, bool *found, struct err *e)
{
    return db_remove(&c->db, c->db.st[REMOVE], key_id, id, found, e);
}
