/* search.c - runs one round of asking: every provider with every query, in one batch of the HTTP client.
 *
 * Everything runs on the calling thread. An errand is one provider and one query. It waits for its turn (rates), then
 * for a description (of OpenSearch sites that were never asked before), then for its reply. The lock guards breakers
 * and descriptions; it is held for a few instructions only. */
#include "search/search.h"

#include <poll.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/meter.h"
#include "base/trace.h"
#include "search/expand.h"
#include "search/fuse.h"
#include "search/opensearch.h"
#include "search/search_inner.h"

enum { DEFAULT_COUNT = 10, NAP_MS = 20, MAX_ERRANDS = 512 };

enum stage { WAITING, DESCRIBING, ASKING, DONE };

struct errand {
    struct provider *provider;
    struct slice text;
    enum stage stage;
    bool noted; /* the breaker knows its outcome, or was never asked */
    int64_t start_ms, took_ms;
    struct search_answer answer;
};

struct round {
    struct search *s;
    const struct search_query *q;
    struct arena *a;
    const struct deadline *d;
    struct http_batch *batch;
    struct errand *at;
    size_t n;
    int64_t now_unix_s;
};

bool search_new(const struct search_options *o, struct search **out, struct err *e)
{
    struct arena *a = arena_new();
    struct search *s = arena_alloc(a, sizeof *s);
    if (!choose_providers(a, o, &s->choice, e)) {
        arena_free(a);
        return false;
    }
    s->arena = a;
    s->client = o->client;
    pthread_mutex_init(&s->lock, NULL);
    for (size_t i = 0; i < s->choice.n; i++)
        meter_set(METER_PROVIDER_UP, arena_dup(a, s->choice.at[i].name).p, NULL, 1);
    *out = s;
    return true;
}

void search_free(struct search *s)
{
    if (!s)
        return;
    pthread_mutex_destroy(&s->lock);
    arena_free(s->arena);
}

bool search_uses_index(const struct search *s)
{
    return s->choice.index;
}

size_t search_provider_count(const struct search *s)
{
    return s->choice.n;
}

struct slice search_provider_name(const struct search *s, size_t i)
{
    return s->choice.at[i].name;
}

static enum breaker_sign sign_of(enum search_status status)
{
    switch (status) {
    case SEARCH_OK:
    case SEARCH_EMPTY:
        return BREAKER_WELL;
    case SEARCH_RATE_LIMITED:
        return BREAKER_LIMITED;
    case SEARCH_UNAUTHORIZED:
        return BREAKER_KEY;
    case SEARCH_CAPTCHA:
    case SEARCH_MALFORMED:
    case SEARCH_TIMEOUT:
    case SEARCH_FAILED:
        return BREAKER_FAILED;
    case SEARCH_SKIPPED:
    case SEARCH_CANCELLED:
    case SEARCH_STATUS_COUNT:
        break;
    }
    return BREAKER_NOTHING;
}

static void search_count(struct arena *a, const struct errand *x, bool asked, bool up)
{
    const char *name = arena_dup(a, x->provider->name).p;
    meter_add(METER_SEARCHES, name, search_status_name(x->answer.status), 1);
    if (trace_on(TRACE_SEARCH))
        trace_say(TRACE_SEARCH, "%s \"%.*s\": %s, %zu results in %lld ms%s%.*s", name, SLICE_ARGS(x->text),
                  search_status_name(x->answer.status), x->answer.n, (long long)x->took_ms,
                  x->answer.detail.n ? ", " : "", SLICE_ARGS(x->answer.detail));
    if (!asked)
        return;
    meter_observe_us(METER_SEARCH_TIME, name, NULL, x->took_ms * 1000);
    meter_set(METER_PROVIDER_UP, name, NULL, up);
}

/* Ends an errand. own: the status says something about the service. */
static void search_finish(struct round *r, struct errand *x, struct search_answer answer, bool own)
{
    bool asked = !x->noted, up = true;
    x->answer = answer;
    x->stage = DONE;
    x->noted = true;
    if (asked) {
        pthread_mutex_lock(&r->s->lock);
        breaker_note(&x->provider->breaker, own ? sign_of(answer.status) : BREAKER_NOTHING, answer.retry_after_ms,
                     clock_ms());
        up = !x->provider->breaker.open;
        pthread_mutex_unlock(&r->s->lock);
    }
    search_count(r->a, x, asked, up);
}

static void search_skip(struct round *r, struct errand *x, enum search_status status, struct slice detail)
{
    search_finish(r, x, (struct search_answer){.status = status, .detail = detail}, false);
}

/* Gives the errand its turn, or ends it with the reason why it gets none. */
static void line_up(struct round *r, struct errand *x)
{
    const struct preset *p = x->provider->preset;
    int64_t now = clock_ms();
    x->noted = true;
    if (r->q->page > 0 && !p->pages) {
        search_skip(r, x, SEARCH_SKIPPED, SLICE("the service has no further pages"));
        return;
    }
    pthread_mutex_lock(&r->s->lock);
    bool open = x->provider->breaker.open;
    bool may = breaker_try(&x->provider->breaker, now, p->gap_ms, r->d->at_ms, &x->start_ms);
    pthread_mutex_unlock(&r->s->lock);
    if (may)
        x->noted = false;
    else if (open)
        search_skip(
            r, x, SEARCH_SKIPPED,
            arena_printf(r->a, "left alone for %lld s after failures", (long long)(x->start_ms - now + 999) / 1000));
    else
        search_skip(r, x, SEARCH_SKIPPED, SLICE("its rate leaves no time for one more request"));
}

static void search_start(struct round *r, struct errand *x)
{
    const struct preset *p = x->provider->preset;
    struct preset described = *p;
    const char *why;
    struct expand_input in = {.query = x->text,
                              .lang = r->q->lang,
                              .count = r->q->count ? r->q->count : DEFAULT_COUNT,
                              .page = r->q->page,
                              .policy = &r->q->policy,
                              .base = x->provider->base,
                              .now_unix_s = r->now_unix_s};
    struct http_request request = {.timeout_ms = p->timeout_ms,
                                   .max_wire_bytes = REPLY_MAX_BYTES,
                                   .max_body_bytes = REPLY_MAX_BYTES,
                                   .max_redirects = HTTP_NO_REDIRECTS,
                                   .ud = x};
    memcpy(in.key, x->provider->key, sizeof in.key);
    x->stage = ASKING;
    if (p->describes) {
        pthread_mutex_lock(&r->s->lock);
        described.url = arena_dup(r->a, x->provider->described_url);
        pthread_mutex_unlock(&r->s->lock);
        if (described.url.n == 0)
            x->stage = DESCRIBING;
        p = described.url.n ? &described : p;
    }
    if (!expand_request(r->a, p, &in, &request, &why)) {
        search_skip(r, x, SEARCH_SKIPPED, slice_of(why));
        return;
    }
    http_add(r->batch, &request);
}

/* Handles the reply to a request for a description, and goes on to the search. */
static void search_described(struct round *r, struct errand *x, const struct http_reply *reply)
{
    struct slice url;
    const char *why;
    if (reply->outcome == HTTP_OK && opensearch_template(r->a, reply->body, x->provider->base, &url, &why)) {
        pthread_mutex_lock(&r->s->lock);
        if (x->provider->described_url.n == 0)
            x->provider->described_url = arena_dup(r->s->arena, url);
        pthread_mutex_unlock(&r->s->lock);
        search_start(r, x);
        return;
    }
    /* A description has no list of results, so reply_read() can only find a failure in it. */
    struct search_answer answer =
        reply_read(r->a, x->provider->preset, reply, NULL, x->provider->key, PRESET_KEYS_MAX, r->now_unix_s);
    if (reply->outcome == HTTP_OK)
        answer = (struct search_answer){.status = SEARCH_MALFORMED, .detail = slice_of(why)};
    search_finish(r, x, answer, true);
}

static void search_receive(struct round *r, const struct http_reply *reply)
{
    struct errand *x = reply->ud;
    x->took_ms += reply->took_ms;
    if (x->stage == DESCRIBING) {
        search_described(r, x, reply);
        return;
    }
    struct search_answer answer =
        reply_read(r->a, x->provider->preset, reply, &r->q->policy, x->provider->key, PRESET_KEYS_MAX, r->now_unix_s);
    /* If the question's deadline is shorter than the service's own, a timeout says nothing about the service. */
    bool own = answer.status != SEARCH_TIMEOUT || reply->took_ms + 50 >= x->provider->preset->timeout_ms;
    search_finish(r, x, answer, own);
}

/* Sends the errands that are due. Returns the time of the next turn; INT64_MAX if nobody waits for one. */
static int64_t send_due(struct round *r)
{
    int64_t next = INT64_MAX, now = clock_ms();
    for (size_t i = 0; i < r->n; i++) {
        struct errand *x = &r->at[i];
        if (x->stage == WAITING && x->start_ms <= now)
            search_start(r, x);
        if (x->stage == WAITING && x->start_ms < next)
            next = x->start_ms;
    }
    return next;
}

static void search_run(struct round *r)
{
    for (;;) {
        bool called_off = deadline_cancelled(r->d);
        if (called_off || deadline_left_ms(r->d) == 0)
            for (size_t i = 0; i < r->n; i++)
                if (r->at[i].stage == WAITING)
                    search_skip(r, &r->at[i], called_off ? SEARCH_CANCELLED : SEARCH_SKIPPED,
                                SLICE("its turn did not come"));
        int64_t next = send_due(r);
        if (http_running(r->batch)) {
            const struct http_reply *reply = http_next(r->batch, next);
            if (reply)
                search_receive(r, reply);
        } else if (next == INT64_MAX) {
            return;
        } else {
            int64_t left = next - clock_ms();
            poll(NULL, 0, left < NAP_MS ? (int)(left > 0 ? left : 0) : NAP_MS);
        }
    }
}

static struct search_report report_on(struct round *r, const struct provider *p)
{
    struct search_report report = {.provider = p->name, .status = SEARCH_STATUS_COUNT, .detail = SLICE("")};
    for (size_t i = 0; i < r->n; i++) {
        const struct errand *x = &r->at[i];
        if (x->provider != p)
            continue;
        /* The statuses are sorted from best to worst. */
        if (x->answer.status < report.status) {
            report.status = x->answer.status;
            report.detail = x->answer.detail;
        }
        report.results += x->answer.n;
        report.ms = x->took_ms > report.ms ? x->took_ms : report.ms;
    }
    log_event(LOG_DEBUG, "search", "provider=%.*s status=%s results=%zu ms=%lld", SLICE_ARGS(p->name),
              search_status_name(report.status), report.results, (long long)report.ms);
    return report;
}

/* Merges the caller's lists and then the providers', always in this order, so that ties always come out the same. */
static void search_merge(struct round *r, struct search_result *out)
{
    size_t own = r->q->own ? r->q->own_count : 0;
    struct search_list *lists = arena_array(r->a, struct search_list, own + r->n);
    if (own)
        memcpy(lists, r->q->own, own * sizeof *lists);
    for (size_t i = 0; i < r->n; i++)
        lists[own + i] = (struct search_list){r->at[i].provider->name, r->at[i].answer.at, r->at[i].answer.n};
    out->hits = search_fuse(r->a, lists, own + r->n, r->q->limit);
}

void search_ask(struct search *s, const struct search_query *q, struct arena *a, const struct deadline *d,
                struct search_result *out)
{
    struct round r = {.s = s, .q = q, .a = a, .d = d, .now_unix_s = clock_unix_s()};
    size_t queries = q->text_count;
    if (s->choice.n && queries > MAX_ERRANDS / s->choice.n)
        queries = MAX_ERRANDS / s->choice.n;
    r.at = arena_array(a, struct errand, s->choice.n * queries);
    /* Query by query: if a rate allows only some errands, every provider gets the first query. */
    for (size_t i = 0; i < queries; i++)
        for (size_t j = 0; j < s->choice.n; j++) {
            struct errand *x = &r.at[r.n++];
            *x = (struct errand){.provider = &s->choice.at[j], .text = q->texts[i]};
            line_up(&r, x);
        }
    if (r.n > 0) {
        r.batch = http_begin(s->client, a, d);
        search_run(&r);
        http_end(r.batch);
    }
    *out = (struct search_result){.reports = arena_array(a, struct search_report, s->choice.n),
                                  .report_count = queries ? s->choice.n : 0};
    for (size_t i = 0; i < out->report_count; i++)
        out->reports[i] = report_on(&r, &s->choice.at[i]);
    search_merge(&r, out);
}
