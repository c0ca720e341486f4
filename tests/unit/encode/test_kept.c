/* Kept vectors: found again, merged, swept, after a kill, beside another writer, with damage. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "encode/kept.h"
#include "encode/kept_files.h"
#include "encode/kept_writer.h"
#include "folder.h"

enum { MODEL = 77 };

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

static uint64_t key_of(unsigned i)
{
    char text[16];
    snprintf(text, sizeof text, "%u", i);
    return kept_key(SLICE("Numbers"), slice_of(text));
}

/* A vector of length 1 that is like no other one. */
static void vector_of(unsigned i, float v[ENCODE_WIDTH])
{
    float square = 0;
    for (unsigned k = 0; k < ENCODE_WIDTH; k++) {
        v[k] = sinf((float)((i + 1) * (k + 1)));
        square += v[k] * v[k];
    }
    for (unsigned k = 0; k < ENCODE_WIDTH; k++)
        v[k] /= sqrtf(square);
}

static struct kept_writer *writer(void)
{
    struct kept_writer *w;
    struct err e;
    if (!kept_writer_open(folder, MODEL, false, &w, &e))
        fail_msg("%s", e.message);
    return w;
}

static void put(struct kept_writer *w, unsigned from, unsigned to)
{
    float v[ENCODE_WIDTH];
    for (unsigned i = from; i < to; i++) {
        vector_of(i, v);
        kept_put(w, key_of(i), v);
    }
}

static void commit(struct kept_writer *w, uint32_t upto)
{
    struct err e;
    if (!kept_commit(w, upto, &e))
        fail_msg("%s", e.message);
}

/* Whether exactly the numbers from..to-1 of 0..most are kept, each as it was put. */
static void assert_kept(unsigned from, unsigned to, unsigned most)
{
    struct kept *k = kept_open(folder, MODEL);
    struct kept_view *view = kept_take(k);
    float v[ENCODE_WIDTH];
    for (unsigned i = 0; i < most; i++) {
        const struct kept_row *row = kept_find(view, key_of(i));
        vector_of(i, v);
        if (i < from || i >= to)
            assert_null(row);
        else
            assert_true(row && kept_cosine(row, v) > 0.999F);
    }
    kept_give(k, view);
    kept_close(k);
}

static void what_is_put_is_found(void **state)
{
    (void)state;
    struct kept_writer *w = writer();
    assert_int_equal(kept_upto(w), 0);
    for (unsigned i = 0; i < 40; i++) { /* many small commits become few files */
        put(w, i * 25, i * 25 + 25);
        assert_true(kept_has(w, key_of(i * 25)));
        commit(w, i + 1);
        assert_true(kept_has(w, key_of(i * 25)));
    }
    assert_false(kept_has(w, key_of(1000)));
    assert_int_equal(kept_total(w), 1000);
    kept_writer_close(w);
    uint32_t *numbers;
    assert_true(kept_list(folder, &numbers) <= 8);
    free(numbers);
    assert_kept(0, 1000, 1100);
    w = writer();
    assert_int_equal(kept_upto(w), 40);
    kept_writer_close(w);
    struct kept *other = kept_open(folder, MODEL + 1); /* of another encoder */
    struct kept_view *view = kept_take(other);
    assert_int_equal(kept_count(view), 0);
    kept_give(other, view);
    kept_close(other);
}

static void what_was_not_committed_is_lost_and_nothing_else(void **state)
{
    (void)state;
    char path[KEPT_PATH_BYTES];
    struct kept_writer *w = writer();
    put(w, 0, 10);
    commit(w, 5);
    put(w, 10, 20);
    kept_writer_close(w); /* as when it is killed; also in the middle of a file: */
    snprintf(path, sizeof path, "%s/part", folder);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs("footnote vec", f);
    fclose(f);
    assert_kept(0, 10, 30);
    w = writer();
    assert_int_equal(kept_upto(w), 5);
    put(w, 10, 30);
    commit(w, 9);
    kept_writer_close(w);
    assert_kept(0, 30, 40);
}

static void a_sweep_keeps_what_is_named(void **state)
{
    (void)state;
    struct err e;
    uint64_t keys[100];
    struct kept_writer *w = writer();
    put(w, 0, 500);
    commit(w, 50);
    put(w, 500, 600);
    commit(w, 60);
    for (unsigned i = 0; i < 100; i++)
        keys[i] = key_of(i < 50 ? i + 200 : i + 9000); /* half of them were never there */
    assert_true(kept_sweep(w, keys, 100, 7, &e));
    assert_int_equal(kept_total(w), 50);
    kept_writer_close(w);
    assert_kept(200, 250, 600);
    w = writer();
    assert_int_equal(kept_upto(w), 60);
    assert_int_equal(kept_gone(w), 7);
    assert_true(kept_sweep(w, NULL, 0, 9, &e));
    assert_int_equal(kept_total(w), 0);
    kept_writer_close(w);
    assert_kept(0, 0, 600);
}

static void one_writer_at_a_time(void **state)
{
    (void)state;
    struct kept_writer *w = writer(), *second;
    struct err e;
    assert_false(kept_writer_open(folder, MODEL, false, &second, &e));
    assert_int_equal(e.code, ERR_BUSY);
    kept_writer_close(w);
    kept_writer_close(writer());
}

static void a_reader_notices_new_files(void **state)
{
    (void)state;
    struct kept *k = kept_open(folder, MODEL);
    struct kept_view *before = kept_take(k), *now = NULL;
    assert_int_equal(kept_count(before), 0);
    struct kept_writer *w = writer();
    put(w, 0, 10);
    commit(w, 1);
    for (int i = 0; i < 100; i++) { /* within a second, but no test measures time */
        now = kept_take(k);
        if (kept_count(now) == 10)
            break;
        kept_give(k, now);
        now = NULL;
        usleep(100 * 1000);
    }
    assert_non_null(now);
    put(w, 10, 1000); /* the file goes; who has it mapped can go on */
    commit(w, 2);
    assert_non_null(kept_find(now, key_of(9)));
    assert_null(kept_find(before, key_of(9)));
    kept_give(k, before);
    kept_give(k, now);
    kept_writer_close(w);
    kept_close(k);
}

static void damage(long at)
{
    char path[KEPT_PATH_BYTES];
    uint32_t *numbers;
    size_t n = kept_list(folder, &numbers);
    assert_true(n > 0);
    kept_path(path, folder, numbers[n - 1]);
    free(numbers);
    if (at < 0) {
        assert_int_equal(truncate(path, -at), 0);
        return;
    }
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, at, SEEK_SET);
    int c = getc(f);
    fseek(f, at, SEEK_SET);
    putc(c ^ 1, f);
    fclose(f);
}

static void damaged_files_are_left_alone_and_made_anew(void **state)
{
    (void)state;
    static const long places[] = {0, 24, 28, 32, 36, 40, 64, 100, -1, -70, -500};
    struct kept_writer *w = writer();
    put(w, 0, 100);
    commit(w, 10);
    kept_writer_close(w);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        damage(places[i]);
        assert_kept(0, 0, 100);
        w = writer();
        assert_int_equal(kept_upto(w), 0); /* so everything is looked at again */
        put(w, 0, 100);
        commit(w, 10);
        kept_writer_close(w);
        assert_kept(0, 100, 110);
    }
}

static void the_nearest_are_found_by_a_scan(void **state)
{
    (void)state;
    enum { ROWS = 700, MOST = 10 }; /* sines repeat after 710 */
    struct kept_writer *w;
    struct err e;
    struct kept_near near[MOST];
    float v[ENCODE_WIDTH], other[ENCODE_WIDTH], square = 0;
    assert_true(kept_writer_open(folder, MODEL, true, &w, &e));
    for (unsigned i = 0; i < ROWS; i++) { /* in files of several sizes */
        vector_of(i, v);
        kept_put(w, i, v);
        if (i == 450 || i == 660)
            commit(w, i);
    }
    commit(w, ROWS);
    kept_writer_close(w);
    struct kept *k = kept_open(folder, MODEL);
    struct kept_view *view = kept_take(k);
    for (unsigned i = 0; i < ROWS; i += 31) {
        vector_of(i, v);
        assert_int_equal(kept_nearest(view, v, MOST, near), MOST);
        assert_int_equal(near[0].key, i);
        assert_true(near[0].cosine > 0.999F);
        for (size_t n = 1; n < MOST; n++)
            assert_true(near[n - 1].cosine >= near[n].cosine && near[n].key != near[n - 1].key);
    }
    /* Between two rows: both. */
    vector_of(11, v);
    vector_of(690, other);
    for (size_t i = 0; i < ENCODE_WIDTH; i++) {
        v[i] += other[i];
        square += v[i] * v[i];
    }
    for (size_t i = 0; i < ENCODE_WIDTH; i++)
        v[i] /= sqrtf(square);
    assert_int_equal(kept_nearest(view, v, 2, near), 2);
    assert_true((near[0].key == 11 && near[1].key == 690) || (near[0].key == 690 && near[1].key == 11));
    kept_give(k, view);
    kept_close(k);
}

static void few_rows_are_all_near_and_none_is_none(void **state)
{
    (void)state;
    struct kept_writer *w;
    struct err e;
    struct kept_near near[5];
    float v[ENCODE_WIDTH];
    vector_of(1, v);
    struct kept *k = kept_open(folder, MODEL);
    struct kept_view *view = kept_take(k);
    assert_int_equal(kept_nearest(view, v, 5, near), 0);
    kept_give(k, view);
    kept_close(k);
    assert_true(kept_writer_open(folder, MODEL, true, &w, &e));
    kept_put(w, 5, v);
    kept_put(w, 6, v); /* two passages may say the same */
    commit(w, 6);
    kept_writer_close(w);
    k = kept_open(folder, MODEL);
    view = kept_take(k);
    assert_int_equal(kept_nearest(view, v, 5, near), 2);
    assert_int_equal(near[0].key, 5);
    assert_int_equal(near[1].key, 6);
    assert_int_equal(kept_nearest(view, v, 0, near), 0);
    kept_give(k, view);
    kept_close(k);
    w = writer(); /* files without signs are not scanned */
    assert_true(kept_sweep(w, NULL, 0, 0, &e));
    put(w, 0, 10);
    commit(w, 7);
    kept_writer_close(w);
    k = kept_open(folder, MODEL);
    view = kept_take(k);
    assert_int_equal(kept_nearest(view, v, 5, near), 0);
    kept_give(k, view);
    kept_close(k);
}

static void keys_tell_title_and_text_apart(void **state)
{
    (void)state;
    assert_true(kept_key(SLICE("a"), SLICE("b")) != kept_key(SLICE("b"), SLICE("a")));
    assert_true(kept_key(SLICE("a"), SLICE("b")) == kept_key(SLICE("a"), SLICE("b")));
    assert_true(kept_key(SLICE(""), SLICE("")) != kept_key(SLICE(""), SLICE(" ")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_put_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_not_committed_is_lost_and_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sweep_keeps_what_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_writer_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_notices_new_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_files_are_left_alone_and_made_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_nearest_are_found_by_a_scan, set_up, tear_down),
        cmocka_unit_test_setup_teardown(few_rows_are_all_near_and_none_is_none, set_up, tear_down),
        cmocka_unit_test(keys_tell_title_and_text_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
