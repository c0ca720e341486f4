#include "state/responses.h"

#include <stdlib.h>

#include "base/clock.h"
#include "state/db.h"

enum statement {
    PUT,
    SET,
    GET,
    REMOVE,
    BROKEN_OFF,
    AGED, /* from here on: db_forget */
    BYTES,
    KEY_BYTES,
    OLDEST,
    KEY_OLDEST,
    STATEMENT_COUNT
};

static const char tables[] = "CREATE TABLE IF NOT EXISTS responses ("
                             " number INTEGER PRIMARY KEY AUTOINCREMENT,"
                             " id TEXT NOT NULL UNIQUE,"
                             " key_id INTEGER NOT NULL,"
                             " created_unix INTEGER NOT NULL,"
                             " running INTEGER NOT NULL,"
                             " reply TEXT NOT NULL,"
                             " items TEXT NOT NULL,"
                             " bytes INTEGER NOT NULL"
                             ") STRICT;"
                             "CREATE INDEX IF NOT EXISTS responses_age ON responses(created_unix);"
                             "CREATE INDEX IF NOT EXISTS responses_running ON responses(running) WHERE running;"
                             "CREATE INDEX IF NOT EXISTS responses_bytes ON responses(key_id, number, bytes);";

static const char *const sql[] = {
    [PUT] = "INSERT INTO responses (id, reply, items, running, created_unix, key_id, bytes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
    [SET] = "UPDATE responses SET reply = ?, running = ?, bytes = bytes + ? WHERE id = ? AND key_id = ? AND running",
    [GET] = "SELECT id, reply, items, running, created_unix FROM responses"
            " WHERE id = ? AND key_id = ? AND created_unix >= ?",
    [REMOVE] = "DELETE FROM responses WHERE id = ? AND key_id = ?",
    [BROKEN_OFF] = "UPDATE responses SET running = 0, reply = json_set(reply, '$.status', 'failed', '$.error',"
                   " json_object('code', 'server_error', 'message',"
                   " 'The server was stopped before it had answered.')) WHERE running",
    [AGED] = DB_FORGET_SQL("responses", "created_unix"),
};
_Static_assert(COUNT_OF(sql) == STATEMENT_COUNT, "a statement without text");

enum { ROW_BYTES = 600 /* what a response takes beside its texts */ };

struct responses {
    struct db db;
    uint64_t max_bytes;
    int64_t keep_s;
};

bool responses_open(const char *folder, uint64_t max_bytes, int64_t keep_s, struct responses **out, struct err *e)
{
    struct responses *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_NO_MEMORY, NULL);
    r->max_bytes = max_bytes;
    r->keep_s = keep_s;
    if (!db_open(&r->db, folder, "responses.db", "kept responses", tables, sql, STATEMENT_COUNT, e)) {
        free(r);
        return false;
    }
    if (!db_run(&r->db, r->db.st[BROKEN_OFF], e)) {
        responses_close(r);
        return false;
    }
    *out = r;
    return true;
}

void responses_close(struct responses *r)
{
    if (!r)
        return;
    db_close(&r->db);
    free(r);
}

bool responses_put(struct responses *r, int64_t key_id, const struct kept_response *in, struct err *e)
{
    uint64_t bytes = in->reply.n + in->items.n + ROW_BYTES;
    struct db *d = &r->db;
    sqlite3_stmt *st = d->st[PUT];
    if (bytes > db_share(key_id, r->max_bytes))
        return err_set(e, ERR_IO, "The response is larger than what is kept of a key.");
    pthread_mutex_lock(&d->lock);
    db_text(st, 1, in->id);
    db_text(st, 2, in->reply);
    db_text(st, 3, in->items);
    sqlite3_bind_int(st, 4, in->running);
    sqlite3_bind_int64(st, 5, in->created_unix);
    sqlite3_bind_int64(st, 6, key_id);
    sqlite3_bind_int64(st, 7, (int64_t)bytes);
    bool ok = db_run(d, st, e);
    sqlite3_clear_bindings(st);
    ok = ok && db_forget(d, AGED, in->created_unix - r->keep_s, key_id, r->max_bytes, e);
    pthread_mutex_unlock(&d->lock);
    return ok;
}

bool responses_set(struct responses *r, int64_t key_id, struct slice id, struct slice reply, bool finished,
                   struct err *e)
{
    struct db *d = &r->db;
    sqlite3_stmt *st = d->st[SET];
    pthread_mutex_lock(&d->lock);
    db_text(st, 1, reply);
    sqlite3_bind_int(st, 2, !finished);
    sqlite3_bind_int64(st, 3, (int64_t)reply.n); /* the first reply of a running one is small */
    db_text(st, 4, id);
    sqlite3_bind_int64(st, 5, key_id);
    bool ok = db_run(d, st, e);
    sqlite3_clear_bindings(st);
    ok = ok && db_forget(d, AGED, clock_unix_s() - r->keep_s, key_id, r->max_bytes, e);
    pthread_mutex_unlock(&d->lock);
    return ok;
}

bool responses_get(struct responses *r, int64_t key_id, struct slice id, struct arena *a, struct kept_response *out,
                   bool *found, struct err *e)
{
    struct db *d = &r->db;
    sqlite3_stmt *st = d->st[GET];
    pthread_mutex_lock(&d->lock);
    db_text(st, 1, id);
    sqlite3_bind_int64(st, 2, key_id);
    sqlite3_bind_int64(st, 3, clock_unix_s() - r->keep_s);
    int step = sqlite3_step(st);
    *found = step == SQLITE_ROW;
    if (*found)
        *out = (struct kept_response){.id = db_column(st, 0, a),
                                      .reply = db_column(st, 1, a),
                                      .items = db_column(st, 2, a),
                                      .running = sqlite3_column_int(st, 3),
                                      .created_unix = sqlite3_column_int64(st, 4)};
    bool ok = *found || step == SQLITE_DONE || db_failed(d, e);
    sqlite3_reset(st);
    pthread_mutex_unlock(&d->lock);
    return ok;
}

bool responses_remove(struct responses *r, int64_t key_id, struct slice id, bool *found, struct err *e)
{
    return db_remove(&r->db, r->db.st[REMOVE], key_id, id, found, e);
}
