/* monitor_work.c - see monitor_work.h. */
#include "tasks/monitor_work.h"

#include "api/monitor_change.h"
#include "api/monitor_reply.h"
#include "api/task_reply.h"
#include "base/clock.h"
#include "base/log.h"
#include "shape/value.h"

enum { ASK_MOST = 16, EVENT_BYTES = 4 * 1024 * 1024 };

static struct slice monitor_work_id(struct arena *a, const char *prefix)
{
    char *id = arena_alloc(a, TASK_ID_BYTES);
    task_id(prefix, id);
    return slice_of(id);
}

static struct slice monitor_run_id(struct arena *a)
{
    return monitor_work_id(a, "trun");
}

bool monitor_work_ask(struct runs *runs)
{
    struct arena *a = arena_new();
    struct err e;
    size_t n = 0;
    if (!monitors_ask(runs, clock_unix_s(), ASK_MOST, monitor_run_id, a, &n, &e))
        log_event(LOG_ERROR, "monitor", "not asked: %s", e.message);
    arena_free(a);
    return n > 0;
}

static void monitor_work_error(const struct run *run, struct arena *a, struct buf *body)
{
    const struct value *kept, *message = NULL;
    struct err e;
    if (run->error.n && value_parse(a, run->error, &kept, NULL, &e))
        message = value_member(kept, SLICE("message"));
    monitor_error_print(message && message->kind == VALUE_STRING ? message->string : SLICE("The run has failed."),
                        run->modified_us, body);
}

/* Prints the event of a run that was completed, and sets what is compared with next. The first one is an event only
 * where the client wanted to hear of what is there already. */
static bool monitor_work_compare(const struct monitor *m, const struct run *run, struct arena *a,
                                 struct monitor_news *out, struct slice *id, struct buf *body, struct err *e)
{
    struct monitor_change change;
    bool first = m->latest.n == 0;
    if (!monitor_compare(a, m->latest, m->seen, run->output, &change, e))
        return false;
    /* The run that a snapshot begins with was not looked at before: what it cites is not news. */
    if (m->kind == MONITOR_SNAPSHOT && m->seen.n == 0 && !first) {
        struct monitor_change base;
        if (!monitor_compare(a, SLICE(""), SLICE(""), m->latest, &base, e) ||
            !monitor_compare(a, m->latest, base.seen, run->output, &change, e))
            return false;
    }
    out->latest = change.latest;
    out->seen = change.seen;
    out->event.kind = change.changed && (!first || m->backfill) ? MONITOR_EVENT : MONITOR_COMPLETION;
    if (out->event.kind == MONITOR_COMPLETION) {
        monitor_completion_print(run->modified_us, body);
        return true;
    }
    *id = monitor_work_id(a, "mevt");
    monitor_event_print(&(struct monitor_event_head){.snapshot = m->kind == MONITOR_SNAPSHOT,
                                                     .id = *id,
                                                     .group = out->event.group,
                                                     .changed = change.output,
                                                     .previous = m->latest,
                                                     .at_us = run->modified_us},
                        body);
    return true;
}

static void monitor_work_message(const struct monitor *m, const struct run *run, struct slice id, struct arena *a,
                                 struct monitor_news *out)
{
    static const unsigned bits[] = {[MONITOR_EVENT] = MONITOR_TELLS_EVENT,
                                    [MONITOR_COMPLETION] = MONITOR_TELLS_COMPLETED,
                                    [MONITOR_ERROR] = MONITOR_TELLS_FAILED};
    struct buf data, body;
    if (m->hook.n == 0 || !(m->hook_kinds & bits[out->event.kind]))
        return;
    buf_init(&data, EVENT_BYTES);
    buf_init(&body, EVENT_BYTES);
    monitor_told_print(m->id, m->metadata, out->event.group, id, &data);
    task_message_print(monitor_tells_names[out->event.kind], run->modified_us, buf_slice(&data), &body);
    out->message = (struct run_message){monitor_work_id(a, "whevent"), m->hook, arena_dup(a, buf_slice(&body))};
    buf_release(&data);
    buf_release(&body);
}

bool monitor_work_news(struct runs *runs, const struct run *run, struct arena *a, struct monitor_news *out, bool *found,
                       struct err *e)
{
    struct monitor m;
    struct slice id = SLICE("");
    struct buf body;
    if (!monitors_get_number(runs, run->monitor, a, &m, found, e) || !*found)
        return !*found;
    *out = (struct monitor_news){.monitor = m.number, .latest = m.latest, .seen = m.seen, .message.url = SLICE("")};
    out->event.group = monitor_work_id(a, "mevtgrp");
    buf_init(&body, EVENT_BYTES);
    bool compared = run->status == RUN_COMPLETED && monitor_work_compare(&m, run, a, out, &id, &body, e);
    if (run->status == RUN_COMPLETED && !compared) /* what is kept is damaged: begin anew */
        log_event(LOG_ERROR, "monitor", "monitor=%.*s not compared: %s", SLICE_ARGS(m.id), e->message);
    if (run->status == RUN_COMPLETED && !compared)
        out->latest = run->output;
    if (!compared || body.over) {
        buf_reset(&body);
        out->event.kind = MONITOR_ERROR;
        monitor_work_error(run, a, &body);
    }
    out->event.body = arena_dup(a, buf_slice(&body));
    buf_release(&body);
    monitor_work_message(&m, run, id, a, out);
    return true;
}
