/* hooks.c - see hooks.h for the contract. */
#include "tasks/hooks.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/meter.h"

enum {
    AT_A_TIME = 16,
    KEY_AT_A_TIME = 4,
    REPLY_BYTES = 64 * 1024, /* of what the server says, which nobody reads */
    LOOK_MS = 1000,          /* for messages of a process before this one */
    FAILED_MS = 5000,        /* pause after the file could not be read */
    DOUBLINGS_MOST = 20
};

struct hooks {
    struct hooks_options options;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool nudged, over;
    atomic_bool cancelled;
    pthread_t thread;
};

static void hooks_add(struct hooks *h, struct http_batch *b, const struct run_delivery *d, struct arena *a)
{
    int64_t now = clock_unix_s();
    struct slice signature = signer_sign(h->options.signer, d->message.id, now, d->message.body, a);
    struct http_header *headers = arena_array(a, struct http_header, 4);
    size_t n = 0;
    headers[n++] = (struct http_header){SLICE("Content-Type"), SLICE("application/json")};
    headers[n++] = (struct http_header){SLICE("webhook-id"), d->message.id};
    headers[n++] = (struct http_header){SLICE("webhook-timestamp"), arena_printf(a, "%lld", (long long)now)};
    if (signature.n)
        headers[n++] = (struct http_header){SLICE("webhook-signature"), signature};
    (void)http_add(b, &(struct http_request){.url = d->message.url,
                                             .method = "POST",
                                             .headers = headers,
                                             .header_count = n,
                                             .body = d->message.body,
                                             .timeout_ms = h->options.timeout_ms,
                                             .max_wire_bytes = REPLY_BYTES,
                                             .max_body_bytes = REPLY_BYTES,
                                             .max_redirects = HTTP_NO_REDIRECTS});
}

static int64_t hooks_next_try(const struct hooks *h, const struct run_delivery *d)
{
    unsigned doublings = d->tries < DOUBLINGS_MOST ? d->tries : DOUBLINGS_MOST;
    int64_t pause_s = h->options.retry_s << doublings;
    return clock_unix_s() + (pause_s < h->options.give_up_s ? pause_s : h->options.give_up_s);
}

/* What became of one try. */
static void hooks_settle(struct hooks *h, const struct run_delivery *d, const struct http_reply *reply)
{
    struct err e;
    bool ok;
    if (reply->outcome == HTTP_CANCELLED)
        return; /* this process stops */
    if (reply->status >= 200 && reply->status < 300) {
        meter_add(METER_WEBHOOKS, "taken", NULL, 1);
        ok = runs_delivered(h->options.runs, d->number, &e);
    } else if (clock_unix_s() - d->created_unix >= h->options.give_up_s) {
        log_event(LOG_WARN, "webhook", "message=%.*s given up after %u tries: %s", SLICE_ARGS(d->message.id),
                  d->tries + 1, reply->reason);
        meter_add(METER_WEBHOOKS, "given_up", NULL, 1);
        ok = runs_delivered(h->options.runs, d->number, &e);
    } else {
        log_event(LOG_INFO, "webhook", "message=%.*s status=%d not taken: %s", SLICE_ARGS(d->message.id), reply->status,
                  reply->reason);
        meter_add(METER_WEBHOOKS, "failed", NULL, 1);
        ok = runs_deliver_later(h->options.runs, d->number, hooks_next_try(h, d), &e);
    }
    if (!ok)
        log_event(LOG_ERROR, "webhook", "message=%.*s cause=%s", SLICE_ARGS(d->message.id), e.message);
}

/* Returns when to look again, of clock_ms. */
static int64_t hooks_round(struct hooks *h)
{
    struct arena *a = arena_new();
    struct run_delivery *due = NULL;
    struct err e;
    size_t n = 0;
    int64_t next_unix = 0, pause_ms = LOOK_MS, now_unix = clock_unix_s();
    if (!runs_lead(h->options.runs)) {
        arena_free(a);
        return clock_ms() + LOOK_MS;
    }
    const struct deadline d = {clock_ms() + 2 * (int64_t)h->options.timeout_ms, &h->cancelled};
    if (!runs_deliveries(h->options.runs, now_unix, AT_A_TIME, KEY_AT_A_TIME, a, &due, &n, &next_unix, &e)) {
        log_event(LOG_ERROR, "webhook", "cause=%s", e.message);
        pause_ms = FAILED_MS;
    }
    if (n) {
        struct http_batch *b = http_begin(h->options.client, a, &d);
        for (size_t i = 0; i < n; i++)
            hooks_add(h, b, &due[i], a);
        for (struct http_reply *r; http_running(b) && (r = http_next(b, d.at_ms)) != NULL;)
            hooks_settle(h, &due[r->number], r);
        http_end(b);
        pause_ms = 0; /* there may be more */
    } else if (next_unix > now_unix && (next_unix - now_unix) * 1000 < pause_ms) {
        pause_ms = (next_unix - now_unix) * 1000;
    }
    arena_free(a);
    return clock_ms() + pause_ms;
}

static void *hooks_thread(void *arg)
{
    struct hooks *h = arg;
    pthread_mutex_lock(&h->lock);
    while (!h->over) {
        h->nudged = false;
        pthread_mutex_unlock(&h->lock);
        int64_t until_ms = hooks_round(h);
        pthread_mutex_lock(&h->lock);
        while (!h->over && !h->nudged && clock_cond_wait(&h->changed, &h->lock, until_ms))
            continue;
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

bool hooks_start(const struct hooks_options *o, struct hooks **out, struct err *e)
{
    struct hooks *h = calloc(1, sizeof *h);
    if (!h)
        return err_set(e, ERR_NO_MEMORY, NULL);
    h->options = *o;
    pthread_mutex_init(&h->lock, NULL);
    clock_cond_init(&h->changed);
    if (pthread_create(&h->thread, NULL, hooks_thread, h) == 0) {
        *out = h;
        return true;
    }
    pthread_cond_destroy(&h->changed);
    pthread_mutex_destroy(&h->lock);
    free(h);
    return err_set(e, ERR_NO_MEMORY, "No thread can be started for webhooks.");
}

void hooks_nudge(struct hooks *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    h->nudged = true;
    pthread_cond_signal(&h->changed);
    pthread_mutex_unlock(&h->lock);
}

void hooks_stop(struct hooks *h)
{
    if (!h)
        return;
    atomic_store(&h->cancelled, true);
    pthread_mutex_lock(&h->lock);
    h->over = true;
    pthread_cond_signal(&h->changed);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->thread, NULL);
    pthread_cond_destroy(&h->changed);
    pthread_mutex_destroy(&h->lock);
    free(h);
}
