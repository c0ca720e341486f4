/* attach.c - see attach.h for the contract.
 *
 * The work is in one list, walked under one lock. It holds what workers do and what waits for them, some dozens at
 * most. Twins are found by comparing bodies, not hashes: two bodies that differ do so early, or in their length.
 *
 * Each attached exchange has a pipe, as every stream has. It begins with everything that was sent so far. Adding to
 * `kept` and taking the list of those attached are one step under the lock, so that nobody misses a byte or gets one
 * twice. The worker then writes to each in turn, outside of the lock. A slow one delays the others; they are the same
 * client. */
#include "http/attach.h"

#include "base/ascii.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/exchange_inner.h"
#include "http/repeat.h"
#include "http/server_inner.h"

/* The pauses of OpenAI's clients, openai-python and openai-node alike: half a second, doubled with each try, at most
 * eight seconds. CONNECT_MS is for connecting again. */
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

static struct attach *attach_table(struct exchange *x)
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
        if (!ascii_is_digit(count.p[i]))
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

/* Whether the handler would do the same for both. The headers are those that handlers read. */
static bool attach_twins(const struct exchange *a, const struct exchange *b)
{
    return a->has_key == b->has_key && (!a->has_key || a->key.id == b->key.id) && a->route == b->route &&
           slice_eq(a->path, b->path) && slice_eq(repeat_key(a), repeat_key(b)) &&
           same_header(a, b, "x-stainless-read-timeout") && same_header(a, b, "parallel-beta") &&
           slice_eq(exchange_body(a), exchange_body(b));
}

static struct exchange *find_locked(struct exchange *x)
{
    struct exchange *y = attach_table(x)->first;
    while (y && (atomic_load(&y->cancelled) || y->attachment.attached_count == ATTACHED_MAX ||
                 y->attachment.kept.over || !attach_twins(x, y)))
        y = y->attachment.next;
    return y;
}

static void attach_locked(struct exchange *x, struct exchange *to)
{
    struct attachment *work = &to->attachment;
    exchange_hold(x); /* for the worker that answers it */
    x->attachment.to = to;
    x->attachment.here = x->shared = true;
    if (work->content_type)
        exchange_begin_one(x, work->content_type, work->heartbeat, buf_slice(&work->kept));
    work->attached[work->attached_count++] = x;
    work->waiting++;
    log_event(LOG_INFO, "attached", "id=%s to=%s retry=%d", x->request_id, to->request_id, x->attachment.retry);
}

/* Another request that uses the same Idempotency-Key and is worked on; NULL: none. */
static struct exchange *same_repeat_locked(struct exchange *x)
{
    struct slice key = repeat_key(x);
    struct exchange *y = key.n ? attach_table(x)->first : NULL;
    while (y && (atomic_load(&y->cancelled) || y->has_key != x->has_key || (x->has_key && y->key.id != x->key.id) ||
                 !slice_eq(repeat_key(y), key)))
        y = y->attachment.next;
    return y;
}

/* False: x must not be worked on beside that one. */
static bool repeat_may_start(struct exchange *x, struct err *e)
{
    struct exchange *y = same_repeat_locked(x);
    return !y || err_set(e, attach_twins(x, y) ? ERR_REPEAT_RUNNING : ERR_REPEAT_OTHER, NULL);
}

bool attach_or_start(struct exchange *x, bool (*start)(struct exchange *x), struct err *e)
{
    struct attach *t = attach_table(x);
    bool named = repeat_key(x).n > 0;
    x->attachment.retry = retry_count(x);
    if (x->attachment.retry < 0 && named)
        x->attachment.retry = 0;
    if (x->attachment.retry < 0)
        return start(x) || err_set(e, ERR_BUSY, NULL);
    pthread_mutex_lock(&t->lock);
    struct exchange *twin = x->attachment.retry > 0 || named ? find_locked(x) : NULL;
    bool ok = true;
    if (twin) {
        attach_locked(x, twin);
    } else if ((ok = repeat_may_start(x, e) && (start(x) || err_set(e, ERR_BUSY, NULL)))) {
        x->attachment.listed = x->attachment.here = true;
        x->attachment.waiting = 1;
        x->attachment.next = t->first;
        t->first = x;
    }
    pthread_mutex_unlock(&t->lock);
    return ok;
}

static unsigned all_locked(struct exchange *x, struct exchange *all[ATTACH_ALL])
{
    all[0] = x;
    for (unsigned i = 0; i < x->attachment.attached_count; i++)
        all[1 + i] = x->attachment.attached[i];
    return 1 + x->attachment.attached_count;
}

static void unlist_locked(struct exchange *x)
{
    struct exchange **at = &attach_table(x)->first;
    while (*at && *at != x)
        at = &(*at)->attachment.next;
    if (*at)
        *at = x->attachment.next;
    x->attachment.listed = false;
}

void attach_announce(struct exchange *x, const char *content_type, const char *heartbeat)
{
    pthread_mutex_lock(&attach_table(x)->lock);
    x->attachment.early_type = arena_dup(x->arena, slice_of(content_type)).p;
    x->attachment.early_beat = arena_dup(x->arena, slice_of(heartbeat)).p;
    pthread_mutex_unlock(&attach_table(x)->lock);
}

bool attach_settle(struct exchange *x)
{
    pthread_mutex_lock(&attach_table(x)->lock);
    x->attachment.early_closed = true;
    bool begun = x->attachment.early_begun;
    pthread_mutex_unlock(&attach_table(x)->lock);
    return begun;
}

void attach_begin_early(struct exchange *x)
{
    struct exchange *all[ATTACH_ALL];
    pthread_mutex_lock(&attach_table(x)->lock);
    struct exchange *work = x->attachment.to ? x->attachment.to : x;
    struct attachment *w = &work->attachment;
    if (w->early_type && !w->early_begun && !w->early_closed) {
        w->early_begun = true;
        if (w->retry >= 0) { /* those who attach later begin as those who are there */
            buf_init(&w->kept, KEPT_BYTES);
            w->content_type = w->early_type;
            w->heartbeat = w->early_beat;
        }
        unsigned n = all_locked(work, all);
        for (unsigned i = 0; i < n; i++)
            exchange_begin_one(all[i], w->early_type, w->early_beat, slice_of(w->early_beat));
    }
    pthread_mutex_unlock(&attach_table(x)->lock);
}

unsigned attach_begin(struct exchange *x, const char *content_type, const char *heartbeat,
                      struct exchange *all[ATTACH_ALL])
{
    all[0] = x;
    if (x->attachment.retry < 0)
        return 1;
    pthread_mutex_lock(&attach_table(x)->lock);
    if (!x->attachment.content_type) { /* not begun early */
        buf_init(&x->attachment.kept, KEPT_BYTES);
        x->attachment.heartbeat = arena_dup(x->arena, slice_of(heartbeat)).p;
        x->attachment.content_type = arena_dup(x->arena, slice_of(content_type)).p;
    }
    unsigned n = all_locked(x, all);
    pthread_mutex_unlock(&attach_table(x)->lock);
    return n;
}

unsigned attach_write(struct exchange *x, struct slice bytes, struct exchange *all[ATTACH_ALL])
{
    all[0] = x;
    if (x->attachment.retry < 0)
        return 1;
    pthread_mutex_lock(&attach_table(x)->lock);
    (void)buf_add(&x->attachment.kept, bytes); /* a stream that is too long sets `over` */
    unsigned n = all_locked(x, all);
    pthread_mutex_unlock(&attach_table(x)->lock);
    return n;
}

unsigned attach_close(struct exchange *x, struct exchange *all[ATTACH_ALL])
{
    all[0] = x;
    if (x->attachment.retry < 0)
        return 1;
    pthread_mutex_lock(&attach_table(x)->lock);
    unlist_locked(x);
    unsigned n = all_locked(x, all);
    pthread_mutex_unlock(&attach_table(x)->lock);
    return n;
}

void attach_leave(struct exchange *x)
{
    struct exchange *all[ATTACH_ALL];
    if (x->attachment.retry < 0)
        return;
    pthread_mutex_lock(&attach_table(x)->lock);
    unlist_locked(x);
    unsigned n = all_locked(x, all);
    for (unsigned i = 0; i < n; i++) {
        all[i]->attachment.here = false;
        all[i]->attachment.to = NULL;
        all[i]->work.model = x->work.model;
        all[i]->work.stream = x->work.stream;
    }
    x->attachment.attached_count = 0;
    pthread_mutex_unlock(&attach_table(x)->lock);
    for (unsigned i = 1; i < n; i++)
        exchange_drop(all[i]);
}

void attach_left(struct exchange *x)
{
    int64_t now_ms = clock_ms();
    pthread_mutex_lock(&attach_table(x)->lock);
    if (!x->attachment.here) {
        if (!x->attachment.gone) /* takes no part, or its work is over */
            atomic_store(&x->cancelled, true);
        pthread_mutex_unlock(&attach_table(x)->lock);
        return;
    }
    struct exchange *work = x->attachment.to ? x->attachment.to : x;
    int64_t until_ms = work->attachment.content_type ? 0 : now_ms + pause_ms(x->attachment.retry);
    x->attachment.here = false;
    x->attachment.gone = true;
    work->attachment.waiting--;
    if (until_ms > work->attachment.until_ms)
        work->attachment.until_ms = until_ms;
    if (work->attachment.waiting == 0 && (!work->attachment.listed || work->attachment.until_ms <= now_ms))
        atomic_store(&work->cancelled, true);
    pthread_mutex_unlock(&attach_table(x)->lock);
}

void attach_cancel_all(struct attach *t)
{
    pthread_mutex_lock(&t->lock);
    for (struct exchange *x = t->first; x; x = x->attachment.next)
        atomic_store(&x->cancelled, true);
    pthread_mutex_unlock(&t->lock);
}

bool attach_look(void *attach, int64_t now_ms)
{
    struct attach *t = attach;
    bool more = false;
    pthread_mutex_lock(&t->lock);
    for (struct exchange *x = t->first; x; x = x->attachment.next) {
        bool left = x->attachment.waiting == 0;
        if (left && now_ms >= x->attachment.until_ms)
            atomic_store(&x->cancelled, true);
        more |= left && now_ms < x->attachment.until_ms;
    }
    pthread_mutex_unlock(&t->lock);
    return more;
}
