/* crawl.c - makes the decisions of a crawl: which site to ask next, and what a reply means.
 *
 * A site (scheme, host and port) is first asked for its robots.txt. Its pages wait for that, and fail if it cannot be
 * read (5xx, silence). Sites take turns, so that none gets too many requests and none waits for another. At most
 * IN_FLIGHT visits are running or waiting for crawl_next(), which bounds memory. */
#include "crawl/crawl.h"

#include <inttypes.h>
#include <stdlib.h>

#include "crawl/alias.h"
#include "crawl/copies.h"
#include "crawl/visit.h"
#include "net/robots.h"

/* Limits, set by hand. SITES_MAX: links to further sites are ignored. LOOK_MS: the longest wait before the crawl checks
 * for requests that are due. */
enum { IN_FLIGHT = 48, TRIES_MAX = 3, CRAWL_DELAY_MAX_MS = 30000, SITEMAPS_MAX = 500, LOOK_MS = 20, SITES_MAX = 20000 };

enum rules { RULES_UNKNOWN, RULES_ASKED, RULES_KNOWN, RULES_CLOSED };

struct site {
    int64_t id;
    struct slice origin;
    enum rules rules;
    struct robots robots;
    struct pace pace;
    atomic_int running; /* requests on the wire */
    bool empty;         /* the frontier has no waiting page of this site */
    unsigned robots_tries;
};

struct crawl {
    struct arena *a;
    struct crawl_options o;
    struct frontier *frontier;
    struct visitor *visitor;
    struct site **sites;
    size_t site_count, site_room, turn;
    struct visit *sitemaps; /* sitemaps to ask for */
    size_t sitemap_count;
    struct slice_set sitemaps_known; /* addresses of all that were, since indexes may name each other */
    struct aliases aliases;
    struct copies copies;
    size_t in_flight;
    uint64_t read, pages_in_flight, forbidden;
    struct visit *held; /* the visit that the last event points into */
};

/* --- sites ------------------------------------------------------------------------------------------------------ */

static bool site_of(struct crawl *c, struct slice origin, size_t *out, struct err *e)
{
    int64_t id;
    if (!frontier_site(c->frontier, origin, &id, e))
        return false;
    for (size_t i = 0; i < c->site_count; i++)
        if (c->sites[i]->id == id)
            return *out = i, true;
    struct site **place = arena_push(c->a, &c->sites, c->site_count, &c->site_room);
    *place = arena_alloc(c->a, sizeof **place);
    **place = (struct site){.id = id, .origin = arena_dup(c->a, origin), .pace.delay_ms = c->o.host_delay_ms};
    if (c->o.ignore_robots)
        (*place)->rules = RULES_KNOWN;
    *out = c->site_count++;
    return true;
}

static bool add_links(struct crawl *c, const struct visit_link *links, size_t n, unsigned depth, size_t from,
                      struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        size_t site = from;
        bool added;
        if (!slice_eq(links[i].origin, c->sites[site]->origin) && c->site_count >= SITES_MAX)
            continue;
        if (!slice_eq(links[i].origin, c->sites[site]->origin) && !site_of(c, links[i].origin, &site, e))
            return false;
        if (!frontier_add(c->frontier, links[i].key, links[i].url, c->sites[site]->id, depth, &added, e))
            return false;
        if (added)
            c->sites[site]->empty = false;
    }
    return true;
}

/* address: absolute, or relative to the site. */
static void want_sitemap(struct crawl *c, size_t site, struct slice address)
{
    struct arena *a = arena_new();
    struct url u, origin;
    const char *why;
    if (c->sitemap_count < SITEMAPS_MAX && url_parse(a, c->sites[site]->origin, &origin, &why) &&
        url_resolve(a, &origin, address, &u, &why) && scope_reaches(&c->o.scope, &u) &&
        slice_set_add(&c->sitemaps_known, arena_dup(c->a, u.text))) {
        struct visit *v = visit_new(VISIT_SITEMAP, site);
        v->page.url = arena_dup(v->a, u.text);
        v->next = c->sitemaps;
        c->sitemaps = v;
        c->sitemap_count++;
    }
    arena_free(a);
}

/* A site of a start page whose robots.txt names no sitemap may have one where most have it. */
static void guess_sitemap(struct crawl *c, size_t site)
{
    struct site *s = c->sites[site];
    bool seed = false;
    for (size_t i = 0; i < c->o.scope.seed_count; i++)
        seed = seed || slice_eq(c->o.scope.seeds[i].origin, s->origin);
    if (seed && c->o.scope.depth > 0 && robots_allows(&s->robots, SLICE("/sitemap.xml"), NULL))
        want_sitemap(c, site, SLICE("/sitemap.xml"));
}

/* --- open and close --------------------------------------------------------------------------------------------- */

static bool add_seeds(struct crawl *c, struct err *e)
{
    struct slice *origins;
    size_t n, site;
    for (size_t i = 0; i < c->o.scope.seed_count; i++) {
        const struct url *u = &c->o.scope.seeds[i];
        bool added;
        if (!site_of(c, u->origin, &site, e) ||
            !frontier_add(c->frontier, url_canonical(c->a, u), u->text, c->sites[site]->id, 0, &added, e))
            return false;
    }
    if (!frontier_sites(c->frontier, c->a, &origins, &n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!site_of(c, origins[i], &site, e))
            return false;
    return true;
}

bool crawl_open(const struct crawl_options *o, struct crawl **out, bool *goes_on, bool *again, struct err *e)
{
    struct arena *a = arena_new();
    struct crawl *c = arena_alloc(a, sizeof *c);
    c->a = a;
    c->o = *o;
    slice_set_init(&c->sitemaps_known, a, 0);
    aliases_init(&c->aliases, a);
    copies_init(&c->copies, a);
    uint64_t waiting;
    struct visitor_options v = {o->http, &c->o.scope, o->agent, o->timeout_ms};
    if (!frontier_open(o->file, o->name, o->fresh, &c->frontier, goes_on, again, e) || !add_seeds(c, e) ||
        !frontier_counts(c->frontier, &waiting, &c->read, e) || !visitor_start(&v, &c->visitor, e)) {
        crawl_close(c);
        return false;
    }
    *out = c;
    return true;
}

void crawl_close(struct crawl *c)
{
    if (!c)
        return;
    visitor_stop(c->visitor);
    visit_free(c->held);
    for (struct visit *v = c->sitemaps, *next; v; v = next) {
        next = v->next;
        visit_free(v);
    }
    frontier_close(c->frontier);
    arena_free(c->a);
}

/* --- asking ----------------------------------------------------------------------------------------------------- */

static void crawl_start(struct crawl *c, struct site *s, struct visit *v)
{
    v->running = &s->running;
    atomic_fetch_add(&s->running, 1);
    pace_asked(&s->pace, clock_ms());
    c->in_flight++;
    c->pages_in_flight += v->kind == VISIT_PAGE;
    visitor_send(c->visitor, v);
}

static void ask_robots(struct crawl *c, size_t site)
{
    struct site *s = c->sites[site];
    struct visit *v = visit_new(VISIT_ROBOTS, site);
    v->page.url = arena_printf(v->a, "%.*s/robots.txt", SLICE_ARGS(s->origin));
    s->rules = RULES_ASKED;
    crawl_start(c, s, v);
}

static struct slice target_of(struct arena *a, const struct url *u)
{
    return u->query.n ? arena_printf(a, "%.*s?%.*s", SLICE_ARGS(u->path), SLICE_ARGS(u->query)) : u->path;
}

static bool crawl_allowed(const struct crawl *c, const struct site *s, struct arena *a, const struct url *u)
{
    return c->o.ignore_robots || robots_allows(&s->robots, target_of(a, u), NULL);
}

/* The page does not exist, or may not be read: those that named it as their own are read under theirs. */
static bool crawl_free_aliases(struct crawl *c, struct visit *v, struct err *e)
{
    struct url u;
    const char *why;
    if (!url_parse(v->a, v->page.url, &u, &why))
        return true;
    struct slice key = url_canonical(v->a, &u);
    aliases_gone(&c->aliases, key);
    for (const struct alias *one; (one = aliases_next(&c->aliases, key));) {
        if (!frontier_give_back(c->frontier, one->page, e))
            return false;
        c->sites[one->site]->empty = false;
    }
    return true;
}

/* Asks for the site's next page. Skips pages that robots.txt forbids. */
static bool ask_page(struct crawl *c, size_t site, struct err *e)
{
    struct site *s = c->sites[site];
    for (;;) {
        struct visit *v = visit_new(VISIT_PAGE, site);
        struct url u;
        const char *why;
        bool found = false;
        if (!frontier_take(c->frontier, v->a, s->id, &v->page, &found, e) || !found) {
            visit_free(v);
            s->empty = !found;
            return !found;
        }
        bool good = s->rules == RULES_KNOWN && url_parse(v->a, v->page.url, &u, &why) && crawl_allowed(c, s, v->a, &u);
        if (good) {
            v->own = aliases_own(&c->aliases, url_canonical(v->a, &u));
            v->conditional = v->page.indexed_as.n && c->o.has && c->o.has(c->o.ud, v->page.indexed_as);
            crawl_start(c, s, v);
            return true;
        }
        c->forbidden += s->rules == RULES_KNOWN;
        bool ok =
            frontier_done(c->frontier, &v->page, s->rules == RULES_KNOWN ? FRONTIER_SKIPPED : FRONTIER_FAILED, e) &&
            crawl_free_aliases(c, v, e);
        visit_free(v);
        if (!ok)
            return false;
    }
}

/* Starts all requests that are due now. *idle: nothing is left to ask, now or later. */
static bool hand_out(struct crawl *c, bool *idle, struct err *e)
{
    int64_t now = clock_ms();
    bool limit = c->o.pages && c->read + c->pages_in_flight >= c->o.pages;
    *idle = c->in_flight == 0 && (limit || !c->sitemaps);
    for (size_t i = 0; i < c->site_count && c->in_flight < IN_FLIGHT; i++) {
        size_t at = (c->turn + i) % c->site_count;
        struct site *s = c->sites[at];
        while (!limit && !s->empty && c->in_flight < IN_FLIGHT && (unsigned)atomic_load(&s->running) < c->o.per_host &&
               pace_ready(&s->pace, clock_ms())) {
            if (s->rules == RULES_ASKED)
                break;
            if (s->rules == RULES_UNKNOWN)
                ask_robots(c, at);
            else if (!ask_page(c, at, e))
                return false;
            limit = c->o.pages && c->read + c->pages_in_flight >= c->o.pages;
        }
        *idle = *idle && (s->empty || limit);
    }
    c->turn = c->site_count ? (c->turn + 1) % c->site_count : 0;
    struct visit *v = c->sitemaps;
    if (v && !limit && c->in_flight < IN_FLIGHT && pace_ready(&c->sites[v->site]->pace, now)) {
        c->sitemaps = v->next;
        crawl_start(c, c->sites[v->site], v);
    }
    *idle = *idle && c->in_flight == 0;
    return true;
}

/* --- what a reply means ------------------------------------------------------------------------------------------- */

static void take_robots(struct crawl *c, struct visit *v)
{
    struct site *s = c->sites[v->site];
    bool refused = v->outcome == HTTP_STATUS && v->status >= 400 && v->status < 500 && v->status != 429;
    if (v->outcome == HTTP_OK || refused || v->outcome == HTTP_REDIRECTS) {
        robots_parse(c->a, v->outcome == HTTP_OK ? v->body : SLICE(""), slice_of(c->o.agent), &s->robots);
        s->rules = RULES_KNOWN;
        unsigned delay = s->robots.delay_ms < CRAWL_DELAY_MAX_MS ? s->robots.delay_ms : CRAWL_DELAY_MAX_MS;
        if (delay > s->pace.delay_ms)
            s->pace.delay_ms = delay;
        pace_asked(&s->pace, clock_ms());
        for (size_t i = 0; i < s->robots.sitemap_count; i++)
            want_sitemap(c, v->site, s->robots.sitemaps[i]);
        if (s->robots.sitemap_count == 0)
            guess_sitemap(c, v->site);
        return;
    }
    bool final = v->outcome == HTTP_REFUSED_BY_GUARD || v->outcome == HTTP_BAD_URL || v->outcome == HTTP_DNS;
    s->rules = !final && ++s->robots_tries < TRIES_MAX ? RULES_UNKNOWN : RULES_CLOSED;
    pace_failed(&s->pace, clock_ms(), v->retry_after_ms);
}

static bool crawl_done(struct crawl *c, struct visit *v, enum frontier_state state, struct crawl_event *out,
                       enum crawl_step step, const char *reason, struct err *e)
{
    struct frontier_page *p = &v->page;
    bool kept = state == FRONTIER_READ;
    out->step = step;
    out->reason = reason;
    out->url = p->url;
    if (!kept)
        out->gone = state == FRONTIER_SKIPPED ? p->indexed_as : (struct slice){"", 0};
    if (!kept && state == FRONTIER_SKIPPED)
        p->indexed_as = p->etag = p->modified = (struct slice){"", 0};
    c->read += kept;
    return frontier_done(c->frontier, p, state, e);
}

static bool crawl_transient(const struct visit *v)
{
    return v->status == 429 || (v->outcome == HTTP_STATUS && v->status >= 500) || v->outcome == HTTP_TIMEOUT ||
           v->outcome == HTTP_RESET || v->outcome == HTTP_CONNECT || v->outcome == HTTP_CANCELLED;
}

/* A page that names another address as its own, or leads its readers to one: that one is read instead. Each step of the
 * latter is a link, so that the depth of the crawl bounds them. */
static bool take_alias(struct crawl *c, struct visit *v, struct crawl_event *out, struct err *e)
{
    struct url u;
    const char *why;
    bool parsed = url_parse(v->a, v->page.url, &u, &why);
    struct slice key = parsed ? url_canonical(v->a, &u) : v->final_key;
    bool itself = slice_eq(key, v->canonical.key); /* it was asked for there, and led here */
    if (!add_links(c, v->links, v->link_count, v->page.depth + 1, v->site, e) ||
        (!itself && !add_links(c, &v->canonical, 1, v->page.depth + v->leads_on, v->site, e)))
        return false;
    if (aliases_add(&c->aliases, key, v->canonical.key, v->page.id, v->site)) {
        c->sites[v->site]->empty = false;
        out->step = CRAWL_WAIT;
        return frontier_give_back(c->frontier, v->page.id, e);
    }
    return crawl_done(c, v, FRONTIER_SKIPPED, out, CRAWL_OTHER,
                      v->leads_on ? "it leads to another page" : "it names another address as its own", e);
}

static bool take_failure(struct crawl *c, struct visit *v, struct crawl_event *out, struct err *e)
{
    struct site *s = c->sites[v->site];
    if (crawl_transient(v)) {
        pace_failed(&s->pace, clock_ms(), v->retry_after_ms);
        if (v->page.tries + 1 < TRIES_MAX) {
            s->empty = false;
            out->step = CRAWL_WAIT;
            return frontier_give_back(c->frontier, v->page.id, e);
        }
    }
    if (!crawl_free_aliases(c, v, e))
        return false;
    if (v->status == 404 || v->status == 410)
        return crawl_done(c, v, FRONTIER_SKIPPED, out, CRAWL_BAD, "the server has no such page", e);
    return crawl_done(c, v, FRONTIER_FAILED, out, CRAWL_BAD,
                      v->outcome == HTTP_STATUS ? arena_printf(v->a, "the server answered %d", v->status).p : v->reason,
                      e);
}

/* Handles a reply from another address than the one asked for. *over: the visit needs no further handling. */
static bool take_redirect(struct crawl *c, struct visit *v, struct crawl_event *out, bool *over, struct err *e)
{
    struct site *s = c->sites[v->site];
    struct visit_link there = {v->final_key, v->final.text, v->final.origin};
    bool taken;
    *over = true;
    if (!slice_eq(v->final.origin, s->origin)) { /* another host has its own rules and its own turn */
        if (scope_takes(&c->o.scope, &v->final, v->page.depth ? v->page.depth : 1) &&
            !add_links(c, &there, 1, v->page.depth, v->site, e))
            return false;
        return crawl_done(c, v, FRONTIER_SKIPPED, out, CRAWL_OTHER, "it leads to another site", e);
    }
    if (!crawl_allowed(c, s, v->a, &v->final))
        return crawl_done(c, v, FRONTIER_SKIPPED, out, CRAWL_OTHER, "it leads to a page that robots.txt forbids", e);
    if (!frontier_same(c->frontier, v->final_key, v->final.text, s->id, v->page.depth, &taken, e))
        return false;
    if (taken)
        return crawl_done(c, v, FRONTIER_SKIPPED, out, CRAWL_OTHER, "it leads to a page that was read already", e);
    *over = false;
    return true;
}

static bool take_page(struct crawl *c, struct visit *v, struct crawl_event *out, struct err *e)
{
    struct site *s = c->sites[v->site];
    bool over;
    if (v->outcome != HTTP_OK)
        return take_failure(c, v, out, e);
    pace_answered(&s->pace);
    if (v->status == 304)
        return crawl_done(c, v, FRONTIER_READ, out, CRAWL_SAME, "", e);
    struct arena *a = v->a;
    struct url asked;
    const char *why;
    if (url_parse(a, v->page.url, &asked, &why) && !slice_eq(url_canonical(a, &asked), v->final_key)) {
        if (!take_redirect(c, v, out, &over, e))
            return false;
        if (over)
            return true;
    }
    if (v->canonical.key.n)
        return take_alias(c, v, out, e);
    if (v->has_text && v->page.depth > 0 && copies_ends(&c->copies, v->site, v->text_hash, v->final.path))
        return crawl_done(c, v, FRONTIER_SKIPPED, out, CRAWL_OTHER, "it is one more copy of a page", e);
    if (!add_links(c, v->links, v->link_count, v->page.depth + 1, v->site, e))
        return false;
    if (!v->is_page)
        return crawl_done(c, v, FRONTIER_SKIPPED, out, CRAWL_OTHER, "it is no page", e);
    if (v->noindex)
        return crawl_done(c, v, FRONTIER_SKIPPED, out, CRAWL_OTHER, "it asks not to be indexed", e);
    if (!v->has_text)
        return crawl_done(c, v, FRONTIER_SKIPPED, out, CRAWL_BAD, v->why.message, e);
    if (v->page.indexed_as.n && !slice_eq(v->page.indexed_as, v->final.text))
        out->gone = v->page.indexed_as;
    v->page.indexed_as = v->final.text;
    v->page.etag = v->etag;
    v->page.modified = v->modified;
    out->text = v->text;
    if (!crawl_done(c, v, FRONTIER_READ, out, CRAWL_PAGE, "", e))
        return false;
    out->url = v->final.text;
    return true;
}

static bool take_sitemap(struct crawl *c, struct visit *v, struct err *e)
{
    for (size_t i = 0; i < v->sitemap_count; i++)
        want_sitemap(c, v->site, v->sitemaps[i].url);
    return add_links(c, v->links, v->link_count, 1, v->site, e);
}

/* Its pages will fail one by one without a request, so the site is reported as one. */
static bool crawl_closed(struct visit *v, struct crawl_event *out)
{
    const char *said =
        v->outcome == HTTP_STATUS ? arena_printf(v->a, "the server answered %d", v->status).p : v->reason;
    out->step = CRAWL_BAD;
    out->url = v->page.url;
    out->reason = arena_printf(v->a, "%s; no page of the site is asked for without its rules", said).p;
    return true;
}

bool crawl_next(struct crawl *c, int64_t until_ms, struct crawl_event *out, struct err *e)
{
    visit_free(c->held);
    c->held = NULL;
    *out = (struct crawl_event){.step = CRAWL_WAIT, .url = {"", 0}, .gone = {"", 0}, .reason = ""};
    for (;;) {
        bool idle;
        if (!hand_out(c, &idle, e))
            return false;
        if (idle) {
            out->step = CRAWL_END;
            return true;
        }
        int64_t look = clock_ms() + LOOK_MS;
        struct visit *v = visitor_take(c->visitor, look < until_ms ? look : until_ms);
        if (!v) {
            if (clock_ms() >= until_ms)
                return true;
            continue;
        }
        c->in_flight--;
        c->held = v;
        if (v->kind == VISIT_PAGE) {
            c->pages_in_flight--;
            return take_page(c, v, out, e);
        }
        if (v->kind == VISIT_ROBOTS) {
            take_robots(c, v);
            if (c->sites[v->site]->rules == RULES_CLOSED)
                return crawl_closed(v, out);
        } else if (v->outcome == HTTP_OK && !take_sitemap(c, v, e))
            return false;
        visit_free(v);
        c->held = NULL;
    }
}

bool crawl_commit(struct crawl *c, struct err *e)
{
    return frontier_commit(c->frontier, e);
}

bool crawl_finish(struct crawl *c, struct err *e)
{
    return frontier_finish(c->frontier, e);
}

uint64_t crawl_forbidden(const struct crawl *c)
{
    return c->forbidden;
}

bool crawl_counts(struct crawl *c, uint64_t *waiting, uint64_t *read, struct err *e)
{
    return frontier_counts(c->frontier, waiting, read, e);
}
