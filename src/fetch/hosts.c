/* hosts.c - see hosts.h for the contract.
 *
 * The pause counts from the start of one request to the start of the next, so that a slow server is not asked even more
 * slowly. A host is identified by its name, not its address: sites behind one big front end each get their own share,
 * and the address would have to be looked up first. */
#include "fetch/hosts.h"

#include <pthread.h>
#include <stdlib.h>

#include "fetch/names.h"

enum { MANY_HOSTS = 4096 };

struct host {
    struct named named;
    unsigned active, delay_ms;
    int64_t next_ms; /* the earliest start of the next request */
};

struct hosts {
    pthread_mutex_t lock; /* guards everything below */
    unsigned at_a_time, delay_ms;
    struct names names;
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

static bool host_owes_nothing(void *record, int64_t now_ms)
{
    const struct host *host = record;
    return host->active == 0 && host->next_ms <= now_ms;
}

static bool host_goes(void *record, int64_t now_ms)
{
    (void)record, (void)now_ms;
    return true;
}

void hosts_free(struct hosts *h)
{
    if (!h)
        return;
    names_sweep(&h->names, host_goes, 0);
    names_release(&h->names);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

static struct host *host_find(struct hosts *h, struct slice name)
{
    bool fresh;
    struct host *host = names_get(&h->names, name, sizeof *host, &fresh);
    if (fresh)
        host->delay_ms = h->delay_ms;
    return host;
}

bool hosts_enter(struct hosts *h, struct slice name, int64_t now_ms, int64_t *again_ms)
{
    pthread_mutex_lock(&h->lock);
    if (h->names.n > MANY_HOSTS)
        names_sweep(&h->names, host_owes_nothing, now_ms);
    struct host *host = host_find(h, name);
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
    struct host *host = host_find(h, name);
    host->active -= host->active > 0;
    pthread_mutex_unlock(&h->lock);
}

void hosts_slow_down(struct hosts *h, struct slice name, unsigned delay_ms)
{
    pthread_mutex_lock(&h->lock);
    struct host *host = host_find(h, name);
    host->delay_ms = delay_ms > h->delay_ms ? delay_ms : h->delay_ms;
    pthread_mutex_unlock(&h->lock);
}

void hosts_pause(struct hosts *h, struct slice name, int64_t until_ms)
{
    pthread_mutex_lock(&h->lock);
    struct host *host = host_find(h, name);
    if (host->next_ms < until_ms)
        host->next_ms = until_ms;
    pthread_mutex_unlock(&h->lock);
}
