#include "base/meter.h"
#include "unit.h"

#include <pthread.h>
#include <stdio.h>

static void text_of(enum meter_form form, struct buf *out)
{
    buf_init(out, 4 * 1024 * 1024);
    meter_print(form, out);
    assert_false(out->over);
}

static bool has(const struct buf *out, const char *line)
{
    return slice_find(buf_slice(out), slice_of(line)) < out->n;
}

/* The value of a sample, 0 when there is none: name with its labels, as it is printed. */
static unsigned long long value_of(const char *name)
{
    struct buf out;
    char line[300];
    text_of(METER_TEXT, &out);
    snprintf(line, sizeof line, "\n%s ", name);
    size_t at = slice_find(buf_slice(&out), slice_of(line));
    unsigned long long value = at < out.n ? strtoull(out.p + at + strlen(line), NULL, 10) : 0;
    buf_release(&out);
    return value;
}

static void counts_are_added_by_series(void **state)
{
    (void)state;
    struct buf out;
    meter_add(METER_SEARCHES, "one", "ok", 2);
    meter_add(METER_SEARCHES, "one", "ok", 3);
    meter_add(METER_SEARCHES, "one", "failed", 1);
    assert_int_equal(value_of("footnote_searches_total{provider=\"one\",status=\"ok\"}"), 5);
    assert_int_equal(value_of("footnote_searches_total{provider=\"one\",status=\"failed\"}"), 1);
    text_of(METER_OPEN, &out);
    assert_true(has(&out, "# TYPE footnote_searches counter\n"));
    assert_true(has(&out, "\nfootnote_searches_total{provider=\"one\",status=\"ok\"} 5\n"));
    assert_true(slice_ends(buf_slice(&out), SLICE("\n# EOF\n")));
    buf_release(&out);
    text_of(METER_TEXT, &out);
    assert_true(has(&out, "# TYPE footnote_searches_total counter\n"));
    assert_false(has(&out, "# EOF"));
    assert_false(has(&out, "# UNIT"));
    buf_release(&out);
}

static void buckets_hold_what_is_at_most_their_bound(void **state)
{
    (void)state;
    struct buf out;
    meter_observe_us(METER_SEARCH_TIME, "b", NULL, 10000);
    meter_observe_us(METER_SEARCH_TIME, "b", NULL, 10001);
    meter_observe_us(METER_SEARCH_TIME, "b", NULL, -5);
    meter_observe_us(METER_SEARCH_TIME, "b", NULL, 1000 * 1000 * 1000);
    text_of(METER_OPEN, &out);
    assert_true(has(&out, "# UNIT footnote_search_seconds seconds\n"));
    assert_true(has(&out, "footnote_search_seconds_bucket{provider=\"b\",le=\"0.01\"} 2\n"));
    assert_true(has(&out, "footnote_search_seconds_bucket{provider=\"b\",le=\"0.02\"} 3\n"));
    assert_true(has(&out, "footnote_search_seconds_bucket{provider=\"b\",le=\"81.92\"} 3\n"));
    assert_true(has(&out, "footnote_search_seconds_bucket{provider=\"b\",le=\"+Inf\"} 4\n"));
    assert_true(has(&out, "footnote_search_seconds_sum{provider=\"b\"} 1000.020001\n"));
    assert_true(has(&out, "footnote_search_seconds_count{provider=\"b\"} 4\n"));
    buf_release(&out);
}

static void label_values_are_escaped_and_cut(void **state)
{
    (void)state;
    struct buf out;
    char longer[100], cut[200];
    memset(longer, 'x', sizeof longer - 1);
    longer[99] = '\0';
    memcpy(longer + METER_LABEL_BYTES - 2, "\xC3\xA9", 2); /* a character on the edge */
    meter_add(METER_ANSWERS, "a\"b\\c\nd", "low", 1);
    meter_add(METER_ANSWERS, longer, "low", 1);
    meter_add(METER_ANSWERS, longer, "low", 1);
    text_of(METER_TEXT, &out);
    assert_true(has(&out, "footnote_answers_total{model=\"a\\\"b\\\\c\\nd\",confidence=\"low\"} 1\n"));
    snprintf(cut, sizeof cut, "{model=\"%.*s\",confidence=\"low\"} 2\n", METER_LABEL_BYTES - 2, longer);
    assert_true(has(&out, cut));
    buf_release(&out);
}

static void strangers_cannot_make_the_list_grow(void **state)
{
    (void)state;
    char name[32];
    struct buf out;
    for (int i = 0; i < 3 * METER_SERIES; i++) {
        snprintf(name, sizeof name, "page-%d", i);
        meter_add(METER_PAGES, name, NULL, 1);
    }
    assert_int_equal(value_of("footnote_pages_total{outcome=\"page-0\"}"), 1);
    assert_int_equal(value_of("footnote_pages_total{outcome=\"other\"}"), 2 * METER_SERIES + 1);
    text_of(METER_TEXT, &out);
    assert_false(has(&out, "page-200"));
    buf_release(&out);
}

static void figures_without_labels_are_there_from_the_start(void **state)
{
    (void)state;
    struct buf out;
    text_of(METER_TEXT, &out);
    assert_true(has(&out, "\nfootnote_connections 0\n"));
    assert_true(has(&out, "\nfootnote_page_seconds_count 0\n"));
    assert_true(has(&out, "\nprocess_cpu_seconds_total 0.000000\n"));
    buf_release(&out);
}

enum { THREADS = 4, ROUNDS = 5000 };

static void *count_on(void *unused)
{
    char name[16];
    for (int i = 0; i < ROUNDS; i++) {
        snprintf(name, sizeof name, "t%d", i % 7);
        meter_add(METER_LIMITED, name, NULL, 1);
    }
    return unused;
}

static void threads_lose_no_count(void **state)
{
    (void)state;
    pthread_t ids[THREADS];
    char name[64];
    uint64_t sum = 0;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&ids[i], NULL, count_on, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(ids[i], NULL);
    for (int i = 0; i < 7; i++) {
        snprintf(name, sizeof name, "footnote_limited_requests_total{reason=\"t%d\"}", i);
        sum += value_of(name);
    }
    assert_int_equal(sum, THREADS * ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_added_by_series),
        cmocka_unit_test(buckets_hold_what_is_at_most_their_bound),
        cmocka_unit_test(label_values_are_escaped_and_cut),
        cmocka_unit_test(strangers_cannot_make_the_list_grow),
        cmocka_unit_test(figures_without_labels_are_there_from_the_start),
        cmocka_unit_test(threads_lose_no_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
