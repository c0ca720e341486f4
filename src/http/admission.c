/* admission.c - see admission.h for the contract. */
#include "http/admission.h"

#include "base/clock.h"

void admission_init(struct admission *a)
{
    *a = (struct admission){.inside = 0};
    pthread_mutex_init(&a->lock, NULL);
    clock_cond_init(&a->fewer);
}

void admission_release(struct admission *a)
{
    pthread_cond_destroy(&a->fewer);
    pthread_mutex_destroy(&a->lock);
}

bool admission_enter(struct admission *a)
{
    pthread_mutex_lock(&a->lock);
    bool open = !a->closed;
    a->inside += open;
    pthread_mutex_unlock(&a->lock);
    return open;
}

void admission_leave(struct admission *a)
{
    pthread_mutex_lock(&a->lock);
    a->inside--;
    pthread_cond_broadcast(&a->fewer);
    pthread_mutex_unlock(&a->lock);
}

unsigned admission_inside(struct admission *a)
{
    pthread_mutex_lock(&a->lock);
    unsigned inside = a->inside;
    pthread_mutex_unlock(&a->lock);
    return inside;
}

void admission_close(struct admission *a)
{
    pthread_mutex_lock(&a->lock);
    a->closed = true;
    pthread_mutex_unlock(&a->lock);
}

bool admission_is_closed(struct admission *a)
{
    pthread_mutex_lock(&a->lock);
    bool closed = a->closed;
    pthread_mutex_unlock(&a->lock);
    return closed;
}

bool admission_wait_empty(struct admission *a, unsigned wait_ms)
{
    int64_t until_ms = clock_ms() + wait_ms;
    pthread_mutex_lock(&a->lock);
    while (a->inside > 0)
        if (!clock_cond_wait(&a->fewer, &a->lock, until_ms))
            break;
    bool empty = a->inside == 0;
    pthread_mutex_unlock(&a->lock);
    return empty;
}
