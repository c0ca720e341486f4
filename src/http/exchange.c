/* exchange.c - the life of an exchange, and the request as its handler sees it. */
#include "http/exchange_inner.h"

#include "base/clock.h"
#include "base/random.h"
#include "http/routes.h"
#include "http/server_inner.h"

struct exchange *exchange_new(struct server *s, const char *target)
{
    struct exchange *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->server = s;
    x->owners = 1;
    x->started_us = clock_us();
    x->started_unix = clock_unix_s();
    x->arena = arena_new();
    x->target = arena_dup(x->arena, slice_of(target));
    /* Without its query, which may hold secrets: the path is logged. */
    x->path = slice_sub(x->target, 0, slice_find(x->target, SLICE("?")));
    x->method = SLICE("-");
    memcpy(x->request_id, "req_", 4);
    random_name(x->request_id + 4, 24);
    if (s->options.limits && !s->options.no_auth)
        x->left = limits_untouched(s->options.limits);
    x->attachment.retry = -1;
    buf_init(&x->body, s->options.max_body_bytes);
    pthread_mutex_init(&x->lock, NULL);
    return x;
}

void exchange_client(struct exchange *x, struct watch_address address)
{
    bool v4 = watch_address_is_v4(&address);
    x->address = address;
    if (!inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes + (v4 ? WATCH_V4_AT : 0), x->client, sizeof x->client))
        snprintf(x->client, sizeof x->client, "?");
}

void exchange_seat(struct exchange *x, struct seat *seat)
{
    x->seat = seat;
    exchange_client(x, seat_address(seat));
}

void exchange_hold(struct exchange *x)
{
    pthread_mutex_lock(&x->lock);
    x->owners++;
    pthread_mutex_unlock(&x->lock);
}

/* The one place where a request is over. The last owner's. */
static void exchange_finish(const struct exchange *x)
{
    const struct server_options *o = &x->server->options;
    if (!o->finished)
        return;
    const struct outcome outcome = {.request_id = x->request_id,
                                    .client = x->client,
                                    .traceparent = x->traceparent,
                                    .method = x->method.p,
                                    .path = x->path,
                                    .route = x->route ? x->route->path : NULL,
                                    .key = x->has_key ? &x->key : NULL,
                                    .status = x->status ? x->status : OUTCOME_LEFT,
                                    .reply_bytes = x->reply_bytes,
                                    .started_us = x->started_us,
                                    .started_unix = x->started_unix,
                                    .begun_us = x->begun_us,
                                    .first_us = x->first_us,
                                    .ended_us = clock_us(),
                                    .failure = x->refused ? x->refusal.code : x->failure,
                                    .counted = x->counted,
                                    .shared = x->shared,
                                    .work = x->work};
    o->finished(o->finished_ud, &outcome);
}

void exchange_drop(struct exchange *x)
{
    pthread_mutex_lock(&x->lock);
    bool last = --x->owners == 0;
    pthread_mutex_unlock(&x->lock);
    if (!last)
        return;
    exchange_finish(x);
    if (x->response)
        MHD_destroy_response(x->response);
    pipe_drop(x->pipe);
    unpack_free(x->unpack);
    buf_release(&x->body);
    buf_release(&x->attachment.kept);
    buf_release(&x->repeat.kept);
    arena_free(x->arena);
    pthread_mutex_destroy(&x->lock);
    struct server *s = x->server;
    bool admitted = x->admitted;
    free(x);
    if (admitted)
        admission_leave(&s->admission);
}

struct slice exchange_wildcard(const struct exchange *x)
{
    return x->wildcard;
}

struct slice exchange_wildcard_2(const struct exchange *x)
{
    return x->wildcard_2;
}

void *exchange_memory(struct exchange *x, size_t bytes)
{
    if (!x->memory)
        x->memory = arena_alloc(x->arena, bytes);
    return x->memory;
}

void exchange_wait(struct exchange *x, uint64_t topic, int64_t until_ms)
{
    waiting_arm(x->server->options.waiting, x, topic, until_ms);
}

struct slice exchange_header(const struct exchange *x, const char *name)
{
    for (size_t i = 0; i < x->header_count; i++)
        if (slice_eq_nocase(x->headers[i].name, slice_of(name)))
            return x->headers[i].value;
    return SLICE("");
}

struct slice exchange_query(const struct exchange *x)
{
    size_t at = slice_find(x->target, SLICE("?"));
    return at < x->target.n ? slice_sub(x->target, at + 1, x->target.n - at - 1) : SLICE("");
}

struct slice exchange_body(const struct exchange *x)
{
    return buf_slice(&x->body);
}

const char *exchange_request_id(const struct exchange *x)
{
    return x->request_id;
}

const struct state_key *exchange_key(const struct exchange *x)
{
    return x->has_key ? &x->key : NULL;
}

int64_t exchange_arrived_ms(const struct exchange *x)
{
    return x->started_us / 1000;
}

struct outcome_work *exchange_work(struct exchange *x)
{
    return &x->work;
}

void exchange_uncount(struct exchange *x)
{
    const uint64_t nothing[USAGE_COUNT] = {0};
    if (!x->counted)
        return;
    usage_add(x->server->options.usage, exchange_owner(x), x->started_unix, nothing, true);
    x->counted = false;
}

int64_t exchange_stuck_ms(const struct exchange *x)
{
    return work_stuck_ms(x->server->work);
}

struct exchange_counts exchange_count(const struct exchange *x)
{
    struct server *s = x->server;
    return (struct exchange_counts){watch_taken(s->watch), admission_inside(&s->admission), work_count(s->work)};
}

int64_t exchange_owner(const struct exchange *x)
{
    return x->has_key ? x->key.id : 0;
}

atomic_bool *exchange_cancelled(struct exchange *x)
{
    return &x->cancelled;
}

void exchange_cancel(struct exchange *x)
{
    atomic_store(&x->cancelled, true);
}
