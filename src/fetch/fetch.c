/* fetch.c - fetches many pages at once, on the thread of the session that wants them.
 *
 * The loop lets each job go as far as it can, hands over finished pages, and then waits: for the network, or until a
 * job must check again (its turn at a host, another thread's flight). A check costs a lock and happens at most every
 * ten milliseconds, and only while a job waits. The threads cannot wake each other, since they do not know each other's
 * batches.
 *
 * The text of pages is extracted elsewhere, so that one slow page does not delay the others. */
#include "fetch/fetch_inner.h"

#include <poll.h>
#include <stdlib.h>

#include "base/meter.h"
#include "base/trace.h"

enum { LONGEST_SLEEP_MS = 40 };

static const char *const names[] = {
#define X(name, wire, sentence) [name] = wire,
    FETCH_OUTCOMES(X)
#undef X
};

const char *fetch_outcome_name(enum fetch_outcome outcome)
{
    return outcome < FETCH_OUTCOME_COUNT ? names[outcome] : "";
}

struct fetcher *fetcher_new(const struct fetch_options *o)
{
    struct fetcher *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    f->o = *o;
    f->o.page_timeout_ms = o->page_timeout_ms ? o->page_timeout_ms : 10000;
    f->o.max_page_bytes = o->max_page_bytes ? o->max_page_bytes : (size_t)4 << 20;
    f->o.max_redirects = o->max_redirects ? o->max_redirects : 5;
    f->o.max_crawl_delay_ms = o->max_crawl_delay_ms ? o->max_crawl_delay_ms : 10000;
    f->o.cache_floor_s = o->cache_floor_s ? o->cache_floor_s : 600;
    f->hosts = hosts_new(o->per_host ? o->per_host : 4, o->host_delay_ms);
    f->rules = rules_book_new(o->agent ? o->agent : "footnote");
    f->flights = flights_new();
    return f;
}

void fetcher_free(struct fetcher *f)
{
    if (!f)
        return;
    hosts_free(f->hosts);
    rules_book_free(f->rules);
    flights_free(f->flights);
    free(f);
}

static struct job *find_job(struct job *jobs, size_t count, size_t number)
{
    for (size_t i = 0; i < count; i++)
        if (jobs[i].number == number && (jobs[i].stage == READING_RULES || jobs[i].stage == ASKING))
            return &jobs[i];
    return NULL;
}

/* Stops all jobs if the session's time is over. */
static void look_at_the_clock(struct run *r, struct job *jobs, size_t count)
{
    bool cancelled = deadline_cancelled(&r->deadline);
    if (cancelled || deadline_left_ms(&r->deadline) == 0)
        for (size_t i = 0; i < count; i++)
            job_stop(r, &jobs[i], cancelled ? FETCH_CANCELLED : FETCH_TIMEOUT);
}

/* Waits for a reply, at most until wake_ms. *reply is NULL if none came. */
static void wait_for(struct run *r, int64_t wake_ms, struct http_reply **reply)
{
    int64_t until = wake_ms < r->deadline.at_ms ? wake_ms : r->deadline.at_ms;
    *reply = http_running(r->batch) > 0 ? http_next(r->batch, until) : NULL;
    int64_t left = until - clock_ms();
    if (!*reply && http_running(r->batch) == 0 && left > 0)
        poll(NULL, 0, left < LONGEST_SLEEP_MS ? (int)left : LONGEST_SLEEP_MS);
}

struct tally {
    size_t done, good;
    bool enough;
};

/* Reports a finished job, once. */
static void hand_over(struct job *j, bool *told, bool (*on_page)(void *ud, const struct fetch_page *page), void *ud,
                      struct tally *t)
{
    if (*told || j->stage != DONE || t->enough)
        return;
    *told = true;
    t->done++;
    t->good += j->page.outcome == FETCH_OK;
    if (trace_on(TRACE_FETCH))
        trace_say(TRACE_FETCH, "%.*s: %s in %u ms%s, %zu bytes (%s)", SLICE_ARGS(j->page.url),
                  fetch_outcome_name(j->page.outcome), j->page.took_ms, j->page.cached ? ", cached" : "",
                  j->page.body.n, j->page.reason ? j->page.reason : "");
    meter_add(METER_PAGES, fetch_outcome_name(j->page.outcome), NULL, 1);
    meter_add(METER_PAGE_CACHE, j->page.cached ? "hit" : "miss", NULL, 1);
    if (!j->page.cached)
        meter_observe_us(METER_PAGE_TIME, NULL, NULL, (int64_t)j->page.took_ms * 1000);
    t->enough = !on_page(ud, &j->page);
}

static struct tally run_jobs(struct run *r, struct job *jobs, size_t count,
                             bool (*on_page)(void *ud, const struct fetch_page *page), void *ud)
{
    struct tally t = {0};
    bool *told = arena_array(r->arena, bool, count);
    while (t.done < count) {
        int64_t wake_ms = INT64_MAX;
        look_at_the_clock(r, jobs, count);
        for (size_t i = 0; i < count && !t.enough; i++) {
            job_advance(r, &jobs[i], &wake_ms);
            hand_over(&jobs[i], &told[i], on_page, ud, &t);
        }
        if (t.enough || t.done == count)
            break;
        struct http_reply *reply;
        wait_for(r, wake_ms, &reply);
        struct job *j = reply ? find_job(jobs, count, reply->number) : NULL;
        if (j)
            job_on_reply(r, j, reply);
    }
    return t;
}

size_t fetch_pages(struct fetcher *f, struct arena *a, const struct slice *urls, size_t count, unsigned flags,
                   const struct deadline *d, bool (*on_page)(void *ud, const struct fetch_page *page), void *ud)
{
    struct run r = {f, a, http_begin(f->o.http, a, d), *d, flags, clock_ms()};
    struct job *jobs = arena_array(a, struct job, count);
    for (size_t i = 0; i < count; i++)
        job_start(&r, &jobs[i], i, urls[i]);
    struct tally t = run_jobs(&r, jobs, count, on_page, ud);
    for (size_t i = 0; i < count; i++)
        job_stop(&r, &jobs[i], FETCH_CANCELLED);
    http_end(r.batch);
    return t.good;
}

static bool take_page(void *ud, const struct fetch_page *page)
{
    *(struct fetch_page *)ud = *page;
    return true;
}

struct fetch_page fetch_page(struct fetcher *f, struct arena *a, struct slice url, unsigned flags,
                             const struct deadline *d)
{
    struct fetch_page page = {.at = 0};
    fetch_pages(f, a, &url, 1, flags, d, take_page, &page);
    return page;
}
