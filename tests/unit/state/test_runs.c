#include "folder.h"
#include "unit.h"

#include "state/runs.h"

static char folder[FOLDER_BYTES];
static struct runs *runs;
static struct arena *arena;
static const struct runs_options usual = {.max_bytes = 100000, .keep_s = 3600, .most_queued = 20};

static void again(const struct runs_options *o)
{
    struct err e;
    runs_close(runs);
    runs = NULL;
    assert_true(runs_open(folder, o, &runs, &e));
    assert_true(runs_lead(runs));
}

static int set_up(void **unused)
{
    (void)unused;
    struct err e;
    arena = arena_new();
    return folder_make(folder, "runs") == 0 && runs_open(folder, &usual, &runs, &e) && runs_lead(runs) ? 0 : -1;
}

static int tear_down(void **unused)
{
    (void)unused;
    runs_close(runs);
    runs = NULL;
    arena_free(arena);
    return folder_drop(folder);
}

static struct run run_named(const char *id, int64_t key)
{
    return (struct run){.id = slice_of(id),
                        .key_id = key,
                        .processor = SLICE("base"),
                        .request = SLICE("{\"input\":\"?\"}"),
                        .hook = SLICE(""),
                        .metadata = SLICE(""),
                        .warnings = SLICE("")};
}

static void add(const char *id, int64_t key)
{
    struct run run = run_named(id, key);
    struct err e;
    assert_true(runs_add(runs, &run, 1, &e));
    assert_true(run.number > 0 && run.created_us > 0);
}

/* The id of the run that was taken; "" for none. */
static const char *take(struct run *out)
{
    bool found = false;
    struct err e;
    assert_true(runs_take(runs, 2, arena, out, &found, &e));
    return found ? out->id.p : "";
}

static bool end(struct run *run, const char *hook)
{
    bool ended = false;
    struct err e;
    const struct run_message m = {SLICE("whevent_1"), slice_of(hook), SLICE("{}")};
    run->status = RUN_COMPLETED;
    run->output = SLICE("{\"type\":\"text\"}");
    run->modified_us = run->created_us + 5;
    assert_true(runs_end(runs, run, &m, &ended, &e));
    return ended;
}

static enum run_status status_of(const char *id, int64_t key, bool *found)
{
    struct run run = {.status = RUN_FAILED};
    struct err e;
    assert_true(runs_get(runs, key, slice_of(id), RUN_WITH_REQUEST | RUN_WITH_OUTPUT, arena, &run, found, &e));
    return run.status;
}

static void a_run_ends_once(void **unused)
{
    (void)unused;
    struct run run, twin;
    bool found;
    add("a", 1);
    assert_string_equal(take(&run), "a");
    assert_slice(run.request, "{\"input\":\"?\"}");
    assert_int_equal(run.tries, 1);
    twin = run;
    assert_int_equal(status_of("a", 1, &found), RUN_RUNNING);
    assert_true(end(&run, ""));
    assert_false(end(&twin, "https://x.example/"));
    assert_int_equal(status_of("a", 1, &found), RUN_COMPLETED);
    (void)status_of("a", 2, &found);
    assert_false(found); /* another key's */
    assert_string_equal(take(&run), "");
    struct run_delivery *due = NULL;
    int64_t next = 0;
    size_t n = 9;
    struct err e;
    assert_true(runs_deliveries(runs, INT64_MAX, 9, 9, arena, &due, &n, &next, &e));
    assert_int_equal(n, 0); /* of the second end nothing is told */
}

static void keys_share(void **unused)
{
    (void)unused;
    struct run run[6];
    const char *const order[] = {"a", "d", "b", "e", "", ""};
    add("a", 1);
    add("b", 1);
    add("c", 1);
    add("d", 2);
    add("e", 2);
    for (size_t i = 0; i < COUNT_OF(order); i++) /* no key has more than two */
        assert_string_equal(take(&run[i]), order[i]);
    assert_true(end(&run[0], ""));
    assert_string_equal(take(&run[4]), "c");
}

static void what_was_broken_off_is_begun_again(void **unused)
{
    (void)unused;
    struct run run;
    struct err e;
    bool found;
    add("a", 1);
    add("b", 1);
    add("c", 1);
    assert_string_equal(take(&run), "a");
    assert_true(runs_trace(runs, run.number, SLICE("x\n"), &e));
    assert_string_equal(take(&run), "b");
    assert_true(runs_put_back(runs, run.number, &e)); /* in order: it keeps its place */
    assert_string_equal(take(&run), "b");
    assert_int_equal(run.tries, 1);
    assert_true(end(&run, ""));
    again(&usual); /* as after a crash */
    assert_int_equal(status_of("a", 1, &found), RUN_QUEUED);
    assert_int_equal(status_of("b", 1, &found), RUN_COMPLETED);
    assert_string_equal(take(&run), "c"); /* first what has never broken a server */
    assert_string_equal(take(&run), "a");
    assert_int_equal(run.tries, 2);
    assert_int_equal(run.trace.n, 0);
}

static void one_process_leads(void **unused)
{
    (void)unused;
    struct runs *other = NULL;
    struct run run;
    struct err e;
    bool found;
    add("a", 1);
    assert_string_equal(take(&run), "a");
    assert_true(runs_open(folder, &usual, &other, &e));
    assert_false(runs_lead(other));
    assert_int_equal(status_of("a", 1, &found), RUN_RUNNING);
    runs_close(runs);
    runs = other;
    assert_true(runs_lead(runs));
    assert_int_equal(status_of("a", 1, &found), RUN_QUEUED);
}

static void the_queue_has_an_end(void **unused)
{
    (void)unused;
    struct run many[11], one = run_named("one", 2);
    char ids[11][16];
    struct err e;
    for (int i = 0; i < 11; i++) {
        snprintf(ids[i], sizeof ids[i], "m%d", i);
        many[i] = run_named(ids[i], 1);
    }
    assert_false(runs_add(runs, many, 11, &e)); /* more than half */
    assert_int_equal(e.code, ERR_BUSY);
    bool found;
    (void)status_of("m0", 1, &found);
    assert_false(found); /* all or none */
    assert_true(runs_add(runs, many, 10, &e));
    assert_true(runs_add(runs, &one, 1, &e));
    struct runs_count count;
    assert_true(runs_count(runs, &count, &e));
    assert_int_equal(count.queued, 11);
    assert_int_equal(count.running, 0);
}

static void old_runs_give_way(void **unused)
{
    (void)unused;
    struct run run;
    struct err e;
    bool found;
    add("old", 1);
    (void)take(&run);
    assert_true(end(&run, ""));
    add("waits", 1);
    assert_true(runs_forget(runs, run.created_us / 1000000 + 3000, 1, &e));
    (void)status_of("old", 1, &found);
    assert_true(found);
    again(&(struct runs_options){.max_bytes = 900, .keep_s = 3600, .most_queued = 20});
    (void)take(&run);
    assert_true(end(&run, ""));
    assert_true(runs_forget(runs, run.created_us / 1000000, 1, &e)); /* each has more than 500 bytes, half is 450 */
    (void)status_of("old", 1, &found);
    assert_false(found);
    add("last", 0);
    assert_true(runs_forget(runs, run.created_us / 1000000 + 10000, 1, &e));
    assert_int_equal(status_of("last", 0, &found), RUN_QUEUED); /* what waits does not grow old */
    assert_true(found);
}

static void groups_are_counted_and_read_on(void **unused)
{
    (void)unused;
    struct run_group g = {.id = SLICE("g"), .key_id = 1, .metadata = SLICE("{}")}, got;
    struct run many[3] = {run_named("a", 1), run_named("b", 1), run_named("c", 1)}, run, *listed;
    struct err e;
    bool found;
    size_t n;
    assert_true(runs_group_add(runs, &g, &e));
    for (int i = 0; i < 3; i++)
        many[i].group = g.number;
    assert_true(runs_add(runs, many, 3, &e));
    (void)take(&run);
    assert_true(end(&run, ""));
    assert_true(runs_group_get(runs, 1, SLICE("g"), arena, &got, &found, &e) && found);
    assert_int_equal(got.counts[RUN_COMPLETED], 1);
    assert_int_equal(got.counts[RUN_QUEUED], 2);
    assert_int_equal(got.last, many[2].number);
    assert_true(runs_group_list(runs, g.number, many[0].number, -1, RUN_WITH_REQUEST, 10, arena, &listed, &n, &e));
    assert_int_equal(n, 2);
    assert_slice(listed[0].id, "b");
    assert_slice(listed[0].group_id, "g");
    assert_true(listed[0].request.n > 0 && listed[0].output.n == 0);
    assert_true(runs_group_list(runs, g.number, 0, RUN_COMPLETED, 0, 10, arena, &listed, &n, &e));
    assert_int_equal(n, 1);
    assert_true(runs_group_ended(runs, g.number, 0, 0, 10, arena, &listed, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(listed[0].change, got.change);
    assert_true(runs_group_ended(runs, g.number, got.change, 0, 10, arena, &listed, &n, &e));
    assert_int_equal(n, 0);
    (void)take(&run);
    assert_true(end(&run, ""));
    assert_true(runs_group_ended(runs, g.number, got.change, 0, 10, arena, &listed, &n, &e));
    assert_int_equal(n, 1); /* changes grow */
    assert_true(runs_group_get(runs, 2, SLICE("g"), arena, &got, &found, &e));
    assert_false(found);
}

static void messages_are_kept_until_they_are_taken(void **unused)
{
    (void)unused;
    struct run run;
    struct run_delivery *due = NULL;
    struct err e;
    int64_t next = 0, now;
    size_t n = 0;
    for (int i = 0; i < 3; i++) {
        const char *const ids[] = {"a", "b", "c"};
        add(ids[i], i == 2 ? 2 : 1);
        (void)take(&run);
        assert_true(end(&run, "https://x.example/hook"));
    }
    now = run.created_us / 1000000 + 1;
    assert_true(runs_deliveries(runs, now, 10, 1, arena, &due, &n, &next, &e));
    assert_int_equal(n, 2); /* one of each key */
    assert_int_equal(next, 0);
    assert_slice(due[0].message.url, "https://x.example/hook");
    assert_true(runs_delivered(runs, due[1].number, &e));
    assert_true(runs_deliver_later(runs, due[0].number, now + 50, &e));
    again(&usual);
    assert_true(runs_deliveries(runs, now, 10, 10, arena, &due, &n, &next, &e));
    assert_int_equal(n, 1);
    assert_int_equal(next, now + 50);
    assert_true(runs_deliveries(runs, now + 50, 10, 10, arena, &due, &n, &next, &e));
    assert_int_equal(n, 2);
    assert_int_equal(due[1].tries, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_run_ends_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_share, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_broken_off_is_begun_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_process_leads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_queue_has_an_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(old_runs_give_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(groups_are_counted_and_read_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(messages_are_kept_until_they_are_taken, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("state/runs", tests, NULL, NULL);
}
