#include "folder.h"
#include "unit.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/interactions.h"

#define SLICE_OF(literal)                                                                                              \
    {                                                                                                                  \
        (literal), sizeof(literal) - 1                                                                                 \
    }

static char folder[64];

static int set_up(void **state)
{
    struct interactions *x = NULL;
    struct err e;
    snprintf(folder, sizeof folder, "/tmp/footnote-test-XXXXXX");
    if (!mkdtemp(folder) || !interactions_open(folder, &x, &e))
        return -1;
    *state = x;
    return 0;
}

static int tear_down(void **state)
{
    interactions_close(*state);
    return folder_drop(folder);
}

static const struct page_copy pages[] = {
    {.url = SLICE_OF("https://a.example/"),
     .title = SLICE_OF("A"),
     .text = SLICE_OF("Whole page."),
     .lang = SLICE_OF("en"),
     .date = SLICE_OF("2026-01-02"),
     .sha256 = SLICE_OF("aa"),
     .offset = 0},
    {.url = SLICE_OF("https://b.example/"),
     .title = SLICE_OF(""),
     .text = SLICE_OF("a part"),
     .lang = SLICE_OF("und"),
     .date = SLICE_OF(""),
     .sha256 = SLICE_OF("bb"),
     .offset = 7},
    {.url = SLICE_OF("https://b.example/"),
     .title = SLICE_OF(""),
     .text = SLICE_OF("another"),
     .lang = SLICE_OF("und"),
     .date = SLICE_OF(""),
     .sha256 = SLICE_OF("bb"),
     .offset = 90},
};

static bool put(struct interactions *x, const char *id, int64_t key, const char *turns, int64_t now, struct err *e)
{
    const struct interaction kept = {slice_of(turns), pages, COUNT_OF(pages)};
    return interactions_put(x, slice_of(id), key, &kept, 2, now, e);
}

static int64_t count_of(const char *sql)
{
    char path[128];
    sqlite3 *db;
    sqlite3_stmt *st;
    snprintf(path, sizeof path, "%s/interactions.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

static void pages_come_back_as_they_were(void **state)
{
    struct interactions *x = *state;
    struct arena *a = arena_new();
    struct interaction got;
    struct err e;
    bool found;
    assert_true(put(x, "int_1", 7, "[]", 1000, &e) && put(x, "int_2", 7, "[]", 1001, &e));
    assert_true(interactions_get(x, SLICE("int_2"), 7, 1001, a, &got, &found, &e) && found);
    assert_int_equal(got.page_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(slice_eq(got.pages[i].url, pages[i].url) && slice_eq(got.pages[i].title, pages[i].title));
        assert_true(slice_eq(got.pages[i].lang, pages[i].lang) && slice_eq(got.pages[i].date, pages[i].date));
        assert_true(slice_eq(got.pages[i].sha256, pages[i].sha256) && slice_eq(got.pages[i].text, pages[i].text));
        assert_int_equal(got.pages[i].offset, pages[i].offset);
    }
    assert_int_equal(count_of("SELECT count(*) FROM page_texts"), 3); /* once for both */
    assert_true(interactions_get(x, SLICE("int_2"), 7, 1002, a, &got, &found, &e));
    assert_false(found); /* too old */
    arena_free(a);
}

static void texts_go_with_the_last_that_stands_on_them(void **state)
{
    struct interactions *x = *state;
    struct err e;
    bool found;
    uint64_t removed;
    assert_true(put(x, "int_1", 7, "[]", 1000, &e) && put(x, "int_2", 7, "[]", 1001, &e));
    assert_true(interactions_remove(x, SLICE("int_3"), &found, &e) && !found);
    assert_true(interactions_remove(x, SLICE("int_1"), &found, &e) && found);
    assert_int_equal(count_of("SELECT count(*) FROM page_texts"), 3);
    assert_true(interactions_purge(x, INT64_MAX, &removed, &e));
    assert_int_equal(removed, 1);
    assert_int_equal(count_of("SELECT (SELECT count(*) FROM page_texts) + (SELECT count(*) FROM interaction_pages)"),
                     0);
}

static void the_list_has_the_newest_first(void **state)
{
    struct interactions *x = *state;
    struct arena *a = arena_new();
    struct interaction_row *rows;
    struct err e;
    size_t n;
    assert_true(put(x, "int_1", 7, "[1]", 1000, &e) && put(x, "int_2", 8, "[]", 1001, &e));
    assert_true(interactions_list(x, a, &rows, &n, &e));
    assert_int_equal(n, 2);
    assert_slice(rows[0].id, "int_2");
    assert_int_equal(rows[0].key_id, 8);
    assert_int_equal(rows[1].made_unix, 1000);
    assert_int_equal(rows[1].turns, 2);
    assert_int_equal(rows[1].pages, 2);
    assert_int_equal(rows[1].bytes, 3 + 11 + 6 + 7);
    arena_free(a);
}

static void the_oldest_give_way(void **state)
{
    enum { TEXT = 100000, COUNT = 40, MOST = 1000000 };
    struct interactions *x = *state;
    struct arena *a = arena_new();
    struct interaction_row *rows;
    struct err e;
    uint64_t removed;
    size_t n;
    char *text = arena_alloc(a, TEXT);
    memset(text, 'x', TEXT);
    for (int i = 0; i < COUNT; i++) {
        const struct page_copy page = {.sha256 = arena_printf(a, "%d", i), .text = {text, TEXT}};
        const struct interaction kept = {SLICE("[]"), &page, 1};
        assert_true(interactions_put(x, arena_printf(a, "int_%d", i), 1, &kept, 1, 1000 + i, &e));
    }
    assert_true(interactions_shrink(x, MOST, &removed, &e));
    assert_true(interactions_list(x, a, &rows, &n, &e));
    assert_int_equal(n + removed, COUNT);
    assert_true(n >= 5 && n < 10);
    assert_int_equal(rows[0].made_unix, 1000 + COUNT - 1);
    assert_int_equal(rows[n - 1].made_unix, 1000 + COUNT - (int64_t)n);
    assert_true(interactions_shrink(x, MOST, &removed, &e));
    assert_int_equal(removed, 0);
    arena_free(a);
}

/* The file as it was before pages were kept. */
static void an_older_file_is_brought_up_to_date(void **state)
{
    struct interactions *x = NULL;
    struct arena *a = arena_new();
    struct interaction got;
    struct err e;
    bool found;
    char path[128];
    sqlite3 *db;
    interactions_close(*state);
    *state = NULL;
    snprintf(path, sizeof path, "%s/interactions.db", folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE TABLE interactions (id TEXT PRIMARY KEY, key_id INTEGER NOT NULL,"
                                  " made_unix INTEGER NOT NULL, turns TEXT NOT NULL) STRICT, WITHOUT ROWID;"
                                  "CREATE INDEX interactions_age ON interactions(made_unix);"
                                  "INSERT INTO interactions VALUES ('int_0', 3, 500, '[]')",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    assert_true(interactions_open(folder, &x, &e));
    *state = x;
    assert_true(interactions_get(x, SLICE("int_0"), 3, 0, a, &got, &found, &e) && found);
    assert_int_equal(got.page_count, 0);
    assert_true(put(x, "int_1", 3, "[]", 1000, &e));
    arena_free(a);
}

static void only_the_same_key_may_go_on(void **state)
{
    struct interactions *x = *state;
    struct arena *a = arena_new();
    struct interaction got;
    struct err e;
    bool found;
    assert_true(put(x, "int_1", 7, "[\"a\"]", 1000, &e));
    assert_true(interactions_get(x, SLICE("int_1"), 7, 0, a, &got, &found, &e));
    assert_true(found);
    assert_slice(got.turns, "[\"a\"]");
    assert_true(interactions_get(x, SLICE("int_1"), 8, 0, a, &got, &found, &e));
    assert_false(found);
    assert_true(interactions_get(x, SLICE("int_2"), 7, 0, a, &got, &found, &e));
    assert_false(found);
    assert_false(put(x, "int_1", 7, "x", 1000, &e));
    arena_free(a);
}

static void damaged_texts_are_told(void **state)
{
    struct interactions *x = *state;
    struct arena *a = arena_new();
    struct interaction got;
    struct err e;
    bool found;
    assert_true(put(x, "int_1", 7, "[\"a\xff\"]", 1000, &e));
    assert_false(interactions_get(x, SLICE("int_1"), 7, 0, a, &got, &found, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
    arena_free(a);
}

static void old_ones_are_purged(void **state)
{
    struct interactions *x = *state;
    struct arena *a = arena_new();
    struct interaction got;
    struct err e;
    bool found;
    uint64_t removed;
    assert_true(put(x, "old", 1, "1", 100, &e));
    assert_true(put(x, "new", 1, "2", 200, &e));
    assert_true(interactions_purge(x, 200, &removed, &e));
    assert_int_equal(removed, 1);
    assert_true(interactions_get(x, SLICE("old"), 1, 0, a, &got, &found, &e));
    assert_false(found);
    assert_true(interactions_get(x, SLICE("new"), 1, 0, a, &got, &found, &e));
    assert_true(found);
    arena_free(a);
}

static void nobody_else_may_read_the_file(void **state)
{
    char path[128];
    struct stat s;
    (void)state;
    snprintf(path, sizeof path, "%s/interactions.db", folder);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(only_the_same_key_may_go_on),
        FILE_TEST(old_ones_are_purged),
        FILE_TEST(pages_come_back_as_they_were),
        FILE_TEST(texts_go_with_the_last_that_stands_on_them),
        FILE_TEST(the_list_has_the_newest_first),
        FILE_TEST(the_oldest_give_way),
        FILE_TEST(an_older_file_is_brought_up_to_date),
        FILE_TEST(nobody_else_may_read_the_file),
        FILE_TEST(damaged_texts_are_told),
    };
    return cmocka_run_group_tests_name("interactions", tests, NULL, NULL);
}
