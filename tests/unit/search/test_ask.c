/* Asking: several services at once, each of which misbehaves in its own way, on loopback; choosing them by settings. */
#include "base/breaker.h"
#include "search/scripted.h"
#include "base/buf.h"
#include "search/search.h"
#include "unit.h"

struct world {
    struct scripted *s;
    struct http_client *client;
    struct arena *arena;
    struct search *search;
    char folder[40];
};

/* The test's own environment. */
static const char *variable(void *ud, const char *name)
{
    const char *const *all = ud;
    for (; all && all[0]; all += 2)
        if (strcmp(all[0], name) == 0)
            return all[1];
    return NULL;
}

static void put_preset(struct world *w, const char *name, const char *text)
{
    FILE *f = fopen(arena_printf(w->arena, "%s/%s.ini", w->folder, name).p, "w");
    fputs(text, f);
    fclose(f);
}

static int set_up(void **state)
{
    static const char result[] = "[results]\nitems = results\nlink = url\ntitle = title\nsnippet = content\n"
                                 "date = publishedDate\nerror = error\n";
    struct world *w = calloc(1, sizeof *w);
    w->s = scripted_start();
    w->client = http_client_new(&(struct http_options){.timeout_ms = 9000});
    w->arena = arena_new();
    snprintf(w->folder, sizeof w->folder, "/tmp/footnote-search-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    put_preset(w, "plain", arena_printf(w->arena, "timeout_ms = 700\n[request]\nurl = {base}?q={query}\n%s", result).p);
    put_preset(w, "paged",
               arena_printf(w->arena, "timeout_ms = 700\n[request]\nurl = {base}?q={query}&p={page}\n%s", result).p);
    put_preset(w, "slow_rate",
               arena_printf(w->arena, "per_second = 5\n[request]\nurl = {base}?q={query}\n%s", result).p);
    put_preset(w, "keyed",
               arena_printf(w->arena,
                            "[keys]\nkey = TEST_KEY OTHER_KEY\n[request]\nurl = {base}?q={query}\n"
                            "[headers]\nX-Key = {key}\n%s",
                            result)
                   .p);
    put_preset(w, "posted",
               arena_printf(w->arena, "[request]\nurl = {base}\n[body]\nq = {query}\nn = {count}\n%s", result).p);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"plain", "paged", "slow_rate", "keyed", "posted", "broken"};
    struct world *w = *state;
    search_free(w->search);
    http_client_free(w->client);
    scripted_stop(w->s);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unlink(arena_printf(w->arena, "%s/%s.ini", w->folder, names[i]).p);
    rmdir(w->folder);
    arena_free(w->arena);
    free(w);
    return 0;
}

static bool make(struct world *w, const char *providers, const char *const *environment, struct err *e)
{
    const char *const folders[] = {"share/providers", w->folder, NULL};
    const struct search_options o = {.providers = slice_of(providers),
                                     .folders = folders,
                                     .client = w->client,
                                     .variable = variable,
                                     .ud = (void *)(uintptr_t)environment};
    search_free(w->search);
    w->search = NULL;
    return search_new(&o, &w->search, e);
}

/* "plain /reply/x, plain /hang" with the server's address in front of each path. */
static void use(struct world *w, const char *items)
{
    static const char *const environment[] = {"OTHER_KEY", "s3cr3t-k3y", NULL, NULL};
    struct buf all;
    struct err e;
    buf_init(&all, 8192);
    for (const char *p = items; *p; p++) {
        buf_add_char(&all, *p);
        if (*p == ' ' && p[1] == '/')
            buf_printf(&all, "http://127.0.0.1:%u", w->s->port);
    }
    if (!make(w, buf_slice(&all).p, environment, &e))
        fail_msg("%s", e.message);
    buf_release(&all);
}

static struct search_result ask(struct world *w, struct search_query q, int64_t ms)
{
    static const struct slice texts[] = {SLICE("raft consensus"), SLICE("paxos")};
    struct search_result out;
    if (!q.texts) {
        q.texts = texts;
        q.text_count = q.text_count ? q.text_count : 1;
    }
    search_ask(w->search, &q, w->arena, &(struct deadline){clock_ms() + ms, NULL}, &out);
    return out;
}

static void every_failure_is_a_report(void **state)
{
    static const struct {
        const char *path;
        enum search_status status;
    } cases[] = {
        {"/reply/searxng.json", SEARCH_OK},
        {"/empty", SEARCH_EMPTY},
        {"/429", SEARCH_RATE_LIMITED},
        {"/402", SEARCH_RATE_LIMITED},
        {"/401", SEARCH_UNAUTHORIZED},
        {"/403", SEARCH_UNAUTHORIZED},
        {"/500", SEARCH_FAILED},
        {"/reset", SEARCH_FAILED},
        {"/close", SEARCH_FAILED},
        {"/captcha", SEARCH_CAPTCHA},
        {"/captcha503", SEARCH_CAPTCHA},
        {"/html", SEARCH_MALFORMED},
        {"/nothing", SEARCH_MALFORMED},
        {"/types", SEARCH_MALFORMED},
        {"/cut", SEARCH_MALFORMED},
        {"/huge", SEARCH_MALFORMED},
        {"/deep", SEARCH_MALFORMED},
        {"/wide", SEARCH_MALFORMED},
        {"/redirect", SEARCH_FAILED},
        {"/hang", SEARCH_TIMEOUT},
    };
    enum { COUNT = COUNT_OF(cases) };
    struct world *w = *state;
    struct buf items;
    buf_init(&items, 4096);
    for (size_t i = 0; i < COUNT; i++)
        buf_printf(&items, "plain %s,", cases[i].path);
    use(w, buf_slice(&items).p);
    buf_release(&items);
    int64_t start = clock_ms();
    struct search_result got = ask(w, (struct search_query){.limit = 5}, 10000);
    assert_true(clock_ms() - start < 5000); /* all at once, the slowest ends by its own deadline */
    assert_int_equal(got.report_count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        if (got.reports[i].status != cases[i].status)
            fail_msg("%s: %s (%.*s)", cases[i].path, search_status_name(got.reports[i].status),
                     SLICE_ARGS(got.reports[i].detail));
    }
    assert_int_equal(got.hits.n, 2);
    assert_slice(got.hits.at[0].url, "https://raft.github.io/");
    assert_int_equal(got.reports[0].results, 2);
    assert_int_equal(atomic_load(&w->s->requests), COUNT);
}

static void what_cannot_be_reached(void **state)
{
    struct world *w = *state;
    struct err e;
    assert_true(make(w, "plain http://127.0.0.1:1/, plain http://nowhere.invalid/", NULL, &e));
    struct search_result got = ask(w, (struct search_query){0}, 10000);
    assert_int_equal(got.reports[0].status, SEARCH_FAILED);
    assert_true(got.reports[1].status == SEARCH_FAILED || got.reports[1].status == SEARCH_TIMEOUT);
    assert_slice(got.reports[0].provider, "plain 127.0.0.1");
    assert_slice(got.reports[1].provider, "plain nowhere.invalid");
    assert_int_equal(got.hits.n, 0);
}

static void lists_are_merged_with_our_own(void **state)
{
    struct world *w = *state;
    use(w, "plain /reply/searxng.json, opensearch /unused");
    struct search_hit own_hits[] = {{.url = SLICE("https://own.example/"), .title = SLICE("own")},
                                    {.url = SLICE("https://example.org/raft"), .title = SLICE("Raft, our copy")}};
    const struct search_list own = {SLICE("index"), own_hits, 2};
    struct search_result got = ask(w, (struct search_query){.own = &own, .own_count = 1}, 5000);
    assert_int_equal(got.hits.n, 3);
    assert_slice(got.hits.at[0].url, "https://example.org/raft");
    assert_slice(got.hits.at[0].title, "Raft, our copy");
    assert_int_equal(got.hits.at[0].provider_count, 2);
    assert_slice(got.hits.at[0].providers[0], "index");
    assert_int_equal(got.reports[1].status, SEARCH_FAILED); /* no description there: an empty reply */
}

static void several_queries_are_one_report(void **state)
{
    struct world *w = *state;
    use(w, "paged /reply/searxng.json, plain /empty");
    struct search_result got = ask(w, (struct search_query){.text_count = 2}, 5000);
    assert_int_equal(got.report_count, 2);
    assert_int_equal(got.reports[0].results, 4);
    assert_int_equal(got.hits.n, 2);
    assert_int_equal(atomic_load(&w->s->requests), 4);
    got = ask(w, (struct search_query){.page = 1}, 5000);
    assert_int_equal(got.reports[0].status, SEARCH_OK);
    assert_int_equal(got.reports[1].status, SEARCH_SKIPPED);
    pthread_mutex_lock(&w->s->lock);
    assert_non_null(strstr(w->s->last, "q=raft%20consensus&p=2 HTTP"));
    pthread_mutex_unlock(&w->s->lock);
}

static void bodies_and_keys(void **state)
{
    struct world *w = *state;
    use(w, "posted /reply/searxng.json");
    struct search_result got = ask(w, (struct search_query){.count = 3}, 5000);
    assert_int_equal(got.reports[0].status, SEARCH_OK);
    pthread_mutex_lock(&w->s->lock);
    assert_non_null(strstr(w->s->last, "POST /reply/searxng.json HTTP/1.1"));
    assert_non_null(strstr(w->s->last, "{\"q\":\"raft consensus\",\"n\":3}"));
    assert_non_null(strstr(w->s->last, "Content-Type: application/json"));
    pthread_mutex_unlock(&w->s->lock);
    use(w, "keyed /401");
    got = ask(w, (struct search_query){0}, 5000);
    assert_slice(got.reports[0].detail, "status 401: bad key *** here");
    pthread_mutex_lock(&w->s->lock);
    assert_non_null(strstr(w->s->last, "X-Key: s3cr3t-k3y"));
    pthread_mutex_unlock(&w->s->lock);
}

static void a_failing_service_is_left_alone(void **state)
{
    struct world *w = *state;
    use(w, "plain /500");
    for (int i = 0; i < BREAKER_FAILURES; i++)
        assert_int_equal(ask(w, (struct search_query){0}, 5000).reports[0].status, SEARCH_FAILED);
    struct search_result got = ask(w, (struct search_query){0}, 5000);
    assert_int_equal(got.reports[0].status, SEARCH_SKIPPED);
    assert_true(slice_starts(got.reports[0].detail, SLICE("left alone for ")));
    assert_int_equal(atomic_load(&w->s->requests), BREAKER_FAILURES);
    use(w, "plain /429");
    ask(w, (struct search_query){0}, 5000);
    assert_slice(ask(w, (struct search_query){0}, 5000).reports[0].detail, "left alone for 7 s after failures");
}

/* A question in a hurry says nothing about the service. */
static void the_deadline_of_the_question(void **state)
{
    struct world *w = *state;
    use(w, "plain /hang, plain /reply/searxng.json");
    for (int i = 0; i < BREAKER_FAILURES + 2; i++) {
        struct search_result got = ask(w, (struct search_query){0}, 500);
        assert_int_equal(got.reports[0].status, SEARCH_TIMEOUT);
        assert_int_equal(got.reports[1].status, SEARCH_OK);
    }
    atomic_bool cancelled = true;
    struct search_result out;
    const struct slice text = SLICE("x");
    search_ask(w->search, &(struct search_query){.texts = &text, .text_count = 1}, w->arena,
               &(struct deadline){clock_ms() + 5000, &cancelled}, &out);
    assert_int_equal(out.reports[0].status, SEARCH_CANCELLED);
    assert_int_equal(out.hits.n, 0);
}

static void rates_are_kept(void **state)
{
    struct world *w = *state;
    const struct slice texts[] = {SLICE("a"), SLICE("b"), SLICE("c"), SLICE("d")};
    use(w, "slow_rate /reply/searxng.json");
    int64_t start = clock_ms();
    struct search_result got = ask(w, (struct search_query){.texts = texts, .text_count = 4}, 5000);
    assert_true(clock_ms() - start >= 600);
    assert_int_equal(got.reports[0].results, 8);
    start = clock_ms();
    got = ask(w, (struct search_query){.texts = texts, .text_count = 4}, 250);
    assert_true(clock_ms() - start < 450);
    assert_true(got.reports[0].results < 8);
}

static void sites_that_describe_themselves(void **state)
{
    struct world *w = *state;
    snprintf(w->s->described, sizeof w->s->described,
             "<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\"><Url type=\"application/rss+xml\" "
             "template=\"http://127.0.0.1:%u/reply/opensearch.xml?q={searchTerms}&amp;n={count?}\"/>"
             "</OpenSearchDescription>",
             w->s->port);
    use(w, "opensearch /description");
    struct search_result got = ask(w, (struct search_query){.count = 5}, 5000);
    assert_int_equal(got.reports[0].status, SEARCH_OK);
    assert_int_equal(got.hits.n, 2);
    assert_int_equal(atomic_load(&w->s->requests), 2);
    ask(w, (struct search_query){.count = 5}, 5000); /* it is known now */
    assert_int_equal(atomic_load(&w->s->requests), 3);
    pthread_mutex_lock(&w->s->lock);
    assert_non_null(strstr(w->s->last, "GET /reply/opensearch.xml?q=raft%20consensus&n=5 HTTP"));
    pthread_mutex_unlock(&w->s->lock);
    use(w, "opensearch /html");
    got = ask(w, (struct search_query){0}, 5000);
    assert_int_equal(got.reports[0].status, SEARCH_MALFORMED);
    assert_slice(got.reports[0].detail, "the address gives no OpenSearch description");
}

static void *ask_often(void *ud)
{
    struct world *w = ud;
    struct arena *a = arena_new();
    const struct slice text = SLICE("raft");
    size_t good = 0;
    for (int i = 0; i < 5; i++) {
        struct search_result out;
        search_ask(w->search, &(struct search_query){.texts = &text, .text_count = 1}, a,
                   &(struct deadline){clock_ms() + 8000, NULL}, &out);
        good += out.hits.n == 2;
    }
    arena_free(a);
    return (void *)good;
}

static void threads_share_breakers(void **state)
{
    struct world *w = *state;
    pthread_t threads[6];
    snprintf(w->s->described, sizeof w->s->described,
             "<OpenSearchDescription><Url type=\"application/rss+xml\" "
             "template=\"http://127.0.0.1:%u/reply/opensearch.xml?q={searchTerms}\"/></OpenSearchDescription>",
             w->s->port);
    use(w, "plain /500, plain /reply/searxng.json, opensearch /description");
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, w), 0);
    for (size_t i = 0; i < 6; i++) {
        void *good;
        pthread_join(threads[i], &good);
        assert_int_equal((size_t)good, 5);
    }
}

static void choosing(void **state)
{
    static const char *const keys[] = {"BRAVE_API_KEY", " b ", "GOOGLE_API_KEY", "g", "EXA_API_KEY", "", NULL, NULL};
    static const struct {
        const char *setting, *expected;
        const char *const *environment;
        bool index;
    } cases[] = {
        {"", "wikipedia", NULL, true},
        {"", "brave", keys, true},
        {"none", "", keys, true},
        {"index", "", keys, true},
        {" index , brave ", "brave", keys, true},
        {"wikipedia", "wikipedia", keys, false},
        {"searxng http://a:1/, searxng http://b/x/, wikipedia", "searxng a|searxng b|wikipedia", NULL, false},
        {"searxng http://a/, searxng http://a/2", "searxng a|searxng a 2", NULL, false},
        {"mediawiki https://wiki.corp/w/api.php", "mediawiki", NULL, false},
    };
    static const struct {
        const char *setting, *message;
    } bad[] = {
        {"brave", "providers: brave needs the environment variable BRAVE_SEARCH_API_KEY or BRAVE_API_KEY."},
        {"searxng", "providers: searxng needs an address: searxng https://..."},
        {"wikipedia http://x/", "providers: wikipedia takes no address."},
        {"searxng ftp://x/", "providers: the address of searxng: "},
        {"bing", "providers: there is no 'bing'; there are index, brave, exa, "},
        {"none, index", "providers: there is no 'none'; there are index, "},
    };
    struct world *w = *state;
    struct err e;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char names[200] = "";
        if (!make(w, cases[i].setting, cases[i].environment, &e))
            fail_msg("'%s': %s", cases[i].setting, e.message);
        for (size_t k = 0; k < search_provider_count(w->search); k++) {
            size_t n = strlen(names);
            snprintf(names + n, sizeof names - n, "%s%.*s", k ? "|" : "",
                     SLICE_ARGS(search_provider_name(w->search, k)));
        }
        assert_string_equal(names, cases[i].expected);
        assert_int_equal(search_uses_index(w->search), cases[i].index);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        if (make(w, bad[i].setting, NULL, &e))
            fail_msg("accepted: %s", bad[i].setting);
        if (!slice_starts(slice_of(e.message), slice_of(bad[i].message)))
            fail_msg("%s: %s", bad[i].setting, e.message);
        assert_int_equal(e.code, ERR_USAGE);
    }
    put_preset(w, "broken", "[request]\nurl = x{query}\nurl = y\n");
    assert_false(make(w, "none", NULL, &e));
    assert_non_null(strstr(e.message, "/broken.ini:3: url is given twice."));
}

static void the_catalogue(void **state)
{
    static const char *const keys[] = {"EXA_API_KEY", "x", NULL, NULL};
    struct world *w = *state;
    const char *const folders[] = {"share/providers", NULL};
    const struct search_options o = {
        .providers = SLICE(""), .folders = folders, .variable = variable, .ud = (void *)(uintptr_t)keys};
    struct search_entry *all;
    size_t n, chosen = 0;
    struct err e;
    assert_true(search_catalogue(&o, w->arena, &all, &n, &e));
    for (size_t i = 0; i < n; i++) {
        chosen += all[i].chosen;
        if (slice_is(all[i].preset->name, "exa"))
            assert_true(all[i].chosen && all[i].missing.n == 0);
        if (slice_is(all[i].preset->name, "google"))
            assert_slice(all[i].missing, "GOOGLE_CSE_KEY or GOOGLE_API_KEY");
        if (slice_is(all[i].preset->name, "searxng"))
            assert_true(all[i].needs_address);
    }
    assert_int_equal(chosen, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_failure_is_a_report),
        TEST(what_cannot_be_reached),
        TEST(lists_are_merged_with_our_own),
        TEST(several_queries_are_one_report),
        TEST(bodies_and_keys),
        TEST(a_failing_service_is_left_alone),
        TEST(the_deadline_of_the_question),
        TEST(rates_are_kept),
        TEST(sites_that_describe_themselves),
        TEST(threads_share_breakers),
        TEST(choosing),
        TEST(the_catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
