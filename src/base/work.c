/* work.c - see work.h for the contract.
 *
 * Owners with work are in a list, each with two queues. The list is walked for each choice; it is as long as there are
 * keys at work at this moment. */
#include "base/work.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/meter.h"
#include "base/reserve.h"

enum {
    RESERVE_PART = 4, /* a quarter of the threads */
    SHARED_FROM = 16, /* waiting places; fewer are not divided */
    LANES = WORK_LANES,
    NEVER_MS = 3600 * 1000 /* how long the late thread sleeps when nothing is due */
};

struct waiting {
    struct work_job job;
    uint64_t number; /* in the order of arrival */
    int64_t since_us;
    struct waiting *next;
};

struct owner {
    int64_t id;
    unsigned running, waiting, waiting_dear;
    struct waiting *first[LANES], *last[LANES];
    struct owner *next;
};

struct work {
    pthread_mutex_t lock;
    pthread_cond_t arrived; /* for workers: a job came, or one ended */
    pthread_cond_t dated;   /* for the late thread: a job with a due time came */
    struct owner *owners;   /* with jobs that wait or run */
    unsigned most;          /* jobs at a time: one for each thread, and those that may wait */
    unsigned owner_most;    /* of them of one owner */
    unsigned reserve;       /* threads */
    unsigned waiting, running, dear_running, threads;
    uint64_t arrivals;
    int64_t moved_ms; /* when a job was taken up last, or began to wait with none before it */
    bool stopping, late_started;
    pthread_t late, ids[];
};

static struct owner *owner_locked(struct work *w, int64_t id)
{
    for (struct owner *o = w->owners; o; o = o->next)
        if (o->id == id)
            return o;
    struct owner *o = reserve_calloc(sizeof *o);
    if (!o)
        return NULL;
    o->id = id;
    o->next = w->owners;
    w->owners = o;
    return o;
}

/* Forgets an owner without jobs. */
static void owner_tidy_locked(struct work *w, struct owner *o)
{
    struct owner **at = &w->owners;
    if (o->running || o->waiting)
        return;
    while (*at != o)
        at = &(*at)->next;
    *at = o->next;
    free(o);
}

/* The lane of the job that this owner may begin now; LANES: none. */
static int owner_lane(const struct work *w, const struct owner *o)
{
    if (o->id != 0 && o->running + w->reserve >= w->threads)
        return LANES;
    if (o->first[0])
        return 0;
    return o->first[1] && w->dear_running + w->reserve < w->threads ? 1 : LANES;
}

static struct owner *choose_locked(const struct work *w)
{
    struct owner *best = NULL;
    uint64_t best_number = 0;
    for (struct owner *o = w->owners; o; o = o->next) {
        int lane = owner_lane(w, o);
        if (lane == LANES)
            continue;
        uint64_t number = o->first[lane]->number;
        bool better = !best || o->running < best->running || (o->running == best->running && number < best_number);
        if (better) {
            best = o;
            best_number = number;
        }
    }
    return best;
}

/* Takes the job behind `before` (NULL: the first) out of a lane. */
static struct work_job unlink_locked(struct work *w, struct owner *o, int lane, struct waiting *before)
{
    struct waiting *taken = before ? before->next : o->first[lane];
    struct work_job job = taken->job;
    meter_observe_us(METER_QUEUE_TIME, work_lane_name(lane), NULL, clock_us() - taken->since_us);
    if (before)
        before->next = taken->next;
    else
        o->first[lane] = taken->next;
    if (o->last[lane] == taken)
        o->last[lane] = before;
    free(taken);
    o->waiting--;
    o->waiting_dear -= lane == WORK_DEAR;
    w->waiting--;
    w->moved_ms = clock_ms();
    return job;
}

static void run_locked(struct work *w, struct owner *o, const struct work_job *job)
{
    w->running++;
    w->dear_running += job->dear;
    o->running++;
    pthread_mutex_unlock(&w->lock);
    job->run(job->thing);
    pthread_mutex_lock(&w->lock);
    w->running--;
    w->dear_running -= job->dear;
    o->running--;
    owner_tidy_locked(w, o);
    pthread_cond_broadcast(&w->arrived); /* another job may be allowed now, or all may be over */
}

static void *work_worker(void *arg)
{
    struct work *w = arg;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        struct owner *o = choose_locked(w);
        if (!o && w->stopping && w->waiting == 0)
            break;
        if (!o) {
            pthread_cond_wait(&w->arrived, &w->lock);
            continue;
        }
        struct work_job job = unlink_locked(w, o, owner_lane(w, o), NULL);
        run_locked(w, o, &job);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* Takes a job out whose time is over. NULL: none; *next_ms is then when the next one's is. */
static struct owner *overdue_locked(struct work *w, int64_t now_ms, struct work_job *job, int64_t *next_ms)
{
    *next_ms = now_ms + NEVER_MS;
    for (struct owner *o = w->owners; o; o = o->next)
        for (int lane = 0; lane < LANES; lane++)
            for (struct waiting *at = o->first[lane], *before = NULL; at; before = at, at = at->next) {
                if (at->job.due_ms && at->job.due_ms <= now_ms) {
                    *job = unlink_locked(w, o, lane, before);
                    return o;
                }
                if (at->job.due_ms && at->job.due_ms < *next_ms)
                    *next_ms = at->job.due_ms;
            }
    return NULL;
}

static void *work_late(void *arg)
{
    struct work *w = arg;
    pthread_mutex_lock(&w->lock);
    while (!w->stopping || w->waiting) {
        struct work_job job;
        int64_t next_ms;
        struct owner *o = overdue_locked(w, clock_ms(), &job, &next_ms);
        if (o)
            run_locked(w, o, &job);
        else
            clock_cond_wait(&w->dated, &w->lock, next_ms);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static bool start_threads(struct work *w, unsigned threads, struct err *e)
{
    for (; w->threads < threads; w->threads++)
        if (pthread_create(&w->ids[w->threads], NULL, work_worker, w) != 0)
            return err_set(e, ERR_INTERNAL, "Only %u of %u worker threads could be started.", w->threads, threads);
    w->late_started = pthread_create(&w->late, NULL, work_late, w) == 0;
    return w->late_started || err_set(e, ERR_INTERNAL, "A worker thread cannot be started.");
}

struct work *work_new(unsigned threads, unsigned capacity, unsigned owner_most, struct err *e)
{
    struct work *w = calloc(1, sizeof *w + threads * sizeof w->ids[0]);
    if (!w) {
        err_set(e, ERR_INTERNAL, "There is no memory for the work queue.");
        return NULL;
    }
    w->most = threads + capacity;
    w->owner_most = owner_most ? owner_most : capacity < SHARED_FROM ? w->most : threads + capacity / 2;
    w->reserve = threads / RESERVE_PART;
    pthread_mutex_init(&w->lock, NULL);
    clock_cond_init(&w->arrived);
    clock_cond_init(&w->dated);
    pthread_mutex_lock(&w->lock); /* the threads read `threads` */
    bool ok = start_threads(w, threads, e);
    pthread_mutex_unlock(&w->lock);
    if (ok)
        return w;
    work_free(w);
    return NULL;
}

bool work_try(struct work *w, const struct work_job *job)
{
    struct waiting *waiting = reserve_calloc(sizeof *waiting);
    int lane = job->dear ? 1 : 0;
    pthread_mutex_lock(&w->lock);
    /* Running jobs count too, so that a job whose thread has not woken up yet takes no waiting place. */
    bool room = waiting && !w->stopping && w->waiting + w->running < w->most;
    struct owner *o = room ? owner_locked(w, job->owner) : NULL;
    unsigned owner_most = job->owner_most ? job->owner_most : w->owner_most;
    bool taken = o && (o->id == 0 || o->waiting + o->running < owner_most);
    if (taken) {
        *waiting = (struct waiting){*job, w->arrivals++, clock_us(), NULL};
        if (o->last[lane])
            o->last[lane]->next = waiting;
        else
            o->first[lane] = waiting;
        o->last[lane] = waiting;
        o->waiting++;
        o->waiting_dear += job->dear;
        if (w->waiting++ == 0)
            w->moved_ms = clock_ms();
        pthread_cond_signal(&w->arrived);
        if (job->due_ms)
            pthread_cond_signal(&w->dated);
    } else if (o) {
        owner_tidy_locked(w, o);
    }
    pthread_mutex_unlock(&w->lock);
    if (!taken)
        free(waiting);
    return taken;
}

unsigned work_of(struct work *w, int64_t owner)
{
    unsigned n = 0;
    pthread_mutex_lock(&w->lock);
    for (const struct owner *o = w->owners; o; o = o->next)
        if (o->id == owner)
            n = o->waiting + o->running;
    pthread_mutex_unlock(&w->lock);
    return n;
}

int64_t work_stuck_ms(struct work *w)
{
    pthread_mutex_lock(&w->lock);
    int64_t stuck_ms = w->waiting ? clock_ms() - w->moved_ms : 0;
    pthread_mutex_unlock(&w->lock);
    return stuck_ms;
}

const char *work_lane_name(int lane)
{
    return lane == WORK_DEAR ? "dear" : "cheap";
}

struct work_counts work_count(struct work *w)
{
    struct work_counts c = {.threads = w->threads};
    pthread_mutex_lock(&w->lock);
    c.running[WORK_DEAR] = w->dear_running;
    c.running[WORK_CHEAP] = w->running - w->dear_running;
    for (const struct owner *o = w->owners; o; o = o->next)
        c.waiting[WORK_DEAR] += o->waiting_dear;
    c.waiting[WORK_CHEAP] = w->waiting - c.waiting[WORK_DEAR];
    pthread_mutex_unlock(&w->lock);
    return c;
}

void work_free(struct work *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->arrived);
    pthread_cond_broadcast(&w->dated);
    pthread_mutex_unlock(&w->lock);
    for (unsigned i = 0; i < w->threads; i++)
        pthread_join(w->ids[i], NULL);
    pthread_mutex_lock(&w->lock);
    pthread_cond_broadcast(&w->dated); /* nothing waits any more */
    pthread_mutex_unlock(&w->lock);
    if (w->late_started)
        pthread_join(w->late, NULL);
    pthread_cond_destroy(&w->arrived);
    pthread_cond_destroy(&w->dated);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
