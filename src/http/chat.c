/* chat.c - POST /chat/completions on a worker thread: request → session → reply.
 *
 * A stream begins with the first piece of text; until then a failure is an HTTP status, afterwards an error event.
 * A client that leaves is noticed by the exchange, which sets the flag that the session looks at. */
#include "api/chat_reply.h"
#include "base/clock.h"
#include "http/conversation.h"

/* Larger than any answer with its basis and results. */
enum { REPLY_MAX_BYTES = 4 * 1024 * 1024 };

struct stream {
    struct exchange *exchange;
    const struct chat_head *head;
    struct buf out; /* one event at a time */
    bool begun;
};

static bool flush(struct stream *s)
{
    bool ok = !s->out.over && exchange_write(s->exchange, buf_slice(&s->out));
    buf_reset(&s->out);
    return ok;
}

static void begin(struct stream *s)
{
    if (s->begun)
        return;
    s->begun = true;
    exchange_begin(s->exchange, "text/event-stream; charset=utf-8", ": ping\n\n");
    chat_chunk_role(s->head, &s->out);
}

static bool stream_text(void *ud, struct slice delta)
{
    struct stream *s = ud;
    begin(s);
    chat_chunk_text(s->head, delta, &s->out);
    return flush(s);
}

static bool stream_reasoning(void *ud, struct slice delta)
{
    struct stream *s = ud;
    begin(s);
    chat_chunk_reasoning(s->head, delta, &s->out);
    return flush(s);
}

static bool drop_text(void *ud, struct slice delta)
{
    (void)ud, (void)delta;
    return true;
}

static bool keep_reasoning(void *ud, struct slice delta)
{
    (void)buf_add(ud, delta); /* what does not fit is no part of the answer */
    return true;
}

static void answer_stream(struct exchange *x, struct api_world *w, const struct chat_request *r,
                          const struct chat_head *head)
{
    struct stream s = {.exchange = x, .head = head};
    struct answer answer;
    struct err e;
    buf_init(&s.out, REPLY_MAX_BYTES);
    const struct sink sink = {stream_text, r->show_reasoning ? stream_reasoning : NULL, &s};
    bool ok = session_run(&w->world, &r->question, &sink, exchange_cancelled(x), exchange_arena(x), &answer, &e);
    if (!ok && !s.begun) {
        exchange_fail(x, &e);
    } else {
        if (!s.begun) /* an answer without a word: a stop sequence at its start */
            ok = stream_text(&s, (struct slice){"", 0}) || err_set(&e, ERR_CANCELLED, NULL);
        if (ok)
            conversation_keep(x, w, r, head, &answer);
        if (ok)
            chat_chunks_end(head, r, &answer, &s.out);
        else
            chat_chunks_fail(&e, exchange_request_id(x), &s.out);
        (void)flush(&s); /* whoever left does not miss the end */
        exchange_end(x);
    }
    buf_release(&s.out);
}

static void answer_whole(struct exchange *x, struct api_world *w, const struct chat_request *r,
                         const struct chat_head *head)
{
    struct buf thoughts;
    buf_init(&thoughts, REPLY_MAX_BYTES / 4);
    const struct sink sink = {drop_text, r->show_reasoning ? keep_reasoning : NULL, &thoughts};
    struct answer answer;
    struct err e;
    struct buf out;
    if (!session_run(&w->world, &r->question, &sink, exchange_cancelled(x), exchange_arena(x), &answer, &e)) {
        exchange_fail(x, &e);
        buf_release(&thoughts);
        return;
    }
    conversation_keep(x, w, r, head, &answer);
    buf_init(&out, REPLY_MAX_BYTES);
    chat_reply_print(head, r, &answer, buf_slice(&thoughts), &out);
    buf_release(&thoughts);
    if (out.over) {
        err_set(&e, ERR_INTERNAL, "The reply has more than %d bytes.", REPLY_MAX_BYTES);
        exchange_fail(x, &e);
    } else {
        exchange_reply(x, 200, "application/json", buf_slice(&out));
    }
    buf_release(&out);
}

void chat_handle(struct exchange *x, void *world)
{
    struct api_world *w = world;
    const struct chat_headers headers = {exchange_header(x, "x-stainless-read-timeout"),
                                         exchange_header(x, "parallel-beta")};
    struct chat_request r;
    struct chat_head head;
    struct err e;
    if (!chat_request_parse(exchange_arena(x), exchange_body(x), &headers, &w->limits, clock_unix_s(), &r, &e) ||
        !conversation_go_on(x, w, &r, &e)) {
        exchange_fail(x, &e);
        return;
    }
    chat_head_init(&head, &r, clock_unix_s());
    if (r.stream)
        answer_stream(x, w, &r, &head);
    else
        answer_whole(x, w, &r, &head);
    conversation_forget(w, clock_unix_s());
}
