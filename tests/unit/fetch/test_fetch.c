/* Fetching many pages from a scripted server: cache, robots.txt, politeness, shared requests, deadlines. */
#include <unistd.h>

#include "base/log.h"
#include "fetch/fetch.h"
#include "net/robots.h"
#include "net/upstream.h"
#include "state/cache.h"
#include "cached_pages.h"
#include "unit.h"

struct world {
    struct upstream *u;
    struct guard *guard;
    struct http_client *http;
    struct cache *cache;
    struct fetcher *f;
    struct arena *arena;
    char folder[64];
};

static struct fetcher *make_fetcher(struct world *w, struct fetch_options o)
{
    o.http = w->http;
    o.guard = w->guard;
    o.cache = w->cache;
    return fetcher_new(&o);
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct err e;
    log_set_level(LOG_OFF);
    w->u = upstream_start("0.0.0.0", 0);
    snprintf(w->folder, sizeof w->folder, "/tmp/footnote-fetch-XXXXXX");
    if (!mkdtemp(w->folder) || !guard_new(SLICE("127.0.0.0/8"), SLICE("80"), &w->guard, &e) ||
        !cache_open(w->folder, 10 << 20, &w->cache, &e))
        return -1;
    w->http = http_client_new(&(struct http_options){.guard = w->guard, .stall_ms = 2000});
    w->f = make_fetcher(w, (struct fetch_options){.page_timeout_ms = 8000});
    w->arena = arena_new();
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    char name[100];
    fetcher_free(w->f);
    http_client_free(w->http);
    upstream_stop(w->u);
    guard_free(w->guard);
    cache_close(w->cache);
    arena_free(w->arena);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s/cache.db%s", w->folder, endings[i]);
        unlink(name);
    }
    rmdir(w->folder);
    free(w);
    return 0;
}

static struct slice at_host(struct world *w, struct arena *a, unsigned host, const char *path)
{
    return arena_printf(a, "http://127.0.0.%u:%u%s", host, w->u->port, path);
}

static struct fetch_page get_with(struct world *w, struct fetcher *f, const char *path, unsigned flags)
{
    struct deadline d = {clock_ms() + 10000, NULL};
    return fetch_page(f, w->arena, at_host(w, w->arena, 1, path), flags, &d);
}

static struct fetch_page get(struct world *w, const char *path)
{
    return get_with(w, w->f, path, 0);
}

#define assert_outcome(page, expected)                                                                                 \
    do {                                                                                                               \
        struct fetch_page p_ = (page);                                                                                 \
        if (p_.outcome != (expected))                                                                                  \
            fail_msg("%.*s: %s (%s), expected %s", SLICE_ARGS(p_.url), fetch_outcome_name(p_.outcome), p_.reason,      \
                     fetch_outcome_name(expected));                                                                    \
    } while (0)

static void a_page_and_the_cache(void **state)
{
    struct world *w = *state;
    struct fetch_page p = get(w, "/cached?utm_source=x#part");
    assert_outcome(p, FETCH_OK);
    assert_slice(p.body, "<p>keep");
    assert_slice(p.content_type, "text/html");
    assert_int_equal(p.status, 200);
    assert_false(p.cached);
    assert_slice(p.final_url, at_host(w, w->arena, 1, "/cached?utm_source=x").p);
    p = get(w, "/cached"); /* the same page */
    assert_outcome(p, FETCH_OK);
    assert_true(p.cached);
    assert_slice(p.body, "<p>keep");
    assert_int_equal(atomic_load(&w->u->requests), 1);
    assert_int_equal(atomic_load(&w->u->robots), 1);
    assert_outcome(get_with(w, w->f, "/cached", FETCH_REFRESH), FETCH_OK);
    assert_int_equal(atomic_load(&w->u->requests), 2);
    assert_outcome(get_with(w, w->f, "/cached", FETCH_CACHE_ONLY), FETCH_OK);
    assert_outcome(get_with(w, w->f, "/ok", FETCH_CACHE_ONLY), FETCH_LATER);
    assert_int_equal(atomic_load(&w->u->requests), 2);
}

static void not_everything_is_kept(void **state)
{
    struct world *w = *state;
    assert_outcome(get(w, "/no-store"), FETCH_OK);
    assert_outcome(get(w, "/no-store"), FETCH_OK);
    assert_int_equal(atomic_load(&w->u->requests), 2);
    assert_outcome(get(w, "/404"), FETCH_STATUS);
    assert_int_equal(cached_pages(w->folder), 0);
}

static void confirmed_by_the_server(void **state)
{
    struct world *w = *state;
    assert_false(get(w, "/page").cached);
    struct fetch_page p = get_with(w, w->f, "/page", FETCH_REFRESH); /* answered by 304 */
    assert_outcome(p, FETCH_OK);
    assert_true(p.cached);
    assert_int_equal(p.status, 200);
    assert_slice(p.body, "<p>the page");
    assert_int_equal(atomic_load(&w->u->requests), 2);
}

static void an_old_page_beats_none(void **state)
{
    struct world *w = *state;
    struct slice url = at_host(w, w->arena, 1, "/hang");
    struct url u;
    const char *why;
    assert_true(url_parse(w->arena, url, &u, &why));
    struct cache_page old = {.key = url_canonical(w->arena, &u),
                             .final_url = u.text,
                             .content_type = SLICE("text/html"),
                             .etag = SLICE(""),
                             .last_modified = SLICE(""),
                             .body = SLICE("<p>old"),
                             .fetched_unix = 1000,
                             .fresh_until_unix = 2000};
    cache_put(w->cache, &old);
    struct fetch_page p = fetch_page(w->f, w->arena, url, 0, &(struct deadline){clock_ms() + 300, NULL});
    assert_outcome(p, FETCH_OK);
    assert_slice(p.body, "<p>old");
    assert_int_equal(p.fetched_unix, 1000);
    struct fetcher *hasty = make_fetcher(w, (struct fetch_options){.page_timeout_ms = 200});
    p = get_with(w, hasty, "/hang", 0);
    assert_outcome(p, FETCH_OK);
    assert_true(p.cached);
    fetcher_free(hasty);
}

static void pages_that_lead_on_are_followed(void **state)
{
    struct world *w = *state;
    struct fetch_page p = get(w, "/lead-on?/cached");
    assert_outcome(p, FETCH_OK);
    assert_slice(p.body, "<p>keep");
    assert_slice(p.final_url, at_host(w, w->arena, 1, "/cached").p);
    assert_slice(get(w, "/frames").body, "<p>keep");
    assert_outcome(get(w, "/to?/lead-on?/to?/lead-on?/ok"), FETCH_OK);
    /* Judged and counted as redirects are; where nothing can be read there, the page itself is. */
    static const char *const nowhere[] = {"/lead-on?/404", "/lead-on?http://10.0.0.1/",
                                          "/lead-on?http://127.0.0.2:1/ok", "/lead-on?/loop",
                                          "/lead-on?/lead-on?/lead-on?/lead-on?/lead-on?/lead-on?/404"};
    for (size_t i = 0; i < COUNT_OF(nowhere); i++) {
        p = get(w, nowhere[i]);
        assert_outcome(p, FETCH_OK);
        assert_true(slice_find(p.body, SLICE("<p>On.")) < p.body.n);
        assert_true(slice_find(p.final_url, SLICE("/lead-on?")) < p.final_url.n);
        assert_int_equal(p.status, 200);
    }
    unsigned before = atomic_load(&w->u->requests);
    get(w, "/lead-on?/lead-on?/lead-on?/lead-on?/lead-on?/lead-on?/lead-on?/lead-on?/lead-on?/404");
    assert_true(atomic_load(&w->u->requests) - before <= 6);
}

static void cookies_go_along_to_the_same_site(void **state)
{
    struct world *w = *state;
    struct fetch_page p = get(w, "/cookies");
    assert_outcome(p, FETCH_OK);
    assert_slice(p.body, "<p>with cookies");
    p = get(w, "/echo"); /* nothing is kept for another request */
    assert_true(slice_find(p.body, SLICE("Cookie")) == p.body.n);
}

static void robots_are_heeded(void **state)
{
    struct world *w = *state;
    w->u->robots_text = "User-agent: *\nDisallow: /\nUser-agent: footnote\nDisallow: /404\n";
    assert_outcome(get(w, "/ok"), FETCH_OK);
    assert_outcome(get(w, "/404"), FETCH_ROBOTS);
    assert_outcome(get(w, "/404/x"), FETCH_ROBOTS);
    assert_outcome(get(w, "/to?/404"), FETCH_ROBOTS); /* a redirect does not lead around them */
    assert_int_equal(atomic_load(&w->u->requests), 2);
    assert_int_equal(atomic_load(&w->u->robots), 1);
    struct fetcher *bold = make_fetcher(w, (struct fetch_options){.ignore_robots = true});
    assert_outcome(get_with(w, bold, "/404", 0), FETCH_STATUS);
    fetcher_free(bold);
}

static void robots_that_cannot_be_read(void **state)
{
    struct world *w = *state;
    static const struct {
        int status;
        enum fetch_outcome expected;
    } cases[] = {{404, FETCH_OK},     {403, FETCH_OK},     {401, FETCH_OK},
                 {500, FETCH_ROBOTS}, {503, FETCH_ROBOTS}, {429, FETCH_ROBOTS}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fetcher *f = make_fetcher(w, (struct fetch_options){0});
        atomic_store(&w->u->robots_status, cases[i].status);
        assert_outcome(get_with(w, f, "/no-store", 0), cases[i].expected);
        fetcher_free(f);
    }
}

static void what_goes_wrong(void **state)
{
    struct world *w = *state;
    struct fetcher *f = make_fetcher(w, (struct fetch_options){.page_timeout_ms = 400, .max_page_bytes = 50000});
    struct deadline d = {clock_ms() + 10000, NULL};
    assert_outcome(get_with(w, f, "/hang", 0), FETCH_TIMEOUT);
    assert_outcome(get_with(w, f, "/huge", 0), FETCH_TOO_LARGE);
    assert_outcome(get_with(w, f, "/bomb?100", 0), FETCH_TOO_LARGE);
    assert_outcome(get_with(w, f, "/reset", 0), FETCH_UNREACHABLE);
    assert_outcome(get_with(w, f, "/garbage", 0), FETCH_UNREACHABLE);
    assert_outcome(get_with(w, f, "/loop", 0), FETCH_REDIRECTS);
    assert_outcome(get_with(w, f, "/hop?4", 0), FETCH_OK);
    assert_outcome(get_with(w, f, "/to?http://10.0.0.1/", 0), FETCH_REFUSED);
    assert_outcome(get_with(w, f, "/to?file:///etc/passwd", 0), FETCH_REDIRECTS);
    assert_outcome(fetch_page(f, w->arena, SLICE("http://10.0.0.1/"), 0, &d), FETCH_REFUSED);
    assert_outcome(fetch_page(f, w->arena, SLICE("http://169.254.169.254/"), 0, &d), FETCH_REFUSED);
    assert_outcome(fetch_page(f, w->arena, SLICE("nonsense"), 0, &d), FETCH_BAD_URL);
    fetcher_free(f);
}

static bool count_page(void *ud, const struct fetch_page *p)
{
    unsigned *seen = ud; /* good ones, all, how many are enough */
    seen[0] += p->outcome == FETCH_OK;
    seen[1]++;
    return seen[1] < seen[2];
}

static size_t get_many(struct world *w, struct fetcher *f, size_t n, unsigned hosts, const char *path, int64_t ms,
                       unsigned *seen)
{
    struct slice *urls = arena_array(w->arena, struct slice, n);
    for (size_t i = 0; i < n; i++)
        urls[i] = at_host(w, w->arena, 1 + (unsigned)i % hosts, arena_printf(w->arena, "%s&%zu", path, i).p);
    return fetch_pages(f, w->arena, urls, n, 0, &(struct deadline){clock_ms() + ms, NULL}, count_page, seen);
}

static void few_at_a_time(void **state)
{
    struct world *w = *state;
    struct fetcher *f = make_fetcher(w, (struct fetch_options){.per_host = 3});
    unsigned seen[3] = {0, 0, 99};
    assert_int_equal(get_many(w, f, 12, 1, "/slow?60", 10000, seen), 12);
    assert_in_range(atomic_load(&w->u->most_busy), 2, 3);
    fetcher_free(f);
}

static void with_a_pause_between(void **state)
{
    struct world *w = *state;
    struct fetcher *f = make_fetcher(w, (struct fetch_options){.host_delay_ms = 150});
    unsigned seen[3] = {0, 0, 99};
    assert_int_equal(get_many(w, f, 3, 1, "/slow?1", 10000, seen), 3);
    assert_true(atomic_load(&w->u->least_gap_ms) >= 75);
    fetcher_free(f);
}

static void crawl_delay_and_its_limit(void **state)
{
    struct world *w = *state;
    w->u->robots_text = "User-agent: *\nCrawl-delay: 3600\n";
    struct fetcher *f = make_fetcher(w, (struct fetch_options){.max_crawl_delay_ms = 150});
    unsigned seen[3] = {0, 0, 99};
    assert_int_equal(get_many(w, f, 3, 1, "/slow?1", 10000, seen), 3);
    assert_true(atomic_load(&w->u->least_gap_ms) >= 75);
    fetcher_free(f);
    f = make_fetcher(w, (struct fetch_options){.max_crawl_delay_ms = 100000});
    assert_outcome(get_with(w, f, "/ok", 0), FETCH_OK);
    assert_outcome(get_with(w, f, "/page", 0), FETCH_LATER); /* at once, not at the deadline */
    fetcher_free(f);
}

static void retry_after_is_honoured(void **state)
{
    struct world *w = *state;
    struct fetch_page p = get(w, "/429");
    assert_outcome(p, FETCH_STATUS);
    assert_int_equal(p.status, 429);
    struct deadline d = {clock_ms() + 3000, NULL};
    assert_outcome(fetch_page(w->f, w->arena, at_host(w, w->arena, 1, "/ok"), 0, &d), FETCH_LATER);
    assert_outcome(fetch_page(w->f, w->arena, at_host(w, w->arena, 2, "/ok"), 0, &d), FETCH_OK);
}

static void forty_pages(void **state)
{
    struct world *w = *state;
    unsigned seen[3] = {0, 0, 99};
    assert_int_equal(get_many(w, w->f, 40, 20, "/slow?50", 20000, seen), 40);
    assert_int_equal(seen[0], 40);
}

static void enough_is_enough(void **state)
{
    struct world *w = *state;
    unsigned seen[3] = {0, 0, 3};
    int64_t start = clock_ms();
    get_many(w, w->f, 8, 8, "/slow?40", 20000, seen);
    assert_int_equal(seen[1], 3);
    assert_true(clock_ms() - start < 5000);
    assert_outcome(get(w, "/ok"), FETCH_OK); /* every place at a host was given back */
}

static void the_deadline_ends_it(void **state)
{
    struct world *w = *state;
    unsigned seen[3] = {0, 0, 99};
    int64_t start = clock_ms();
    struct slice urls[3] = {at_host(w, w->arena, 1, "/hang"), at_host(w, w->arena, 1, "/ok"),
                            at_host(w, w->arena, 2, "/hang-body")};
    size_t good = fetch_pages(w->f, w->arena, urls, 3, 0, &(struct deadline){clock_ms() + 400, NULL}, count_page, seen);
    assert_int_equal(good, 1);
    assert_int_equal(seen[1], 3);
    assert_true(clock_ms() - start < 3000);
    atomic_bool cancelled = true;
    struct fetch_page p = fetch_page(w->f, w->arena, urls[0], 0, &(struct deadline){clock_ms() + 9000, &cancelled});
    assert_outcome(p, FETCH_CANCELLED);
}

static void the_same_page_twice(void **state)
{
    struct world *w = *state;
    unsigned seen[3] = {0, 0, 99};
    struct slice urls[2] = {at_host(w, w->arena, 1, "/slow?50"), at_host(w, w->arena, 1, "/slow?50#again")};
    struct deadline d = {clock_ms() + 5000, NULL};
    assert_int_equal(fetch_pages(w->f, w->arena, urls, 2, 0, &d, count_page, seen), 2);
    assert_int_equal(atomic_load(&w->u->requests), 1);
}

struct asker {
    struct world *w;
    const char *path;
    int64_t patience_ms;
    enum fetch_outcome outcome;
    pthread_t thread;
};

static void *ask(void *ud)
{
    struct asker *k = ud;
    struct arena *a = arena_new();
    struct deadline d = {clock_ms() + k->patience_ms, NULL};
    struct fetch_page p = fetch_page(k->w->f, a, at_host(k->w, a, 1, k->path), 0, &d);
    k->outcome = p.outcome;
    if (p.outcome == FETCH_OK && !slice_is(p.body, "<p>slow"))
        abort();
    arena_free(a);
    return NULL;
}

static void threads_share_a_request(void **state)
{
    struct world *w = *state;
    struct asker askers[8];
    for (size_t i = 0; i < 8; i++) {
        askers[i] = (struct asker){.w = w, .path = "/slow?300", .patience_ms = 8000};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
    }
    for (size_t i = 0; i < 8; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].outcome, FETCH_OK);
    }
    assert_int_equal(atomic_load(&w->u->requests), 1);
    assert_int_equal(atomic_load(&w->u->robots), 1);
}

/* The first asker has little patience; the others do not suffer for it. */
static void who_gives_up_hands_over(void **state)
{
    struct world *w = *state;
    struct asker first = {.w = w, .path = "/slow?700", .patience_ms = 250}, second = first;
    second.patience_ms = 8000;
    assert_int_equal(pthread_create(&first.thread, NULL, ask, &first), 0);
    poll(NULL, 0, 100);
    assert_int_equal(pthread_create(&second.thread, NULL, ask, &second), 0);
    pthread_join(first.thread, NULL);
    pthread_join(second.thread, NULL);
    assert_int_equal(first.outcome, FETCH_TIMEOUT);
    assert_int_equal(second.outcome, FETCH_OK);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_page_and_the_cache),
        TEST(not_everything_is_kept),
        TEST(confirmed_by_the_server),
        TEST(an_old_page_beats_none),
        TEST(robots_are_heeded),
        TEST(robots_that_cannot_be_read),
        TEST(what_goes_wrong),
        TEST(few_at_a_time),
        TEST(with_a_pause_between),
        TEST(crawl_delay_and_its_limit),
        TEST(retry_after_is_honoured),
        TEST(forty_pages),
        TEST(enough_is_enough),
        TEST(the_deadline_ends_it),
        TEST(the_same_page_twice),
        TEST(pages_that_lead_on_are_followed),
        TEST(cookies_go_along_to_the_same_site),
        TEST(threads_share_a_request),
        TEST(who_gives_up_hands_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
