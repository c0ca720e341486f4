/* waiting.c - see waiting.h for the contract. */
#include "http/waiting.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "http/exchange_inner.h"

enum {
    LOOK_MS = 100, /* between two looks at clients that left, at times that came, and at a queue that was full */
    IDLE_MS = 3600 * 1000
};

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct exchange *first;
    bool (*resume)(struct exchange *x);
    bool stopping, over;
    pthread_t thread;
};

static void waiting_unlist_locked(struct waiting *w, struct exchange *x)
{
    struct exchange **at = &w->first;
    while (*at && *at != x)
        at = &(*at)->wait.next;
    if (*at)
        *at = x->wait.next;
    x->wait = (struct wait){.armed = false};
}

/* x belongs to a worker afterwards, unless the queue has no place. */
static void waiting_resume_locked(struct waiting *w, struct exchange *x)
{
    const struct wait before = x->wait;
    waiting_unlist_locked(w, x);
    if (w->resume(x))
        return;
    x->wait = before;
    x->wait.woken = true;
    x->wait.next = w->first;
    w->first = x;
}

static bool waiting_is_due(const struct waiting *w, struct exchange *x, int64_t now_ms)
{
    return x->wait.parked && (x->wait.woken || w->stopping || now_ms >= x->wait.until_ms || atomic_load(&x->cancelled));
}

static void *waiting_thread(void *arg)
{
    struct waiting *w = arg;
    pthread_mutex_lock(&w->lock);
    while (!w->over) {
        int64_t now_ms = clock_ms();
        for (struct exchange *x = w->first, *next; x; x = next) {
            next = x->wait.next;
            if (waiting_is_due(w, x, now_ms))
                waiting_resume_locked(w, x);
        }
        (void)clock_cond_wait(&w->changed, &w->lock, now_ms + (w->first ? LOOK_MS : IDLE_MS));
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct waiting *waiting_new(void)
{
    struct waiting *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    pthread_mutex_init(&w->lock, NULL);
    clock_cond_init(&w->changed);
    if (pthread_create(&w->thread, NULL, waiting_thread, w) == 0)
        return w;
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w);
    return NULL;
}

void waiting_free(struct waiting *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->over = true;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

void waiting_use(struct waiting *w, bool (*resume)(struct exchange *x))
{
    pthread_mutex_lock(&w->lock);
    w->resume = resume;
    pthread_mutex_unlock(&w->lock);
}

void waiting_stop(struct waiting *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

void waiting_wake(struct waiting *w, uint64_t topic)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    for (struct exchange *x = w->first, *next; x; x = next) {
        next = x->wait.next;
        if (x->wait.topic != topic)
            continue;
        x->wait.woken = true;
        if (x->wait.parked)
            waiting_resume_locked(w, x);
    }
    pthread_mutex_unlock(&w->lock);
}

void waiting_arm(struct waiting *w, struct exchange *x, uint64_t topic, int64_t until_ms)
{
    pthread_mutex_lock(&w->lock);
    struct exchange *next = x->wait.listed ? x->wait.next : w->first;
    if (!x->wait.listed)
        w->first = x;
    x->wait = (struct wait){.armed = true, .listed = true, .topic = topic, .until_ms = until_ms, .next = next};
    pthread_mutex_unlock(&w->lock);
}

void waiting_park(struct waiting *w, struct exchange *x)
{
    pthread_mutex_lock(&w->lock);
    x->wait.parked = true;
    if (waiting_is_due(w, x, clock_ms()))
        waiting_resume_locked(w, x);
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

void waiting_leave(struct waiting *w, struct exchange *x)
{
    pthread_mutex_lock(&w->lock);
    waiting_unlist_locked(w, x);
    pthread_mutex_unlock(&w->lock);
}
