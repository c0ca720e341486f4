/* web.c - one round of asking the web, as a race against the tier's race_ms.
 *
 * Services are asked in parallel. Then the pages of the best results are read in parallel. Pages that miss the round's
 * deadline are dropped and reported. Only when the session has no evidence at all do slow pages get a second heat. */
#include "research/web.h"

#include "fetch/fetch.h"
#include "pages/page.h"
#include "research/beside.h"
#include "search/search.h"

enum {
    RESULTS_WANTED = 10,    /* from each service, for each query */
    READING_LEAST_MS = 500, /* for pages, however long the search took */
    SECOND_HEAT = 4,        /* times race_ms, from the round's start: slow pages are better than none */
    SURE_PAGES = 2,         /* before an answer counts as sure: the fastest page alone may be anybody's */
    ASKS_AT_ONCE_MAX = 64,
    UNREAD_MAX = 200,       /* results kept for later rounds */
    BESIDE_MOMENT_MS = 150, /* the race waits so long for a page that is read beside it */
    WRITING_MS = 250,       /* kept free at the end of the session; judging, verifying and quoting take a few */
};

struct reading {
    struct session *session;
    const struct search_hit *hits; /* the result behind each URL that is being read */
    size_t read, late;
    bool (*is_sure)(struct session *s); /* NULL: all pages are waited for */
    bool sure;                          /* it said so: what is not read is not missing */
    bool *done;                         /* for each URL: it was read, or failed for good */
    struct beside *beside;              /* pages that take long to read */
};

static void leave_out(struct session *s, struct slice url, enum left_out_cause cause, const char *reason)
{
    struct left_out *slot = arena_push(s->arena, &s->left_out, s->left_out_count, &s->left_out_room);
    *slot = (struct left_out){.url = arena_dup(s->arena, url), .cause = cause, .reason = reason};
    s->left_out_count++;
}

/* Waits for services and pages end at at_ms, or sooner, so that WRITING_MS of the session's time are left (three
 * quarters of its time are for waiting where it is short). */
static struct deadline reading_deadline(const struct session *s, int64_t at_ms)
{
    struct deadline d = s->deadline;
    int64_t left = deadline_left_ms(&d);
    d.at_ms -= left / 4 < WRITING_MS ? left / 4 : WRITING_MS;
    if (at_ms < d.at_ms)
        d.at_ms = at_ms;
    return d;
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

/* Puts new results before those of earlier rounds. */
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

/* The next wordings of each open part, as far as the budget goes: first_asks of them in the first round, all that are
 * left in later rounds. again: the ask before found nothing, so this shorter wording does not count as another query.
 */
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

/* What an operator can mend, or what an answer may lack: a service that is only slow or left alone is none. */
static bool web_is_to_be_said(const struct search_report *r)
{
    bool failed = r->status == SEARCH_RATE_LIMITED || r->status == SEARCH_UNAUTHORIZED || r->status == SEARCH_CAPTCHA ||
                  r->status == SEARCH_MALFORMED || r->status == SEARCH_FAILED;
    return r->detail.n && (failed || r->status == SEARCH_OK);
}

static void warn_of_service(struct session *s, const struct search_report *r)
{
    struct slice text = arena_printf(s->arena, "%.*s: %.*s.", SLICE_ARGS(r->provider), SLICE_ARGS(r->detail));
    for (size_t i = 0; i < s->answer->warning_count; i++)
        if (slice_eq(s->answer->warnings[i], text))
            return;
    session_warn(s, text);
}

static void keep_reports(struct session *s, const struct search_result *found)
{
    for (size_t i = 0; i < found->report_count; i++) {
        const struct search_report *r = &found->reports[i];
        session_report(s, arena_dup(s->arena, r->provider).p, r->status, r->results, r->ms,
                       arena_dup(s->arena, r->detail));
        if (web_is_to_be_said(r))
            warn_of_service(s, r);
    }
}

/* Asks one wording after the other until something is found. */
static bool ask_services(struct session *s)
{
    struct slice asks[ASKS_AT_ONCE_MAX];
    struct search_query q = {
        .texts = asks, .lang = slice_of(s->lang->code), .count = RESULTS_WANTED, .policy = s->question->policy};
    const struct deadline d = reading_deadline(s, clock_ms() + s->question->tier->search_ms);
    bool reached = false, empty = true;
    for (bool again = false; empty && deadline_left_ms(&d) > 0; again = true) {
        struct search_result found;
        q.text_count = next_asks(s, again, asks);
        if (q.text_count == 0)
            break;
        search_ask(s->world->search, &q, s->arena, &d, &found);
        s->answer->spent.searches += (unsigned)q.text_count;
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

/* The policy applies to where redirects lead, too. */
static bool is_allowed(const struct session *s, struct slice final_url)
{
    return url_allowed(s->arena, &s->question->policy, final_url);
}

/* Title and date come from the page where it says them, else from the search service. */
static void web_keep(struct session *s, struct slice url, const struct search_hit *hit, const struct page_text *text)
{
    struct slice date = text->modified.n ? text->modified : text->published.n ? text->published : hit->date;
    const struct page_copy page = {.url = arena_dup(s->arena, url),
                                   .title = arena_dup(s->arena, text->title.n ? text->title : hit->title),
                                   .text = arena_dup(s->arena, text->text),
                                   .lang = arena_dup(s->arena, text->lang),
                                   .date = arena_dup(s->arena, date)};
    if (!policy_allows_date(&s->question->policy, date, true))
        return;
    pool_add(s->pool, &page);
    if (s->world->remember)
        s->world->remember(s->world->remember_ud, &page);
}

/* Uses an arena of its own: reading a page takes thirty times its size, and a session reads dozens. */
static bool read_page(struct session *s, const struct fetch_page *page, const struct search_hit *hit)
{
    struct arena *a = arena_new();
    struct page_text text;
    bool late, ok = beside_read(a, page, &s->deadline, &text, &late);
    if (ok)
        web_keep(s, page->final_url, hit, &text);
    arena_free(a);
    return ok;
}

static enum left_out_cause why_not(const struct reading *r, const struct fetch_page *page)
{
    if (page->outcome != FETCH_OK)
        return LEFT_OUT_FAILED;
    return is_allowed(r->session, page->final_url) ? LEFT_OUT_UNREADABLE : LEFT_OUT_EXCLUDED;
}

static void count_read(struct reading *r)
{
    r->read++;
    r->sure = r->is_sure && r->read >= SURE_PAGES && r->is_sure(r->session);
}

/* Takes the pages that were read beside the others, and waits for more until the deadline. */
static void take_beside(struct reading *r, const struct deadline *d)
{
    const struct beside_page *page;
    while (!r->sure && (page = beside_next(r->beside, d))) {
        r->done[page->at] = !page->late;
        r->late += page->late;
        if (page->readable) {
            web_keep(r->session, page->final_url, &r->hits[page->at], &page->text);
            count_read(r);
        } else if (!page->late) {
            leave_out(r->session, page->url, LEFT_OUT_UNREADABLE, "");
        }
    }
}

static bool on_page(void *ud, const struct fetch_page *page)
{
    struct reading *r = ud;
    const struct deadline moment = {clock_ms() + BESIDE_MOMENT_MS, r->session->deadline.cancelled};
    bool late = page->outcome == FETCH_TIMEOUT || page->outcome == FETCH_CANCELLED || page->outcome == FETCH_LATER;
    r->done[page->at] = !late;
    bool readable = page->outcome == FETCH_OK && is_allowed(r->session, page->final_url);
    if (readable && beside_add(r->beside, page)) {
        r->done[page->at] = false;
        take_beside(r, &moment); /* most are read by then */
    } else if (readable && read_page(r->session, page, &r->hits[page->at])) {
        count_read(r);
    } else if (late) {
        r->late++;
    } else {
        leave_out(r->session, page->url, why_not(r, page), page->reason);
    }
    return !r->sure && !deadline_cancelled(&r->session->deadline);
}

/* Reads the pages that are not done yet, until at_ms. */
static void web_heat(struct session *s, struct reading *r, const struct search_hits *hits, int64_t at_ms)
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
    if (n == 0)
        return;
    r->beside = beside_new(s->arena, d.at_ms);
    fetch_pages(s->world->fetcher, s->arena, urls, n, 0, &d, on_page, r);
    take_beside(r, &d);
    r->late += beside_left(r->beside);
    beside_end(r->beside);
}

static void leave_out_late(struct session *s, const struct reading *r, size_t n)
{
    for (size_t i = 0; i < n && r->late; i++)
        if (!r->done[i])
            leave_out(s, r->hits[i].url, LEFT_OUT_SLOW, "");
}

/* Takes the best unread results: the pages that are left, divided by the rounds that are left. */
static struct search_hits take_share(struct session *s)
{
    int64_t rounds = s->question->tier->rounds - s->round;
    size_t share = (size_t)((s->pages_left + rounds - 1) / rounds);
    struct search_hits taken = {s->unread, s->unread_count < share ? s->unread_count : share};
    for (size_t i = 0; i < taken.n; i++) {
        *arena_push(s->arena, &s->seen, s->seen_count, &s->seen_room) = taken.at[i].url;
        s->seen_count++;
    }
    s->unread += taken.n;
    s->unread_count -= taken.n;
    s->pages_left -= (int64_t)taken.n;
    return taken;
}

/* Takes the pages whose text the service sent along; they need no fetching. Returns how many. */
static size_t take_given(struct session *s, struct search_hits *hits)
{
    size_t kept = 0, given = 0;
    for (size_t i = 0; i < hits->n; i++) {
        const struct search_hit *hit = &hits->at[i];
        if (hit->text.n) {
            const struct page_text text = {.text = hit->text, .title = hit->title, .published = hit->date};
            web_keep(s, hit->url, hit, &text);
            given++;
        } else {
            hits->at[kept++] = *hit;
        }
    }
    hits->n = kept;
    return given;
}

void web_gather(struct session *s, bool (*is_sure)(struct session *s), bool *reached)
{
    const struct tier *tier = s->question->tier;
    bool early = tier->early && s->question->output == OUTPUT_TEXT;
    struct reading r = {.session = s, .is_sure = early ? is_sure : NULL};
    int64_t start = clock_ms();
    *reached = ask_services(s);
    struct search_hits hits = take_share(s);
    size_t wanted = hits.n;
    r.read = take_given(s, &hits);
    int64_t race = start + tier->race_ms, least = clock_ms() + READING_LEAST_MS, reading_since = clock_ms();
    r.sure = r.is_sure && r.read >= SURE_PAGES && r.is_sure(s);
    if (!r.sure)
        web_heat(s, &r, &hits, race > least ? race : least);
    size_t tried = hits.n;
    if (s->pool->n == 0 && s->parts[0].own.n == 0 && r.late) {
        tried = r.late;
        web_heat(s, &r, &hits, start + SECOND_HEAT * tier->race_ms);
    }
    if (!r.sure)
        leave_out_late(s, &r, tried);
    s->answer->spent.pages += (unsigned)r.read;
    if (wanted)
        session_report(s, "pages", r.read ? SEARCH_OK : SEARCH_FAILED, r.read, clock_ms() - reading_since, SLICE(""));
}
