/* visit.c - see visit.h.
 *
 * The HTTP client keeps replies in the arena of their batch. So a batch is ended and a new one begun now and then, when
 * nothing runs in it. Connections outlive a batch. */
#include "crawl/visit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/table.h"
#include "crawl/copies.h"
#include "ingest/unpacker.h"
#include "pages/html_links.h"

enum {
    BATCH_REQUESTS = 1000,
    BATCH_BYTES = 32 << 20,
    LOOK_MS = 5,                  /* the longest time that a new visit waits while the thread waits for replies */
    SITEMAP_BYTES_MAX = 50 << 20, /* the limit of sitemaps.org */
    SITEMAP_LOCATIONS_MAX = 50000,
    FOREVER_MS = 1 << 30,
};

struct visits { /* a queue of visits */
    struct visit *first, **last;
};

struct visitor {
    struct visitor_options o;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the members below */
    pthread_cond_t sent, done;
    struct visits in, out;
    bool stopping;
    atomic_bool cancelled;
};

struct visit *visit_new(enum visit_kind kind, size_t site)
{
    struct arena *a = arena_new();
    struct visit *v = arena_alloc(a, sizeof *v);
    v->a = a;
    v->kind = kind;
    v->site = site;
    return v;
}

void visit_free(struct visit *v)
{
    if (v)
        arena_free(v->a);
}

static void visit_push(struct visits *q, struct visit *v)
{
    v->next = NULL;
    *q->last = v;
    q->last = &v->next;
}

static struct visit *visit_pop(struct visits *q)
{
    struct visit *v = q->first;
    if (v && !(q->first = v->next))
        q->last = &q->first;
    return v;
}

/* --- reading what came ------------------------------------------------------------------------------------------ */

static struct visit_link link_of(struct arena *a, const struct url *u)
{
    return (struct visit_link){url_canonical(a, u), u->text, u->origin};
}

static void resolve_links(struct visitor *w, struct visit *v, const struct html_links *found)
{
    struct url base = v->final, u;
    const char *why;
    struct slice_set raw, keys; /* links that were seen: as they are written, and by their keys */
    if (found->base.n && url_resolve(v->a, &v->final, found->base, &u, &why))
        base = u;
    if (!v->own && found->canonical.n && url_resolve(v->a, &base, found->canonical, &u, &why) &&
        scope_reaches(w->o.scope, &u)) {
        v->canonical = link_of(v->a, &u);
        if (slice_eq(v->canonical.key, v->final_key))
            v->canonical.key.n = 0;
    }
    if (!v->own && found->refresh.n && url_resolve(v->a, &base, found->refresh, &u, &why) &&
        scope_takes(w->o.scope, &u, v->page.depth + 1) && !slice_eq(url_canonical(v->a, &u), v->final_key)) {
        v->canonical = link_of(v->a, &u);
        v->leads_on = true;
    }
    if (v->nofollow || found->n == 0)
        return;
    slice_set_init(&raw, v->a, found->n);
    slice_set_init(&keys, v->a, found->n);
    v->links = arena_array(v->a, struct visit_link, found->n);
    for (size_t i = 0; i < found->n; i++) {
        struct slice reference = slice_sub(found->at[i], 0, slice_find(found->at[i], SLICE("#")));
        if (reference.n == 0 || !slice_set_add(&raw, reference) || !url_resolve(v->a, &base, reference, &u, &why) ||
            !scope_takes(w->o.scope, &u, v->page.depth + 1))
            continue;
        struct visit_link link = link_of(v->a, &u);
        if (slice_set_add(&keys, link.key))
            v->links[v->link_count++] = link;
    }
}

static void read_page(struct visitor *w, struct visit *v, const struct http_reply *r)
{
    struct slice type = r->content_type, agent = slice_of(w->o.agent);
    agent.n = slice_find(agent, SLICE("/")); /* the product token */
    for (size_t i = 0; i < r->header_count; i++)
        if (slice_eq_nocase(r->headers[i].name, SLICE("X-Robots-Tag")))
            html_robots_header(r->headers[i].value, agent, &v->noindex, &v->nofollow);
    v->is_page = readable_type(type, v->final.path);
    if (!v->is_page)
        return;
    if (slice_starts(type, SLICE("text/html")) || slice_starts(type, SLICE("application/xhtml"))) {
        struct html_links found;
        html_links(v->a, r->body, agent, &found);
        v->noindex = v->noindex || found.noindex;
        v->nofollow = v->nofollow || found.nofollow;
        resolve_links(w, v, &found);
    }
    if (!v->noindex && v->canonical.key.n == 0)
        v->has_text = readable(v->a, r->body, type, v->final.text, &v->text, &v->why);
    if (v->has_text)
        v->text_hash = copies_hash(v->text.text);
}

static void read_sitemap(struct visitor *w, struct visit *v, const struct http_reply *r)
{
    struct slice body = r->body;
    struct buf plain;
    bool index;
    size_t count;
    const char *why;
    struct url u;
    buf_init(&plain, SITEMAP_BYTES_MAX);
    if (slice_starts(body, SLICE("\x1F\x8B"))) {
        (void)!unpacker_whole(body, UNPACK_GZIP, &plain); /* of a cut file, the part that is there */
        body = buf_slice(&plain);
    }
    struct slice *locations = sitemap_locations(v->a, body, SITEMAP_LOCATIONS_MAX, &count, &index);
    struct visit_link *links = arena_array(v->a, struct visit_link, count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (url_resolve(v->a, &v->final, locations[i], &u, &why) &&
            (index ? scope_reaches(w->o.scope, &u) : scope_takes(w->o.scope, &u, v->page.depth + 1)))
            links[n++] = link_of(v->a, &u);
    *(index ? &v->sitemaps : &v->links) = links;
    *(index ? &v->sitemap_count : &v->link_count) = n;
    buf_release(&plain);
}

static void read_reply(struct visitor *w, struct visit *v, const struct http_reply *r)
{
    const char *why;
    v->outcome = r->outcome;
    v->reason = arena_dup(v->a, slice_of(r->reason)).p;
    v->status = r->status;
    v->retry_after_ms = r->retry_after_ms;
    if (r->outcome != HTTP_OK || !url_parse(v->a, r->url, &v->final, &why))
        return;
    v->final_key = url_canonical(v->a, &v->final);
    v->etag = arena_dup(v->a, http_header(r, "ETag"));
    v->modified = arena_dup(v->a, http_header(r, "Last-Modified"));
    if (r->status == 304)
        return;
    if (v->kind == VISIT_ROBOTS)
        v->body = arena_dup(v->a, r->body);
    else if (v->kind == VISIT_SITEMAP)
        read_sitemap(w, v, r);
    else
        read_page(w, v, r);
}

/* --- the thread ------------------------------------------------------------------------------------------------- */

static void visit_ask(struct visitor *w, struct http_batch *b, struct visit *v)
{
    struct http_header headers[3];
    size_t n = 0;
    headers[n++] =
        (struct http_header){SLICE("Accept"), SLICE("text/html,application/xhtml+xml,text/plain,text/markdown,"
                                                    "application/pdf;q=0.9,*/*;q=0.1")};
    if (v->conditional && v->page.etag.n)
        headers[n++] = (struct http_header){SLICE("If-None-Match"), v->page.etag};
    if (v->conditional && v->page.modified.n)
        headers[n++] = (struct http_header){SLICE("If-Modified-Since"), v->page.modified};
    bool large = v->kind == VISIT_SITEMAP;
    struct http_request r = {.url = v->page.url,
                             .headers = headers,
                             .header_count = n,
                             .timeout_ms = w->o.timeout_ms,
                             .max_body_bytes = large ? SITEMAP_BYTES_MAX : 0,
                             .max_wire_bytes = large ? SITEMAP_BYTES_MAX : 0,
                             .ud = v};
    http_add(b, &r);
}

/* The next visit to make. With `wait` it waits for one; NULL then means that the thread must stop. */
static struct visit *next_in(struct visitor *w, bool wait)
{
    pthread_mutex_lock(&w->lock);
    while (wait && !w->in.first && !w->stopping)
        pthread_cond_wait(&w->sent, &w->lock);
    struct visit *v = w->stopping ? NULL : visit_pop(&w->in);
    pthread_mutex_unlock(&w->lock);
    return v;
}

static void hand_back(struct visitor *w, struct visit *v)
{
    if (v->running)
        atomic_fetch_sub(v->running, 1);
    pthread_mutex_lock(&w->lock);
    visit_push(&w->out, v);
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

/* Runs one batch until it is used up and empty. False if the thread must stop. */
static bool run_batch(struct visitor *w)
{
    struct arena *a = arena_new();
    struct deadline never = {clock_ms() + FOREVER_MS, &w->cancelled};
    struct http_batch *b = http_begin(w->o.http, a, &never);
    size_t asked = 0;
    bool stop = false;
    for (;;) {
        bool full = asked >= BATCH_REQUESTS || arena_bytes(a) > BATCH_BYTES;
        struct visit *v = NULL;
        while (!full && !stop && (v = next_in(w, http_running(b) == 0))) {
            visit_ask(w, b, v);
            asked++;
            full = asked >= BATCH_REQUESTS;
        }
        if (http_running(b) == 0) {
            stop = !full;
            break;
        }
        struct http_reply *r = http_next(b, clock_ms() + LOOK_MS);
        if (r) {
            read_reply(w, r->ud, r);
            hand_back(w, r->ud);
        }
    }
    http_end(b);
    arena_free(a);
    return !stop;
}

static void *visit_work(void *ud)
{
    while (run_batch(ud))
        ;
    return NULL;
}

bool visitor_start(const struct visitor_options *o, struct visitor **out, struct err *e)
{
    struct visitor *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->o = *o;
    w->in.last = &w->in.first;
    w->out.last = &w->out.first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->sent, NULL);
    clock_cond_init(&w->done);
    if (pthread_create(&w->thread, NULL, visit_work, w) != 0) {
        free(w);
        return err_set(e, ERR_INTERNAL, "A thread cannot be started.");
    }
    *out = w;
    return true;
}

void visitor_stop(struct visitor *w)
{
    if (!w)
        return;
    atomic_store(&w->cancelled, true);
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->sent);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    for (struct visit *v; (v = visit_pop(&w->in));)
        visit_free(v);
    for (struct visit *v; (v = visit_pop(&w->out));)
        visit_free(v);
    pthread_cond_destroy(&w->sent);
    pthread_cond_destroy(&w->done);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

void visitor_send(struct visitor *w, struct visit *v)
{
    pthread_mutex_lock(&w->lock);
    visit_push(&w->in, v);
    pthread_cond_signal(&w->sent);
    pthread_mutex_unlock(&w->lock);
}

struct visit *visitor_take(struct visitor *w, int64_t until_ms)
{
    pthread_mutex_lock(&w->lock);
    while (!w->out.first && clock_cond_wait(&w->done, &w->lock, until_ms))
        ;
    struct visit *v = visit_pop(&w->out);
    pthread_mutex_unlock(&w->lock);
    return v;
}
