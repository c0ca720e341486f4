/* task_route.c - see task_route.h. */
#include "http/task_route.h"

#include "base/clock.h"
#include "http/task_shared.h"

enum { STREAM_MS = 570 * 1000 };

void task_create(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct task_request t;
    struct run run;
    struct buf body;
    struct err e;
    if (task_request_parse(a, exchange_body(x), &w->limits, &t, &e) && task_make(x, &t, a, &run, &e) &&
        runs_add(w->runs, &run, 1, &e)) {
        runner_nudge(w->runner);
        exchange_work(x)->model = t.question.tier->name;
        const struct task_head head = task_head_of(&run);
        buf_init(&body, TASK_REPLY_BYTES);
        task_run_print(&head, &body);
        task_send(x, 202, &body);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

void task_get(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct run run;
    struct buf body;
    struct err e;
    if (task_find(x, world, exchange_wildcard(x), 0, a, &run, &e)) {
        const struct task_head head = task_head_of(&run);
        buf_init(&body, TASK_REPLY_BYTES);
        task_run_print(&head, &body);
        task_send(x, 200, &body);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

void task_input(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct run run;
    struct err e;
    if (task_find(x, world, exchange_wildcard(x), RUN_WITH_REQUEST, a, &run, &e))
        exchange_reply(x, 200, "application/json", run.request);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

/* The sentence of why it failed, out of what was kept. */
static bool task_failed(struct arena *a, const struct run *run, struct err *e)
{
    const struct value *kept, *message = NULL;
    if (run->error.n && value_parse(a, run->error, &kept, NULL, e))
        message = value_member(kept, SLICE("message"));
    if (!message || message->kind != VALUE_STRING)
        return err_set(e, ERR_RUN_FAILED, NULL);
    return err_set(e, ERR_RUN_FAILED, "The task run has failed. %.*s", SLICE_ARGS(message->string));
}

static bool task_result_print_ended(struct exchange *x, const struct run *run, struct arena *a, struct err *e)
{
    struct buf body;
    const struct task_head head = task_head_of(run);
    if (run->status == RUN_FAILED)
        return task_failed(a, run, e);
    buf_init(&body, TASK_REPLY_BYTES);
    task_result_print(&head, run->output, &body);
    task_send(x, 200, &body);
    return true;
}

void task_result(struct exchange *x, void *world)
{
    int64_t *until_ms = exchange_memory(x, sizeof *until_ms);
    struct arena *a = arena_new();
    struct run run;
    struct err e;
    int64_t wait_ms = 0;
    bool ok = *until_ms || task_timeout(x, a, TASK_RESULT_USUAL_S, TASK_RESULT_MOST_S, &wait_ms, &e);
    if (*until_ms == 0)
        *until_ms = exchange_arrived_ms(x) + wait_ms;
    ok = ok && task_find(x, world, exchange_wildcard(x), RUN_WITH_OUTPUT, a, &run, &e);
    if (ok && run_is_active(run.status) && clock_ms() < *until_ms) {
        exchange_wait(x, task_topic(run.number), task_wait_until(world, *until_ms));
        ok = task_find(x, world, exchange_wildcard(x), RUN_WITH_OUTPUT, a, &run, &e);
        if (ok && run_is_active(run.status)) {
            arena_free(a);
            return;
        }
    }
    if (ok && run_is_active(run.status))
        ok = err_set(&e, ERR_RUN_ACTIVE, NULL);
    if (!ok || !task_result_print_ended(x, &run, a, &e))
        exchange_fail(x, &e);
    arena_free(a);
}

struct task_stream { /* between the calls of task_events */
    bool begun;
    size_t told; /* bytes of the trace */
    int64_t until_ms;
};

static void task_stream_begin(struct exchange *x, struct task_stream *s, const struct run *run, struct buf *out)
{
    const struct task_head head = task_head_of(run);
    if (s->begun)
        return;
    s->begun = true;
    exchange_work(x)->stream = true;
    exchange_begin(x, TASK_STREAM, TASK_BEAT);
    task_event_state(&head, SLICE(""), SLICE(""), SLICE(""), out);
}

/* Sends what is new. False: the stream is over. */
static bool task_stream_send(struct exchange *x, struct task_stream *s, const struct run *run)
{
    struct buf out;
    bool ends = !run_is_active(run->status);
    buf_init(&out, TASK_REPLY_BYTES);
    task_stream_begin(x, s, run, &out);
    if (run->trace.n < s->told) /* it was begun again */
        s->told = 0;
    buf_add(&out, slice_sub(run->trace, s->told, run->trace.n - s->told));
    s->told = run->trace.n;
    if (ends) {
        const struct task_head head = task_head_of(run);
        task_event_state(&head, SLICE(""), SLICE(""), run->output, &out);
    }
    bool ok = !out.over && (out.n == 0 || exchange_write(x, buf_slice(&out)));
    buf_release(&out);
    return ok && !ends;
}

void task_events(struct exchange *x, void *world)
{
    struct task_stream *s = exchange_memory(x, sizeof *s);
    struct arena *a = arena_new();
    struct run run;
    struct err e;
    if (s->until_ms == 0)
        s->until_ms = clock_ms() + STREAM_MS;
    bool ok = task_find(x, world, exchange_wildcard(x), 0, a, &run, &e);
    if (ok) {
        exchange_wait(x, task_topic(run.number), task_wait_until(world, s->until_ms));
        ok = task_find(x, world, exchange_wildcard(x), RUN_WITH_OUTPUT | RUN_WITH_TRACE, a, &run, &e);
    }
    if (!ok && !s->begun)
        exchange_fail(x, &e);
    else if (!ok || !task_stream_send(x, s, &run) || clock_ms() >= s->until_ms)
        exchange_end(x);
    arena_free(a);
}

void task_cost(const struct exchange *x, struct work_job *job)
{
    (void)x;
    job->dear = false;
}
