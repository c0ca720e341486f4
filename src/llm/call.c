/* call.c - one exchange with a chat endpoint: sends a request and reads its reply to the end.
 *
 * The client waits in short slices and checks two clocks in between: the time until the first text or reasoning, and
 * the time of silence after that. They count what the model says, not bytes, since some servers send comments while one
 * waits. In the end the batch is closed, and with it a connection whose reply was not over, so that the server stops
 * writing. A server may also answer with one JSON object instead of a stream; the first byte tells. */
#include "base/ascii.h"
#include "llm/llm_inner.h"

#include "llm/speech.h"
#include "net/sse.h"
#include "text/token_estimate.h"

enum {
    SLICE_MS = 250, /* thousands of streams may wait, and each look wakes up a thread */
    END_SLICE_MS = 50,
    AFTER_FINISH_MS = 2000,        /* for usage and [DONE] behind the last text */
    AFTER_DONE_MS = 200,           /* for the end of the body, so that the connection can be kept */
    MAX_EVENT_BYTES = 1024 * 1024, /* a delta is a few letters, but some servers send large pieces */
    BODY_MAX_BYTES = 64 * 1024 * 1024,
    ESTIMATED_MESSAGE_TOKENS = 8, /* of a message's frame in the template */
};

enum mode { UNSURE, EVENTS, WHOLE, NEITHER };

struct call {
    const struct llm_request *r;
    unsigned estimated_tokens; /* of the request's messages, which may be freed once text came */
    struct arena *arena;
    struct buf body; /* until it has gone out */
    enum mode mode;
    struct sse sse;
    struct buf whole;
    struct speech speech;
    struct buf refusal;
    size_t chunks, bytes;
    enum llm_finish finish;
    bool done, garbage, failed;
    struct chunk error;                  /* when failed */
    struct chunk usage;                  /* the last that said it */
    int64_t start_ms, first_ms, last_ms; /* times of the request, of the first text or thought, and of the last chunk */
};

static void call_take(struct call *c, const struct chunk *k)
{
    bool began = speech_began(&c->speech);
    c->chunks++;
    c->last_ms = clock_ms();
    if (k->error) {
        c->failed = true;
        c->error = *k;
        c->error.detail = arena_dup(c->arena, k->detail);
        return;
    }
    if (k->usage)
        c->usage = *k;
    buf_add(&c->refusal, k->refusal);
    speech_add_reasoning(&c->speech, k->reasoning);
    speech_add(&c->speech, k->text);
    if (!began && speech_began(&c->speech))
        c->first_ms = c->last_ms;
    if (k->finish != LLM_FINISH_NONE)
        c->finish = k->finish;
}

static bool going_on(const struct call *c)
{
    const struct speech *s = &c->speech;
    return !c->failed && !c->garbage && !s->called_off && !s->too_long && !s->repeated;
}

static void read_json(struct call *c, struct slice json)
{
    struct chunk k;
    struct arena *scratch = arena_new();
    if (chunk_read(scratch, json, &k))
        call_take(c, &k);
    else
        c->garbage = c->finish == LLM_FINISH_NONE; /* behind the end of a reply anything may stand */
    arena_free(scratch);
}

static void on_sent(void *ud)
{
    buf_release(&((struct call *)ud)->body);
}

static bool on_event(void *ud, const struct sse_event *e)
{
    struct call *c = ud;
    struct slice text = slice_trim(e->text);
    if (c->done || text.n == 0)
        return true;
    if (slice_is(text, "[DONE]"))
        c->done = true;
    else if (slice_is(e->type, "message") || slice_is(e->type, "error") || slice_is(e->type, "completion"))
        read_json(c, text);
    return going_on(c);
}

static bool on_piece(void *ud, struct slice piece)
{
    struct call *c = ud;
    c->bytes += piece.n;
    for (size_t i = 0; c->mode == UNSURE && i < piece.n; i++) {
        char b = piece.p[i];
        if (b == '{')
            c->mode = WHOLE;
        else if (b == '<' || b == '[' || b == '"')
            c->mode = NEITHER;
        else if (b != ' ' && b != '\n' && b != '\r' && b != '\t')
            c->mode = EVENTS;
    }
    if (c->mode == NEITHER)
        c->garbage = true;
    else if (c->mode == WHOLE)
        c->garbage = !buf_add(&c->whole, piece);
    else if (sse_add(&c->sse, piece) == SSE_TOO_LARGE)
        c->garbage = true;
    return going_on(c);
}

/* The caller may allow less time than the settings; then a time-out says nothing about the server. */
static bool call_hurries(const struct call *c, const struct llm *l)
{
    return c->r->first_token_ms && c->r->first_token_ms < l->o.first_token_ms;
}

static int64_t limit_ms(const struct call *c, const struct llm *l)
{
    unsigned idle = l->o.idle_ms;
    if (c->done)
        return c->last_ms + AFTER_DONE_MS;
    if (c->finish != LLM_FINISH_NONE)
        return c->last_ms + (idle < AFTER_FINISH_MS ? idle : AFTER_FINISH_MS);
    return speech_began(&c->speech) ? c->last_ms + idle
                                    : c->start_ms + (call_hurries(c, l) ? c->r->first_token_ms : l->o.first_token_ms);
}

static bool is_whole(const struct call *c)
{
    return c->done || c->finish != LLM_FINISH_NONE;
}

/* NULL: one of our own times was over. */
static struct http_reply *call_follow(struct call *c, struct llm *l, struct http_batch *b)
{
    for (;;) {
        int64_t limit = limit_ms(c, l), look = clock_ms() + (is_whole(c) ? END_SLICE_MS : SLICE_MS);
        struct http_reply *r = http_next(b, limit < look ? limit : look);
        if (r || clock_ms() >= limit_ms(c, l))
            return r;
    }
}

/* After the end of the model's words. */
static enum llm_outcome judge_words(const struct call *c)
{
    if (c->finish == LLM_FINISH_REFUSAL || (c->refusal.n > 0 && c->speech.text.n == 0))
        return LLM_REFUSED;
    return slice_trim(buf_slice(&c->speech.text)).n > 0 ? LLM_OK : LLM_EMPTY;
}

static unsigned retry_after_ms(const struct http_reply *r)
{
    struct slice exact = http_header(r, "retry-after-ms");
    unsigned ms = 0;
    for (size_t i = 0; i < exact.n && ascii_is_digit(exact.p[i]) && ms < 100000000; i++)
        ms = ms * 10 + (unsigned)(exact.p[i] - '0');
    return ms ? ms : r->retry_after_ms;
}

static const char *explain_empty(const struct call *c)
{
    if (c->finish == LLM_FINISH_TOOL)
        return "the model called a tool, though it was given none";
    if (c->finish == LLM_FINISH_LENGTH && c->speech.reasoning.n > 0)
        return "the model used up its tokens with thinking";
    return llm_outcome_sentence(LLM_EMPTY);
}

/* Decides the outcome, after the reply ended or we ended it. r is NULL when our time was over. */
static enum llm_outcome call_judge(struct call *c, const struct llm *l, const struct http_reply *r,
                                   const struct deadline *d, unsigned *retry_ms)
{
    const struct speech *s = &c->speech;
    if (r && r->outcome == HTTP_STATUS) {
        *retry_ms = retry_after_ms(r);
        chunk_read_error(c->arena, r->status, r->body, &c->error);
        c->failed = true;
    }
    if (s->called_off)
        return LLM_CANCELLED;
    if (c->failed)
        return c->error.outcome;
    if (s->repeated || s->too_long)
        return s->repeated ? LLM_REPEATED : LLM_TOO_LONG;
    if (c->garbage)
        return LLM_GARBAGE;
    if (is_whole(c))
        return judge_words(c);
    if (!r)
        return speech_began(s) ? LLM_TIMEOUT_IDLE : call_hurries(c, l) ? LLM_DEADLINE : LLM_TIMEOUT_FIRST;
    if (r->outcome != HTTP_OK) {
        enum llm_outcome o = outcome_of_reply(r, d);
        return o == LLM_TIMEOUT_FIRST && speech_began(s) ? LLM_TIMEOUT_IDLE : o;
    }
    if (c->mode == WHOLE) /* a whole reply needs no finish_reason */
        return judge_words(c);
    return c->bytes == 0 ? LLM_EMPTY : c->chunks == 0 ? LLM_GARBAGE : LLM_BROKEN;
}

static void count_tokens(const struct call *c, struct llm_reply *out)
{
    out->tokens_known = c->usage.usage;
    out->prompt_tokens = c->usage.prompt_tokens;
    out->completion_tokens = c->usage.completion_tokens;
    if (c->usage.usage || !speech_began(&c->speech))
        return;
    out->prompt_tokens = c->estimated_tokens;
    out->completion_tokens = token_estimate(buf_slice(&c->speech.text), TOKENS_AT_MOST) +
                             token_estimate(buf_slice(&c->speech.reasoning), TOKENS_AT_MOST);
}

static void call_report(struct call *c, const struct llm *l, enum llm_outcome o, const struct http_reply *r,
                        struct llm_reply *out)
{
    struct slice detail = c->failed ? c->error.detail : SLICE("");
    out->outcome = o;
    if (!c->failed && r && (o == LLM_DOWN || o == LLM_NOT_FOUND))
        detail = slice_of(r->reason);
    out->reason = o == LLM_EMPTY ? explain_empty(c) : outcome_reason(l, c->arena, o, detail);
    struct slice text = buf_slice(&c->speech.text);
    if (o == LLM_REFUSED && text.n == 0)
        text = (struct slice){c->refusal.p ? c->refusal.p : "", c->refusal.n};
    out->text = arena_dup(c->arena, text);
    out->reasoning = arena_dup(c->arena, buf_slice(&c->speech.reasoning));
    out->finish = c->finish == LLM_FINISH_NONE && o == LLM_OK ? LLM_FINISH_STOP : c->finish;
    out->ms = (unsigned)(clock_ms() - c->start_ms);
    out->first_token_ms = c->first_ms ? (unsigned)(c->first_ms - c->start_ms) : 0;
    if (c->first_ms && out->first_token_ms == 0)
        out->first_token_ms = 1; /* 0 says that there was none */
    count_tokens(c, out);
}

static void call_begin(struct call *c, struct arena *a, const struct llm_request *r, bool thinks_first)
{
    size_t most = r->max_text_bytes ? r->max_text_bytes : LLM_TEXT_BYTES;
    *c = (struct call){.r = r, .arena = a, .start_ms = clock_ms()};
    buf_init(&c->body, BODY_MAX_BYTES);
    for (size_t i = 0; i < r->message_count; i++)
        c->estimated_tokens += token_estimate(r->messages[i].content, TOKENS_AT_MOST) + ESTIMATED_MESSAGE_TOKENS;
    c->last_ms = c->start_ms;
    sse_init(&c->sse, MAX_EVENT_BYTES, MAX_EVENT_BYTES, on_event, c);
    buf_init(&c->whole, CHUNK_MAX_BYTES);
    buf_init(&c->refusal, most);
    speech_init(&c->speech, most, thinks_first, r->on_text, r->on_reasoning, r->ud);
}

static void call_end(struct call *c)
{
    sse_release(&c->sse);
    buf_release(&c->whole);
    buf_release(&c->refusal);
    speech_release(&c->speech);
    buf_release(&c->body);
}

/* The bit of the sent field that a refusal blames; 0: none. */
static unsigned call_blamed(const struct http_reply *r, unsigned sent)
{
    const char *names[FIELD_COUNT];
    unsigned bits[FIELD_COUNT], n = 0;
    for (unsigned f = 0; f < FIELD_COUNT; f++)
        if (sent & 1u << f) {
            names[n] = field_names[f];
            bits[n++] = 1u << f;
        }
    size_t at = chunk_blamed_field(r->body, names, n);
    return at < n ? bits[at] : 0;
}

void call_run(struct llm *l, struct arena *a, struct slice model, const struct llm_request *r, enum llm_form form,
              const struct deadline *d, struct call_result *out)
{
    struct call c;
    unsigned sent = 0;
    const char *why;
    pthread_mutex_lock(&l->lock);
    unsigned left_out = l->left_out;
    bool thinks_first = l->thinks_first;
    pthread_mutex_unlock(&l->lock);
    *out = (struct call_result){.reply = {.text = SLICE(""), .reasoning = SLICE(""), .tokens_known = true}};
    call_begin(&c, a, r, thinks_first);
    if (!body_print(a, l, model, r, form, left_out, &sent, &c.body, &why)) {
        out->reply.outcome = LLM_REJECTED;
        out->reply.reason = outcome_reason(l, a, LLM_REJECTED, slice_of(why));
        call_end(&c);
        return;
    }
    struct http_batch *b = http_begin(l->client, a, d);
    http_add(b, &(struct http_request){.url = l->at.chat,
                                       .headers = l->headers,
                                       .header_count = l->header_count,
                                       .body = buf_slice(&c.body),
                                       .max_redirects = HTTP_NO_REDIRECTS,
                                       .on_piece = on_piece,
                                       .on_sent = on_sent,
                                       .ud = &c});
    struct http_reply *reply = call_follow(&c, l, b);
    http_end(b);
    if (going_on(&c) && c.mode == EVENTS)
        sse_end(&c.sse);
    else if (going_on(&c) && c.mode == WHOLE && reply && reply->outcome == HTTP_OK)
        read_json(&c, buf_slice(&c.whole));
    bool heard = is_whole(&c) || c.mode == WHOLE;
    speech_end(&c.speech, heard);
    enum llm_outcome o = call_judge(&c, l, reply, d, &out->reply.retry_after_ms);
    call_report(&c, l, o, reply, &out->reply);
    out->reply.calls = 1;
    out->began = speech_began(&c.speech);
    out->unopened = c.speech.unopened;
    if (o == LLM_REJECTED && reply && reply->outcome == HTTP_STATUS)
        out->blamed = call_blamed(reply, sent);
    out->context_tokens = o == LLM_OVERFLOW ? c.error.context_tokens : 0;
    call_end(&c);
}
