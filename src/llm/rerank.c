/* rerank.c - see rerank.h for the contract. Documents are divided over requests of equal size, which run in parallel on
 * one batch; the first failure calls off the others. The circuit breaker counts a call once, however many requests it
 * made. */
#include "llm/rerank.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/breaker.h"
#include "base/log.h"
#include "base/utf8.h"
#include "net/http.h"
#include "net/url.h"
#include "shape/value.h"

enum form { FORM_UNKNOWN, FORM_DOCUMENTS, FORM_TEXTS };

enum { JSON_BYTES_A_BYTE = 6, /* \u0000 */ FRAME_BYTES = 4096 };

struct reranker {
    struct arena *arena;
    struct http_client *http;
    struct slice url, model;
    struct http_header headers[2];
    size_t header_count;
    unsigned timeout_ms, per_request;

    pthread_mutex_t lock;
    struct breaker breaker;
    enum form form;
};

bool rerank_open(const struct rerank_options *o, struct reranker **out, struct err *e)
{
    struct url u;
    const char *why;
    struct arena *a = arena_new();
    if (!url_parse(a, o->url, &u, &why)) {
        arena_free(a);
        return err_set(e, ERR_USAGE, "rerank_url: %.*s: %s.", SLICE_ARGS(o->url), why);
    }
    for (size_t i = 0; i < o->key.n; i++)
        if (o->key.p[i] <= ' ' || o->key.p[i] > '~') {
            arena_free(a);
            return err_set(e, ERR_USAGE, "The key of the reranker holds a character that no header may hold.");
        }
    struct reranker *r = arena_alloc(a, sizeof *r);
    r->arena = a;
    r->url = arena_dup(a, o->url);
    r->model = arena_dup(a, o->model);
    r->headers[r->header_count++] = (struct http_header){SLICE("Content-Type"), SLICE("application/json")};
    if (o->key.n)
        r->headers[r->header_count++] =
            (struct http_header){SLICE("Authorization"), arena_printf(a, "Bearer %.*s", SLICE_ARGS(o->key))};
    r->timeout_ms = o->timeout_ms ? o->timeout_ms : RERANK_TIMEOUT_MS;
    r->per_request = o->documents_per_request ? o->documents_per_request : RERANK_DOCUMENTS_PER_REQUEST;
    r->http = http_client_new(&(struct http_options){.user_agent = o->user_agent,
                                                     .timeout_ms = r->timeout_ms,
                                                     .connect_timeout_ms = r->timeout_ms,
                                                     .max_wire_bytes = RERANK_REPLY_BYTES,
                                                     .max_body_bytes = RERANK_REPLY_BYTES,
                                                     .ca_file = o->ca_file});
    pthread_mutex_init(&r->lock, NULL);
    *out = r;
    return true;
}

void rerank_close(struct reranker *r)
{
    if (!r)
        return;
    http_client_free(r->http);
    pthread_mutex_destroy(&r->lock);
    arena_free(r->arena);
}

static struct slice print_body(const struct reranker *r, struct arena *a, enum form form, struct slice query,
                               const struct slice *documents, size_t n)
{
    struct buf out;
    size_t room = FRAME_BYTES + (r->model.n + RERANK_QUERY_BYTES + n * (RERANK_DOCUMENT_BYTES + 1)) * JSON_BYTES_A_BYTE;
    buf_init(&out, room);
    buf_add(&out, SLICE("{\"query\":"));
    value_print_string(utf8_cut(query, RERANK_QUERY_BYTES), &out);
    if (r->model.n) {
        buf_add(&out, SLICE(",\"model\":"));
        value_print_string(r->model, &out);
    }
    if (form == FORM_TEXTS)
        buf_add(&out, SLICE(",\"truncate\":true,\"texts\":["));
    else
        buf_printf(&out, ",\"top_n\":%zu,\"documents\":[", n);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_add_char(&out, ',');
        value_print_string(utf8_cut(documents[i], RERANK_DOCUMENT_BYTES), &out);
    }
    buf_add(&out, SLICE("]}"));
    struct slice body = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return body;
}

static bool number_of(const struct value *v, double *out)
{
    if (!v || (v->kind != VALUE_INT && v->kind != VALUE_REAL))
        return false;
    *out = v->kind == VALUE_INT ? (double)v->integer : v->real;
    return isfinite(*out);
}

/* Reads the scores; each of n documents must have exactly one. NULL, or what is wrong. */
static const char *read_scores(struct arena *a, struct slice body, size_t n, double *scores)
{
    const struct value *whole, *list;
    struct err e;
    if (!value_parse(a, body, &whole, NULL, &e))
        return "the reply is no JSON";
    list = whole;
    if (whole->kind == VALUE_OBJECT)
        list = value_member(whole, SLICE("results"));
    if (!list || list->kind != VALUE_ARRAY)
        return "the reply has no list of results";
    if (list->array.n != n)
        return "the reply has another number of results than documents were sent";
    bool *seen = arena_array(a, bool, n);
    for (size_t i = 0; i < n; i++) {
        const struct value *item = &list->array.at[i];
        const struct value *index = value_member(item, SLICE("index")),
                           *score = value_member(item, SLICE("relevance_score"));
        if (!index || index->kind != VALUE_INT || index->integer < 0 || (uint64_t)index->integer >= n ||
            seen[index->integer])
            return "the reply has an index that is missing, out of range or there twice";
        if (!number_of(score ? score : value_member(item, SLICE("score")), &scores[index->integer]))
            return "the reply has a score that is missing or no finite number";
        seen[index->integer] = true;
    }
    return NULL;
}

/* What the requests of a call came to. */
struct result {
    enum breaker_sign sign;
    const char *why; /* NULL: well */
    unsigned retry_after_ms;
    bool other_form; /* the endpoint understood the request, but not its fields */
};

static struct result rerank_judge(struct arena *a, const struct http_reply *reply, size_t n, double *scores,
                                  bool own_time)
{
    const char *why;
    switch (reply->outcome) {
    case HTTP_OK:
        why = read_scores(a, reply->body, n, scores);
        return (struct result){why ? BREAKER_FAILED : BREAKER_WELL, why, 0, false};
    case HTTP_CANCELLED:
        return (struct result){BREAKER_NOTHING, "it was called off", 0, false};
    case HTTP_TIMEOUT:
        return (struct result){own_time ? BREAKER_FAILED : BREAKER_NOTHING, "it was too slow", 0, false};
    case HTTP_STATUS:
        break;
    default:
        return (struct result){BREAKER_FAILED, http_outcome_sentence(reply->outcome), 0, false};
    }
    why = arena_printf(a, "the server answered with status %d", reply->status).p;
    switch (reply->status) {
    case 429:
        return (struct result){BREAKER_LIMITED, why, reply->retry_after_ms, false};
    case 401:
    case 402:
    case 403:
    case 404:
        return (struct result){BREAKER_KEY, why, 0, false};
    case 400:
    case 422:
        return (struct result){BREAKER_FAILED, why, 0, true};
    default:
        return (struct result){BREAKER_FAILED, why, reply->retry_after_ms, false};
    }
}

struct call {
    const struct slice *documents;
    struct slice query;
    size_t n;
    struct deadline deadline;
    bool own_time; /* the deadline is our timeout, not the caller's */
};

/* Asks about all documents in one form. scores are filled as far as replies came. */
static struct result rerank_ask(struct reranker *r, struct arena *a, const struct call *c, enum form form,
                                double *scores)
{
    struct result result = {BREAKER_WELL, NULL, 0, false};
    size_t count = (c->n + r->per_request - 1) / r->per_request, each = (c->n + count - 1) / count;
    struct http_batch *batch = http_begin(r->http, a, &c->deadline);
    for (size_t from = 0; from < c->n; from += each) {
        struct http_request request = {
            .url = r->url, .headers = r->headers, .header_count = r->header_count, .max_redirects = HTTP_NO_REDIRECTS};
        size_t n = c->n - from < each ? c->n - from : each;
        request.body = print_body(r, a, form, c->query, c->documents + from, n);
        http_add(batch, &request);
    }
    while (!result.why && http_running(batch) > 0) {
        struct http_reply *reply = http_next(batch, INT64_MAX);
        if (!reply)
            break;
        size_t from = reply->number * each, n = c->n - from < each ? c->n - from : each;
        result = rerank_judge(a, reply, n, scores + from, c->own_time);
    }
    http_end(batch);
    return result;
}

static bool may_ask(struct reranker *r, enum form *form)
{
    int64_t now = clock_ms(), start;
    pthread_mutex_lock(&r->lock);
    bool may = breaker_try(&r->breaker, now, 0, now, &start);
    *form = r->form;
    pthread_mutex_unlock(&r->lock);
    return may;
}

static void rerank_note(struct reranker *r, const struct result *result, enum form form)
{
    pthread_mutex_lock(&r->lock);
    breaker_note(&r->breaker, result->sign, result->retry_after_ms, clock_ms());
    if (!result->why)
        r->form = form;
    pthread_mutex_unlock(&r->lock);
}

bool rerank_scores(struct reranker *r, struct arena *a, struct slice query, const struct slice *documents, size_t n,
                   const struct deadline *d, double *scores)
{
    int64_t own = clock_ms() + r->timeout_ms;
    struct call c = {documents, query, n, *d, own < d->at_ms};
    enum form known;
    if (n == 0)
        return true;
    if (n > (size_t)r->per_request * RERANK_REQUESTS_MAX || deadline_left_ms(d) == 0 || deadline_cancelled(d) ||
        !may_ask(r, &known))
        return false;
    if (c.own_time)
        c.deadline.at_ms = own;
    double *found = arena_array(a, double, n);
    enum form form = known == FORM_UNKNOWN ? FORM_DOCUMENTS : known;
    struct result result = rerank_ask(r, a, &c, form, found);
    if (result.other_form && known == FORM_UNKNOWN) {
        form = FORM_TEXTS;
        result = rerank_ask(r, a, &c, form, found);
    }
    rerank_note(r, &result, form);
    if (result.why) {
        if (result.sign != BREAKER_NOTHING)
            log_event(LOG_WARN, "rerank", "documents=%zu reason=\"%s\"", n, result.why);
        return false;
    }
    memcpy(scores, found, n * sizeof *scores);
    return true;
}
