#include "unit.h"

#include <ctype.h>
#include <pthread.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "base/utf8.h"
#include "base/work.h"

static void slices(void **state)
{
    (void)state;
    assert_slice(slice_trim(SLICE(" \n a b\t")), "a b");
    assert_slice(slice_trim(SLICE("  ")), "");
    assert_int_equal(slice_find(SLICE("abcabc"), SLICE("ca")), 2);
    assert_int_equal(slice_find(SLICE("abc"), SLICE("x")), 3);
    assert_true(slice_eq_nocase(SLICE("Bearer"), SLICE("bEARER")));
    assert_true(slice_starts(SLICE("ab"), SLICE("")));
    assert_false(slice_ends(SLICE("b"), SLICE("ab")));
    assert_true(slice_cmp(SLICE("a"), SLICE("ab")) < 0);
    assert_true(slice_cmp(SLICE("b"), SLICE("ab")) > 0);
}

static void nul_is_in_no_set(void **state)
{
    (void)state;
    assert_true(char_in('.', ".,") && char_in(',', ".,"));
    assert_false(char_in('x', ".,") || char_in('\0', ".,") || char_in('\0', ""));
}

static void utf8_is_strict(void **state)
{
    static const struct {
        const char *text;
        size_t n, valid;
    } cases[] = {
        {"abc", 3, 3},
        {"\xc3\xa9", 2, 2},
        {"\xe2\x82\xac", 3, 3},
        {"\xf0\x9f\x98\x80", 4, 4},
        {"a\xc3", 2, 1},            /* cut */
        {"\xc0\x80", 2, 0},         /* overlong NUL */
        {"\xe0\x80\x80", 3, 0},     /* overlong */
        {"\xed\xa0\x80", 3, 0},     /* surrogate */
        {"\xf4\x90\x80\x80", 4, 0}, /* above U+10FFFF */
        {"\xf5\x80\x80\x80", 4, 0},
        {"x\x80y", 3, 1}, /* a tail alone */
        {"\xff", 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(utf8_check((struct slice){cases[i].text, cases[i].n}), cases[i].valid);
}

static void utf8_counts_and_cuts(void **state)
{
    uint32_t code;
    char out[4];
    (void)state;
    assert_int_equal(utf8_count(SLICE("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")), 4);
    assert_int_equal(utf8_next(SLICE("\xe2\x82\xac"), &code), 3);
    assert_int_equal(code, 0x20AC);
    assert_int_equal(utf8_put(out, 0x1F600), 4);
    assert_memory_equal(out, "\xf0\x9f\x98\x80", 4);
    assert_slice(utf8_cut(SLICE("a\xe2\x82\xac"), 3), "a");
    assert_slice(utf8_cut(SLICE("a\xe2\x82\xac"), 4), "a\xe2\x82\xac");
    char text[] = "a\x01\xff\xc3\xa9";
    utf8_scrub(text, 5);
    assert_string_equal(text, "a??\xc3\xa9");
}

static void count_release(void *thing)
{
    int *order = thing;
    order[0]++;
}

static void arenas_hold_and_release(void **state)
{
    int released = 0;
    struct arena *a = arena_new();
    (void)state;
    arena_defer(a, count_release, &released);
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(a, n);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, n);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
    }
    char *big = arena_alloc(a, 1024 * 1024);
    memset(big, 1, 1024 * 1024);
    assert_slice(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    assert_slice(arena_dup(a, SLICE("copy")), "copy");
    int *items = NULL;
    size_t room = 0;
    for (size_t i = 0; i < 100; i++)
        *arena_push(a, &items, i, &room) = (int)i;
    for (int i = 0; i < 100; i++)
        assert_int_equal(items[i], i);
    const char **names = NULL; /* any type; each argument is evaluated once */
    int evaluated[4] = {0};
    room = 0;
    *arena_push((evaluated[0]++, a), (evaluated[1]++, &names), (size_t)evaluated[2]++, (evaluated[3]++, &room)) =
        "first";
    for (int i = 0; i < 4; i++)
        assert_int_equal(evaluated[i], 1);
    assert_string_equal(names[0], "first");
    assert_int_equal(released, 0);
    arena_free(a);
    assert_int_equal(released, 1);
}

static void a_text_grows_by_its_pieces(void **state)
{
    (void)state;
    enum { PIECES = 20000 };
    struct arena *a = arena_new();
    struct arena_text t = {.arena = a};
    assert_slice(arena_text_slice(&t), "");
    arena_text_add(&t, SLICE("one"));
    struct slice early = arena_text_slice(&t);
    arena_text_add(&t, SLICE(""));
    arena_text_printf(&t, ", %d", 2);
    assert_slice(early, "one");
    assert_string_equal(arena_text_slice(&t).p, "one, 2");
    for (int i = 0; i < PIECES; i++)
        arena_text_printf(&t, " %05d", i);
    assert_int_equal(arena_text_slice(&t).n, 6 + 6 * PIECES);
    assert_true(slice_ends(arena_text_slice(&t), SLICE(" 19998 19999")));
    assert_true(arena_bytes(a) < 8 * 6 * PIECES); /* a copy for each piece would be ten thousand times as much */
    arena_free(a);
}

static void buffers_keep_their_ceiling(void **state)
{
    struct buf b;
    size_t n;
    (void)state;
    buf_init(&b, 8);
    assert_true(buf_add(&b, SLICE("1234")));
    assert_true(buf_printf(&b, "%d", 5678));
    assert_false(buf_add_char(&b, 'x'));
    assert_true(b.over);
    assert_slice(buf_slice(&b), "12345678");
    buf_reset(&b);
    assert_true(buf_add(&b, SLICE("ab")));
    char *taken = buf_take(&b, &n);
    assert_int_equal(n, 2);
    assert_string_equal(taken, "ab");
    free(taken);
    assert_false(buf_printf(&b, "%s", "123456789"));
    buf_release(&b);
}

static void errors_come_from_the_table(void **state)
{
    struct err e;
    char huge[2000];
    (void)state;
    assert_false(err_set_param(&e, ERR_BAD_VALUE, "messages[0].role", "'%s' is \xff bad\n.", "x"));
    assert_int_equal(err_status(e.code), 422);
    assert_string_equal(e.param, "messages[0].role");
    assert_string_equal(e.message, "'x' is ? bad?.");
    assert_false(err_set(&e, ERR_NO_KEY, NULL));
    assert_string_equal(e.message, "No API key was given. Send 'Authorization: Bearer KEY' or 'x-api-key: KEY'.");
    memset(huge, 'y', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    assert_false(err_set_param(&e, ERR_INTERNAL, huge, "%s", huge));
    assert_int_equal(strlen(e.message), sizeof e.message - 1);
    for (int code = ERR_OK + 1; code < ERR_COUNT; code++) {
        assert_in_range(err_status((enum err_code)code), 400, 599);
        assert_true(strlen(err_type((enum err_code)code)) > 0 && strlen(err_wire_code((enum err_code)code)) > 0);
    }
}

/* Every byte and code point is of the kinds that the C locale gives it, or of none. */
static void kinds_of_ascii(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x20000; c++) {
        int b = c < 128 ? (int)c : 0x100;
        assert_int_equal(ascii_is_digit(c), b < 128 && isdigit(b) != 0);
        assert_int_equal(ascii_is_lower(c), b < 128 && islower(b) != 0);
        assert_int_equal(ascii_is_upper(c), b < 128 && isupper(b) != 0);
        assert_int_equal(ascii_is_letter(c), b < 128 && isalpha(b) != 0);
        assert_int_equal(ascii_is_space(c), b < 128 && isspace(b) != 0);
        assert_int_equal(ascii_is_html_space(c), b < 128 && isspace(b) != 0 && b != '\v');
        assert_int_equal(ascii_is_json_space(c), b > 0 && b < 128 && strchr(" \t\n\r", b) != NULL);
        assert_int_equal(ascii_hex(c) >= 0, b < 128 && isxdigit(b) != 0);
    }
    assert_int_equal(ascii_hex('0'), 0);
    assert_int_equal(ascii_hex('9'), 9);
    assert_int_equal(ascii_hex('a'), 10);
    assert_int_equal(ascii_hex('F'), 15);
    assert_false(ascii_is_space((uint32_t)(char)-1) || ascii_is_letter((uint32_t)(char)0xE1));
}

static void dates_are_utc(void **state)
{
    char date[11];
    (void)state;
    clock_date(951782400, date);
    assert_string_equal(date, "2000-02-29");
    struct deadline past = {clock_ms() - 5, NULL};
    assert_int_equal(deadline_left_ms(&past), 0);
    assert_false(deadline_cancelled(&past));
    assert_false(deadline_pause(&past, 60 * 1000));
    atomic_bool cancelled = true;
    struct deadline far = {INT64_MAX, &cancelled};
    assert_false(deadline_pause(&far, 60 * 1000));
    assert_false(deadline_pause(&far, 0));
    cancelled = false;
    assert_true(deadline_pause(&far, 1));
}

static void random_names_differ(void **state)
{
    char a[41], b[41];
    (void)state;
    random_name(a, 40);
    random_name(b, 40);
    assert_int_equal(strlen(a), 40);
    assert_int_equal(strspn(a, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), 40);
    assert_string_not_equal(a, b);
}

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    bool open;
    int done;
};

static void pass_gate(void *thing)
{
    struct gate *g = thing;
    pthread_mutex_lock(&g->lock);
    while (!g->open)
        pthread_cond_wait(&g->opened, &g->lock);
    g->done++;
    pthread_mutex_unlock(&g->lock);
}

static void full_queue_refuses(void **state)
{
    struct gate g = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0};
    struct err e;
    struct work *w = work_new(2, 3, 0, &e);
    int taken = 0;
    (void)state;
    assert_non_null(w);
    /* Two run, three wait. How soon the threads take theirs is open, so ask until five are in. */
    for (int i = 0; i < 10000 && taken < 5; i++) {
        taken += work_try(w, &(struct work_job){.run = pass_gate, .thing = &g});
        if (i > 5)
            usleep(100);
    }
    assert_int_equal(taken, 5);
    assert_false(work_try(w, &(struct work_job){.run = pass_gate, .thing = &g}));
    pthread_mutex_lock(&g.lock);
    g.open = true;
    pthread_cond_broadcast(&g.opened);
    pthread_mutex_unlock(&g.lock);
    work_free(w);
    assert_int_equal(g.done, 5);
}

struct shared_job;

struct shared { /* what the jobs of the next test share */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;
    int began, ended;
    const struct shared_job *first; /* set with open */
};

struct shared_job {
    struct shared *shared;
    int began_as; /* 0: not yet */
    bool waits;
};

static void shared_run(void *thing)
{
    struct shared_job *j = thing;
    pthread_mutex_lock(&j->shared->lock);
    j->began_as = ++j->shared->began;
    const struct shared_job *first = j->shared->first;
    pthread_cond_broadcast(&j->shared->changed);
    while (j->waits && !j->shared->open)
        pthread_cond_wait(&j->shared->changed, &j->shared->lock);
    /* Who was taken out first may be the last to run on a busy machine. */
    int64_t until_ms = clock_ms() + 5000;
    while (first && first != j && !first->began_as && clock_cond_wait(&j->shared->changed, &j->shared->lock, until_ms))
        ;
    j->shared->ended++;
    pthread_cond_broadcast(&j->shared->changed);
    pthread_mutex_unlock(&j->shared->lock);
}

static bool shared_reaches(struct shared *s, int *count, int n)
{
    int64_t until_ms = clock_ms() + 5000;
    pthread_mutex_lock(&s->lock);
    while (*count < n && clock_cond_wait(&s->changed, &s->lock, until_ms))
        ;
    bool reached = *count >= n;
    pthread_mutex_unlock(&s->lock);
    return reached;
}

static void owners_share_the_workers(void **state)
{
    struct shared s = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct err e;
    struct work *w = work_new(8, 20, 0, &e);
    struct shared_job greedy[40], other = {&s, 0, false}, dear = {&s, 0, true}, late = {&s, 0, false};
    unsigned taken = 0;
    (void)state;
    clock_cond_init(&s.changed);
    assert_non_null(w);
    for (size_t i = 0; i < COUNT_OF(greedy); i++) {
        greedy[i] = (struct shared_job){&s, 0, true};
        taken += work_try(w, &(struct work_job){shared_run, &greedy[i], 1, true, 0, 0});
    }
    assert_int_equal(taken, 18);                  /* eight that might run, and half of the places */
    assert_true(shared_reaches(&s, &s.began, 6)); /* two threads are out of its reach */
    /* Somebody else's cheap job begins at once, a dear one when one of the others ends. */
    assert_true(work_try(w, &(struct work_job){shared_run, &other, 2, false, 0, 0}));
    assert_true(shared_reaches(&s, &s.ended, 1));
    assert_int_equal(other.began_as, 7);
    assert_true(work_try(w, &(struct work_job){shared_run, &dear, 2, true, 0, 0}));
    /* A job that came too late is run all the same, to say so. */
    assert_true(work_try(w, &(struct work_job){shared_run, &late, 3, true, clock_ms() + 20, 0}));
    assert_true(shared_reaches(&s, &s.ended, 2));
    assert_int_equal(late.began_as, 8);
    assert_int_equal(dear.began_as, 0);
    assert_true(work_stuck_ms(w) >= 0);
    pthread_mutex_lock(&s.lock);
    s.open = true;
    s.first = &dear;
    pthread_cond_broadcast(&s.changed);
    pthread_mutex_unlock(&s.lock);
    work_free(w);
    assert_int_equal(s.ended, 18 + 3);
    assert_true(dear.began_as <= 9 + 6); /* before those of the greedy owner that had come earlier */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices),
        cmocka_unit_test(nul_is_in_no_set),
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(utf8_counts_and_cuts),
        cmocka_unit_test(arenas_hold_and_release),
        cmocka_unit_test(a_text_grows_by_its_pieces),
        cmocka_unit_test(buffers_keep_their_ceiling),
        cmocka_unit_test(errors_come_from_the_table),
        cmocka_unit_test(kinds_of_ascii),
        cmocka_unit_test(dates_are_utc),
        cmocka_unit_test(random_names_differ),
        cmocka_unit_test(full_queue_refuses),
        cmocka_unit_test(owners_share_the_workers),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
