/* Kept replies and stored completions: whose they are, how long they stay, how much room they take. */
#include "folder.h"
#include "unit.h"

#include "base/clock.h"
#include "state/completions.h"
#include "state/replies.h"

enum { DAY_S = 24 * 3600, ROOM = 100 * 1000, NOW = 1800000000 };

static char folder[FOLDER_BYTES];

static int set_up(void **state)
{
    (void)state;
    return folder_make(folder, "kept");
}

static int tear_down(void **state)
{
    (void)state;
    return folder_drop(folder);
}

static enum replies_found found_at(struct replies *r, const struct reply_name *name, int64_t since, const char *body)
{
    struct arena *a = arena_new();
    enum replies_found found;
    struct kept_reply reply;
    struct err e;
    assert_true(replies_get(r, name, since, a, &found, &reply, &e));
    if (found == REPLIES_SAME) {
        assert_true(slice_is(reply.body, body));
        assert_true(slice_is(reply.content_type, "text/plain"));
    }
    arena_free(a);
    return found;
}

static void put(struct replies *r, const struct reply_name *name, struct slice body, int64_t now)
{
    struct err e;
    assert_true(replies_put(r, name, &(struct kept_reply){SLICE("text/plain"), body}, now, DAY_S, &e));
}

static void a_reply_is_found_by_key_name_and_request(void **state)
{
    struct replies *r;
    struct err e;
    const struct reply_name name = {1, SLICE("n"), SLICE("/p"), SLICE("body")};
    struct reply_name other = name;
    (void)state;
    assert_true(replies_open(folder, ROOM, &r, &e));
    put(r, &name, SLICE("one"), NOW);
    replies_close(r);
    assert_true(replies_open(folder, ROOM, &r, &e)); /* they survive the server */
    assert_int_equal(found_at(r, &name, NOW, "one"), REPLIES_SAME);
    assert_int_equal(found_at(r, &name, NOW + 1, ""), REPLIES_NONE);
    other.body = SLICE("bodY");
    assert_int_equal(found_at(r, &other, NOW, ""), REPLIES_OTHER);
    other = name;
    other.path = SLICE("/p\nbody"); /* path and body are kept apart */
    other.body = SLICE("");
    assert_int_equal(found_at(r, &other, NOW, ""), REPLIES_OTHER);
    other = name;
    other.key_id = 2;
    assert_int_equal(found_at(r, &other, NOW, ""), REPLIES_NONE);
    put(r, &name, SLICE("two"), NOW + 1);
    assert_int_equal(found_at(r, &name, NOW, "two"), REPLIES_SAME);
    replies_close(r);
}

static void old_replies_go(void **state)
{
    struct replies *r;
    struct err e;
    const struct reply_name old = {1, SLICE("old"), SLICE("/"), SLICE("")},
                            new = {1, SLICE("new"), SLICE("/"), SLICE("")};
    (void)state;
    assert_true(replies_open(folder, ROOM, &r, &e));
    put(r, &old, SLICE("x"), NOW);
    put(r, &new, SLICE("x"), NOW + DAY_S + 1);
    assert_int_equal(found_at(r, &old, 0, ""), REPLIES_NONE);
    assert_int_equal(found_at(r, &new, 0, "x"), REPLIES_SAME);
    replies_close(r);
}

static void one_key_has_half_of_the_room(void **state)
{
    static char body[10 * 1000];
    struct replies *r;
    struct err e;
    char text[16];
    const struct reply_name first = {2, SLICE("first"), SLICE("/"), SLICE("")};
    (void)state;
    memset(body, 'x', sizeof body);
    assert_true(replies_open(folder, ROOM, &r, &e));
    put(r, &first, SLICE("mine"), NOW);
    unsigned kept = 0;
    for (int i = 0; i < 50; i++) {
        snprintf(text, sizeof text, "%d", i);
        put(r, &(struct reply_name){1, slice_of(text), SLICE("/"), SLICE("")}, (struct slice){body, sizeof body}, NOW);
    }
    for (int i = 0; i < 50; i++) {
        struct arena *a = arena_new();
        enum replies_found found;
        struct kept_reply reply;
        snprintf(text, sizeof text, "%d", i);
        assert_true(
            replies_get(r, &(struct reply_name){1, slice_of(text), SLICE("/"), SLICE("")}, 0, a, &found, &reply, &e));
        kept += found == REPLIES_SAME;
        assert_true(found == REPLIES_SAME || i < 46);
        arena_free(a);
    }
    assert_int_equal(kept, 4); /* of 10 KB each, with what a row takes */
    assert_int_equal(found_at(r, &first, 0, "mine"), REPLIES_SAME);
    replies_close(r);
}

static void completions_are_aged_and_filtered(void **state)
{
    struct completions *c;
    struct arena *a = arena_new();
    struct completion *found;
    struct err e;
    size_t n;
    bool more, there;
    int64_t now = clock_unix_s();
    (void)state;
    assert_true(completions_open(folder, ROOM, DAY_S, &c, &e));
    struct completion one = {SLICE("a"),  SLICE("speed"), SLICE("{\"k\":\"v\"}"),
                             SLICE("{}"), SLICE("[]"),    now - 2 * DAY_S};
    assert_true(completions_put(c, 1, &one, &e));
    assert_true(completions_get(c, 1, one.id, a, &one, &there, &e));
    assert_false(there); /* too old already */
    const char *const ids[] = {"b", "c", "d"};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        one = (struct completion){slice_of(ids[i]), SLICE("speed"), i == 1 ? SLICE("{}") : SLICE("{\"k\":\"v\"}"),
                                  SLICE("{}"),      SLICE("[]"),    now};
        assert_true(completions_put(c, 1, &one, &e));
    }
    struct completion_query q = {SLICE(""), SLICE(""), SLICE("{\"k\":\"v\"}"), false, 1};
    assert_true(completions_list(c, 1, &q, a, &found, &n, &more, &e));
    assert_true(n == 1 && more && slice_is(found[0].id, "b"));
    q.after = SLICE("b");
    assert_true(completions_list(c, 1, &q, a, &found, &n, &more, &e));
    assert_true(n == 1 && !more && slice_is(found[0].id, "d"));
    assert_true(completions_list(c, 2, &q, a, &found, &n, &more, &e));
    assert_true(n == 0 && !more);
    assert_true(completions_remove(c, 2, SLICE("b"), &there, &e));
    assert_false(there);
    assert_true(completions_remove(c, 1, SLICE("b"), &there, &e));
    assert_true(there);
    completions_close(c);
    arena_free(a);
}

static void a_file_that_is_none_is_an_error(void **state)
{
    struct replies *r = NULL;
    struct completions *c = NULL;
    struct err e;
    char path[FOLDER_BYTES + 32];
    (void)state;
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, i ? "completions.db" : "replies.db");
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs("This is no database, and it is longer than the head of one would be, which has a hundred bytes in all.",
              f);
        fclose(f);
    }
    assert_false(replies_open(folder, ROOM, &r, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
    assert_false(completions_open(folder, ROOM, DAY_S, &c, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_reply_is_found_by_key_name_and_request, set_up, tear_down),
        cmocka_unit_test_setup_teardown(old_replies_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_key_has_half_of_the_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(completions_are_aged_and_filtered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_none_is_an_error, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
