/* monitors.c - see monitors.h for the contract. */
#include "state/monitors.h"

#include <stdlib.h>

#include "base/clock.h"
#include "state/runs_inner.h"

enum { EVENT_ROW_BYTES = 200 };

static struct monitor monitor_of_row(sqlite3_stmt *st, struct arena *a)
{
    return (struct monitor){.number = sqlite3_column_int64(st, 0),
                            .key_id = sqlite3_column_int64(st, 1),
                            .created_us = sqlite3_column_int64(st, 2),
                            .last_us = sqlite3_column_int64(st, 3),
                            .next_unix = sqlite3_column_int64(st, 4),
                            .every_s = sqlite3_column_int64(st, 5),
                            .kind = sqlite3_column_int(st, 6) == MONITOR_SNAPSHOT ? MONITOR_SNAPSHOT : MONITOR_STREAM,
                            .cancelled = sqlite3_column_int(st, 7) != 0,
                            .backfill = sqlite3_column_int(st, 8) != 0,
                            .hook_kinds = (unsigned)sqlite3_column_int(st, 9),
                            .id = db_column(st, 10, a),
                            .frequency = db_column(st, 11, a),
                            .processor = db_column(st, 12, a),
                            .settings = db_column(st, 13, a),
                            .metadata = db_column(st, 14, a),
                            .hook = db_column(st, 15, a),
                            .request = db_column(st, 16, a),
                            .latest = db_column(st, 17, a),
                            .seen = db_column(st, 18, a)};
}

static bool monitor_rows_locked(struct runs *r, sqlite3_stmt *st, size_t most, struct arena *a, struct monitor *out,
                                size_t *n, struct err *e)
{
    int step = SQLITE_DONE;
    *n = 0;
    while (*n < most && (step = sqlite3_step(st)) == SQLITE_ROW)
        out[(*n)++] = monitor_of_row(st, a);
    bool ok = *n == most || step == SQLITE_DONE || db_failed(&r->db, e);
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return ok;
}

static bool monitors_have_room_locked(struct runs *r, int64_t key_id, uint64_t most, struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_ROOM];
    sqlite3_bind_int64(st, 1, key_id);
    bool ok = sqlite3_step(st) == SQLITE_ROW || db_failed(&r->db, e);
    uint64_t all = ok ? (uint64_t)sqlite3_column_int64(st, 0) : 0, own = ok ? (uint64_t)sqlite3_column_int64(st, 1) : 0;
    sqlite3_reset(st);
    if (!ok || (all < most && own < db_share(key_id, most)))
        return ok;
    return err_set(e, ERR_BUSY, "There are as many active monitors as this server keeps; cancel one first.");
}

static void monitor_bind(sqlite3_stmt *st, const struct monitor *m)
{
    sqlite3_bind_int64(st, 2, m->every_s);
    sqlite3_bind_int(st, 3, m->cancelled);
    sqlite3_bind_int(st, 4, (int)m->hook_kinds);
    db_text(st, 5, m->frequency);
    db_text(st, 6, m->processor);
    db_text(st, 7, m->settings);
    db_text(st, 8, m->metadata);
    db_text(st, 9, m->hook);
    db_text(st, 10, m->request);
}

bool monitors_add(struct runs *r, struct monitor *m, uint64_t most, struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_PUT];
    m->created_us = clock_unix_us();
    pthread_mutex_lock(&r->db.lock);
    bool ok = monitors_have_room_locked(r, m->key_id, most, e);
    if (ok) {
        db_text(st, 1, m->id);
        monitor_bind(st, m);
        sqlite3_bind_int64(st, 11, m->key_id);
        sqlite3_bind_int64(st, 12, m->created_us);
        sqlite3_bind_int64(st, 13, m->next_unix);
        sqlite3_bind_int(st, 14, (int)m->kind);
        sqlite3_bind_int(st, 15, m->backfill);
        db_text(st, 16, m->latest);
        ok = db_run(&r->db, st, e);
        sqlite3_clear_bindings(st);
        m->number = ok ? sqlite3_last_insert_rowid(r->db.sqlite) : 0;
    }
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool monitors_get(struct runs *r, int64_t key_id, struct slice id, struct arena *a, struct monitor *out, bool *found,
                  struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_GET];
    size_t n = 0;
    pthread_mutex_lock(&r->db.lock);
    db_text(st, 1, id);
    sqlite3_bind_int64(st, 2, key_id);
    bool ok = monitor_rows_locked(r, st, 1, a, out, &n, e);
    pthread_mutex_unlock(&r->db.lock);
    *found = n == 1;
    return ok;
}

bool monitors_get_number(struct runs *r, int64_t number, struct arena *a, struct monitor *out, bool *found,
                         struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_GET_NUMBER];
    size_t n = 0;
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, number);
    bool ok = monitor_rows_locked(r, st, 1, a, out, &n, e);
    pthread_mutex_unlock(&r->db.lock);
    *found = n == 1;
    return ok;
}

bool monitors_set(struct runs *r, const struct monitor *m, struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_SET];
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, m->number);
    monitor_bind(st, m);
    bool ok = db_run(&r->db, st, e);
    sqlite3_clear_bindings(st);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool monitors_trigger(struct runs *r, int64_t number, struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_TRIGGER];
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, number);
    bool ok = db_run(&r->db, st, e);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool monitors_list(struct runs *r, int64_t key_id, const struct monitor_query *q, struct arena *a, struct monitor **out,
                   size_t *n, bool *more, struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_LIST];
    *out = arena_array(a, struct monitor, q->most + 1);
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, key_id);
    sqlite3_bind_int64(st, 2, q->before);
    sqlite3_bind_int(st, 3, q->active);
    sqlite3_bind_int(st, 4, q->cancelled);
    sqlite3_bind_int(st, 5, q->stream);
    sqlite3_bind_int(st, 6, q->snapshot);
    sqlite3_bind_int64(st, 7, (int64_t)q->most + 1);
    bool ok = monitor_rows_locked(r, st, q->most + 1, a, *out, n, e);
    pthread_mutex_unlock(&r->db.lock);
    *more = ok && *n > q->most;
    *n = *more ? q->most : *n;
    return ok;
}

/* The run, and the time of the next one, which does not make up for those that were missed. */
static bool monitor_ask_locked(struct runs *r, const struct monitor *m, int64_t now_unix, struct slice id,
                               struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_ASKED];
    struct run run = {.id = id,
                      .key_id = m->key_id,
                      .monitor = m->number,
                      .processor = m->processor,
                      .request = m->request,
                      .created_us = clock_unix_us(),
                      .hook = SLICE(""),
                      .metadata = SLICE(""),
                      .warnings = SLICE("")};
    if (!runs_begin_locked(r, e))
        return false;
    sqlite3_bind_int64(st, 1, m->number);
    sqlite3_bind_int64(st, 2, now_unix + m->every_s);
    return runs_commit_locked(r, runs_put_locked(r, &run, e) && db_run(&r->db, st, e), e);
}

bool monitors_ask(struct runs *r, int64_t now_unix, size_t most, struct slice (*id)(struct arena *a), struct arena *a,
                  size_t *n, struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_DUE];
    struct monitor *due = arena_array(a, struct monitor, most);
    size_t count = 0;
    *n = 0;
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, now_unix);
    sqlite3_bind_int64(st, 2, (int64_t)most);
    bool ok = monitor_rows_locked(r, st, most, a, due, &count, e);
    for (size_t i = 0; ok && i < count; i++) {
        ok = monitor_ask_locked(r, &due[i], now_unix, id(a), e);
        *n += ok;
    }
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

static bool monitor_note_locked(struct runs *r, const struct run *run, const struct monitor_news *news, struct err *e)
{
    sqlite3_stmt *put = r->db.st[MONITORS_EVENT_PUT], *trim = r->db.st[MONITORS_EVENT_TRIM],
                 *set = r->db.st[MONITORS_NOTED];
    sqlite3_bind_int64(put, 1, news->monitor);
    sqlite3_bind_int(put, 2, (int)news->event.kind);
    db_text(put, 3, news->event.group);
    db_text(put, 4, news->event.body);
    sqlite3_bind_int64(put, 5, (int64_t)news->event.body.n + EVENT_ROW_BYTES);
    bool ok = db_run(&r->db, put, e);
    sqlite3_clear_bindings(put);
    sqlite3_bind_int64(trim, 1, news->monitor);
    sqlite3_bind_int64(trim, 2, MONITOR_EVENTS_BYTES);
    ok = ok && db_run(&r->db, trim, e);
    sqlite3_bind_int64(set, 1, news->monitor);
    sqlite3_bind_int64(set, 2, run->modified_us);
    db_text(set, 3, news->latest);
    db_text(set, 4, news->seen);
    ok = ok && db_run(&r->db, set, e);
    sqlite3_clear_bindings(set);
    return ok && (news->message.url.n == 0 || runs_hook_put_locked(r, run->key_id, &news->message, e));
}

bool monitors_end(struct runs *r, struct run *run, const struct monitor_news *news, bool *ended, struct err *e)
{
    *ended = false;
    pthread_mutex_lock(&r->db.lock);
    bool ok = runs_begin_locked(r, e);
    if (ok) {
        ok = runs_end_locked(r, run, ended, e) && (!*ended || monitor_note_locked(r, run, news, e));
        ok = runs_commit_locked(r, ok, e);
    }
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool monitors_events(struct runs *r, int64_t monitor, int64_t before, struct slice group, bool completions, size_t most,
                     struct arena *a, struct monitor_event **out, size_t *n, bool *more, struct err *e)
{
    sqlite3_stmt *st = r->db.st[MONITORS_EVENTS];
    int step = SQLITE_DONE;
    *out = arena_array(a, struct monitor_event, most);
    *n = 0;
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, monitor);
    sqlite3_bind_int64(st, 2, before);
    db_text(st, 3, group);
    sqlite3_bind_int(st, 4, completions);
    sqlite3_bind_int64(st, 5, (int64_t)most + 1);
    while ((step = sqlite3_step(st)) == SQLITE_ROW && *n < most)
        (*out)[(*n)++] = (struct monitor_event){.number = sqlite3_column_int64(st, 0),
                                                .kind = (enum monitor_event_kind)sqlite3_column_int(st, 1),
                                                .group = db_column(st, 2, a),
                                                .body = db_column(st, 3, a)};
    *more = step == SQLITE_ROW;
    bool ok = *more || step == SQLITE_DONE || db_failed(&r->db, e);
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}
