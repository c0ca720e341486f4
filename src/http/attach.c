/* attach.c - see attach.h.
 *
 * A list, walked under one lock: it holds what workers do and what waits for them, some dozens at most. Twins are found by
 * comparing bodies rather than hashes of them; a body that differs does so early or in its length.
 *
 * Those attached have a pipe each, as every stream has, which is born with all that was sent so far: adding to `kept`
 * and taking the list of those attached are one step under the lock, so that nobody misses a byte or gets one twice. The
 * worker then writes to each in turn outside of the lock; a slow one holds the others up as long as it would itself, which
 * is nothing to somebody else: they are the same client. */
#include "http/request.h"

#include "base/clock.h"
#include "base/log.h"

/* How OpenAI's clients pause (openai-python and openai-node alike): half a second, doubled with each try, at most eight;
 * and what it takes to connect again. */
enum { PAUSE_FIRST_MS = 500, PAUSE_MOST_MS = 8000, CONNECT_MS = 1000 };

void attach_init(struct attach *t)
{
    *t = (struct attach){.first = NULL};
    pthread_mutex_init(&t->lock, NULL);
}

void attach_release(struct attach *t)
{
    pthread_mutex_destroy(&t->lock);
}

static struct attach *table(struct exchange *x)
{
    return &x->server->attach;
}

static int retry_count(const struct exchange *x)
{
    struct slice count = exchange_header(x, "x-stainless-retry-count");
    int n = 0;
    if (count.n == 0 || count.n > 3)
        return -1;
    for (size_t i = 0; i < count.n; i++) {
        if (count.p[i] < '0' || count.p[i] > '9')
            return -1;
        n = n * 10 + (count.p[i] - '0');
    }
    return n;
}

static int64_t pause_ms(int retry)
{
    int64_t ms = PAUSE_FIRST_MS;
    for (int i = 0; i < retry && ms < PAUSE_MOST_MS; i++)
        ms *= 2;
    return (ms < PAUSE_MOST_MS ? ms : PAUSE_MOST_MS) + CONNECT_MS;
}

static bool same_header(const struct exchange *a, const struct exchange *b, const char *name)
{
    return slice_eq(exchange_header(a, name), exchange_header(b, name));
}

/* Would the handler do the same for both? The headers are those that handlers look at. */
static bool twins(const struct exchange *a, const struct exchange *b)
{
    return a->has_key == b->has_key && (!a->has_key || a->key.id == b->key.id) && a->route == b->route &&
           slice_eq(a->path, b->path) && same_header(a, b, "x-stainless-read-timeout") &&
           same_header(a, b, "parallel-beta") && slice_eq(exchange_body(a), exchange_body(b));
}

static struct exchange *find_locked(struct exchange *x)
{
    struct exchange *y = table(x)->first;
    while (y && (atomic_load(&y->cancelled) || y->part.attached_count == ATTACHED_MAX || y->part.kept.over || !twins(x, y)))
        y = y->part.next;
    return y;
}

static void attach_locked(struct exchange *x, struct exchange *to)
{
    struct attach_part *work = &to->part;
    pthread_mutex_lock(&x->lock);
    x->owners++; /* the worker's that answers it */
    pthread_mutex_unlock(&x->lock);
    x->part.to = to;
    x->part.here = true;
    if (work->content_type)
        exchange_begin_one(x, work->content_type, work->heartbeat, buf_slice(&work->kept));
    work->attached[work->attached_count++] = x;
    work->waiting++;
    log_event(LOG_INFO, "attached", "id=%s to=%s retry=%d", x->request_id, to->request_id, x->part.retry);
}

bool attach_or_start(struct exchange *x, bool (*start)(struct exchange *x))
{
    struct attach *t = table(x);
    x->part.retry = retry_count(x);
    if (x->part.retry < 0)
        return start(x);
    pthread_mutex_lock(&t->lock);
    struct exchange *twin = x->part.retry > 0 ? find_locked(x) : NULL;
    bool ok = true;
    if (twin) {
        attach_locked(x, twin);
    } else if ((ok = start(x))) {
        x->part.listed = x->part.here = true;
        x->part.waiting = 1;
        x->part.next = t->first;
        t->first = x;
    }
    pthread_mutex_unlock(&t->lock);
    return ok;
}

static unsigned all_locked(struct exchange *x, struct exchange *all[ATTACH_ALL])
{
    all[0] = x;
    for (unsigned i = 0; i < x->part.attached_count; i++)
        all[1 + i] = x->part.attached[i];
    return 1 + x->part.attached_count;
}

static void unlist_locked(struct exchange *x)
{
    struct exchange **at = &table(x)->first;
    while (*at && *at != x)
        at = &(*at)->part.next;
    if (*at)
        *at = x->part.next;
    x->part.listed = false;
}

unsigned attach_begin(struct exchange *x, const char *content_type, const char *heartbeat, struct exchange *all[ATTACH_ALL])
{
    all[0] = x;
    if (x->part.retry < 0)
        return 1;
    pthread_mutex_lock(&table(x)->lock);
    buf_init(&x->part.kept, KEPT_BYTES);
    x->part.heartbeat = arena_dup(x->arena, slice_of(heartbeat)).p;
    x->part.content_type = arena_dup(x->arena, slice_of(content_type)).p;
    unsigned n = all_locked(x, all);
    pthread_mutex_unlock(&table(x)->lock);
    return n;
}

unsigned attach_write(struct exchange *x, struct slice bytes, struct exchange *all[ATTACH_ALL])
{
    all[0] = x;
    if (x->part.retry < 0)
        return 1;
    pthread_mutex_lock(&table(x)->lock);
    (void)buf_add(&x->part.kept, bytes); /* what is too long shows in `over` */
    unsigned n = all_locked(x, all);
    pthread_mutex_unlock(&table(x)->lock);
    return n;
}

unsigned attach_close(struct exchange *x, struct exchange *all[ATTACH_ALL])
{
    all[0] = x;
    if (x->part.retry < 0)
        return 1;
    pthread_mutex_lock(&table(x)->lock);
    unlist_locked(x);
    unsigned n = all_locked(x, all);
    pthread_mutex_unlock(&table(x)->lock);
    return n;
}

void attach_leave(struct exchange *x)
{
    struct exchange *all[ATTACH_ALL];
    if (x->part.retry < 0)
        return;
    pthread_mutex_lock(&table(x)->lock);
    unlist_locked(x);
    unsigned n = all_locked(x, all);
    for (unsigned i = 0; i < n; i++) {
        all[i]->part.here = false;
        all[i]->part.to = NULL;
    }
    x->part.attached_count = 0;
    pthread_mutex_unlock(&table(x)->lock);
    for (unsigned i = 1; i < n; i++)
        exchange_drop(all[i]);
}

void attach_left(struct exchange *x)
{
    int64_t now_ms = clock_ms();
    pthread_mutex_lock(&table(x)->lock);
    if (!x->part.here) {
        if (!x->part.gone) /* takes no part, or its work is over */
            atomic_store(&x->cancelled, true);
        pthread_mutex_unlock(&table(x)->lock);
        return;
    }
    struct exchange *work = x->part.to ? x->part.to : x;
    int64_t until_ms = work->part.content_type ? 0 : now_ms + pause_ms(x->part.retry);
    x->part.here = false;
    x->part.gone = true;
    work->part.waiting--;
    if (until_ms > work->part.until_ms)
        work->part.until_ms = until_ms;
    if (work->part.waiting == 0 && (!work->part.listed || work->part.until_ms <= now_ms))
        atomic_store(&work->cancelled, true);
    pthread_mutex_unlock(&table(x)->lock);
}

void attach_cancel_all(struct attach *t)
{
    pthread_mutex_lock(&t->lock);
    for (struct exchange *x = t->first; x; x = x->part.next)
        atomic_store(&x->cancelled, true);
    pthread_mutex_unlock(&t->lock);
}

bool attach_look(void *attach, int64_t now_ms)
{
    struct attach *t = attach;
    bool more = false;
    pthread_mutex_lock(&t->lock);
    for (struct exchange *x = t->first; x; x = x->part.next) {
        bool left = x->part.waiting == 0;
        if (left && now_ms >= x->part.until_ms)
            atomic_store(&x->cancelled, true);
        more |= left && now_ms < x->part.until_ms;
    }
    pthread_mutex_unlock(&t->lock);
    return more;
}
