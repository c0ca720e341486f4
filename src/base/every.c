#include "base/every.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"

struct every {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopping;
    bool stop;
    int64_t every_ms;
    void (*run)(void *ud);
    void *ud;
};

static void *every_thread(void *arg)
{
    struct every *t = arg;
    pthread_mutex_lock(&t->lock);
    while (!t->stop) {
        pthread_mutex_unlock(&t->lock);
        t->run(t->ud);
        int64_t until_ms = clock_ms() + t->every_ms;
        pthread_mutex_lock(&t->lock);
        while (!t->stop && clock_cond_wait(&t->stopping, &t->lock, until_ms))
            continue;
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

static void every_free(struct every *t)
{
    pthread_cond_destroy(&t->stopping);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

struct every *every_start(int64_t every_ms, void (*run)(void *ud), void *ud)
{
    struct every *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->every_ms = every_ms;
    t->run = run;
    t->ud = ud;
    pthread_mutex_init(&t->lock, NULL);
    clock_cond_init(&t->stopping);
    if (pthread_create(&t->thread, NULL, every_thread, t) == 0)
        return t;
    every_free(t);
    return NULL;
}

void every_stop(struct every *t)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->stop = true;
    pthread_cond_signal(&t->stopping);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    every_free(t);
}
