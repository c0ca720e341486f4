/* job.c - fetches one page: cache, flight, robots.txt, turn, request, and again for each redirect.
 *
 * A job is a small state machine, because many jobs share one thread. Each stage goes on at once or says when to check
 * again. A job may hold a flight that it leads, a turn at a host, and the duty to read a robots.txt. However the job
 * ends, each of them is given back in exactly one place.
 *
 * A cached page that is no longer fresh is requested with its validators. If the server fails, the cached page is used:
 * an old page is better than none, and its date is in the result. */
#include "fetch/fetch_inner.h"
#include "fetch/freshness.h"
#include "pages/html_frames.h"
#include "pages/html_links.h"

/* LOOK_AGAIN_MS: the pause between two checks of a job that waits. LONGEST_PAUSE_MS: a longer Retry-After is shortened
 * to this. Set by hand. */
enum { LOOK_AGAIN_MS = 10, RULES_TIMEOUT_MS = 5000, RULES_MAX_BYTES = 4 << 20, LONGEST_PAUSE_MS = 10 * 60 * 1000 };

static void wake_at(int64_t *wake_ms, int64_t at_ms)
{
    if (at_ms < *wake_ms)
        *wake_ms = at_ms;
}

/* Lands the flight that the job leads, or leaves the one that it follows. shared: others may have the result too. */
static void leave_flight(struct run *r, struct job *j, bool shared)
{
    if (!j->flight)
        return;
    if (j->leads)
        flight_land(r->f->flights, j->flight, shared ? &j->page : NULL);
    else
        flight_leave(r->f->flights, j->flight);
    j->flight = NULL;
}

static void job_finish(struct run *r, struct job *j, enum fetch_outcome outcome, const char *reason, bool shared)
{
    if (j->has_led && outcome != FETCH_OK && outcome != FETCH_CANCELLED) {
        j->page = j->led;
        outcome = FETCH_OK;
        reason = "the page was read; where it leads its readers to cannot be";
    }
    j->page.outcome = outcome;
    j->page.reason = reason;
    j->page.took_ms = (unsigned)(clock_ms() - r->started_ms);
    if (outcome != FETCH_OK)
        j->page.body = SLICE("");
    leave_flight(r, j, shared);
    j->stage = DONE;
}

static void serve_cached(struct run *r, struct job *j, const char *reason)
{
    j->page.final_url = j->cached.final_url;
    j->page.content_type = j->cached.content_type;
    j->page.last_modified = j->cached.last_modified;
    j->page.body = j->cached.body;
    j->page.fetched_unix = j->cached.fetched_unix;
    j->page.status = 200;
    j->page.cached = true;
    job_finish(r, j, FETCH_OK, reason, true);
}

/* Ends the job after a failure that may pass: with the cached page if there is one. */
static void fail_softly(struct run *r, struct job *j, enum fetch_outcome outcome, const char *reason)
{
    if (j->has_cached)
        serve_cached(r, j, "the cached page; the site cannot be asked now");
    else
        job_finish(r, j, outcome, reason, true);
}

void job_start(struct run *r, struct job *j, size_t at, struct slice url)
{
    const char *why = "";
    j->page = (struct fetch_page){.at = at,
                                  .url = arena_dup(r->arena, url),
                                  .reason = "",
                                  .final_url = SLICE(""),
                                  .content_type = SLICE(""),
                                  .body = SLICE(""),
                                  .last_modified = SLICE("")};
    if (!url_parse(r->arena, url, &j->url, &why)) {
        job_finish(r, j, FETCH_BAD_URL, why, false);
        return;
    }
    struct guard_verdict v = guard_url(r->f->o.guard, &j->url);
    j->page.final_url = j->url.text;
    j->key = url_canonical(r->arena, &j->url);
    j->stage = JOIN;
    if (!v.ok)
        job_finish(r, j, FETCH_REFUSED, v.reason, false);
}

/* http and https share one key. A page that came without TLS is not used for a request with TLS. */
static bool look_into_cache(struct run *r, struct job *j)
{
    struct cache *c = r->f->o.cache;
    j->has_cached = c && cache_get(c, r->arena, j->key, &j->cached) &&
                    (!j->url.https || slice_starts(j->cached.final_url, SLICE("https:")));
    bool fresh = j->has_cached && j->cached.fresh_until_unix > clock_unix_s();
    return j->has_cached && ((fresh && !(r->flags & FETCH_REFRESH)) || (r->flags & FETCH_CACHE_ONLY));
}

static void job_join(struct run *r, struct job *j)
{
    if (look_into_cache(r, j)) {
        serve_cached(r, j, "from the cache");
        return;
    }
    if (r->flags & FETCH_CACHE_ONLY) {
        job_finish(r, j, FETCH_LATER, "the page is not in the cache", false);
        return;
    }
    j->flight = flight_join(r->f->flights, j->key, &j->leads);
    j->stage = j->leads ? RULES : FLYING_ALONG;
    /* Looks again: another job may have landed with the page since the first look. */
    if (j->leads && !j->has_cached && look_into_cache(r, j))
        serve_cached(r, j, "from the cache");
}

static void fly_along(struct run *r, struct job *j, int64_t *wake_ms)
{
    struct fetch_page got;
    switch (flight_landed(r->f->flights, j->flight, r->arena, &got)) {
    case STILL_FLYING:
        wake_at(wake_ms, clock_ms() + LOOK_AGAIN_MS);
        return;
    case GIVEN_UP:
        j->flight = NULL;
        j->stage = JOIN;
        return;
    case LANDED:
        j->flight = NULL;
        got.at = j->page.at;
        got.url = j->page.url;
        j->page = got;
        job_finish(r, j, got.outcome, got.reason, false);
    }
}

/* The request for the robots.txt of u's origin. */
static struct http_request rules_request(struct fetcher *f, struct arena *a, const struct url *u)
{
    unsigned timeout = f->o.page_timeout_ms < RULES_TIMEOUT_MS ? f->o.page_timeout_ms : RULES_TIMEOUT_MS;
    return (struct http_request){.url = arena_printf(a, "%.*s/robots.txt", SLICE_ARGS(u->origin)),
                                 .timeout_ms = timeout,
                                 .max_wire_bytes = RULES_MAX_BYTES,
                                 .max_body_bytes = RULES_MAX_BYTES,
                                 .max_redirects = 5};
}

static void heed_rules(struct run *r, struct job *j, const struct rules *rules)
{
    const struct fetch_options *o = &r->f->o;
    if (rules->verdict != FETCH_OK) {
        fail_softly(r, j, rules->verdict, rules->reason);
        return;
    }
    unsigned delay = rules->robots.delay_ms;
    hosts_slow_down(r->f->hosts, j->url.host, delay < o->max_crawl_delay_ms ? delay : o->max_crawl_delay_ms);
    struct slice target = arena_printf(r->arena, "%.*s%s%.*s", SLICE_ARGS(j->url.path), j->url.query.n ? "?" : "",
                                       SLICE_ARGS(j->url.query));
    j->stage = TURN;
    if (!robots_allows(&rules->robots, target, NULL))
        job_finish(r, j, FETCH_ROBOTS, "robots.txt does not allow it", true);
}

static void ask_rules(struct run *r, struct job *j, int64_t *wake_ms)
{
    struct rules *rules;
    if (r->f->o.ignore_robots) {
        j->stage = TURN;
        return;
    }
    switch (rules_ask(r->f->rules, j->url.origin, clock_ms(), &rules)) {
    case RULES_READY:
        heed_rules(r, j, rules);
        rules_put(r->f->rules, rules);
        return;
    case RULES_MINE: {
        struct http_request request = rules_request(r->f, r->arena, &j->url);
        j->stage = READING_RULES;
        j->number = http_add(r->batch, &request);
        return;
    }
    case RULES_WAIT:
        wake_at(wake_ms, clock_ms() + LOOK_AGAIN_MS);
    }
}

static void send_request(struct run *r, struct job *j, int64_t now_ms)
{
    struct http_header headers[4] = {
        {SLICE("Accept"), SLICE("text/html,application/xhtml+xml,text/plain;q=0.9,text/markdown;q=0.9,"
                                "application/pdf;q=0.8,*/*;q=0.5")}};
    size_t count = 1;
    /* Validators are only valid for the address that they came from. */
    if (j->has_cached && slice_eq(j->cached.final_url, j->url.text)) {
        if (j->cached.etag.n)
            headers[count++] = (struct http_header){SLICE("If-None-Match"), j->cached.etag};
        if (j->cached.last_modified.n)
            headers[count++] = (struct http_header){SLICE("If-Modified-Since"), j->cached.last_modified};
    }
    struct slice cookies = cookies_for(r->arena, &j->cookies, &j->url);
    if (cookies.n)
        headers[count++] = (struct http_header){SLICE("Cookie"), cookies};
    struct http_request request = {.url = j->url.text,
                                   .headers = headers,
                                   .header_count = count,
                                   .timeout_ms = (unsigned)(j->end_ms - now_ms),
                                   .max_wire_bytes = r->f->o.max_page_bytes,
                                   .max_body_bytes = r->f->o.max_page_bytes,
                                   .max_redirects = HTTP_NO_REDIRECTS};
    j->stage = ASKING;
    j->number = http_add(r->batch, &request);
}

static void take_turn(struct run *r, struct job *j, int64_t *wake_ms)
{
    int64_t now = clock_ms(), again = 0;
    if (hosts_enter(r->f->hosts, j->url.host, now, &again)) {
        if (j->end_ms == 0)
            j->end_ms = now + r->f->o.page_timeout_ms;
        if (now >= j->end_ms) {
            hosts_leave(r->f->hosts, j->url.host);
            fail_softly(r, j, FETCH_TIMEOUT, "the page took too long");
            return;
        }
        send_request(r, j, now);
    } else if (again > r->deadline.at_ms) {
        /* Not shared: others may have more time. */
        if (j->has_cached)
            serve_cached(r, j, "the cached page; the site wants a longer pause");
        else
            job_finish(r, j, FETCH_LATER, "the site wants more time between requests than there is", false);
    } else {
        wake_at(wake_ms, again ? again : now + LOOK_AGAIN_MS);
    }
}

void job_advance(struct run *r, struct job *j, int64_t *wake_ms)
{
    for (enum stage before = DONE; j->stage != before;) {
        before = j->stage;
        switch (j->stage) {
        case JOIN:
            job_join(r, j);
            break;
        case FLYING_ALONG:
            fly_along(r, j, wake_ms);
            break;
        case RULES:
            ask_rules(r, j, wake_ms);
            break;
        case TURN:
            take_turn(r, j, wake_ms);
            break;
        case READING_RULES:
        case ASKING:
        case DONE:
            return;
        }
    }
}

static void job_keep(struct run *r, struct job *j, const struct http_reply *reply)
{
    int64_t now = clock_unix_s(), until;
    if (!r->f->o.cache)
        return;
    if (!freshness(reply, now, r->f->o.cache_floor_s, &until)) {
        if (j->has_cached)
            cache_drop(r->f->o.cache, j->key);
        return;
    }
    cache_put(r->f->o.cache, &(struct cache_page){.key = j->key,
                                                  .final_url = j->page.final_url,
                                                  .content_type = j->page.content_type,
                                                  .etag = http_header(reply, "ETag"),
                                                  .last_modified = j->page.last_modified,
                                                  .body = j->page.body,
                                                  .fetched_unix = now,
                                                  .fresh_until_unix = until});
}

/* Goes on to another address. */
static void job_go_to(struct run *r, struct job *j, const struct url *to)
{
    if (++j->redirects > r->f->o.max_redirects) {
        job_finish(r, j, FETCH_REDIRECTS, "the page redirects too often", true);
        return;
    }
    struct guard_verdict v = guard_url(r->f->o.guard, to);
    if (!v.ok) {
        job_finish(r, j, FETCH_REFUSED, v.reason, true);
        return;
    }
    j->url = *to;
    j->page.final_url = to->text;
    j->stage = RULES;
}

/* Whether the page leads its readers elsewhere by itself, or shows another one in its largest frame; then the job goes
 * there. */
static bool job_is_led_on(struct run *r, struct job *j, const struct http_reply *reply)
{
    struct slice type = reply->content_type, base;
    struct url from = j->url, to;
    const char *why;
    if (!slice_starts(type, SLICE("text/html")) && !slice_starts(type, SLICE("application/xhtml")))
        return false;
    struct slice refresh = html_refresh(r->arena, reply->body, &base);
    if (refresh.n == 0)
        refresh = html_main_frame(r->arena, reply->body);
    if (refresh.n == 0 || (base.n && !url_resolve(r->arena, &j->url, base, &from, &why)) ||
        !url_resolve(r->arena, &from, refresh, &to, &why) ||
        slice_eq(url_canonical(r->arena, &to), url_canonical(r->arena, &j->url)))
        return false;
    j->led = j->page;
    j->has_led = true;
    job_go_to(r, j, &to);
    return true;
}

static void on_page(struct run *r, struct job *j, struct http_reply *reply)
{
    int64_t until;
    if (reply->status == 304 && j->has_cached) {
        j->cached.fetched_unix = clock_unix_s();
        if (freshness(reply, j->cached.fetched_unix, r->f->o.cache_floor_s, &until))
            cache_confirm(r->f->o.cache, j->key, j->cached.fetched_unix, until);
        serve_cached(r, j, "from the cache, confirmed by the server");
        return;
    }
    j->page.content_type = reply->content_type;
    j->page.last_modified = http_header(reply, "Last-Modified");
    j->page.body = reply->body;
    j->page.fetched_unix = clock_unix_s();
    if (reply->status == 200 && job_is_led_on(r, j, reply))
        return;
    if (reply->status == 200)
        job_keep(r, j, reply);
    job_finish(r, j, FETCH_OK, "the page was read", true);
}

static void on_redirect(struct run *r, struct job *j, struct http_reply *reply)
{
    const char *why = "the redirect leads to nothing that can be fetched";
    struct url to;
    if (reply->location.n == 0 || !url_parse(r->arena, reply->location, &to, &why)) {
        job_finish(r, j, FETCH_REDIRECTS, why, true);
        return;
    }
    cookies_keep(r->arena, &j->cookies, reply, &j->url);
    job_go_to(r, j, &to);
}

static void on_status(struct run *r, struct job *j, struct http_reply *reply)
{
    bool asks_to_wait = reply->status == 429 || reply->status == 503;
    if (asks_to_wait && reply->retry_after_ms) {
        unsigned pause = reply->retry_after_ms < LONGEST_PAUSE_MS ? reply->retry_after_ms : LONGEST_PAUSE_MS;
        hosts_pause(r->f->hosts, j->url.host, clock_ms() + pause);
    }
    if (reply->status == 404 || reply->status == 410) {
        if (j->has_cached)
            cache_drop(r->f->o.cache, j->key);
        job_finish(r, j, FETCH_STATUS, "there is no such page", true);
    } else if (reply->status >= 500 || asks_to_wait) {
        fail_softly(r, j, FETCH_STATUS, asks_to_wait ? "the site asks to come later" : "the server failed");
    } else {
        job_finish(r, j, FETCH_STATUS, "the server does not give the page", true);
    }
}

static void on_page_reply(struct run *r, struct job *j, struct http_reply *reply)
{
    hosts_leave(r->f->hosts, j->url.host);
    j->page.status = reply->status;
    switch (reply->outcome) {
    case HTTP_OK:
        on_page(r, j, reply);
        return;
    case HTTP_REDIRECTS:
        on_redirect(r, j, reply);
        return;
    case HTTP_STATUS:
        on_status(r, j, reply);
        return;
    case HTTP_REFUSED_BY_GUARD:
        job_finish(r, j, FETCH_REFUSED, reply->reason, true);
        return;
    case HTTP_BAD_URL:
        job_finish(r, j, FETCH_BAD_URL, reply->reason, true);
        return;
    case HTTP_TOO_LARGE:
        job_finish(r, j, FETCH_TOO_LARGE, "the page is too large", true);
        return;
    case HTTP_TIMEOUT:
        fail_softly(r, j, FETCH_TIMEOUT, "the page took too long");
        return;
    default:
        fail_softly(r, j, FETCH_UNREACHABLE, reply->reason);
    }
}

void job_on_reply(struct run *r, struct job *j, struct http_reply *reply)
{
    /* A reply that this session's own end has cut short says nothing about the page. */
    bool cut =
        reply->outcome == HTTP_CANCELLED || (reply->outcome == HTTP_TIMEOUT && deadline_left_ms(&r->deadline) == 0);
    if (cut) {
        job_stop(r, j, reply->outcome == HTTP_CANCELLED ? FETCH_CANCELLED : FETCH_TIMEOUT);
    } else if (j->stage == READING_RULES) {
        rules_settle(r->f->rules, j->url.origin, reply, clock_ms());
        j->stage = RULES;
    } else {
        on_page_reply(r, j, reply);
    }
}

void job_stop(struct run *r, struct job *j, enum fetch_outcome outcome)
{
    if (j->stage == DONE)
        return;
    if (j->stage == READING_RULES)
        rules_settle(r->f->rules, j->url.origin, NULL, clock_ms());
    if (j->stage == ASKING)
        hosts_leave(r->f->hosts, j->url.host);
    if (outcome == FETCH_TIMEOUT && j->has_cached) {
        leave_flight(r, j, false);
        serve_cached(r, j, "the cached page; there was no time to ask for a newer one");
        return;
    }
    job_finish(r, j, outcome, outcome == FETCH_TIMEOUT ? "the time was over" : "the page was no longer wanted", false);
}
