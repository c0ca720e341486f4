/* task_group_route.c - see task_group_route.h. */
#include "http/task_group_route.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "http/task_shared.h"

enum {
    PAGE_RUNS = 50, /* read at a time */
    CURSOR_CHARS = 24,
    PAGE_BYTES = 512 * 1024 * 1024
};

static struct task_group_head group_head(const struct run_group *g)
{
    uint64_t runs = 0;
    for (size_t i = 0; i < RUN_STATUS_COUNT; i++)
        runs += g->counts[i];
    return (struct task_group_head){.id = g->id,
                                    .metadata = g->metadata,
                                    .created_us = g->created_us,
                                    .modified_us = g->modified_us,
                                    .runs = runs,
                                    .active = g->counts[RUN_QUEUED] + g->counts[RUN_RUNNING] > 0,
                                    .statuses = task_status_names,
                                    .counts = g->counts,
                                    .status_count = RUN_STATUS_COUNT};
}

static bool group_find(const struct exchange *x, struct api_world *w, struct arena *a, struct run_group *g,
                       struct err *e)
{
    bool found = false;
    return runs_group_get(w->runs, exchange_owner(x), exchange_wildcard(x), a, g, &found, e) &&
           (found || err_set(e, ERR_GROUP_NOT_FOUND, NULL));
}

static void group_reply(struct exchange *x, const struct run_group *g)
{
    const struct task_group_head head = group_head(g);
    struct buf body;
    buf_init(&body, TASK_REPLY_BYTES);
    task_group_print(&head, &body);
    task_send(x, 200, &body);
}

void task_group_create(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    char id[TASK_ID_BYTES];
    struct run_group g = {.key_id = exchange_owner(x)};
    struct err e;
    task_id("tgrp", id);
    g.id = slice_of(id);
    if (task_group_metadata(a, exchange_body(x), &g.metadata, &e) && runs_group_add(w->runs, &g, &e))
        group_reply(x, &g);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

void task_group_get(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct run_group g;
    struct err e;
    if (group_find(x, world, a, &g, &e))
        group_reply(x, &g);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

/* Where a stream of runs or of events goes on; none for what is in front of all. */
static struct slice group_cursor(int64_t number, char room[CURSOR_CHARS])
{
    int n = number ? snprintf(room, CURSOR_CHARS, "%lld", (long long)number) : 0;
    return (struct slice){room, (size_t)n};
}

/* A cursor that is none of ours begins at the beginning. */
static int64_t group_read_cursor(const struct exchange *x, struct arena *a)
{
    struct slice text = task_query(x, a, "last_event_id");
    char *end;
    long long n = text.n && text.n < CURSOR_CHARS ? strtoll(text.p, &end, 10) : 0;
    return n > 0 && end == text.p + text.n ? n : 0;
}

/* Each run is a question of the day's quota; the request itself was counted as one. What was not added is given back.
 */
static bool group_quota(struct exchange *x, struct api_world *w, size_t n, size_t *taken, struct err *e)
{
    int64_t quota = exchange_key(x) ? exchange_key(x)->scope.daily_quota : 0, now = clock_unix_s(), until = 0;
    for (*taken = 0; *taken + 1 < n; ++*taken)
        if (!usage_take(w->usage, exchange_owner(x), quota, now, &until)) {
            err_set(e, ERR_QUOTA,
                    "This API key may ask %lld questions a day, which these %zu runs exceed. It can ask again from "
                    "midnight UTC on.",
                    (long long)quota, n);
            e->retry_after_ms = (unsigned)(until - now) * 1000;
            return false;
        }
    return true;
}

static void group_quota_end(struct exchange *x, struct api_world *w, size_t taken, bool added)
{
    const uint64_t counts[USAGE_COUNT] = {[USAGE_questions] = added};
    for (size_t i = 0; i < taken; i++)
        usage_add(w->usage, exchange_owner(x), clock_unix_s(), counts, true);
}

static bool group_add_runs(struct exchange *x, struct api_world *w, const struct run_group *g, struct arena *a,
                           struct run **runs, size_t *n, struct err *e)
{
    struct task_request *t = NULL;
    size_t taken = 0;
    if (!task_group_parse(a, exchange_body(x), &w->limits, &t, n, e))
        return false;
    *runs = arena_array(a, struct run, *n);
    for (size_t i = 0; i < *n; i++) {
        if (!task_make(x, &t[i], a, &(*runs)[i], e))
            return false;
        (*runs)[i].group = g->number;
        (*runs)[i].group_id = g->id;
    }
    exchange_work(x)->model = t[0].question.tier->name;
    bool ok = group_quota(x, w, *n, &taken, e) && runs_add(w->runs, *runs, *n, e);
    group_quota_end(x, w, taken, ok);
    return ok;
}

void task_group_add(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    char run_cursor[CURSOR_CHARS], event_cursor[CURSOR_CHARS];
    struct run_group before, g;
    struct run *runs = NULL;
    struct buf body;
    struct err e;
    size_t n = 0;
    bool refresh; /* the status is always counted anew */
    if (task_flag(x, a, "refresh_status", &refresh, &e) && group_find(x, w, a, &before, &e) &&
        group_add_runs(x, w, &before, a, &runs, &n, &e) && group_find(x, w, a, &g, &e)) {
        runner_nudge(w->runner);
        struct slice *ids = arena_array(a, struct slice, n);
        for (size_t i = 0; i < n; i++)
            ids[i] = runs[i].id;
        const struct task_group_head head = group_head(&g);
        buf_init(&body, TASK_REPLY_BYTES);
        task_group_added_print(&head, ids, n, group_cursor(before.last, run_cursor),
                               group_cursor(before.change, event_cursor), &body);
        task_send(x, 200, &body);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

static bool group_read_status(const struct exchange *x, struct arena *a, int *status, struct err *e)
{
    static const char *const others[] = {"action_required", "cancelling", "cancelled"}; /* that no run here has */
    struct slice text = task_query(x, a, "status");
    *status = -1;
    for (int i = 0; i < RUN_STATUS_COUNT; i++)
        if (slice_is(text, task_status_names[i]))
            *status = i;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (slice_is(text, others[i]))
            *status = RUN_STATUS_COUNT;
    return *status >= 0 || text.n == 0 ||
           err_set_param(e, ERR_BAD_VALUE, "status", "'status' must be queued, running, completed or failed.");
}

/* Sends one page of events; false: the client has left, or they are too large. */
static bool group_send(struct exchange *x, struct buf *out)
{
    bool ok = !out->over && (out->n == 0 || exchange_write(x, buf_slice(out)));
    buf_release(out);
    return ok;
}

struct group_list { /* what is wanted of the runs */
    int64_t group, after;
    int status;
    unsigned parts;
};

static bool group_read_list(struct exchange *x, struct api_world *w, struct arena *a, struct group_list *out,
                            struct err *e)
{
    struct run_group g;
    bool input, output;
    if (!group_find(x, w, a, &g, e) || !group_read_status(x, a, &out->status, e) ||
        !task_flag(x, a, "include_input", &input, e) || !task_flag(x, a, "include_output", &output, e))
        return false;
    out->group = g.number;
    out->after = group_read_cursor(x, a);
    out->parts = (input ? RUN_WITH_REQUEST : 0) | (output ? RUN_WITH_OUTPUT : 0);
    return true;
}

/* One page; *after moves on. False: that was the last. */
static bool group_list_page(struct exchange *x, struct api_world *w, struct group_list *l, struct err *e)
{
    struct arena *a = arena_new();
    struct run *runs = NULL;
    struct buf out;
    char cursor[CURSOR_CHARS];
    size_t n = 0;
    buf_init(&out, PAGE_BYTES);
    bool ok = runs_group_list(w->runs, l->group, l->after, l->status, l->parts, PAGE_RUNS, a, &runs, &n, e);
    for (size_t i = 0; ok && i < n; i++) {
        const struct task_head head = task_head_of(&runs[i]);
        l->after = runs[i].number;
        task_event_state(&head, group_cursor(runs[i].number, cursor), runs[i].request, runs[i].output, &out);
    }
    if (!ok) {
        struct err outer = exchange_outer_error(x, e);
        task_event_error(&outer, exchange_request_id(x), &out);
    }
    ok = group_send(x, &out) && ok && n == PAGE_RUNS;
    arena_free(a);
    return ok;
}

void task_group_runs(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct group_list l;
    struct err e;
    if (group_read_list(x, world, a, &l, &e)) {
        exchange_work(x)->stream = true;
        exchange_begin(x, TASK_STREAM, TASK_BEAT);
        while (group_list_page(x, world, &l, &e))
            continue;
        exchange_end(x);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

struct group_stream { /* between the calls of task_group_events */
    bool begun;
    int64_t after, until_ms;
};

static bool group_stream_begin(struct exchange *x, struct group_stream *s, struct arena *a, struct err *e)
{
    int64_t wait_ms = 0;
    if (s->begun)
        return true;
    if (!task_timeout(x, a, TASK_GROUP_EVENTS_USUAL_S, TASK_GROUP_EVENTS_MOST_S, &wait_ms, e))
        return false;
    s->begun = true;
    s->after = group_read_cursor(x, a);
    s->until_ms = clock_ms() + wait_ms;
    exchange_work(x)->stream = true;
    exchange_begin(x, TASK_STREAM, TASK_BEAT);
    return true;
}

/* The runs that have ended since, then the group's state. False: the client has left. */
static bool group_stream_send(struct exchange *x, struct api_world *w, struct group_stream *s,
                              const struct run_group *g, bool first, struct err *e)
{
    const struct task_group_head head = group_head(g);
    char cursor[CURSOR_CHARS];
    bool ok = true, news = first;
    size_t n = PAGE_RUNS;
    struct buf out;
    while (ok && n == PAGE_RUNS) {
        struct arena *a = arena_new();
        struct run *runs = NULL;
        buf_init(&out, PAGE_BYTES);
        ok = runs_group_ended(w->runs, g->number, s->after, 0, PAGE_RUNS, a, &runs, &n, e);
        for (size_t i = 0; ok && i < n; i++) {
            const struct task_head run = task_head_of(&runs[i]);
            s->after = runs[i].change;
            task_event_state(&run, group_cursor(s->after, cursor), SLICE(""), SLICE(""), &out);
            news = true;
        }
        ok = group_send(x, &out) && ok;
        arena_free(a);
    }
    if (!ok || !news)
        return ok;
    buf_init(&out, PAGE_BYTES);
    struct slice at = group_cursor(s->after, cursor);
    task_event_group(&head, at.n ? at : SLICE("0"), &out);
    return group_send(x, &out);
}

void task_group_events(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct group_stream *s = exchange_memory(x, sizeof *s);
    struct arena *a = arena_new();
    struct run_group g;
    struct err e;
    bool first = !s->begun, ok = group_find(x, w, a, &g, &e) && group_stream_begin(x, s, a, &e);
    if (ok) {
        exchange_wait(x, task_group_topic(g.number), task_wait_until(w, s->until_ms));
        ok = group_find(x, w, a, &g, &e) && group_stream_send(x, w, s, &g, first, &e);
    }
    if (!ok && !s->begun)
        exchange_fail(x, &e);
    else if (!ok || !group_head(&g).active || clock_ms() >= s->until_ms)
        exchange_end(x);
    arena_free(a);
}

void task_group_run(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct run_group g;
    struct run run;
    struct buf body;
    struct err e;
    bool ok = group_find(x, world, a, &g, &e) && task_find(x, world, exchange_wildcard_2(x), 0, a, &run, &e);
    if (ok && run.group != g.number)
        ok = err_set(&e, ERR_RUN_NOT_FOUND, "The group has no run of this id.");
    if (ok) {
        const struct task_head head = task_head_of(&run);
        buf_init(&body, TASK_REPLY_BYTES);
        task_run_print(&head, &body);
        task_send(x, 200, &body);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}
