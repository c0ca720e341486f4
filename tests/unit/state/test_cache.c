/* The page cache: what goes in comes out, what is beyond the limit goes, and damage costs the cache only. */
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "state/cache.h"
#include "cached_pages.h"
#include "unit.h"

struct world {
    char folder[64], file[80];
    struct cache *cache;
    struct arena *arena;
};

static struct cache *open_cache(struct world *w, int64_t max_bytes)
{
    struct err e;
    struct cache *c = NULL;
    if (!cache_open(w->folder, max_bytes, &c, &e))
        fail_msg("%s", e.message);
    return c;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    log_set_level(LOG_OFF);
    snprintf(w->folder, sizeof w->folder, "/tmp/footnote-cache-XXXXXX");
    if (!mkdtemp(w->folder))
        return -1;
    snprintf(w->file, sizeof w->file, "%s/cache.db", w->folder);
    w->arena = arena_new();
    w->cache = open_cache(w, 1 << 20);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    char name[100];
    cache_close(w->cache);
    arena_free(w->arena);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", w->file, endings[i]);
        unlink(name);
    }
    rmdir(w->folder);
    free(w);
    return 0;
}

static struct cache_page page(const char *key, struct slice body)
{
    return (struct cache_page){.key = slice_of(key),
                               .final_url = SLICE("https://h.org/a"),
                               .content_type = SLICE("text/html"),
                               .etag = SLICE("\"v1\""),
                               .last_modified = SLICE("yesterday"),
                               .body = body,
                               .fetched_unix = 100,
                               .fresh_until_unix = 200};
}

static void keeps_and_forgets(void **state)
{
    struct world *w = *state;
    struct cache_page p = page("h.org/a", (struct slice){"a\0b\xff", 4}), got;
    assert_false(cache_get(w->cache, w->arena, p.key, &got));
    cache_put(w->cache, &p);
    assert_true(cache_get(w->cache, w->arena, p.key, &got));
    assert_true(slice_eq(got.body, p.body));
    assert_slice(got.final_url, "https://h.org/a");
    assert_slice(got.content_type, "text/html");
    assert_slice(got.etag, "\"v1\"");
    assert_slice(got.last_modified, "yesterday");
    assert_int_equal(got.fetched_unix, 100);
    assert_int_equal(got.fresh_until_unix, 200);
    cache_confirm(w->cache, p.key, 300, 400);
    assert_true(cache_get(w->cache, w->arena, p.key, &got));
    assert_int_equal(got.fetched_unix, 300);
    assert_int_equal(got.fresh_until_unix, 400);
    p.body = SLICE("new");
    cache_put(w->cache, &p);
    assert_int_equal(cached_pages(w->folder), 1);
    assert_true(cache_get(w->cache, w->arena, p.key, &got));
    assert_slice(got.body, "new");
    cache_drop(w->cache, p.key);
    assert_false(cache_get(w->cache, w->arena, p.key, &got));
    assert_int_equal(cached_pages(w->folder), 0);
    assert_int_equal(cached_bytes(w->folder), 0);
}

static void stays_within_its_limit(void **state)
{
    struct world *w = *state;
    static char body[100000];
    char key[32];
    struct cache_page got, p = page("too-large", (struct slice){body, sizeof body * 2 / 2});
    for (int i = 0; i < 40; i++) {
        snprintf(key, sizeof key, "page-%02d", i);
        p.key = slice_of(key);
        cache_put(w->cache, &p);
        assert_true(cached_bytes(w->folder) <= 1 << 20);
    }
    assert_true(cache_get(w->cache, w->arena, SLICE("page-39"), &got));
    assert_false(cache_get(w->cache, w->arena, SLICE("page-00"), &got));
    assert_true(cached_pages(w->folder) >= 8);
    static char large[200000];
    p.key = SLICE("too-large");
    p.body = (struct slice){large, sizeof large};
    cache_put(w->cache, &p);
    assert_false(cache_get(w->cache, w->arena, SLICE("too-large"), &got));
}

static void outlives_the_process_and_is_private(void **state)
{
    struct world *w = *state;
    struct cache_page p = page("h.org/a", SLICE("x")), got;
    struct stat st;
    cache_put(w->cache, &p);
    struct cache *second = open_cache(w, 1 << 20);
    assert_true(cache_get(second, w->arena, p.key, &got));
    cache_close(second);
    cache_close(w->cache);
    w->cache = open_cache(w, 1 << 20);
    assert_true(cache_get(w->cache, w->arena, p.key, &got));
    assert_int_equal(stat(w->file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_damaged_file_is_begun_anew(void **state)
{
    struct world *w = *state;
    struct cache_page p = page("h.org/a", SLICE("x")), got;
    cache_put(w->cache, &p);
    cache_close(w->cache);
    FILE *f = fopen(w->file, "wb");
    for (int i = 0; i < 10000; i++)
        fputs("this is no database ", f);
    fclose(f);
    w->cache = open_cache(w, 1 << 20);
    assert_false(cache_get(w->cache, w->arena, p.key, &got));
    cache_put(w->cache, &p);
    assert_true(cache_get(w->cache, w->arena, p.key, &got));
}

static void *put_and_get(void *ud)
{
    struct world *w = ud;
    struct arena *a = arena_new();
    struct cache_page got;
    char key[32];
    for (int i = 0; i < 50; i++) {
        snprintf(key, sizeof key, "page-%d", i % 10);
        struct cache_page p = page(key, SLICE("body"));
        cache_put(w->cache, &p);
        if (cache_get(w->cache, a, p.key, &got) && !slice_is(got.body, "body"))
            abort();
    }
    arena_free(a);
    return NULL;
}

static void threads(void **state)
{
    struct world *w = *state;
    pthread_t t[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, put_and_get, w), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    assert_int_equal(cached_pages(w->folder), 10);
}

/* No other cause is guessed. */
static void a_file_that_cannot_be_made_is_told(void **state)
{
    struct world *w = *state;
    struct cache *c = NULL;
    struct err e;
    cache_close(w->cache);
    w->cache = NULL;
    assert_int_equal(unlink(w->file), 0);
    assert_int_equal(mkdir(w->file, 0700), 0);
    assert_false(cache_open(w->folder, 1 << 20, &c, &e));
    assert_non_null(strstr(e.message, "Is a directory"));
    assert_int_equal(rmdir(w->file), 0);
    w->cache = open_cache(w, 1 << 20);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(a_file_that_cannot_be_made_is_told),
                                       TEST(keeps_and_forgets),
                                       TEST(stays_within_its_limit),
                                       TEST(outlives_the_process_and_is_private),
                                       TEST(a_damaged_file_is_begun_anew),
                                       TEST(threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
