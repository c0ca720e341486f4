/* Prints figures of the fetching layer as JSON: 40 pages that take 300 ms each, from 40 hosts and from 10, robots.txt
 * included; decisions of the guard and of canonical forms; a kept connection asked again and again. */
#include "fetch/fetch.h"
#include "net/upstream.h"

enum { PAGES = 40, SLOW_MS = 300, DECISIONS = 10000, REQUESTS = 2000 };

static bool go_on(void *ud, const struct fetch_page *p)
{
    (void)ud, (void)p;
    return true;
}

static double pages_ms(struct http_client *http, const struct guard *g, unsigned port, unsigned hosts)
{
    struct arena *a = arena_new();
    struct fetcher *f = fetcher_new(&(struct fetch_options){.http = http, .guard = g, .host_delay_ms = 50});
    struct slice urls[PAGES];
    for (unsigned i = 0; i < PAGES; i++)
        urls[i] = arena_printf(a, "http://127.0.%u.%u:%u/slow?%d&%u", hosts, 1 + i % hosts, port, SLOW_MS, i);
    int64_t start = clock_us();
    struct deadline d = {clock_ms() + 60000, NULL};
    size_t good = fetch_pages(f, a, urls, PAGES, 0, &d, go_on, NULL);
    double took = (double)(clock_us() - start) / 1000;
    if (good != PAGES)
        fprintf(stderr, "only %zu of %d pages came\n", good, PAGES);
    fetcher_free(f);
    arena_free(a);
    return took;
}

static double decisions_ms(const struct guard *g)
{
    static const char *const urls[] = {"https://example.org/a/b?c=d", "http://169.254.169.254/",
                                       "http://[::ffff:7f00:1]/", "http://wiki.corp/"};
    struct arena *a = arena_new();
    struct url u[4];
    const char *why;
    size_t yes = 0;
    for (size_t i = 0; i < 4; i++)
        if (!url_parse(a, slice_of(urls[i]), &u[i], &why))
            abort();
    int64_t start = clock_us();
    for (size_t i = 0; i < DECISIONS; i++)
        yes += guard_url(g, &u[i % 4]).ok;
    double took = (double)(clock_us() - start) / 1000;
    arena_free(a);
    return yes ? took : -1;
}

static double parses_us(void)
{
    struct arena *a = arena_new();
    struct url u;
    const char *why;
    int64_t start = clock_us();
    for (size_t i = 0; i < DECISIONS; i++)
        if (!url_parse(a, SLICE("https://www.example.org/a/b/../c?utm_source=x&id=3"), &u, &why) ||
            url_canonical(a, &u).n == 0)
            abort();
    double took = (double)(clock_us() - start) / DECISIONS;
    arena_free(a);
    return took;
}

static double requests_per_s(struct http_client *http, unsigned port)
{
    int64_t start = clock_us();
    for (size_t i = 0; i < REQUESTS; i++) {
        struct arena *a = arena_new();
        struct http_request r = {.url = arena_printf(a, "http://127.0.0.1:%u/ok", port)};
        if (http_ask(http, a, &r, &(struct deadline){clock_ms() + 10000, NULL})->outcome != HTTP_OK)
            abort();
        arena_free(a);
    }
    return REQUESTS * 1e6 / (double)(clock_us() - start);
}

int main(void)
{
    struct guard *g = NULL;
    struct err e;
    if (!guard_new(SLICE("127.0.0.0/8"), SLICE("80 443"), &g, &e))
        return 1;
    struct upstream *u = upstream_start("0.0.0.0", 0);
    struct http_client *http = http_client_new(&(struct http_options){.guard = g});
    double wide = pages_ms(http, g, u->port, 40), narrow = pages_ms(http, g, u->port, 10);
    printf("{\"pages_40_hosts_ms\": %.1f, \"pages_10_hosts_ms\": %.1f, \"guard_10000_ms\": %.2f, \"parse_us\": %.2f, "
           "\"requests_per_s\": %.0f}\n",
           wide, narrow, decisions_ms(g), parses_us(), requests_per_s(http, u->port));
    http_client_free(http);
    upstream_stop(u);
    guard_free(g);
    return 0;
}
