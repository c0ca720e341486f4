/* hosts.c - a small hash table of hosts with what they were promised.
 *
 * The pause counts from the start of one request to the start of the next, so that a slow server is not asked more
 * slowly still. A host is known by its name and not by its address: sites behind one big front end each get their
 * own share, and finding out who shares an address would mean looking it up first. */
#include "fetch/hosts.h"

#include <pthread.h>
#include <stdlib.h>

enum { BUCKETS = 512, MANY_HOSTS = 4096 };

struct host {
    struct host *next;
    unsigned active, delay_ms;
    int64_t next_ms; /* the next request may start then */
    size_t n;
    char name[];
};

struct hosts {
    pthread_mutex_t lock; /* guards everything below */
    unsigned at_a_time, delay_ms;
    size_t count;
    struct host *buckets[BUCKETS];
};

struct hosts *hosts_new(unsigned at_a_time, unsigned delay_ms)
{
    struct hosts *h = calloc(1, sizeof *h);
    if (!h)
        abort();
    pthread_mutex_init(&h->lock, NULL);
    h->at_a_time = at_a_time;
    h->delay_ms = delay_ms;
    return h;
}

/* Removes the hosts that owe nothing; all of them when now_ms is INT64_MAX. */
static void forget(struct hosts *h, int64_t now_ms)
{
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct host **at = &h->buckets[i]; *at;) {
            struct host *host = *at;
            if (host->active > 0 || host->next_ms > now_ms) {
                at = &host->next;
                continue;
            }
            *at = host->next;
            h->count--;
            free(host);
        }
}

void hosts_free(struct hosts *h)
{
    if (!h)
        return;
    forget(h, INT64_MAX);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

static struct host *find(struct hosts *h, struct slice name)
{
    uint32_t hash = slice_hash(name);
    struct host **bucket = &h->buckets[hash % BUCKETS];
    for (struct host *host = *bucket; host; host = host->next)
        if (slice_eq((struct slice){host->name, host->n}, name))
            return host;
    struct host *host = calloc(1, sizeof *host + name.n);
    if (!host)
        abort();
    memcpy(host->name, name.p, name.n);
    host->n = name.n;
    host->delay_ms = h->delay_ms;
    host->next = *bucket;
    *bucket = host;
    h->count++;
    return host;
}

bool hosts_enter(struct hosts *h, struct slice name, int64_t now_ms, int64_t *again_ms)
{
    pthread_mutex_lock(&h->lock);
    if (h->count > MANY_HOSTS)
        forget(h, now_ms);
    struct host *host = find(h, name);
    bool full = host->active >= h->at_a_time, early = host->next_ms > now_ms;
    *again_ms = early ? host->next_ms : 0;
    if (!full && !early) {
        host->active++;
        host->next_ms = now_ms + host->delay_ms;
    }
    pthread_mutex_unlock(&h->lock);
    return !full && !early;
}

void hosts_leave(struct hosts *h, struct slice name)
{
    pthread_mutex_lock(&h->lock);
    struct host *host = find(h, name);
    host->active -= host->active > 0;
    pthread_mutex_unlock(&h->lock);
}

void hosts_slow_down(struct hosts *h, struct slice name, unsigned delay_ms)
{
    pthread_mutex_lock(&h->lock);
    struct host *host = find(h, name);
    host->delay_ms = delay_ms > h->delay_ms ? delay_ms : h->delay_ms;
    pthread_mutex_unlock(&h->lock);
}

void hosts_pause(struct hosts *h, struct slice name, int64_t until_ms)
{
    pthread_mutex_lock(&h->lock);
    struct host *host = find(h, name);
    if (host->next_ms < until_ms)
        host->next_ms = until_ms;
    pthread_mutex_unlock(&h->lock);
}
