#include "base/work.h"

#include <pthread.h>
#include <stdlib.h>

struct job {
    void (*run)(void *thing);
    void *thing;
};

struct work {
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    struct job *ring;
    unsigned most; /* jobs at a time: one for each thread, and those that may wait; the size of the ring */
    unsigned first, waiting, running, threads;
    bool stopping;
    pthread_t ids[];
};

static void *worker(void *arg)
{
    struct work *w = arg;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->waiting == 0 && !w->stopping)
            pthread_cond_wait(&w->arrived, &w->lock);
        if (w->waiting == 0)
            break;
        struct job job = w->ring[w->first];
        w->first = (w->first + 1) % w->most;
        w->waiting--;
        w->running++;
        pthread_mutex_unlock(&w->lock);
        job.run(job.thing);
        pthread_mutex_lock(&w->lock);
        w->running--;
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct work *work_new(unsigned threads, unsigned capacity, struct err *e)
{
    struct work *w = calloc(1, sizeof *w + threads * sizeof w->ids[0]);
    struct job *ring = calloc((size_t)threads + capacity, sizeof *ring);
    if (!w || !ring) {
        free(w);
        free(ring);
        err_set(e, ERR_INTERNAL, "There is no memory for the work queue.");
        return NULL;
    }
    w->ring = ring;
    w->most = threads + capacity;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->arrived, NULL);
    for (; w->threads < threads; w->threads++)
        if (pthread_create(&w->ids[w->threads], NULL, worker, w) != 0) {
            err_set(e, ERR_INTERNAL, "Only %u of %u worker threads could be started.", w->threads, threads);
            work_free(w);
            return NULL;
        }
    return w;
}

bool work_try(struct work *w, void (*job)(void *thing), void *thing)
{
    pthread_mutex_lock(&w->lock);
    /* Running ones count too: a job whose thread has yet to wake up takes no place of those that may wait. */
    bool taken = !w->stopping && w->waiting + w->running < w->most;
    if (taken) {
        w->ring[(w->first + w->waiting) % w->most] = (struct job){job, thing};
        w->waiting++;
        pthread_cond_signal(&w->arrived);
    }
    pthread_mutex_unlock(&w->lock);
    return taken;
}

unsigned work_load(struct work *w)
{
    pthread_mutex_lock(&w->lock);
    unsigned load = w->waiting + w->running;
    pthread_mutex_unlock(&w->lock);
    return load;
}

void work_free(struct work *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->arrived);
    pthread_mutex_unlock(&w->lock);
    for (unsigned i = 0; i < w->threads; i++)
        pthread_join(w->ids[i], NULL);
    pthread_cond_destroy(&w->arrived);
    pthread_mutex_destroy(&w->lock);
    free(w->ring);
    free(w);
}
