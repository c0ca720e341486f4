/* web_access.c - turns settings into options, and closes everything in the right order. */
#include "cli/web_access.h"

#include "cli/share.h"

enum { STALL_MS = 5000 };

bool web_access_guard(const struct config *c, struct guard **out, struct err *e)
{
    return guard_new(slice_of(c->allow), slice_of(c->fetch_ports), out, e);
}

bool web_access_open(const struct config *c, struct web_access *out, struct err *e)
{
    *out = (struct web_access){NULL};
    if (!web_access_guard(c, &out->guard, e) ||
        (c->cache_bytes > 0 && !cache_open(c->data, c->cache_bytes, &out->cache, e))) {
        web_access_close(out);
        return false;
    }
    out->http = http_client_new(&(struct http_options){.user_agent = c->user_agent,
                                                       .guard = out->guard,
                                                       .timeout_ms = (unsigned)c->page_timeout_ms,
                                                       .stall_ms = STALL_MS,
                                                       .max_wire_bytes = (size_t)c->max_page_bytes,
                                                       .max_body_bytes = (size_t)c->max_page_bytes,
                                                       .max_redirects = (unsigned)c->max_redirects,
                                                       .ca_file = c->ca_file});
    out->fetcher = fetcher_new(&(struct fetch_options){.http = out->http,
                                                       .guard = out->guard,
                                                       .cache = out->cache,
                                                       .agent = c->user_agent,
                                                       .ignore_robots = c->ignore_robots,
                                                       .page_timeout_ms = (unsigned)c->page_timeout_ms,
                                                       .max_page_bytes = (size_t)c->max_page_bytes,
                                                       .max_redirects = (unsigned)c->max_redirects,
                                                       .per_host = (unsigned)c->per_host,
                                                       .host_delay_ms = (unsigned)c->host_delay_ms,
                                                       .cache_floor_s = (unsigned)c->cache_floor_s});
    return true;
}

bool web_access_open_search(const struct config *c, struct web_access *w, struct err *e)
{
    struct arena *a = arena_new();
    w->services = http_client_new(&(struct http_options){.user_agent = c->user_agent, .ca_file = c->ca_file});
    bool ok = search_new(&(struct search_options){.providers = slice_of(c->providers),
                                                  .folders = share_provider_folders(a, c),
                                                  .client = w->services},
                         &w->search, e);
    if (ok && c->remember)
        ok = remember_new(arena_printf(a, "%s/index", c->data).p, &w->remember, e);
    arena_free(a);
    return ok;
}

void web_access_lend(const struct web_access *w, struct world *world)
{
    world->search = w->search;
    world->fetcher = w->fetcher;
    world->remember = w->remember ? remember_page : NULL;
    world->remember_ud = w->remember;
}

void web_access_close(struct web_access *w)
{
    remember_free(w->remember);
    search_free(w->search);
    http_client_free(w->services);
    fetcher_free(w->fetcher);
    http_client_free(w->http);
    cache_close(w->cache);
    guard_free(w->guard);
    *w = (struct web_access){NULL};
}
