/* monitor_route.c - see monitor_route.h. */
#include "http/monitor_route.h"

#include <stdlib.h>

#include "api/monitor_reply.h"
#include "base/clock.h"
#include "http/query.h"
#include "http/task_shared.h"
#include "state/monitors.h"

enum { CURSOR_CHARS = 20 };

static bool monitor_find(const struct exchange *x, struct api_world *w, struct arena *a, struct monitor *m,
                         struct err *e)
{
    bool found = false;
    return monitors_get(w->runs, exchange_owner(x), exchange_wildcard(x), a, m, &found, e) &&
           (found || err_set(e, ERR_MONITOR_NOT_FOUND, NULL));
}

static void monitor_add(const struct monitor *m, struct buf *out)
{
    monitor_print(&(struct monitor_head){.snapshot = m->kind == MONITOR_SNAPSHOT,
                                         .cancelled = m->cancelled,
                                         .id = m->id,
                                         .frequency = m->frequency,
                                         .processor = m->processor,
                                         .settings = m->settings,
                                         .metadata = m->metadata,
                                         .hook = m->hook,
                                         .latest = m->latest,
                                         .tells = m->hook_kinds,
                                         .created_us = m->created_us,
                                         .last_us = m->last_us},
                  out);
}

static void monitor_reply(struct exchange *x, int status, const struct monitor *m)
{
    struct buf body;
    buf_init(&body, TASK_REPLY_BYTES);
    monitor_add(m, &body);
    task_send(x, status, &body);
}

static struct monitor_request monitor_as_request(const struct monitor *m)
{
    return (struct monitor_request){.snapshot = m->kind == MONITOR_SNAPSHOT,
                                    .backfill = m->backfill,
                                    .frequency = m->frequency,
                                    .processor = m->processor,
                                    .every_s = m->every_s,
                                    .settings = m->settings,
                                    .metadata = m->metadata,
                                    .hook = m->hook,
                                    .tells = m->hook_kinds,
                                    .run = m->request};
}

static void monitor_take(struct monitor *m, const struct monitor_request *r)
{
    m->frequency = r->frequency;
    m->processor = r->processor;
    m->every_s = r->every_s;
    m->settings = r->settings;
    m->metadata = r->metadata;
    m->hook = r->hook;
    m->hook_kinds = r->tells;
    m->request = r->run;
}

/* Takes what a snapshot begins with from its run. */
static bool monitor_begin(const struct exchange *x, struct api_world *w, struct arena *a, struct monitor_request *r,
                          struct monitor *m, struct err *e)
{
    struct run run;
    bool found = false;
    m->latest = SLICE("");
    if (!r->snapshot)
        return true;
    if (!runs_get(w->runs, exchange_owner(x), r->run_id, RUN_WITH_REQUEST | RUN_WITH_OUTPUT, a, &run, &found, e))
        return false;
    if (!found || run.status != RUN_COMPLETED)
        return err_set_param(e, ERR_BAD_VALUE, "settings.task_run_id",
                             "'settings.task_run_id' must be the id of a task run of this key that was completed.");
    m->latest = run.output;
    return monitor_use_run(a, run.request, r, e);
}

void monitor_create(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct monitor_request r;
    struct monitor m = {.key_id = exchange_owner(x)};
    char id[TASK_ID_BYTES];
    struct err e;
    task_id("monitor", id);
    m.id = slice_of(id);
    bool ok = monitor_request_parse(a, exchange_body(x), &w->limits, &r, &e) && monitor_begin(x, w, a, &r, &m, &e);
    if (ok) {
        monitor_take(&m, &r);
        m.kind = r.snapshot ? MONITOR_SNAPSHOT : MONITOR_STREAM;
        m.backfill = r.backfill;
        m.next_unix = r.snapshot ? clock_unix_s() + r.every_s : 0; /* what a snapshot begins with is there */
        ok = monitors_add(w->runs, &m, w->most_monitors, &e);
    }
    if (ok) {
        runner_nudge(w->runner);
        monitor_reply(x, 201, &m);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

void monitor_get(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct monitor m;
    struct err e;
    if (monitor_find(x, world, a, &m, &e))
        monitor_reply(x, 200, &m);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

void monitor_update(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct monitor m;
    struct err e;
    bool ok = monitor_find(x, w, a, &m, &e);
    if (ok) {
        struct monitor_request r = monitor_as_request(&m);
        ok = monitor_update_parse(a, exchange_body(x), &w->limits, &r, &e);
        monitor_take(&m, &r);
    }
    if (ok && monitors_set(w->runs, &m, &e))
        monitor_reply(x, 200, &m);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

void monitor_cancel(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct monitor m;
    struct err e;
    bool ok = monitor_find(x, w, a, &m, &e);
    m.cancelled = true;
    if (ok && monitors_set(w->runs, &m, &e))
        monitor_reply(x, 200, &m);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

void monitor_trigger(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct monitor m;
    struct err e;
    if (monitor_find(x, w, a, &m, &e) && monitors_trigger(w->runs, m.number, &e)) {
        runner_nudge(w->runner);
        exchange_reply(x, 204, "application/json", SLICE(""));
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

static bool monitor_limit(const struct exchange *x, struct arena *a, size_t usual, size_t most, size_t *out,
                          struct err *e)
{
    struct slice text = task_query(x, a, "limit");
    char *end = NULL;
    long long n = text.n ? strtoll(text.p, &end, 10) : (long long)usual;
    *out = (size_t)n;
    return (text.n == 0 || *end == '\0') && n >= 1 && n <= (long long)most
               ? true
               : err_set_param(e, ERR_BAD_VALUE, "limit", "'limit' must be a whole number from 1 to %zu.", most);
}

/* A number; what is none begins at the newest. */
static int64_t monitor_cursor(const struct exchange *x, struct arena *a)
{
    struct slice text = task_query(x, a, "cursor");
    char *end = NULL;
    long long n = text.n && text.n < CURSOR_CHARS ? strtoll(text.p, &end, 10) : 0;
    return n > 0 && end == text.p + text.n ? n : 0;
}

/* Values of a member that is given several times, or with commas. found: which of the two; both where none is given and
 * `all`, else the first. */
static bool monitor_filter(const struct exchange *x, struct arena *a, const char *name, const char *const values[2],
                           bool all, bool *first, bool *second, struct err *e)
{
    struct slice rest = exchange_query(x), key, value;
    bool given = false;
    *first = *second = false;
    while (query_next(&rest, a, &key, &value)) {
        if (!slice_is(key, name) && !(slice_starts(key, slice_of(name)) && slice_ends(key, SLICE("[]"))))
            continue;
        while (value.n) {
            size_t comma = slice_find(value, SLICE(","));
            struct slice one = slice_trim(slice_sub(value, 0, comma));
            value = comma < value.n ? slice_sub(value, comma + 1, value.n - comma - 1) : SLICE("");
            *first |= slice_is(one, values[0]);
            *second |= slice_is(one, values[1]);
            given = true;
            if (!slice_is(one, values[0]) && !slice_is(one, values[1]))
                return err_set_param(e, ERR_BAD_VALUE, name, "'%s' must be %s or %s.", name, values[0], values[1]);
        }
    }
    if (!given)
        *first = true;
    if (!given && all)
        *second = true;
    return true;
}

static struct slice monitor_next(struct arena *a, int64_t number, bool more)
{
    return more ? arena_printf(a, "%lld", (long long)number) : SLICE("");
}

void monitor_list(struct exchange *x, void *world)
{
    static const char *const statuses[2] = {"active", "cancelled"}, *const types[2] = {"event_stream", "snapshot"};
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct monitor_query q = {.before = monitor_cursor(x, a)};
    struct monitor *found = NULL;
    struct buf body;
    struct err e;
    size_t n = 0;
    bool more = false;
    if (monitor_limit(x, a, MONITOR_LIST_USUAL, MONITOR_LIST_MOST, &q.most, &e) &&
        monitor_filter(x, a, "status", statuses, false, &q.active, &q.cancelled, &e) &&
        monitor_filter(x, a, "type", types, true, &q.stream, &q.snapshot, &e) &&
        monitors_list(w->runs, exchange_owner(x), &q, a, &found, &n, &more, &e)) {
        buf_init(&body, TASK_REPLY_BYTES);
        monitor_list_begin("monitors", &body);
        for (size_t i = 0; i < n; i++) {
            buf_add(&body, i ? SLICE(",") : SLICE(""));
            monitor_add(&found[i], &body);
        }
        monitor_list_end(n ? monitor_next(a, found[n - 1].number, more) : SLICE(""), &body);
        task_send(x, 200, &body);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

void monitor_events(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct slice group = task_query(x, a, "event_group_id");
    struct monitor_event *events = NULL;
    struct monitor m;
    struct buf body;
    struct err e;
    size_t limit = 0, n = 0;
    bool more = false, completions;
    bool ok = monitor_find(x, w, a, &m, &e) &&
              monitor_limit(x, a, MONITOR_EVENTS_USUAL, MONITOR_EVENTS_MOST, &limit, &e) &&
              task_flag(x, a, "include_completions", &completions, &e);
    if (ok && group.n) /* then pages mean nothing */
        limit = MONITOR_EVENTS_MOST;
    ok = ok && monitors_events(w->runs, m.number, group.n ? 0 : monitor_cursor(x, a), group, completions, limit, a,
                               &events, &n, &more, &e);
    if (ok) {
        buf_init(&body, TASK_REPLY_BYTES);
        monitor_list_begin("events", &body);
        for (size_t i = 0; i < n; i++) {
            buf_add(&body, i ? SLICE(",") : SLICE(""));
            buf_add(&body, events[i].body);
        }
        monitor_list_end(n ? monitor_next(a, events[n - 1].number, more) : SLICE(""), &body);
        task_send(x, 200, &body);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}
