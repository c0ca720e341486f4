/* runs_groups.c - groups of runs: see runs.h. A group has no state of its own; it is counted from its runs. */
#include "base/clock.h"
#include "state/runs_inner.h"

bool runs_group_add(struct runs *r, struct run_group *g, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_GROUP_PUT];
    g->created_us = g->modified_us = clock_unix_us();
    pthread_mutex_lock(&r->db.lock);
    db_text(st, 1, g->id);
    sqlite3_bind_int64(st, 2, g->key_id);
    sqlite3_bind_int64(st, 3, g->created_us);
    db_text(st, 4, g->metadata);
    bool ok = db_run(&r->db, st, e);
    if (ok)
        g->number = sqlite3_last_insert_rowid(r->db.sqlite);
    sqlite3_clear_bindings(st);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

static bool group_count_locked(struct runs *r, struct run_group *g, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_GROUP_COUNTS];
    int step;
    sqlite3_bind_int64(st, 1, g->number);
    while ((step = sqlite3_step(st)) == SQLITE_ROW) {
        int64_t modified = sqlite3_column_int64(st, 2), change = sqlite3_column_int64(st, 3);
        int status = sqlite3_column_int(st, 0);
        if (status < 0 || status >= RUN_STATUS_COUNT)
            continue;
        g->counts[status] = (uint64_t)sqlite3_column_int64(st, 1);
        g->modified_us = modified > g->modified_us ? modified : g->modified_us;
        g->change = change > g->change ? change : g->change;
        g->last = sqlite3_column_int64(st, 4) > g->last ? sqlite3_column_int64(st, 4) : g->last;
    }
    bool ok = step == SQLITE_DONE || db_failed(&r->db, e);
    sqlite3_reset(st);
    return ok;
}

bool runs_group_get(struct runs *r, int64_t key_id, struct slice id, struct arena *a, struct run_group *out,
                    bool *found, struct err *e)
{
    sqlite3_stmt *st = r->db.st[RUNS_GROUP_GET];
    pthread_mutex_lock(&r->db.lock);
    db_text(st, 1, id);
    sqlite3_bind_int64(st, 2, key_id);
    int step = sqlite3_step(st);
    *found = step == SQLITE_ROW;
    if (*found)
        *out = (struct run_group){.number = sqlite3_column_int64(st, 0),
                                  .id = db_column(st, 1, a),
                                  .key_id = sqlite3_column_int64(st, 2),
                                  .created_us = sqlite3_column_int64(st, 3),
                                  .modified_us = sqlite3_column_int64(st, 3),
                                  .metadata = db_column(st, 4, a)};
    bool ok = *found || step == SQLITE_DONE || db_failed(&r->db, e);
    sqlite3_reset(st);
    ok = ok && (!*found || group_count_locked(r, out, e));
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

static bool group_rows(struct runs *r, enum runs_statement which, int64_t group, int64_t after, int status,
                       unsigned parts, size_t most, struct arena *a, struct run **out, size_t *n, struct err *e)
{
    sqlite3_stmt *st = r->db.st[which];
    *out = arena_array(a, struct run, most);
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int(st, 1, (int)parts);
    sqlite3_bind_int64(st, 2, group);
    sqlite3_bind_int64(st, 3, after);
    sqlite3_bind_int(st, 4, status);
    sqlite3_bind_int64(st, 5, (int64_t)most);
    bool ok = runs_rows_locked(r, st, most, a, *out, n, e);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool runs_group_list(struct runs *r, int64_t group, int64_t after, int status, unsigned parts, size_t most,
                     struct arena *a, struct run **out, size_t *n, struct err *e)
{
    return group_rows(r, RUNS_GROUP_LIST, group, after, status, parts, most, a, out, n, e);
}

bool runs_group_ended(struct runs *r, int64_t group, int64_t after, unsigned parts, size_t most, struct arena *a,
                      struct run **out, size_t *n, struct err *e)
{
    return group_rows(r, RUNS_GROUP_ENDED, group, after, -1, parts, most, a, out, n, e);
}
