/* web.c - the race of the gather step. Services are asked in parallel; the pages of the best results are read in
 * parallel, and what is not there when the round's time is over is left out and reported. Only when nothing at all came
 * is there a second heat. */
#include "research/web.h"

#include "fetch/fetch.h"
#include "fetch/pdf.h"
#include "search/search.h"
#include "text/page.h"

enum {
    RESULTS_WANTED = 10,    /* of each service for each query */
    READING_LEAST_MS = 500, /* for pages, however late the search was */
    SECOND_HEAT = 4,        /* times the race's time, from its start: slow pages are better than none */
    ASKS_AT_ONCE_MAX = 64,
    UNREAD_MAX = 200,       /* results kept for later rounds */
    WRITING_MS = 250,       /* kept free at the end of the session: judging, verifying and writing take a few */
};

struct reading {
    struct session *session;
    const struct search_hit *hits; /* beside the URLs */
    size_t read, late;
    bool *done;                    /* by place: read, or failed for good */
};

bool web_is_there(const struct session *s)
{
    return s->world->search && s->world->fetcher && search_provider_count(s->world->search) > 0;
}

bool web_uses_index(const struct session *s)
{
    return !s->world->search || search_uses_index(s->world->search);
}

void web_report(struct session *s, const char *provider, const char *status, size_t results, int64_t ms)
{
    struct answer *answer = s->answer;
    for (size_t i = 0; i < answer->report_count; i++) {
        struct report *r = &answer->reports[i];
        if (strcmp(r->provider, provider) != 0)
            continue;
        r->results += results;
        r->ms += ms;
        if (strcmp(r->status, "ok") != 0)
            r->status = status;
        return;
    }
    if (answer->report_count < sizeof answer->reports / sizeof answer->reports[0])
        answer->reports[answer->report_count++] = (struct report){provider, status, results, ms};
}

static void leave_out(struct session *s, struct slice url, const char *why)
{
    struct left_out *slot =
        arena_push(s->arena, (void **)&s->left_out, s->left_out_count, &s->left_out_room, sizeof *slot);
    *slot = (struct left_out){arena_dup(s->arena, url), why};
    s->left_out_count++;
}

/* Until when services and pages are waited for: the rest of the session's time is for the answer itself. */
static struct deadline reading_deadline(const struct session *s, int64_t at_ms)
{
    struct deadline d = s->deadline;
    int64_t left = deadline_left_ms(&d);
    d.at_ms -= left / 4 < WRITING_MS ? left / 4 : WRITING_MS;
    if (at_ms < d.at_ms)
        d.at_ms = at_ms;
    return d;
}

static struct search_policy policy(const struct session *s)
{
    const struct index_filter *f = &s->question->filter;
    return (struct search_policy){f->include, f->include_count, f->exclude, f->exclude_count, f->after_date};
}

bool web_time_is_over(const struct session *s)
{
    return deadline_left_ms(&s->deadline) <= WRITING_MS;
}

static bool was_seen(const struct session *s, struct slice url)
{
    for (size_t i = 0; i < s->seen_count; i++)
        if (slice_eq(s->seen[i], url))
            return true;
    return false;
}

/* New results go before those of earlier rounds. */
static void add_unread(struct session *s, const struct search_hits *hits)
{
    struct search_hit *all = arena_array(s->arena, struct search_hit, hits->n + s->unread_count);
    size_t n = 0;
    for (size_t i = 0; i < hits->n + s->unread_count && n < UNREAD_MAX; i++) {
        const struct search_hit *hit = i < hits->n ? &hits->at[i] : &s->unread[i - hits->n];
        bool twice = was_seen(s, hit->url);
        for (size_t k = 0; k < n && !twice; k++)
            twice = slice_eq(all[k].url, hit->url);
        if (!twice)
            all[n++] = *hit;
    }
    s->unread = all;
    s->unread_count = n;
}

/* The next wording of each open part, as far as the budget goes; in later rounds all wordings that are left. Wordings with
 * fewer words after an ask that found nothing (`again`) belong to the same query. */
static size_t next_asks(struct session *s, bool again, struct slice *out)
{
    size_t n = 0;
    for (size_t wording = 0, more = 1; more; wording++) {
        more = 0;
        for (size_t i = 0; i < s->part_count && n < ASKS_AT_ONCE_MAX && s->asks_left > 0; i++) {
            struct part *p = &s->parts[i];
            size_t most = s->round > 0 ? p->ask_count : again ? 1 : p->first_asks;
            if (!p->open || wording >= most || p->asked == p->ask_count || (!again && s->queries_left <= 0))
                continue;
            out[n++] = p->asks[p->asked++];
            more++;
            s->asks_left--;
            s->queries_left -= !again;
        }
    }
    return n;
}

static void keep_reports(struct session *s, const struct search_result *found)
{
    for (size_t i = 0; i < found->report_count; i++) {
        const struct search_report *r = &found->reports[i];
        web_report(s, arena_dup(s->arena, r->provider).p, search_status_name(r->status), r->results, r->ms);
    }
}

/* One wording after the other until something is found. */
static bool ask_services(struct session *s)
{
    struct slice asks[ASKS_AT_ONCE_MAX];
    struct search_query q = {.texts = asks,
                             .lang = slice_of(s->lang->code),
                             .count = RESULTS_WANTED,
                             .policy = policy(s)};
    const struct deadline d = reading_deadline(s, clock_ms() + s->question->tier->search_ms);
    bool reached = false, empty = true;
    for (bool again = false; empty && deadline_left_ms(&d) > 0; again = true) {
        struct search_result found;
        q.text_count = next_asks(s, again, asks);
        if (q.text_count == 0)
            break;
        search_ask(s->world->search, &q, s->arena, &d, &found);
        empty = false;
        for (size_t i = 0; i < found.report_count; i++)
            empty |= found.reports[i].status == SEARCH_EMPTY;
        reached |= empty || found.hits.n > 0;
        empty &= found.hits.n == 0;
        if (!again || found.hits.n)
            keep_reports(s, &found);
        add_unread(s, &found.hits);
    }
    return reached;
}

/* A redirect may lead to a domain that the question excludes. */
static bool of_allowed_host(const struct session *s, struct slice final_url)
{
    const struct search_policy p = policy(s);
    struct url u;
    const char *why;
    return url_parse(s->arena, final_url, &u, &why) && policy_allows_host(&p, u.host);
}

static bool too_old(const struct session *s, struct slice date)
{
    struct slice after = s->question->filter.after_date;
    return after.n && date.n && slice_cmp(date, after) < 0;
}

/* The page's own words about itself are better than the search service's, which are better than nothing. */
static void keep(struct session *s, struct slice url, const struct search_hit *hit, const struct page_text *text)
{
    struct slice date = text->modified.n ? text->modified : text->published.n ? text->published : hit->date;
    const struct pool_page page = {.url = arena_dup(s->arena, url),
                                   .title = arena_dup(s->arena, text->title.n ? text->title : hit->title),
                                   .text = arena_dup(s->arena, text->text),
                                   .lang = arena_dup(s->arena, text->lang),
                                   .date = arena_dup(s->arena, date)};
    if (too_old(s, date))
        return;
    pool_add(s->pool, &page);
    if (s->world->remember)
        s->world->remember(s->world->remember_ud, &page);
}

static bool extract(struct arena *a, const struct session *s, const struct fetch_page *page, struct page_text *text)
{
    struct err ignored; /* a page that cannot be read is a fact, counted by the caller */
    if (!page_extract(a, page->body, page->content_type, page->final_url, text, &ignored))
        return false;
    if (text->why == PAGE_NEEDS_PDF && !pdf_extract(a, page->body, NULL, &s->deadline, text, &ignored))
        return false;
    return text->why == PAGE_READ && text->text.n > 0;
}

/* In memory of its own: reading a page takes thirty times its size, and a session reads dozens. */
static bool read_page(struct session *s, const struct fetch_page *page, const struct search_hit *hit)
{
    struct arena *a = arena_new();
    struct page_text text;
    bool ok = extract(a, s, page, &text);
    if (ok)
        keep(s, page->final_url, hit, &text);
    arena_free(a);
    return ok;
}

static const char *why_left_out(const struct reading *r, const struct fetch_page *page)
{
    if (page->outcome == FETCH_TIMEOUT || page->outcome == FETCH_CANCELLED || page->outcome == FETCH_LATER)
        return "too slow";
    if (page->outcome != FETCH_OK)
        return page->reason;
    return of_allowed_host(r->session, page->final_url) ? "without readable text" : "led to an excluded site";
}

static bool on_page(void *ud, const struct fetch_page *page)
{
    struct reading *r = ud;
    bool late = page->outcome == FETCH_TIMEOUT || page->outcome == FETCH_CANCELLED || page->outcome == FETCH_LATER;
    r->done[page->at] = !late;
    if (page->outcome == FETCH_OK && of_allowed_host(r->session, page->final_url) &&
        read_page(r->session, page, &r->hits[page->at])) {
        r->read++;
    } else if (late) {
        r->late++;
    } else {
        leave_out(r->session, page->url, why_left_out(r, page));
    }
    return !deadline_cancelled(&r->session->deadline);
}

/* One heat: the pages not done yet, until at_ms. */
static void heat(struct session *s, struct reading *r, const struct search_hits *hits, int64_t at_ms)
{
    struct slice *urls = arena_array(s->arena, struct slice, hits->n);
    struct search_hit *beside = arena_array(s->arena, struct search_hit, hits->n);
    const struct deadline d = reading_deadline(s, at_ms);
    size_t n = 0;
    for (size_t i = 0; i < hits->n; i++)
        if (!r->done || !r->done[i]) {
            urls[n] = hits->at[i].url;
            beside[n++] = hits->at[i];
        }
    r->hits = beside;
    r->late = 0;
    r->done = arena_array(s->arena, bool, n);
    if (n)
        fetch_pages(s->world->fetcher, s->arena, urls, n, 0, &d, on_page, r);
}

static void leave_out_late(struct session *s, const struct reading *r, size_t n)
{
    for (size_t i = 0; i < n && r->late; i++)
        if (!r->done[i])
            leave_out(s, r->hits[i].url, "too slow");
}

/* The best unread results: an equal share of the pages that are left for each round that may come. */
static struct search_hits take_share(struct session *s)
{
    int64_t rounds = s->question->tier->rounds - s->round;
    size_t share = (size_t)((s->pages_left + rounds - 1) / rounds);
    struct search_hits taken = {s->unread, s->unread_count < share ? s->unread_count : share};
    for (size_t i = 0; i < taken.n; i++) {
        void *items = s->seen;
        *(struct slice *)arena_push(s->arena, &items, s->seen_count, &s->seen_room, sizeof *s->seen) = taken.at[i].url;
        s->seen = items;
        s->seen_count++;
    }
    s->unread += taken.n;
    s->unread_count -= taken.n;
    s->pages_left -= (int64_t)taken.n;
    return taken;
}

/* Pages whose text the service sent along need no fetching. */
static size_t take_given(struct session *s, struct search_hits *hits)
{
    size_t kept = 0, given = 0;
    for (size_t i = 0; i < hits->n; i++) {
        const struct search_hit *hit = &hits->at[i];
        if (hit->text.n) {
            const struct page_text text = {.text = hit->text, .title = hit->title, .published = hit->date};
            keep(s, hit->url, hit, &text);
            given++;
        } else {
            hits->at[kept++] = *hit;
        }
    }
    hits->n = kept;
    return given;
}

void web_gather(struct session *s, bool *reached)
{
    const struct tier *tier = s->question->tier;
    struct reading r = {.session = s};
    int64_t start = clock_ms();
    *reached = ask_services(s);
    struct search_hits hits = take_share(s);
    size_t wanted = hits.n;
    r.read = take_given(s, &hits);
    int64_t race = start + tier->race_ms, least = clock_ms() + READING_LEAST_MS, reading_since = clock_ms();
    heat(s, &r, &hits, race > least ? race : least);
    size_t tried = hits.n;
    if (s->pool->n == 0 && s->parts[0].own.n == 0 && r.late) {
        tried = r.late;
        heat(s, &r, &hits, start + SECOND_HEAT * tier->race_ms);
    }
    leave_out_late(s, &r, tried);
    if (wanted)
        web_report(s, "pages", r.read ? "ok" : "failed", r.read, clock_ms() - reading_since);
}
