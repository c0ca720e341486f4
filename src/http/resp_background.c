#include "http/resp_background.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/trail.h"
#include "http/api_research.h"
#include "http/resp_keep.h"
#include "state/responses.h"

struct running { /* a job that waits or runs; its memory is the job's */
    struct background_job *job;
    struct background *background;
    atomic_bool cancelled;
    struct running *next;
};

struct background {
    struct api_world *world;
    struct work *work;
    atomic_bool stopping;
    pthread_mutex_t lock; /* guards the list */
    struct running *first;
};

static void background_list(struct background *b, struct running *r)
{
    pthread_mutex_lock(&b->lock);
    r->next = b->first;
    b->first = r;
    pthread_mutex_unlock(&b->lock);
}

static void background_unlist(struct background *b, struct running *r)
{
    pthread_mutex_lock(&b->lock);
    struct running **at = &b->first;
    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    pthread_mutex_unlock(&b->lock);
}

/* What is written last counts unless the client has cancelled or removed it meanwhile. */
static void background_set(struct background *b, const struct background_job *job, struct buf *reply, bool finished)
{
    struct err e;
    if (reply->over)
        err_set(&e, ERR_INTERNAL, "The reply is too long.");
    else if (responses_set(b->world->responses, job->owner, slice_of(job->reply.id), buf_slice(reply), finished, &e))
        return;
    log_event(LOG_ERROR, "response", "id=%s not kept: %s", job->request_id, e.message);
}

static bool background_no_text(void *ud, struct slice delta)
{
    (void)ud, (void)delta;
    return true;
}

static void background_headway(void *ud, const struct headway *h)
{
    struct running *r = ud;
    struct buf early;
    resp_reply_headway(&r->job->reply, h);
    buf_init(&early, RESP_MAX_BYTES);
    resp_reply_print_early(&r->job->reply, RESP_IN_PROGRESS, NULL, &early);
    background_set(r->background, r->job, &early, false);
    buf_release(&early);
}

static void background_make(struct background *b, struct running *r)
{
    struct background_job *job = r->job;
    struct resp_reply *reply = &job->reply;
    const struct sink sink = {.text = background_no_text, .headway = background_headway, .ud = r};
    const struct api_ask ask = {&job->request.chat.question, &sink, &r->cancelled, job->request.own_only};
    struct outcome_work work = {.model = job->request.chat.question.tier->name};
    struct answer answer;
    struct buf out;
    struct err e;
    buf_init(&out, RESP_MAX_BYTES);
    bool ok = api_research(b->world, &ask, job->arena, &answer, &work, &e);
    if (ok) {
        resp_keep_conversation(b->world, job->owner, &job->request, reply, &answer, job->arena);
        resp_reply_print(reply, &answer, clock_unix_s(), &out);
        if (out.over)
            ok = err_set(&e, ERR_INTERNAL, NULL);
    }
    if (!ok) {
        if (e.code == ERR_CANCELLED && atomic_load(&b->stopping))
            err_set(&e, ERR_STOPPING, "The server was stopped before it had answered.");
        log_event(LOG_INFO, "background_failed", "id=%s code=%s cause=%s", job->request_id, err_wire_code(e.code),
                  log_quoted(slice_of(e.message)).text);
        if (err_status(e.code) == 500)
            err_set(&e, e.code, NULL); /* without the names of files */
        buf_reset(&out);
        resp_reply_print_early(reply, RESP_FAILED, &e, &out);
    }
    background_set(b, job, &out, true);
    buf_release(&out);
    resp_count_background(b->world, job->owner, job->reply.created_unix, &work);
}

static void background_run(void *thing)
{
    struct running *r = thing;
    struct background *b = r->background;
    struct arena *a = r->job->arena;
    trail_begin(r->job->request_id, r->job->traceparent);
    background_make(b, r);
    trail_end();
    background_unlist(b, r);
    arena_free(a);
}

bool background_open(struct api_world *w, unsigned threads, unsigned waiting, struct background **out, struct err *e)
{
    struct background *b = calloc(1, sizeof *b);
    if (!b)
        return err_set(e, ERR_NO_MEMORY, NULL);
    b->world = w;
    pthread_mutex_init(&b->lock, NULL);
    b->work = work_new(threads, waiting, 0, e);
    if (!b->work) {
        background_close(b);
        return false;
    }
    *out = b;
    return true;
}

void background_close(struct background *b)
{
    if (!b)
        return;
    atomic_store(&b->stopping, true);
    pthread_mutex_lock(&b->lock);
    for (struct running *r = b->first; r; r = r->next)
        atomic_store(&r->cancelled, true);
    pthread_mutex_unlock(&b->lock);
    work_free(b->work);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

bool background_start(struct background *b, struct background_job *job, struct err *e)
{
    struct running *r = arena_array(job->arena, struct running, 1);
    *r = (struct running){.job = job, .background = b};
    const struct work_job work = {.run = background_run, .thing = r, .owner = job->owner, .dear = true};
    background_list(b, r);
    if (!atomic_load(&b->stopping) && work_try(b->work, &work))
        return true;
    background_unlist(b, r);
    return err_set(e, ERR_BUSY, "Too many responses wait to be made in the background.");
}

void background_cancel(struct background *b, int64_t owner, struct slice id)
{
    pthread_mutex_lock(&b->lock);
    for (struct running *r = b->first; r; r = r->next)
        if (r->job->owner == owner && slice_is(id, r->job->reply.id))
            atomic_store(&r->cancelled, true);
    pthread_mutex_unlock(&b->lock);
}
