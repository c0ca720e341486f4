/* web.c - the race of the gather step. Services are asked in parallel; the pages of the best results are read in
 * parallel, and what is not there when the tier's time for reading is over is left out and reported. Only when nothing
 * at all came is there a second heat, up to the session's deadline. */
#include "research/web.h"

#include "fetch/fetch.h"
#include "fetch/pdf.h"
#include "research/asks.h"
#include "search/search.h"
#include "text/page.h"

enum {
    RESULTS_WANTED = 10,    /* of each service */
    READING_LEAST_MS = 500, /* for pages, however late the search was */
};

struct reading {
    struct session *session;
    const struct search_hit *hits; /* beside the URLs */
    size_t read, late, refused, unreadable;
    bool *done; /* by place: read, or failed for good */
};

bool web_is_there(const struct session *s)
{
    return s->world->search && s->world->fetcher && search_provider_count(s->world->search) > 0;
}

static void report(struct session *s, const char *provider, const char *status, size_t results, int64_t ms)
{
    struct answer *answer = s->answer;
    if (answer->report_count < sizeof answer->reports / sizeof answer->reports[0])
        answer->reports[answer->report_count++] = (struct report){provider, status, results, ms};
}

static struct search_policy policy(const struct session *s)
{
    const struct index_filter *f = &s->question->filter;
    return (struct search_policy){f->include, f->include_count, f->exclude, f->exclude_count, f->after_date};
}

/* One ask after the other until something is found; the report is of that one, else of the first. */
static bool ask_services(struct session *s, struct search_result *found)
{
    struct slice asks[ASKS_MAX];
    size_t ask_count = asks_make(s->arena, s->query, s->lang, asks);
    struct search_query q = {.text_count = 1,
                             .lang = slice_of(s->lang->code),
                             .count = RESULTS_WANTED,
                             .policy = policy(s),
                             .limit = s->question->tier->pages};
    struct deadline d = s->deadline;
    int64_t latest = clock_ms() + s->question->tier->search_ms;
    bool reached = false, empty = true;
    if (latest < d.at_ms)
        d.at_ms = latest;
    for (size_t n = 0; n < ask_count && empty && deadline_left_ms(&d) > 0; n++) {
        struct search_result one;
        q.texts = &asks[n];
        search_ask(s->world->search, &q, s->arena, &d, &one);
        empty = false;
        for (size_t i = 0; i < one.report_count; i++)
            empty |= one.reports[i].status == SEARCH_EMPTY;
        reached |= empty || one.hits.n > 0;
        empty &= one.hits.n == 0;
        if (n == 0 || one.hits.n)
            *found = one;
    }
    for (size_t i = 0; i < found->report_count; i++) {
        const struct search_report *r = &found->reports[i];
        report(s, arena_dup(s->arena, r->provider).p, search_status_name(r->status), r->results, r->ms);
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
                                   .title = text->title.n ? text->title : hit->title,
                                   .text = text->text,
                                   .lang = text->lang,
                                   .date = date};
    if (too_old(s, date))
        return;
    pool_add(s->pool, &page);
    if (s->world->remember)
        s->world->remember(s->world->remember_ud, &page);
}

static bool extract(struct session *s, const struct fetch_page *page, struct page_text *text)
{
    struct err ignored; /* a page that cannot be read is a fact, counted by the caller */
    if (!page_extract(s->arena, page->body, page->content_type, page->final_url, text, &ignored))
        return false;
    if (text->why == PAGE_NEEDS_PDF && !pdf_extract(s->arena, page->body, NULL, &s->deadline, text, &ignored))
        return false;
    return text->why == PAGE_READ && text->text.n > 0;
}

static bool on_page(void *ud, const struct fetch_page *page)
{
    struct reading *r = ud;
    struct page_text text;
    bool late = page->outcome == FETCH_TIMEOUT || page->outcome == FETCH_CANCELLED || page->outcome == FETCH_LATER;
    r->done[page->at] = !late;
    if (late)
        r->late++;
    else if (page->outcome != FETCH_OK || !of_allowed_host(r->session, page->final_url))
        r->refused++;
    else if (!extract(r->session, page, &text))
        r->unreadable++;
    else {
        r->read++;
        keep(r->session, page->final_url, &r->hits[page->at], &text);
    }
    return !deadline_cancelled(&r->session->deadline);
}

/* One heat: the pages not done yet, until at_ms. */
static void heat(struct session *s, struct reading *r, const struct search_hits *hits, int64_t at_ms)
{
    struct slice *urls = arena_array(s->arena, struct slice, hits->n);
    struct search_hit *beside = arena_array(s->arena, struct search_hit, hits->n);
    size_t n = 0;
    for (size_t i = 0; i < hits->n; i++)
        if (!r->done || !r->done[i]) {
            urls[n] = hits->at[i].url;
            beside[n++] = hits->at[i];
        }
    struct deadline d = s->deadline;
    if (at_ms < d.at_ms)
        d.at_ms = at_ms;
    r->hits = beside;
    r->late = 0;
    r->done = arena_array(s->arena, bool, n);
    if (n)
        fetch_pages(s->world->fetcher, s->arena, urls, n, 0, &d, on_page, r);
}

static void warn_of_missing(struct session *s, const struct reading *r, size_t wanted)
{
    if (r->late + r->refused + r->unreadable == 0)
        return;
    session_warn(s, arena_printf(s->arena, "%zu of %zu pages were left out: %zu too slow, %zu not to be had, %zu without text.",
                                 r->late + r->refused + r->unreadable, wanted, r->late, r->refused, r->unreadable));
}

/* Pages whose text the service sent along need no fetching. */
static void take_given(struct session *s, struct search_hits *hits, size_t *given)
{
    size_t kept = 0;
    for (size_t i = 0; i < hits->n; i++) {
        const struct search_hit *hit = &hits->at[i];
        if (hit->text.n) {
            const struct page_text text = {.text = hit->text, .title = hit->title, .published = hit->date};
            keep(s, hit->url, hit, &text);
            ++*given;
        } else {
            hits->at[kept++] = *hit;
        }
    }
    hits->n = kept;
}

void web_gather(struct session *s, bool *reached)
{
    const struct tier *tier = s->question->tier;
    struct search_result found = {0};
    struct reading r = {.session = s};
    int64_t start = clock_ms();
    *reached = ask_services(s, &found);
    size_t wanted = found.hits.n;
    take_given(s, &found.hits, &r.read);
    int64_t race = start + tier->race_ms, least = clock_ms() + READING_LEAST_MS, reading_since = clock_ms();
    heat(s, &r, &found.hits, race > least ? race : least);
    if (s->pool->n == 0 && s->hits.n == 0 && r.late)
        heat(s, &r, &found.hits, s->deadline.at_ms);
    warn_of_missing(s, &r, wanted);
    if (wanted)
        report(s, "pages", r.read ? "ok" : "failed", r.read, clock_ms() - reading_since);
}
