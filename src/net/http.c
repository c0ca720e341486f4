/* http.c - a batch: requests that run in parallel on the thread that waits for them.
 *
 * http_next drives libcurl until a reply is there. All replies wait in one queue in the order of completion, those that
 * failed before anything was sent too. libcurl keeps the time of each request. The deadline of the batch and the cancel
 * flag are checked here, the flag every CANCEL_LOOK_MS. */
#include "net/http_inner.h"

enum { CANCEL_LOOK_MS = 200, LONGEST_WAIT_MS = 60 * 1000 };

struct http_batch *http_begin(struct http_client *c, struct arena *a, const struct deadline *d)
{
    struct http_batch *b = arena_alloc(a, sizeof *b);
    b->client = c;
    b->arena = a;
    b->deadline = *d;
    b->last_ready = &b->first_ready;
    b->multi = client_take_multi(c);
    return b;
}

static struct http_reply *new_ready(struct http_batch *b)
{
    struct ready *r = arena_alloc(b->arena, sizeof *r);
    *b->last_ready = r;
    b->last_ready = &r->next;
    b->ready_count++;
    return &r->reply;
}

static void start_running(struct http_batch *b, struct transfer *t)
{
    t->next = b->running;
    if (b->running)
        b->running->prev = t;
    b->running = t;
    b->running_count++;
}

/* Takes the transfer out of the multi and the list; its reply is made already. */
static void stop_running(struct http_batch *b, struct transfer *t)
{
    curl_multi_remove_handle(b->multi, t->easy);
    *(t->prev ? &t->prev->next : &b->running) = t->next;
    if (t->next)
        t->next->prev = t->prev;
    b->running_count--;
    transfer_release(t);
}

static void fill_defaults(struct transfer *t, const struct http_request *r)
{
    const struct http_options *o = &t->batch->client->o;
    struct arena *a = t->batch->arena;
    t->r = *r;
    t->r.url = arena_dup(a, r->url);
    t->method = r->method ? arena_dup(a, slice_of(r->method)).p : r->body.n > 0 ? "POST" : "GET";
    struct http_header *headers = arena_array(a, struct http_header, r->header_count);
    for (size_t i = 0; i < r->header_count; i++)
        headers[i] = (struct http_header){arena_dup(a, r->headers[i].name), arena_dup(a, r->headers[i].value)};
    t->r.headers = headers;
    t->r.timeout_ms = r->timeout_ms ? r->timeout_ms : o->timeout_ms;
    t->r.connect_timeout_ms = r->connect_timeout_ms ? r->connect_timeout_ms : o->connect_timeout_ms;
    t->r.max_wire_bytes = r->max_wire_bytes ? r->max_wire_bytes : o->max_wire_bytes;
    t->r.max_body_bytes = r->max_body_bytes ? r->max_body_bytes : o->max_body_bytes;
    t->r.max_redirects = r->max_redirects ? r->max_redirects : (int)o->max_redirects;
    t->started_ms = clock_ms();
    t->end_ms = t->started_ms + t->r.timeout_ms;
    if (t->end_ms > t->batch->deadline.at_ms)
        t->end_ms = t->batch->deadline.at_ms;
    buf_init(&t->body, t->r.max_body_bytes);
}

size_t http_add(struct http_batch *b, const struct http_request *r)
{
    struct transfer *t = arena_alloc(b->arena, sizeof *t);
    enum http_outcome outcome = HTTP_CONNECT;
    const char *why = "there is no memory for a request";
    t->batch = b;
    t->number = b->added++;
    fill_defaults(t, r);
    if (b->multi && transfer_prepare(t, &outcome, &why) && curl_multi_add_handle(b->multi, t->easy) == CURLM_OK) {
        start_running(b, t);
    } else {
        transfer_reply(t, outcome, why, new_ready(b));
        transfer_release(t);
    }
    return t->number;
}

static void http_collect(struct http_batch *b)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(b->multi, &left));) {
        struct transfer *t = NULL;
        if (m->msg != CURLMSG_DONE)
            continue;
        CURLcode code = m->data.result; /* m is gone once a handle leaves */
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
        struct http_reply reply;
        if (transfer_hop_done(t, code, &reply)) {
            curl_multi_remove_handle(b->multi, t->easy);
            if (curl_multi_add_handle(b->multi, t->easy) == CURLM_OK)
                continue;
            transfer_reply(t, HTTP_CONNECT, "there is no memory for a request", &reply);
        }
        *new_ready(b) = reply;
        stop_running(b, t);
    }
}

static void end_all(struct http_batch *b, enum http_outcome outcome)
{
    while (b->running) {
        struct transfer *t = b->running;
        transfer_reply(t, outcome, NULL, new_ready(b));
        stop_running(b, t);
    }
}

static struct http_reply *pop_ready(struct http_batch *b)
{
    struct ready *r = b->first_ready;
    b->first_ready = r->next;
    if (!b->first_ready)
        b->last_ready = &b->first_ready;
    b->ready_count--;
    return &r->reply;
}

static int wait_ms(const struct http_batch *b, int64_t now, int64_t until_ms)
{
    int64_t wait = deadline_left_ms(&b->deadline);
    if (until_ms - now < wait)
        wait = until_ms - now;
    if (b->deadline.cancelled && wait > CANCEL_LOOK_MS)
        wait = CANCEL_LOOK_MS;
    return (int)(wait < 0 ? 0 : wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS);
}

struct http_reply *http_next(struct http_batch *b, int64_t until_ms)
{
    for (bool waited = false;; waited = true) {
        int active;
        if (!b->first_ready && b->running) {
            if (deadline_cancelled(&b->deadline))
                end_all(b, HTTP_CANCELLED);
            else if (deadline_left_ms(&b->deadline) == 0 && waited)
                end_all(b, HTTP_TIMEOUT);
            else if (curl_multi_perform(b->multi, &active) == CURLM_OK)
                http_collect(b);
            else
                end_all(b, HTTP_CONNECT);
        }
        if (b->first_ready)
            return pop_ready(b);
        int64_t now = clock_ms();
        if (!b->running || (now >= until_ms && waited))
            return NULL;
        curl_multi_poll(b->multi, NULL, 0, wait_ms(b, now, until_ms), NULL);
    }
}

size_t http_running(const struct http_batch *b)
{
    return b->running_count + b->ready_count;
}

void http_end(struct http_batch *b)
{
    if (!b)
        return;
    while (b->running)
        stop_running(b, b->running);
    if (b->multi)
        client_give_multi(b->client, b->multi);
    b->multi = NULL;
}

struct http_reply *http_ask(struct http_client *c, struct arena *a, const struct http_request *r,
                            const struct deadline *d)
{
    struct http_batch *b = http_begin(c, a, d);
    http_add(b, r);
    struct http_reply *reply = http_next(b, INT64_MAX);
    http_end(b);
    return reply;
}

void http_run(struct http_client *c, struct arena *a, const struct http_request *requests, size_t count,
              const struct deadline *d, bool (*on_reply)(void *ud, size_t i, struct http_reply *r), void *ud)
{
    struct http_batch *b = http_begin(c, a, d);
    for (size_t i = 0; i < count; i++)
        http_add(b, &requests[i]);
    for (struct http_reply *r; (r = http_next(b, INT64_MAX));)
        if (!on_reply(ud, r->number, r))
            break;
    http_end(b);
}
