/* flights.c - see flights.h for the contract.
 *
 * Flights are in a list, since there are never more of them than pages being fetched. A flight leaves the list when it
 * lands; later callers find the page in the cache. The page is copied without the lock, and only if somebody waits. */
#include "fetch/flights.h"

#include <pthread.h>
#include <stdlib.h>

struct flight {
    struct flight *next, *prev;
    unsigned aboard; /* the thread that fetches, and those that wait */
    bool done, given_up;
    struct arena *arena; /* has key and page */
    struct slice key;
    struct fetch_page page;
};

struct flights {
    pthread_mutex_t lock; /* guards the list and every flight; a page never changes once `done` is set */
    struct flight *flying;
};

struct flights *flights_new(void)
{
    struct flights *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    pthread_mutex_init(&f->lock, NULL);
    return f;
}

void flights_free(struct flights *f)
{
    if (!f)
        return;
    pthread_mutex_destroy(&f->lock);
    free(f);
}

struct flight *flight_join(struct flights *f, struct slice key, bool *mine)
{
    pthread_mutex_lock(&f->lock);
    struct flight *flight = f->flying;
    while (flight && !slice_eq(flight->key, key))
        flight = flight->next;
    *mine = !flight;
    if (!flight) {
        struct arena *a = arena_new();
        flight = arena_alloc(a, sizeof *flight);
        flight->arena = a;
        flight->key = arena_dup(a, key);
        flight->next = f->flying;
        if (flight->next)
            flight->next->prev = flight;
        f->flying = flight;
    }
    flight->aboard++;
    pthread_mutex_unlock(&f->lock);
    return flight;
}

/* True if nobody is left aboard. */
static bool step_off(struct flight *flight)
{
    return --flight->aboard == 0;
}

static struct fetch_page copy_page(struct arena *a, const struct fetch_page *p)
{
    struct fetch_page copy = *p;
    copy.url = arena_dup(a, p->url);
    copy.final_url = arena_dup(a, p->final_url);
    copy.content_type = arena_dup(a, p->content_type);
    copy.body = arena_dup(a, p->body);
    copy.last_modified = arena_dup(a, p->last_modified);
    copy.reason = arena_dup(a, slice_of(p->reason)).p;
    return copy;
}

void flight_land(struct flights *f, struct flight *flight, const struct fetch_page *page)
{
    pthread_mutex_lock(&f->lock);
    *(flight->prev ? &flight->prev->next : &f->flying) = flight->next;
    if (flight->next)
        flight->next->prev = flight->prev;
    bool others = flight->aboard > 1;
    pthread_mutex_unlock(&f->lock);
    /* No lock is needed: the flight has left the list, so nobody can join, and waiting threads do not look before
     * `done` is set. */
    if (others && page)
        flight->page = copy_page(flight->arena, page);
    pthread_mutex_lock(&f->lock);
    flight->done = true;
    flight->given_up = !page;
    bool last = step_off(flight);
    pthread_mutex_unlock(&f->lock);
    if (last)
        arena_free(flight->arena);
}

enum landing flight_landed(struct flights *f, struct flight *flight, struct arena *a, struct fetch_page *out)
{
    pthread_mutex_lock(&f->lock);
    bool done = flight->done;
    pthread_mutex_unlock(&f->lock);
    if (!done)
        return STILL_FLYING;
    enum landing landing = flight->given_up ? GIVEN_UP : LANDED;
    if (landing == LANDED)
        *out = copy_page(a, &flight->page);
    flight_leave(f, flight);
    return landing;
}

void flight_leave(struct flights *f, struct flight *flight)
{
    pthread_mutex_lock(&f->lock);
    bool last = step_off(flight);
    pthread_mutex_unlock(&f->lock);
    if (last)
        arena_free(flight->arena);
}
