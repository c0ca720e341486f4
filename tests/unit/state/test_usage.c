/* Usage by key and day, and quotas: in memory first, then in a file that several processes share. */
#include "state/usage.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "folder.h"
#include "unit.h"

static char folder[FOLDER_BYTES];

static int make_folder(void **unused)
{
    (void)unused;
    return folder_make(folder, "usage");
}

static int drop_folder(void **unused)
{
    (void)unused;
    return folder_drop(folder);
}

static struct usage *usage_here(void)
{
    struct usage *u = NULL;
    struct err e;
    if (!usage_open(folder, 400, &u, &e))
        fail_msg("%s", e.message);
    return u;
}

static void used(struct usage *u, int64_t key, int64_t at, uint64_t pages, bool taken, bool question)
{
    const uint64_t counts[USAGE_COUNT] = {
        [USAGE_requests] = 1, [USAGE_errors] = !question, [USAGE_questions] = question, [USAGE_pages] = pages};
    usage_add(u, key, at, counts, taken);
}

static void counts_are_summed_by_key_and_day(void **unused)
{
    (void)unused;
    struct arena *a = arena_new();
    struct usage *u = usage_here();
    struct usage_row *rows;
    struct usage_last *lasts;
    struct err e;
    size_t n;
    int64_t now = clock_unix_s(), yesterday = now - 86400;
    used(u, 1, yesterday, 5, false, true);
    used(u, 1, now, 7, false, true);
    used(u, 1, now, 1, false, false);
    used(u, 2, now, 2, false, true);
    assert_true(usage_list(u, USAGE_ALL_KEYS, yesterday, a, &rows, &n, &e));
    assert_int_equal(n, 3);
    assert_int_equal(rows[0].counts[USAGE_pages], 5);
    assert_int_equal(rows[1].counts[USAGE_pages], 8);
    assert_int_equal(rows[1].counts[USAGE_errors], 1);
    assert_int_equal(rows[2].key_id, 2);
    assert_true(usage_list(u, 1, now, a, &rows, &n, &e) && n == 1);
    usage_close(u);
    u = usage_here();
    used(u, 1, now, 1, false, true);
    assert_true(usage_list(u, 1, now, a, &rows, &n, &e) && n == 1);
    assert_int_equal(rows[0].counts[USAGE_pages], 9);
    assert_true(usage_last_used(u, a, &lasts, &n, &e) && n == 2);
    assert_int_equal(lasts[0].unix_s, now);
    usage_close(u);
    arena_free(a);
}

static void a_quota_is_exact_and_given_back(void **unused)
{
    (void)unused;
    struct usage *u = usage_here();
    struct err e;
    int64_t until, day = 20000 * 86400LL;
    assert_true(usage_take(u, 1, 2, day, &until) && usage_take(u, 1, 2, day + 5, &until));
    assert_false(usage_take(u, 1, 2, day + 86399, &until));
    assert_int_equal(until, day + 86400);
    used(u, 1, day, 0, true, false); /* refused elsewhere */
    assert_true(usage_take(u, 1, 2, day, &until));
    used(u, 1, day, 0, true, true);
    used(u, 1, day + 5, 0, true, true);
    assert_false(usage_take(u, 1, 2, day, &until));
    assert_true(usage_flush(u, &e));
    assert_false(usage_take(u, 1, 2, day, &until));
    assert_true(usage_take(u, 1, 2, day + 86400, &until)); /* the next day */
    assert_true(usage_take(u, 2, 2, day, &until));
    assert_true(usage_take(u, 1, 0, day, &until));
    usage_close(u);
}

static void processes_learn_from_each_other(void **unused)
{
    (void)unused;
    struct usage *u = usage_here(), *other = usage_here();
    struct err e;
    int64_t until, now = clock_unix_s();
    assert_true(usage_take(u, 1, 2, now, &until));
    used(u, 1, now, 0, true, true);
    assert_true(usage_flush(u, &e));
    assert_true(usage_take(other, 1, 2, now, &until));
    used(other, 1, now, 0, true, true);
    assert_true(usage_flush(other, &e));
    assert_int_equal(usage_today(other, 1, now), 2);
    assert_false(usage_take(other, 1, 2, now, &until));
    struct usage *third = usage_here();
    assert_false(usage_take(third, 1, 2, now, &until));
    usage_close(third);
    usage_close(other);
    usage_close(u);
}

static void a_file_that_cannot_be_written_loses_nothing(void **unused)
{
    (void)unused;
    struct arena *a = arena_new();
    struct usage *u = usage_here();
    struct usage_row *rows;
    struct err e;
    char path[FOLDER_BYTES + 16];
    size_t n;
    int64_t until, now = clock_unix_s();
    snprintf(path, sizeof path, "%s/usage.db", folder);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "ALTER TABLE usage RENAME TO hidden", NULL, NULL, NULL), SQLITE_OK);
    assert_true(usage_take(u, 1, 1, now, &until));
    used(u, 1, now, 3, true, true);
    assert_false(usage_flush(u, &e));
    assert_false(usage_take(u, 1, 1, now, &until));
    assert_int_equal(sqlite3_exec(db, "ALTER TABLE hidden RENAME TO usage", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_true(usage_list(u, 1, now, a, &rows, &n, &e) && n == 1);
    assert_int_equal(rows[0].counts[USAGE_pages], 3);
    assert_int_equal(usage_today(u, 1, now), 1);
    usage_close(u);
    arena_free(a);
}

static void the_thread_writes_by_itself(void **unused)
{
    (void)unused;
    struct usage *u = usage_here();
    struct err e;
    struct arena *a = arena_new();
    assert_true(usage_start(u, &e));
    used(u, 1, clock_unix_s(), 3, false, true);
    bool there = false;
    for (int64_t until = clock_ms() + 5000; !there && clock_ms() < until;) {
        struct usage *reader = usage_here();
        there = usage_today(reader, 1, clock_unix_s()) == 1;
        usage_close(reader);
    }
    assert_true(there);
    usage_close(u);
    arena_free(a);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, drop_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(counts_are_summed_by_key_and_day), WITH_FOLDER(a_quota_is_exact_and_given_back),
        WITH_FOLDER(processes_learn_from_each_other),  WITH_FOLDER(a_file_that_cannot_be_written_loses_nothing),
        WITH_FOLDER(the_thread_writes_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
