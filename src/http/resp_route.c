/* resp_route.c - see resp_route.h.
 *
 * A stream begins with its first event when the search begins; until then a failure is an HTTP status, afterwards the
 * event response.failed. What is kept is kept before the last event goes out, since a client goes on from it at once.
 */
#include "http/resp_route.h"

#include <stdlib.h>

#include "api/chat_peek.h"
#include "api/resp_reply.h"
#include "base/clock.h"
#include "base/trail.h"
#include "http/api_research.h"
#include "http/chat_route.h"
#include "http/conversation.h"
#include "http/query.h"
#include "http/resp_background.h"
#include "http/resp_keep.h"
#include "state/responses.h"

static const char STREAM_TYPE[] = "text/event-stream; charset=utf-8", STREAM_BEAT[] = ": ping\n\n";

struct resp_stream {
    struct exchange *exchange;
    struct resp_reply *reply;
    struct buf out; /* the events of one moment */
    bool begun, lost;
};

static bool stream_flush(struct resp_stream *s)
{
    s->lost |= s->out.over;
    bool ok = !s->lost && exchange_write(s->exchange, buf_slice(&s->out));
    buf_reset(&s->out);
    return ok;
}

static void stream_begin(struct resp_stream *s)
{
    if (s->begun)
        return;
    s->begun = true;
    exchange_begin(s->exchange, STREAM_TYPE, STREAM_BEAT);
    resp_stream_begin(s->reply, &s->out);
}

static bool stream_text(void *ud, struct slice delta)
{
    struct resp_stream *s = ud;
    stream_begin(s);
    resp_stream_text(s->reply, delta, &s->out);
    return stream_flush(s);
}

static void stream_headway(void *ud, const struct headway *h)
{
    struct resp_stream *s = ud;
    stream_begin(s);
    resp_stream_headway(s->reply, h, &s->out);
    (void)!stream_flush(s); /* a client that has left is noticed with the next text */
}

static bool whole_text(void *ud, struct slice delta)
{
    (void)ud, (void)delta;
    return true;
}

static void whole_headway(void *ud, const struct headway *h)
{
    resp_reply_headway(ud, h);
}

/* Prints the response and keeps it. */
static bool whole_print(struct exchange *x, struct api_world *w, const struct resp_request *r, struct resp_reply *reply,
                        struct answer *answer, struct arena *a, struct buf *out, struct err *e)
{
    resp_keep_conversation(w, exchange_owner(x), r, reply, answer, a);
    resp_reply_print(reply, answer, clock_unix_s(), out);
    if (!out->over && !resp_keep(w, exchange_owner(x), r, reply, buf_slice(out), false)) {
        answer_warn(a, answer, SLICE("This response could not be kept."));
        buf_reset(out);
        resp_reply_print(reply, answer, clock_unix_s(), out);
    }
    return !out->over || err_set(e, ERR_INTERNAL, "The reply has more than %d bytes.", RESP_MAX_BYTES);
}

static void answer_whole(struct exchange *x, struct api_world *w, const struct resp_request *r,
                         struct resp_reply *reply, struct arena *a)
{
    const struct sink sink = {.text = whole_text, .headway = whole_headway, .ud = reply};
    const struct api_ask ask = {&r->chat.question, &sink, exchange_cancelled(x), r->own_only};
    struct answer answer;
    struct buf out;
    struct err e;
    buf_init(&out, RESP_MAX_BYTES);
    if (api_research(w, &ask, a, &answer, exchange_work(x), &e) && whole_print(x, w, r, reply, &answer, a, &out, &e))
        exchange_reply(x, 200, "application/json", buf_slice(&out));
    else
        exchange_fail(x, &e);
    buf_release(&out);
}

static void answer_stream(struct exchange *x, struct api_world *w, const struct resp_request *r,
                          struct resp_reply *reply, struct arena *a)
{
    struct resp_stream s = {.exchange = x, .reply = reply};
    const struct sink sink = {.text = stream_text, .headway = stream_headway, .ud = &s};
    const struct api_ask ask = {&r->chat.question, &sink, exchange_cancelled(x), r->own_only};
    struct answer answer;
    struct buf whole;
    struct err e;
    buf_init(&s.out, RESP_MAX_BYTES);
    buf_init(&whole, RESP_MAX_BYTES);
    bool ok = api_research(w, &ask, a, &answer, exchange_work(x), &e);
    if (!ok && !s.begun && !exchange_has_begun(x)) {
        exchange_fail(x, &e);
    } else {
        stream_begin(&s);
        if (s.lost)
            ok = err_set(&e, ERR_INTERNAL, "A piece of the reply has more than %d bytes.", RESP_MAX_BYTES);
        ok = ok && whole_print(x, w, r, reply, &answer, a, &whole, &e);
        (void)!stream_flush(&s);
        if (ok) {
            resp_stream_end(reply, &answer, clock_unix_s(), &s.out);
        } else {
            exchange_spoil(x);
            e = exchange_outer_error(x, &e);
            resp_stream_fail(reply, &e, &s.out);
        }
        (void)!stream_flush(&s); /* a client that has left does not miss the end */
        exchange_end(x);
    }
    buf_release(&whole);
    buf_release(&s.out);
}

/* The arena is the job's from now on. */
static bool answer_later(struct exchange *x, struct api_world *w, const struct resp_request *r,
                         const struct resp_reply *reply, struct arena *a, struct err *e)
{
    struct background_job *job = arena_array(a, struct background_job, 1);
    struct buf out;
    *job = (struct background_job){.arena = a,
                                   .request = *r,
                                   .reply = *reply,
                                   .owner = exchange_owner(x),
                                   .request_id = arena_dup(a, slice_of(trail_request_id())).p,
                                   .traceparent = arena_dup(a, slice_of(trail_traceparent())).p};
    job->reply.request = &job->request;
    if (!w->background)
        return err_set_param(e, ERR_UNSUPPORTED_VALUE, "background",
                             "This server keeps no responses, so none can be made in the background.");
    buf_init(&out, RESP_MAX_BYTES);
    resp_reply_print_early(reply, RESP_QUEUED, NULL, &out);
    bool ok = !out.over || err_set(e, ERR_INTERNAL, NULL);
    ok = ok && (resp_keep(w, job->owner, &job->request, reply, buf_slice(&out), true) || err_set(e, ERR_IO, NULL));
    bool kept = ok, found;
    ok = ok && background_start(w->background, job, e);
    struct err ignored;
    if (kept && !ok)
        (void)!responses_remove(w->responses, exchange_owner(x), slice_of(reply->id), &found, &ignored);
    if (ok)
        exchange_reply(x, 200, "application/json", buf_slice(&out));
    buf_release(&out);
    return ok;
}

/* Without the previous response, or when it cannot be read, results have no names; that is no reason to fail. */
static void resp_add_calls(const struct exchange *x, struct api_world *w, struct arena *a, struct resp_request *r)
{
    struct kept_response kept;
    struct err ignored;
    bool found = false;
    if (w->responses &&
        responses_get(w->responses, exchange_owner(x), r->chat.previous_interaction, a, &kept, &found, &ignored) &&
        found)
        resp_request_add_calls(a, kept.reply, r);
}

/* *e names the members of this API where those of Chat differ. */
static bool resp_open(struct exchange *x, struct api_world *w, struct arena *a, struct resp_request *r, struct err *e)
{
    const struct chat_headers headers = {exchange_header(x, "x-stainless-read-timeout"),
                                         exchange_header(x, "parallel-beta")};
    if (!resp_request_parse(a, exchange_body(x), &headers, &w->limits, clock_unix_s(), r, e) ||
        !api_scope(x, a, &r->chat, e))
        return false;
    if (resp_request_wants_calls(r))
        resp_add_calls(x, w, a, r);
    if (conversation_go_on(x, w, a, &r->chat, e))
        return resp_request_go_on(a, r, e);
    if (e->code == ERR_INTERACTION_NOT_FOUND)
        err_set_param(e, ERR_RESPONSE_NOT_FOUND, "previous_response_id",
                      "There is no response of this id that this key may go on from.");
    return false;
}

void resp_create(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct resp_request r;
    struct resp_reply reply;
    struct err e;
    struct arena *a = arena_new(); /* not the exchange's, which stays until a slow client has read its reply */
    if (!resp_open(x, w, a, &r, &e)) {
        exchange_fail(x, &e);
        arena_free(a);
        return;
    }
    exchange_work(x)->model = r.chat.question.tier->name;
    exchange_work(x)->stream = r.chat.stream;
    resp_reply_init(&reply, a, &r, clock_unix_s());
    if (r.background) {
        if (!answer_later(x, w, &r, &reply, a, &e)) {
            exchange_fail(x, &e);
            arena_free(a);
        }
    } else {
        r.chat.question.asked_ms = exchange_arrived_ms(x);
        exchange_announce(x, r.chat.stream ? STREAM_TYPE : "application/json", r.chat.stream ? STREAM_BEAT : " ");
        (r.chat.stream ? answer_stream : answer_whole)(x, w, &r, &reply, a);
        arena_free(a);
    }
    conversation_forget(w, clock_unix_s());
}

void resp_cost(const struct exchange *x, struct work_job *job)
{
    chat_cost(x, job);
    if (chat_peek(exchange_body(x)).later)
        *job =
            (struct work_job){.run = job->run, .thing = job->thing, .owner = job->owner, .owner_most = job->owner_most};
}

static bool resp_find(struct exchange *x, struct api_world *w, struct arena *a, struct kept_response *out,
                      struct err *e)
{
    bool found = false;
    if (w->responses && !responses_get(w->responses, exchange_owner(x), exchange_wildcard(x), a, out, &found, e))
        return false;
    return found || err_set(e, ERR_RESPONSE_NOT_FOUND, "There is no kept response of this id and key.");
}

/* The value of a name in the request's query; empty: it has none. */
static struct slice resp_query(const struct exchange *x, struct arena *a, const char *wanted)
{
    struct slice rest = exchange_query(x), name, value;
    while (query_next(&rest, a, &name, &value))
        if (slice_is(name, wanted))
            return value;
    return SLICE("");
}

void resp_get(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct kept_response kept;
    struct err e;
    bool ok = resp_find(x, world, a, &kept, &e);
    if (ok && slice_is(resp_query(x, a, "stream"), "true"))
        ok = err_set_param(&e, ERR_UNSUPPORTED_VALUE, "stream",
                           "A kept response is not streamed again; read it without 'stream'.");
    if (ok)
        exchange_reply(x, 200, "application/json", kept.reply);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

void resp_remove(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct kept_response kept;
    struct buf out;
    struct err e;
    bool found;
    buf_init(&out, RESP_MAX_BYTES);
    if (resp_find(x, w, a, &kept, &e) && responses_remove(w->responses, exchange_owner(x), kept.id, &found, &e) &&
        interactions_remove(w->interactions, kept.id, &found, &e)) {
        if (w->background)
            background_cancel(w->background, exchange_owner(x), kept.id);
        resp_deleted_print(kept.id, &out);
        exchange_reply(x, 200, "application/json", buf_slice(&out));
    } else {
        exchange_fail(x, &e);
    }
    buf_release(&out);
    arena_free(a);
}

void resp_cancel(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct kept_response kept;
    struct buf out;
    struct err e;
    buf_init(&out, RESP_MAX_BYTES);
    bool ok = resp_find(x, w, a, &kept, &e), background = false;
    if (ok && !resp_cancelled_print(a, kept.reply, &background, &out, &e))
        ok = false;
    if (ok && !background)
        ok = err_set(&e, ERR_UNSUPPORTED_VALUE, "Only a response with 'background' can be cancelled.");
    if (ok && kept.running) {
        ok = responses_set(w->responses, exchange_owner(x), kept.id, buf_slice(&out), true, &e) &&
             resp_find(x, w, a, &kept, &e); /* it may have ended at the same moment */
        if (w->background)
            background_cancel(w->background, exchange_owner(x), kept.id);
    }
    if (ok)
        exchange_reply(x, 200, "application/json", kept.reply);
    else
        exchange_fail(x, &e);
    buf_release(&out);
    arena_free(a);
}

static bool items_limit(struct slice text, size_t *limit, struct err *e)
{
    char *end = NULL;
    unsigned long n = text.n ? strtoul(text.p, &end, 10) : RESP_ITEMS_USUAL;
    *limit = n;
    return ((!end || !*end) && n >= 1 && n <= RESP_ITEMS_MOST) ||
           err_set_param(e, ERR_BAD_VALUE, "limit", "'limit' must be a whole number from 1 to %d.", RESP_ITEMS_MOST);
}

void resp_items(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct kept_response kept;
    struct buf out;
    struct err e;
    size_t limit;
    buf_init(&out, RESP_MAX_BYTES);
    struct slice order = resp_query(x, a, "order");
    bool ok = resp_find(x, world, a, &kept, &e) && items_limit(resp_query(x, a, "limit"), &limit, &e);
    if (ok && order.n && !slice_is(order, "asc") && !slice_is(order, "desc"))
        ok = err_set_param(&e, ERR_BAD_VALUE, "order", "'order' must be asc or desc.");
    ok = ok && resp_items_print(a, kept.items, resp_query(x, a, "after"), limit, !slice_is(order, "asc"), &out, &e);
    if (ok && out.over)
        ok = err_set(&e, ERR_INTERNAL, "The list is longer than what is sent; ask for fewer at a time.");
    if (ok)
        exchange_reply(x, 200, "application/json", buf_slice(&out));
    else
        exchange_fail(x, &e);
    buf_release(&out);
    arena_free(a);
}
