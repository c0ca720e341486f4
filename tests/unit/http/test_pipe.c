/* The pipe with threads of its own on both ends: a reader that sleeps and is woken, as a connection would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "http/pipe.h"

/* Stands for a connection: `sleep` and `wake` are called under the pipe's lock. */
struct reader {
    pthread_mutex_t lock;
    pthread_cond_t woken;
    int asleep, sleeps, wakes;
};

static void reader_init(struct reader *r)
{
    *r = (struct reader){.asleep = 0};
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->woken, NULL);
}

static void sleep_reader(void *arg)
{
    struct reader *r = arg;
    pthread_mutex_lock(&r->lock);
    assert_int_equal(r->asleep, 0);
    r->asleep = 1;
    r->sleeps++;
    pthread_mutex_unlock(&r->lock);
}

static void wake_reader(void *arg)
{
    struct reader *r = arg;
    pthread_mutex_lock(&r->lock);
    assert_int_equal(r->asleep, 1);
    r->asleep = 0;
    r->wakes++;
    pthread_cond_signal(&r->woken);
    pthread_mutex_unlock(&r->lock);
}

static struct pipe *make(struct reader *r, size_t capacity_bytes, unsigned write_timeout_ms)
{
    reader_init(r);
    struct pipe *p = pipe_new(&(struct pipe_options){.capacity_bytes = capacity_bytes,
                                                     .write_timeout_ms = write_timeout_ms,
                                                     .heartbeat_ms = 100,
                                                     .heartbeat = ": ping\n\n",
                                                     .sleep = sleep_reader,
                                                     .wake = wake_reader,
                                                     .reader = r});
    assert_non_null(p);
    return p;
}

static void bytes_come_out_in_order_and_then_the_end(void **unused)
{
    (void)unused;
    struct reader r;
    struct pipe *p = make(&r, 10, 1000);
    char out[16];
    assert_true(pipe_write(p, SLICE("12345678")));
    assert_int_equal(pipe_read(p, out, 5), 5);
    assert_memory_equal(out, "12345", 5);
    assert_true(pipe_write(p, SLICE("abcdefg"))); /* around the ring's edge, exactly full */
    assert_int_equal(pipe_read(p, out, sizeof out), 10);
    assert_memory_equal(out, "678abcdefg", 10);
    assert_int_equal(pipe_read(p, out, sizeof out), 0);
    assert_int_equal(r.sleeps, 1);
    pipe_end(p);
    assert_int_equal(r.wakes, 1);
    assert_int_equal(pipe_read(p, out, sizeof out), PIPE_END);
    assert_false(pipe_write(p, SLICE("late")));
    assert_int_equal(pipe_bytes_read(p), 15);
    pipe_drop(p);
}

static void cancelling_stops_both_sides(void **unused)
{
    (void)unused;
    struct reader r;
    struct pipe *p = make(&r, 10, 1000);
    char out[16];
    assert_int_equal(pipe_read(p, out, sizeof out), 0);
    pipe_cancel(p);
    assert_int_equal(r.wakes, 1);
    pipe_cancel(p);
    assert_int_equal(r.wakes, 1);
    assert_int_equal(pipe_read(p, out, sizeof out), PIPE_CANCELLED);
    assert_false(pipe_write(p, SLICE("x")));
    assert_false(pipe_timed_out(p));
    pipe_drop(p);
}

static void a_reader_that_left_is_never_woken(void **unused)
{
    (void)unused;
    struct reader r;
    struct pipe *p = make(&r, 10, 1000);
    char out[16];
    assert_int_equal(pipe_read(p, out, sizeof out), 0);
    pipe_forget_reader(p);
    assert_false(pipe_write(p, SLICE("x")));
    pipe_end(p);
    pipe_cancel(p);
    assert_int_equal(r.wakes, 0);
    pipe_drop(p);
}

static void a_slow_reader_is_given_up(void **unused)
{
    (void)unused;
    struct reader r;
    struct pipe *p = make(&r, 10, 60);
    char out[16];
    assert_int_equal(pipe_read(p, out, sizeof out), 0);
    int64_t before = clock_ms();
    assert_false(pipe_write(p, SLICE("more than the ring can take")));
    int64_t waited = clock_ms() - before;
    assert_in_range(waited, 55, 2000);
    assert_true(pipe_timed_out(p));
    assert_int_equal(pipe_read(p, out, sizeof out), PIPE_CANCELLED);
    pipe_drop(p);
}

/* A writer goes on at once as long as there is memory for all pipes together, and what it wrote comes out. */
static void spill_memory_is_shared_and_bounded(void **unused)
{
    (void)unused;
    struct pipe_spill spill = {.most = 2500};
    struct reader r, r2;
    reader_init(&r);
    reader_init(&r2);
    struct pipe_options o = {.capacity_bytes = 500,
                             .spill = &spill,
                             .write_timeout_ms = 60,
                             .heartbeat_ms = 100,
                             .heartbeat = "",
                             .sleep = sleep_reader,
                             .wake = wake_reader,
                             .reader = &r};
    struct pipe *p = pipe_new(&o);
    o.reader = &r2;
    struct pipe *q = pipe_new(&o);
    char text[2000], out[4000];
    memset(text, 'a', sizeof text);
    assert_false(pipe_is_pending(p));
    assert_true(pipe_write(p, (struct slice){text, 300}));
    assert_true(pipe_write(p, (struct slice){text, 1500}));
    assert_true(pipe_is_pending(p));
    assert_true(atomic_load(&spill.used) > 0 && atomic_load(&spill.used) <= spill.most);
    assert_false(pipe_write(q, (struct slice){text, sizeof text})); /* there is not enough left for this one */
    assert_int_equal(pipe_read(p, out, sizeof out), 1800);
    pipe_drop(p);
    pipe_drop(q);
    assert_int_equal(atomic_load(&spill.used), 0);
}

static void heartbeats_fill_silence_only(void **unused)
{
    (void)unused;
    struct reader r;
    struct pipe *p = make(&r, 64, 1000);
    char out[64];
    int64_t now = clock_ms();
    assert_false(pipe_beat(p, now, false));
    assert_true(pipe_beat(p, now + 150, false));
    assert_int_equal(pipe_read(p, out, sizeof out), 8);
    assert_memory_equal(out, ": ping\n\n", 8);
    assert_false(pipe_beat(p, now + 200, false)); /* 50 ms after the last */
    assert_true(pipe_beat(p, now + 200, true));
    assert_true(pipe_beat(p, now + 1000, true)); /* not empty: nothing is added */
    assert_int_equal(pipe_read(p, out, sizeof out), 8);
    assert_int_equal(pipe_read(p, out, sizeof out), 0);
    assert_true(pipe_beat(p, now + 5000, false));
    assert_int_equal(r.wakes, 1);
    assert_int_equal(pipe_read(p, out, sizeof out), 8);
    pipe_end(p);
    assert_false(pipe_beat(p, now + 9000, true));
    assert_int_equal(pipe_read(p, out, sizeof out), PIPE_END);
    pipe_drop(p);
}

enum { TOTAL_BYTES = 2 * 1000 * 1000 };

static unsigned char byte_at(size_t i)
{
    return (unsigned char)(i * 7 + i / 251);
}

static void *write_all(void *arg)
{
    struct pipe *p = arg;
    char piece[997];
    uintptr_t failed = 0;
    for (size_t at = 0; at < TOTAL_BYTES && !failed;) {
        size_t n = 1 + (at * 31 + at / 17) % sizeof piece;
        if (n > TOTAL_BYTES - at)
            n = TOTAL_BYTES - at;
        for (size_t i = 0; i < n; i++)
            piece[i] = (char)byte_at(at + i);
        failed = !pipe_write(p, (struct slice){piece, n});
        at += n;
    }
    pipe_end(p);
    pipe_drop(p);
    return (void *)failed;
}

/* A third thread beats all along: with the ring seldom silent it must never tear anything. */
static void *beat(void *arg)
{
    struct pipe *p = arg;
    for (int i = 0; i < 2000; i++)
        pipe_beat(p, clock_ms(), false);
    pipe_drop(p);
    return NULL;
}

static void two_million_bytes_between_threads(void **unused)
{
    (void)unused;
    struct reader r;
    struct pipe *p = make(&r, 512, 5000);
    pthread_t writer, beater;
    pipe_hold(p);
    pthread_create(&writer, NULL, write_all, p);
    pipe_hold(p);
    pthread_create(&beater, NULL, beat, p);
    char out[300];
    size_t at = 0;
    ssize_t n;
    while ((n = pipe_read(p, out, sizeof out)) >= 0) {
        for (ssize_t i = 0; i < n; i++, at++)
            if ((unsigned char)out[i] != byte_at(at))
                fail_msg("byte %zu is wrong", at);
        pthread_mutex_lock(&r.lock);
        while (n == 0 && r.asleep)
            pthread_cond_wait(&r.woken, &r.lock);
        pthread_mutex_unlock(&r.lock);
    }
    assert_int_equal(n, PIPE_END);
    assert_int_equal(at, TOTAL_BYTES);
    assert_int_equal(r.sleeps, r.wakes);
    void *failed;
    pthread_join(writer, &failed);
    assert_null(failed);
    pthread_join(beater, NULL);
    pipe_drop(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_out_in_order_and_then_the_end), cmocka_unit_test(cancelling_stops_both_sides),
        cmocka_unit_test(a_reader_that_left_is_never_woken),        cmocka_unit_test(a_slow_reader_is_given_up),
        cmocka_unit_test(spill_memory_is_shared_and_bounded),       cmocka_unit_test(heartbeats_fill_silence_only),
        cmocka_unit_test(two_million_bytes_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
