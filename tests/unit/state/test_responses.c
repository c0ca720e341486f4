/* Kept responses: whose they are, how they end, what a stopped process leaves. */
#include "folder.h"
#include "unit.h"

#include "base/clock.h"
#include "state/responses.h"

enum { DAY_S = 24 * 3600, ROOM = 100 * 1000 };

static char folder[FOLDER_BYTES];

static int set_up(void **state)
{
    (void)state;
    return folder_make(folder, "responses");
}

static int tear_down(void **state)
{
    (void)state;
    return folder_drop(folder);
}

static struct responses *open_at(uint64_t room)
{
    struct responses *r = NULL;
    struct err e;
    assert_true(responses_open(folder, room, DAY_S, &r, &e));
    return r;
}

static void put(struct responses *r, int64_t key, const char *id, struct slice reply, bool running, int64_t age_s)
{
    struct err e;
    const struct kept_response kept = {slice_of(id), reply, SLICE("[1]"), running, clock_unix_s() - age_s};
    assert_true(responses_put(r, key, &kept, &e));
}

static bool find(struct responses *r, int64_t key, const char *id, struct arena *a, struct kept_response *out)
{
    struct err e;
    bool found = false;
    assert_true(responses_get(r, key, slice_of(id), a, out, &found, &e));
    return found;
}

static void each_key_has_its_own(void **state)
{
    struct responses *r = open_at(ROOM);
    struct arena *a = arena_new();
    struct kept_response kept;
    struct err e;
    bool found = true;
    (void)state;
    put(r, 1, "a", SLICE("{\"status\":\"completed\"}"), false, 0);
    responses_close(r);
    r = open_at(ROOM);
    assert_true(find(r, 1, "a", a, &kept));
    assert_slice(kept.reply, "{\"status\":\"completed\"}");
    assert_slice(kept.items, "[1]");
    assert_false(kept.running);
    assert_false(find(r, 2, "a", a, &kept));
    assert_true(responses_remove(r, 2, SLICE("a"), &found, &e));
    assert_false(found);
    assert_true(responses_remove(r, 1, SLICE("a"), &found, &e));
    assert_true(found);
    assert_false(find(r, 1, "a", a, &kept));
    responses_close(r);
    arena_free(a);
}

static void what_has_ended_stays_as_it_is(void **state)
{
    struct responses *r = open_at(ROOM);
    struct arena *a = arena_new();
    struct kept_response kept;
    struct err e;
    (void)state;
    put(r, 1, "a", SLICE("{}"), true, 0);
    assert_true(responses_set(r, 2, SLICE("a"), SLICE("{\"other\":1}"), true, &e));
    assert_true(responses_set(r, 1, SLICE("a"), SLICE("{\"n\":1}"), false, &e));
    assert_true(find(r, 1, "a", a, &kept) && kept.running);
    assert_slice(kept.reply, "{\"n\":1}");
    assert_true(responses_set(r, 1, SLICE("a"), SLICE("{\"n\":2}"), true, &e));
    assert_true(responses_set(r, 1, SLICE("a"), SLICE("{\"n\":3}"), true, &e));
    assert_true(find(r, 1, "a", a, &kept) && !kept.running);
    assert_slice(kept.reply, "{\"n\":2}");
    responses_close(r);
    arena_free(a);
}

static void what_was_broken_off_has_failed(void **state)
{
    struct responses *r = open_at(ROOM);
    struct arena *a = arena_new();
    struct kept_response kept;
    (void)state;
    put(r, 1, "runs", SLICE("{\"status\":\"queued\",\"error\":null,\"output\":[]}"), true, 0);
    put(r, 1, "done", SLICE("{\"status\":\"completed\",\"error\":null}"), false, 0);
    responses_close(r);
    r = open_at(ROOM);
    assert_true(find(r, 1, "runs", a, &kept) && !kept.running);
    assert_true(slice_find(kept.reply, SLICE("\"status\":\"failed\"")) < kept.reply.n);
    assert_true(slice_find(kept.reply, SLICE("\"code\":\"server_error\"")) < kept.reply.n);
    assert_true(find(r, 1, "done", a, &kept));
    assert_slice(kept.reply, "{\"status\":\"completed\",\"error\":null}");
    responses_close(r);
    arena_free(a);
}

static void the_old_and_the_many_go(void **state)
{
    static char text[30 * 1000];
    struct responses *r = open_at(ROOM);
    struct arena *a = arena_new();
    struct kept_response kept;
    struct err e;
    (void)state;
    memset(text, ' ', sizeof text);
    put(r, 1, "old", SLICE("{}"), false, 2 * DAY_S);
    assert_false(find(r, 1, "old", a, &kept));
    put(r, 1, "first", (struct slice){text, sizeof text}, false, 0);
    put(r, 2, "other", (struct slice){text, sizeof text}, false, 0);
    put(r, 1, "second", (struct slice){text, sizeof text}, false, 0); /* one key has at most half */
    assert_false(find(r, 1, "first", a, &kept));
    assert_true(find(r, 1, "second", a, &kept) && find(r, 2, "other", a, &kept));
    static char large[60 * 1000];
    memset(large, ' ', sizeof large);
    const struct kept_response too_large = {SLICE("large"), {large, sizeof large}, SLICE("[]"), false, clock_unix_s()};
    assert_false(responses_put(r, 1, &too_large, &e));
    responses_close(r);
    arena_free(a);
}

static void a_file_that_is_none_is_an_error(void **state)
{
    struct responses *r = NULL;
    struct err e;
    char path[FOLDER_BYTES + 32];
    (void)state;
    snprintf(path, sizeof path, "%s/responses.db", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("This is no database, and it is longer than the head of one would be, which has a hundred bytes in all.", f);
    fclose(f);
    assert_false(responses_open(folder, ROOM, DAY_S, &r, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_key_has_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_ended_stays_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_broken_off_has_failed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_old_and_the_many_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_none_is_an_error, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
