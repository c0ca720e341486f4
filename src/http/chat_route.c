/* chat_route.c - POST /chat/completions on a worker thread: request → session → reply.
 *
 * A stream begins with the first piece of text; until then a failure is an HTTP status, afterwards an error event.
 * A client that leaves is noticed by the exchange, which sets the flag that the session looks at. */
#include "http/chat_route.h"

#include "api/chat_peek.h"
#include "api/chat_reply.h"
#include "api/key_scope.h"
#include "base/clock.h"
#include "http/conversation.h"
#include "http/stored_route.h"

/* Larger than any answer with its basis and results. */
enum { REPLY_MAX_BYTES = 4 * 1024 * 1024 };

static const char STREAM_TYPE[] = "text/event-stream; charset=utf-8", STREAM_BEAT[] = ": ping\n\n";

struct stream {
    struct exchange *exchange;
    const struct chat_head *head;
    struct buf out;   /* one event at a time */
    bool begun, lost; /* lost: a piece of the answer was larger than out */
};

static bool route_flush(struct stream *s)
{
    s->lost |= s->out.over;
    bool ok = !s->lost && exchange_write(s->exchange, buf_slice(&s->out));
    buf_reset(&s->out);
    return ok;
}

static void route_begin(struct stream *s)
{
    if (s->begun)
        return;
    s->begun = true;
    exchange_begin(s->exchange, STREAM_TYPE, STREAM_BEAT);
    chat_chunk_role(s->head, &s->out);
}

static bool stream_text(void *ud, struct slice delta)
{
    struct stream *s = ud;
    route_begin(s);
    chat_chunk_text(s->head, delta, &s->out);
    return route_flush(s);
}

static bool stream_reasoning(void *ud, struct slice delta)
{
    struct stream *s = ud;
    route_begin(s);
    chat_chunk_reasoning(s->head, delta, &s->out);
    return route_flush(s);
}

static bool drop_text(void *ud, struct slice delta)
{
    (void)ud, (void)delta;
    return true;
}

static bool keep_reasoning(void *ud, struct slice delta)
{
    (void)buf_add(ud, delta); /* reasoning is no part of the answer: it may be cut */
    return true;
}

/* Notes what the work cost, and for readiness whether the index could be read. */
static bool route_research(struct exchange *x, struct api_world *w, const struct chat_request *r,
                           const struct sink *sink, struct arena *a, struct answer *answer, struct err *e)
{
    bool ok = research_run(&w->world, &r->question, sink, exchange_cancelled(x), a, answer, e);
    struct outcome_work *work = exchange_work(x);
    work->searches = answer->spent.searches;
    work->pages = answer->spent.pages;
    work->model_calls = answer->spent.model_calls;
    work->prompt_tokens = answer->spent.prompt_tokens;
    work->completion_tokens = answer->spent.completion_tokens;
    if (ok || e->code == ERR_IO || e->code == ERR_CORRUPT)
        atomic_store(&w->index_fails, !ok);
    return ok;
}

/* A reply never names an interaction that nobody can go on from. */
static void route_keep(struct exchange *x, struct api_world *w, const struct chat_request *r, struct chat_head *head,
                       struct answer *answer, struct arena *a)
{
    if (conversation_keep(x, w, r, head, answer))
        return;
    head->interaction[0] = '\0';
    answer_warn(a, answer, SLICE("This answer could not be kept, so that no later request can go on from it."));
}

/* Stores what a request without stream would have got. */
static void route_store(struct exchange *x, struct api_world *w, const struct chat_request *r,
                        const struct chat_head *head, struct answer *answer, struct arena *a, struct buf *out)
{
    chat_reply_print(head, r, answer, SLICE(""), out);
    if (out->over || !stored_keep(x, w, r, head, buf_slice(out)))
        answer_warn(a, answer, SLICE("This completion could not be stored."));
    buf_release(out);
}

static void answer_stream(struct exchange *x, struct api_world *w, const struct chat_request *r, struct chat_head *head,
                          struct arena *a)
{
    struct stream s = {.exchange = x, .head = head};
    struct answer answer;
    struct err e;
    buf_init(&s.out, REPLY_MAX_BYTES);
    const struct sink sink = {.text = stream_text, .reasoning = r->show_reasoning ? stream_reasoning : NULL, .ud = &s};
    bool ok = route_research(x, w, r, &sink, a, &answer, &e);
    if (!ok && !s.begun && !exchange_has_begun(x)) {
        exchange_fail(x, &e);
    } else {
        buf_reset(&s.out);
        if (!ok)
            route_begin(&s); /* it was begun early */
        else if (!s.begun)   /* an answer without a word: a stop sequence at its start */
            ok = stream_text(&s, (struct slice){"", 0}) || err_set(&e, ERR_CANCELLED, NULL);
        if (s.lost)
            ok = err_set(&e, ERR_INTERNAL, "A piece of the reply has more than %d bytes.", REPLY_MAX_BYTES);
        if (ok)
            route_keep(x, w, r, head, &answer, a);
        if (ok && r->store)
            route_store(x, w, r, head, &answer, a, &(struct buf){.max_bytes = REPLY_MAX_BYTES});
        if (ok) {
            chat_chunks_end(head, r, &answer, exchange_request_id(x), &s.out);
        } else {
            exchange_spoil(x);
            e = exchange_outer_error(x, &e);
            chat_chunks_fail(&e, exchange_request_id(x), &s.out);
        }
        (void)!exchange_write(x, buf_slice(&s.out)); /* a client that has left does not miss the end */
        exchange_end(x);
    }
    buf_release(&s.out);
}

static void answer_whole(struct exchange *x, struct api_world *w, const struct chat_request *r, struct chat_head *head,
                         struct arena *a)
{
    struct buf thoughts;
    buf_init(&thoughts, REPLY_MAX_BYTES / 4);
    const struct sink sink = {
        .text = drop_text, .reasoning = r->show_reasoning ? keep_reasoning : NULL, .ud = &thoughts};
    struct answer answer;
    struct err e;
    struct buf out;
    if (!route_research(x, w, r, &sink, a, &answer, &e)) {
        exchange_fail(x, &e);
        buf_release(&thoughts);
        return;
    }
    route_keep(x, w, r, head, &answer, a);
    buf_init(&out, REPLY_MAX_BYTES);
    chat_reply_print(head, r, &answer, buf_slice(&thoughts), &out);
    if (r->store && !out.over && !stored_keep(x, w, r, head, buf_slice(&out))) {
        answer_warn(a, &answer, SLICE("This completion could not be stored."));
        buf_reset(&out);
        chat_reply_print(head, r, &answer, buf_slice(&thoughts), &out);
    }
    buf_release(&thoughts);
    if (out.over) {
        err_set(&e, ERR_INTERNAL, "The reply has more than %d bytes.", REPLY_MAX_BYTES);
        exchange_fail(x, &e);
    } else {
        exchange_reply(x, 200, "application/json", buf_slice(&out));
    }
    buf_release(&out);
}

/* What the key may do. */
static bool route_scope(const struct exchange *x, struct arena *a, struct chat_request *r, struct err *e)
{
    const struct state_key *key = exchange_key(x);
    return !key || key_scope_apply(a, key->scope.models, key->scope.domains, r, e);
}

void chat_cost(const struct exchange *x, struct work_job *job)
{
    struct chat_peek peek = chat_peek(exchange_body(x));
    job->dear = peek.dear;
    job->due_ms = peek.max_ms ? exchange_arrived_ms(x) + peek.max_ms : 0;
}

void chat_handle(struct exchange *x, void *world)
{
    struct api_world *w = world;
    const struct chat_headers headers = {exchange_header(x, "x-stainless-read-timeout"),
                                         exchange_header(x, "parallel-beta")};
    struct chat_request r;
    struct chat_head head;
    struct err e;
    struct arena *a = arena_new(); /* not the exchange's, which stays until a slow client has read its reply */
    if (!chat_request_parse(a, exchange_body(x), &headers, &w->limits, clock_unix_s(), &r, &e) ||
        !route_scope(x, a, &r, &e) || !conversation_go_on(x, w, a, &r, &e)) {
        exchange_fail(x, &e);
        arena_free(a);
        return;
    }
    exchange_work(x)->model = r.question.tier->name;
    exchange_work(x)->stream = r.stream;
    r.question.asked_ms = exchange_arrived_ms(x);
    chat_head_init(&head, &r, clock_unix_s());
    exchange_announce(x, r.stream ? STREAM_TYPE : "application/json", r.stream ? STREAM_BEAT : " ");
    if (r.stream)
        answer_stream(x, w, &r, &head, a);
    else
        answer_whole(x, w, &r, &head, a);
    arena_free(a);
    conversation_forget(w, clock_unix_s());
}
