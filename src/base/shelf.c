#include "base/shelf.h"

void *shelf_take(struct shelf *s)
{
    pthread_mutex_lock(&s->lock);
    struct shelved *thing = s->first;
    if (thing)
        s->first = thing->next;
    pthread_mutex_unlock(&s->lock);
    return thing;
}

void shelf_put(struct shelf *s, void *thing)
{
    struct shelved *item = thing;
    pthread_mutex_lock(&s->lock);
    item->next = s->first;
    s->first = item;
    pthread_mutex_unlock(&s->lock);
}
