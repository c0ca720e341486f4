/* runs_hooks.c - messages to webhooks that are not delivered yet: see runs.h. */
#include "base/clock.h"
#include "state/runs_inner.h"

bool runs_hook_put_locked(struct runs *r, int64_t key_id, const struct run_message *m, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_HOOK_PUT];
    db_text(st, 1, m->id);
    sqlite3_bind_int64(st, 2, key_id);
    db_text(st, 3, m->url);
    db_text(st, 4, m->body);
    sqlite3_bind_int64(st, 5, clock_unix_s());
    bool ok = db_run(&r->db, st, e);
    sqlite3_clear_bindings(st);
    return ok;
}

static bool hooks_next_locked(struct runs *r, int64_t now_unix, int64_t *next_unix, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_HOOKS_NEXT];
    sqlite3_bind_int64(st, 1, now_unix);
    bool ok = sqlite3_step(st) == SQLITE_ROW || db_failed(&r->db, e);
    *next_unix = ok ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_reset(st);
    return ok;
}

bool runs_deliveries(struct runs *r, int64_t now_unix, size_t most, size_t key_most, struct arena *a,
                     struct run_delivery **out, size_t *n, int64_t *next_unix, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_HOOKS_DUE];
    int step = SQLITE_DONE;
    *out = arena_array(a, struct run_delivery, most);
    *n = 0;
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, now_unix);
    sqlite3_bind_int64(st, 2, (int64_t)key_most);
    sqlite3_bind_int64(st, 3, (int64_t)most);
    while (*n < most && (step = sqlite3_step(st)) == SQLITE_ROW)
        (*out)[(*n)++] = (struct run_delivery){
            .number = sqlite3_column_int64(st, 0),
            .key_id = sqlite3_column_int64(st, 1),
            .created_unix = sqlite3_column_int64(st, 2),
            .tries = (unsigned)sqlite3_column_int(st, 3),
            .message = {.id = db_column(st, 4, a), .url = db_column(st, 5, a), .body = db_column(st, 6, a)}};
    bool ok = *n == most || step == SQLITE_DONE || db_failed(&r->db, e);
    sqlite3_reset(st);
    ok = ok && hooks_next_locked(r, now_unix, next_unix, e);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool runs_delivered(struct runs *r, int64_t number, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_HOOK_REMOVE];
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, number);
    bool ok = db_run(&r->db, st, e);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool runs_deliver_later(struct runs *r, int64_t number, int64_t due_unix, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_HOOK_LATER];
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, number);
    sqlite3_bind_int64(st, 2, due_unix);
    bool ok = db_run(&r->db, st, e);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}
