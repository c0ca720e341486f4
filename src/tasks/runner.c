/* runner.c - see runner.h for the contract. */
#include "tasks/runner.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/trail.h"
#include "tasks/monitor_work.h"
#include "tasks/task_head.h"
#include "tasks/task_work.h"

enum {
    RESERVE_PART = 4, /* of the workers, a quarter is out of reach of each single key, as in base/work.h */
    LOOK_MS = 1000,   /* for runs that another process has queued, or left */
    FAILED_MS = 2000, /* pause after the file could not be read or written */
    END_TRIES = 5,
    FORGET_S = 600,
    MESSAGE_BYTES = 1024 * 1024
};

struct runner {
    struct runner_options options;
    pthread_mutex_t lock;
    pthread_cond_t nudged; /* for workers */
    pthread_cond_t fewer;  /* a worker has ended */
    uint64_t nudges;
    bool closed;
    atomic_bool cancelled;
    _Atomic int64_t forget_unix;
    unsigned running;
    unsigned worker_count;
    pthread_t workers[];
};

/* What the webhook gets of the end of a run. */
static struct run_message runner_message(const struct run *run, struct arena *a)
{
    char id[TASK_ID_BYTES];
    struct buf head, body;
    if (run->hook.n == 0)
        return (struct run_message){.url = SLICE("")};
    const struct task_head h = task_head_of(run);
    buf_init(&head, MESSAGE_BYTES);
    buf_init(&body, MESSAGE_BYTES);
    task_run_print(&h, &head);
    task_message_print("task_run.status", run->modified_us, buf_slice(&head), &body);
    task_id("whevent", id);
    struct run_message m = {.id = arena_dup(a, slice_of(id)), .url = run->hook, .body = arena_dup(a, buf_slice(&body))};
    buf_release(&head);
    buf_release(&body);
    return m;
}

static void runner_tell(struct runner *r, const struct run *run)
{
    const struct runner_options *o = &r->options;
    o->changed(o->changed_ud, task_topic(run->number));
    if (run->group)
        o->changed(o->changed_ud, task_group_topic(run->group));
}

/* *told: its webhook has a new message. */
static bool runner_end_once(struct runner *r, struct run *run, struct arena *a, bool *ended, bool *told, struct err *e)
{
    struct monitor_news news;
    bool watched = false;
    if (run->monitor && !monitor_work_news(r->options.runs, run, a, &news, &watched, e))
        return false;
    if (watched) {
        *told = news.message.url.n > 0;
        return monitors_end(r->options.runs, run, &news, ended, e);
    }
    const struct run_message message = runner_message(run, a);
    *told = message.url.n > 0;
    return runs_end(r->options.runs, run, &message, ended, e);
}

/* A disk that is full now may have room in a moment. What cannot be written stays as running, and is begun again by the
 * next process. */
static void runner_end(struct runner *r, struct run *run, struct arena *a)
{
    struct err e;
    bool ended = false, told = false, ok = false;
    run->modified_us = clock_unix_us();
    for (int i = 0; !ok && i < END_TRIES; i++) {
        const struct deadline pause = {clock_ms() + FAILED_MS, &r->cancelled};
        if (i > 0)
            (void)deadline_pause(&pause, FAILED_MS);
        ok = runner_end_once(r, run, a, &ended, &told, &e);
        if (!ok)
            log_event(LOG_ERROR, "task", "run=%.*s not kept: %s", SLICE_ARGS(run->id), e.message);
    }
    if (!ended)
        return;
    log_event(LOG_INFO, "task", "run=%.*s processor=%.*s status=%s ms=%lld", SLICE_ARGS(run->id),
              SLICE_ARGS(run->processor), task_status_names[run->status],
              (long long)(run->modified_us - run->created_us) / 1000);
    meter_add(METER_TASKS_ENDED, task_status_names[run->status], NULL, 1);
    runner_tell(r, run);
    if (told)
        hooks_nudge(r->options.hooks);
}

static void runner_forget(struct runner *r, int64_t key_id)
{
    int64_t now = clock_unix_s(), due = atomic_load(&r->forget_unix);
    struct err e;
    if (now < due || !atomic_compare_exchange_strong(&r->forget_unix, &due, now + FORGET_S))
        return;
    if (!runs_forget(r->options.runs, now, key_id, &e))
        log_event(LOG_ERROR, "task", "not forgotten: %s", e.message);
}

static void runner_gauge(struct runner *r)
{
    struct runs_count n;
    struct err e;
    if (!runs_count(r->options.runs, &n, &e))
        return; /* the next call that matters will say so */
    meter_set(METER_TASKS, task_status_names[RUN_QUEUED], NULL, n.queued);
    meter_set(METER_TASKS, task_status_names[RUN_RUNNING], NULL, n.running);
}

/* False: the queue is empty, or cannot be read. */
static bool runner_step(struct runner *r)
{
    const struct runner_options *o = &r->options;
    unsigned reserve = r->worker_count / RESERVE_PART;
    struct arena *a = arena_new();
    struct run run;
    struct err e;
    bool found = false;
    if (!runs_lead(o->runs)) {
        arena_free(a);
        return false;
    }
    (void)monitor_work_ask(o->runs);
    if (!runs_take(o->runs, r->worker_count - reserve, a, &run, &found, &e))
        log_event(LOG_ERROR, "task", "the queue cannot be read: %s", e.message);
    runner_gauge(r);
    if (found) {
        run.status = RUN_RUNNING;
        runner_tell(r, &run);
        trail_begin(run.id.p, "");
        if (task_work(o, &run, &r->cancelled, a))
            runner_end(r, &run, a);
        else if (!runs_put_back(o->runs, run.number, &e))
            log_event(LOG_ERROR, "task", "run=%.*s not put back: %s", SLICE_ARGS(run.id), e.message);
        trail_end();
        runner_forget(r, run.key_id);
    }
    arena_free(a);
    return found;
}

static void *runner_thread(void *arg)
{
    struct runner *r = arg;
    pthread_mutex_lock(&r->lock);
    while (!r->closed) {
        uint64_t seen = r->nudges;
        pthread_mutex_unlock(&r->lock);
        bool more = runner_step(r);
        pthread_mutex_lock(&r->lock);
        if (more) { /* its end may have made room for a run of the same key */
            r->nudges++;
            pthread_cond_broadcast(&r->nudged);
            continue;
        }
        int64_t until_ms = clock_ms() + LOOK_MS;
        while (!r->closed && seen == r->nudges && clock_cond_wait(&r->nudged, &r->lock, until_ms))
            continue;
    }
    r->running--;
    pthread_cond_signal(&r->fewer);
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

bool runner_start(const struct runner_options *o, struct runner **out, struct err *e)
{
    struct runner *r = calloc(1, sizeof *r + o->workers * sizeof *r->workers);
    if (!r)
        return err_set(e, ERR_NO_MEMORY, NULL);
    r->options = *o;
    pthread_mutex_init(&r->lock, NULL);
    clock_cond_init(&r->nudged);
    clock_cond_init(&r->fewer);
    r->worker_count = o->workers;
    unsigned started = 0;
    pthread_mutex_lock(&r->lock);
    while (started < o->workers && pthread_create(&r->workers[started], NULL, runner_thread, r) == 0)
        started++;
    r->running = started;
    r->worker_count = started;
    pthread_mutex_unlock(&r->lock);
    if (started == o->workers) {
        *out = r;
        return true;
    }
    runner_stop(r, 0);
    return err_set(e, ERR_NO_MEMORY, "The threads for tasks cannot be started.");
}

void runner_nudge(struct runner *r)
{
    pthread_mutex_lock(&r->lock);
    r->nudges++;
    pthread_cond_broadcast(&r->nudged);
    pthread_mutex_unlock(&r->lock);
    runner_gauge(r);
}

void runner_close(struct runner *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->closed = true;
    pthread_cond_broadcast(&r->nudged);
    pthread_mutex_unlock(&r->lock);
}

void runner_stop(struct runner *r, unsigned grace_ms)
{
    if (!r)
        return;
    int64_t until_ms = clock_ms() + grace_ms;
    runner_close(r);
    pthread_mutex_lock(&r->lock);
    while (r->running && clock_cond_wait(&r->fewer, &r->lock, until_ms))
        continue;
    pthread_mutex_unlock(&r->lock);
    atomic_store(&r->cancelled, true);
    for (unsigned i = 0; i < r->worker_count; i++)
        pthread_join(r->workers[i], NULL);
    pthread_cond_destroy(&r->nudged);
    pthread_cond_destroy(&r->fewer);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
