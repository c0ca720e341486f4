/* open.c - see open.h. */
#include "research/open.h"

#include "base/utf8.h"
#include "fetch/fetch.h"
#include "index/index.h"
#include "net/url.h"
#include "research/beside.h"
#include "research/find.h"

struct opening {
    const struct world *world;
    const struct open_ask *ask;
    struct arena *arena;
    struct deadline deadline;
    struct opened_page *out;
    struct page_copy *copies; /* parallel to out; text.n > 0: read */
};

static void open_failed(struct opening *o, size_t at, const char *failure, int status, struct slice why)
{
    o->out[at].failure = failure;
    o->out[at].status = status;
    o->out[at].why = why;
}

/* The index's own copy, where the client does not want the page as it is now. */
static bool open_own(struct opening *o, size_t at, bool *found, struct err *e)
{
    struct slice url = o->ask->urls[at];
    struct url u;
    const char *why;
    if (!index_page(o->world->index, url, o->arena, &o->copies[at], found, e))
        return false;
    if (!*found && url_parse(o->arena, url, &u, &why) && !slice_eq(u.text, url))
        return index_page(o->world->index, u.text, o->arena, &o->copies[at], found, e);
    return true;
}

/* The policy applies to where redirects lead, too. */
static bool open_allowed(struct opening *o, struct slice url)
{
    return url_allowed(o->arena, &o->ask->policy, url);
}

static void open_refused(struct opening *o, size_t at)
{
    open_failed(o, at, "not_allowed", 0, SLICE("This API key may not read pages of this place."));
}

static void open_read(struct opening *o, const struct fetch_page *page, size_t at)
{
    struct arena *a = arena_new(); /* reading takes thirty times the page's size */
    struct page_text text = {.why = PAGE_EMPTY};
    bool late = false;
    if (!beside_read(a, page, &o->deadline, &text, &late)) {
        const char *why =
            late ? "there was no time to read all of it" : page_why_says(text.why == PAGE_READ ? PAGE_EMPTY : text.why);
        open_failed(o, at, "unreadable", page->status, arena_printf(o->arena, "The page was not read: %s.", why));
    } else {
        struct slice date = text.modified.n ? text.modified : text.published;
        o->copies[at] = (struct page_copy){.url = arena_dup(o->arena, page->final_url),
                                           .title = arena_dup(o->arena, text.title),
                                           .text = arena_dup(o->arena, text.text),
                                           .lang = arena_dup(o->arena, text.lang),
                                           .date = arena_dup(o->arena, date)};
        o->out[at].failure = NULL;
        if (o->world->remember)
            o->world->remember(o->world->remember_ud, &o->copies[at]);
    }
    arena_free(a);
}

struct open_batch {
    struct opening *o;
    const size_t *at; /* of each address that is fetched, its place */
};

static bool open_arrived(void *ud, const struct fetch_page *page)
{
    struct open_batch *b = ud;
    size_t at = b->at[page->at];
    if (page->outcome == FETCH_OK && !open_allowed(b->o, page->final_url))
        open_refused(b->o, at);
    else if (page->outcome == FETCH_OK)
        open_read(b->o, page, at);
    else
        open_failed(b->o, at, fetch_outcome_name(page->outcome), page->status,
                    arena_printf(b->o->arena, "The page was not read: %s.", page->reason));
    return true;
}

static void open_web(struct opening *o)
{
    size_t n = 0, *at = arena_array(o->arena, size_t, o->ask->url_count);
    struct slice *urls = arena_array(o->arena, struct slice, o->ask->url_count);
    struct open_batch batch = {o, at};
    for (size_t i = 0; i < o->ask->url_count; i++)
        if (o->copies[i].text.n == 0 && !o->out[i].failure) {
            at[n] = i;
            urls[n++] = o->ask->urls[i];
        }
    if (n == 0)
        return;
    if (o->world->fetcher)
        fetch_pages(o->world->fetcher, o->arena, urls, n, o->ask->max_age_s ? FETCH_REFRESH : 0, &o->deadline,
                    open_arrived, &batch);
    for (size_t i = 0; i < n && !o->world->fetcher; i++)
        open_failed(o, at[i], "not_found", 0,
                    SLICE("The page is not in the index, and this server reads no pages of the web."));
}

static bool open_finish(struct opening *o, struct err *e)
{
    size_t left = o->ask->chars;
    for (size_t i = 0; i < o->ask->url_count; i++) {
        struct opened_page *page = &o->out[i];
        const struct page_copy *copy = &o->copies[i];
        if (copy->text.n == 0)
            continue;
        page->title = copy->title;
        page->date = copy->date;
        if (o->ask->full_chars)
            page->text = utf8_head(copy->text, o->ask->full_chars);
        size_t most = o->ask->chars_per_page < left ? o->ask->chars_per_page : left;
        if (most && !find_excerpts(o->world, copy, o->ask->texts, o->ask->text_count, most, o->arena, &page->excerpts,
                                   &page->excerpt_count, e))
            return false;
        for (size_t k = 0; k < page->excerpt_count; k++) {
            size_t chars = utf8_count(page->excerpts[k]);
            left -= chars < left ? chars : left;
        }
    }
    return true;
}

bool open_pages(const struct world *world, const struct open_ask *ask, atomic_bool *cancelled, struct arena *a,
                struct opened_page *out, struct err *e)
{
    int64_t since = ask->asked_ms ? ask->asked_ms : clock_ms();
    struct opening o = {.world = world,
                        .ask = ask,
                        .arena = a,
                        .deadline = {since + (ask->max_ms ? ask->max_ms : OPEN_MS), cancelled},
                        .out = out,
                        .copies = arena_array(a, struct page_copy, ask->url_count)};
    bool found = false;
    for (size_t i = 0; i < ask->url_count; i++) {
        out[i] = (struct opened_page){.url = ask->urls[i]};
        if (!open_allowed(&o, ask->urls[i]))
            open_refused(&o, i);
        else if (ask->max_age_s == 0 && !open_own(&o, i, &found, e))
            return false;
    }
    open_web(&o);
    for (size_t i = 0; i < ask->url_count; i++)
        if (ask->max_age_s && !ask->only_fresh && o.copies[i].text.n == 0 && open_allowed(&o, ask->urls[i])) {
            if (!open_own(&o, i, &found, e))
                return false;
            if (found)
                out[i].failure = NULL;
        }
    if (deadline_cancelled(&o.deadline))
        return err_set(e, ERR_CANCELLED, NULL);
    return open_finish(&o, e);
}
