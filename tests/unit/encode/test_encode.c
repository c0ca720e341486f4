/* The encoder against the original: pieces of texts in every script, vectors of sentences. Both need the weights, which
 * 'footnote encoder install' puts into the cache; without them these tests are skipped. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>

#include "cli/files.h"
#include "encode/meaning.h"
#include "encode/pieces.h"
#include "folder.h"
#include "weights.h"

enum { FILE_BYTES = 1 << 20, SENTENCES = 200 };

static struct slice next_line(struct slice *rest)
{
    struct slice line = slice_sub(*rest, 0, slice_find(*rest, SLICE("\n")));
    size_t used = line.n < rest->n ? line.n + 1 : line.n;
    *rest = slice_sub(*rest, used, rest->n - used);
    return line;
}

static struct slice read_all(struct arena *a, const char *path)
{
    struct slice all;
    struct err e;
    if (!file_read(a, path, FILE_BYTES, &all, &e))
        fail_msg("%s", e.message);
    return all;
}

static void pieces_are_those_of_the_original(void **state)
{
    (void)state;
    struct weights w;
    struct err e;
    encoder_close(weights_open_or_skip());
    if (!weights_map(weights_path, &w, &e))
        fail_msg("%s", e.message);
    struct arena *a = arena_new();
    struct slice rest = read_all(a, "tests/unit/encode/pieces.txt");
    unsigned wrong = 0, rows = 0;
    for (; rest.n; rows++) {
        struct slice line = next_line(&rest);
        size_t tab = slice_find(line, SLICE("\t"));
        uint32_t pieces[ENCODE_PIECES_MAX];
        size_t n = pieces_cut(&w, slice_sub(line, 0, tab), pieces);
        struct arena_text got = {.arena = a};
        for (size_t i = 0; i < n; i++)
            arena_text_printf(&got, "%s%u", i ? " " : "", pieces[i]);
        struct slice want = slice_sub(line, tab + 1, line.n - tab - 1);
        if (!slice_eq(arena_text_slice(&got), want)) {
            print_error("%.*s\nexpected %.*s\ngot      %.*s\n", SLICE_ARGS(line), SLICE_ARGS(want),
                        SLICE_ARGS(arena_text_slice(&got)));
            wrong++;
        }
    }
    arena_free(a);
    weights_unmap(&w);
    assert_true(rows > 400);
    assert_int_equal(wrong, 0);
}

static void hostile_texts_are_cut(void **state)
{
    (void)state;
    struct weights w;
    struct err e;
    uint32_t pieces[ENCODE_PIECES_MAX];
    encoder_close(weights_open_or_skip());
    if (!weights_map(weights_path, &w, &e))
        fail_msg("%s", e.message);
    struct arena *a = arena_new();
    struct slice broken = {"caf\xC3 \xFF\xFE ok\0ok", 14};
    size_t n = pieces_cut(&w, broken, pieces);
    uint32_t same[ENCODE_PIECES_MAX];
    assert_int_equal(n, pieces_cut(&w, SLICE("caf okok"), same));
    assert_memory_equal(pieces, same, n * sizeof *pieces);
    /* What looks like a mark of the model is text. */
    assert_true(pieces_cut(&w, SLICE("[SEP]"), pieces) > 3);
    char *letters = arena_alloc(a, FILE_BYTES);
    memset(letters, 'q', FILE_BYTES);
    assert_int_equal(pieces_cut(&w, (struct slice){letters, FILE_BYTES}, pieces), 3); /* one word, not known */
    for (size_t i = 0; i < FILE_BYTES; i += 2)
        letters[i] = '.';
    assert_int_equal(pieces_cut(&w, (struct slice){letters, FILE_BYTES}, pieces), ENCODE_PIECES_MAX);
    arena_free(a);
    weights_unmap(&w);
}

static void vectors_are_those_of_the_original(void **state)
{
    (void)state;
    struct encoder *x = weights_open_or_skip();
    struct arena *a = arena_new();
    struct slice rest = read_all(a, "tests/unit/encode/sentences.txt"),
                 want = read_all(a, "tests/unit/encode/vectors.bin");
    struct slice *texts = arena_array(a, struct slice, SENTENCES);
    for (size_t i = 0; i < SENTENCES; i++)
        texts[i] = next_line(&rest);
    assert_int_equal(rest.n, 0);
    assert_int_equal(want.n, SENTENCES * ENCODE_WIDTH);
    float *vectors = arena_array(a, float, SENTENCES *ENCODE_WIDTH);
    assert_int_equal(encode_texts(x, texts, SENTENCES, NULL, vectors), SENTENCES);
    for (size_t i = 0; i < SENTENCES; i++) {
        float kept[ENCODE_WIDTH], square = 0;
        for (size_t k = 0; k < ENCODE_WIDTH; k++) {
            kept[k] = (float)(signed char)want.p[i * ENCODE_WIDTH + k];
            square += kept[k] * kept[k];
        }
        float cosine = encode_cosine(kept, vectors + i * ENCODE_WIDTH) / sqrtf(square);
        if (!(cosine >= 0.997F)) /* the worst seen is 0.9982 */
            fail_msg("%.*s: cosine %f", SLICE_ARGS(texts[i]), (double)cosine);
    }
    /* Alone or among others, by helpers or not: the same numbers. */
    float alone[ENCODE_WIDTH];
    assert_int_equal(encode_aside(x, &texts[7], 1, NULL, alone), 1);
    assert_true(encode_cosine(alone, vectors + 7 * ENCODE_WIDTH) > 0.9999F);
    arena_free(a);
    encoder_close(x);
}

static void a_deadline_leaves_the_rest(void **state)
{
    (void)state;
    struct encoder *x = weights_open_or_skip();
    struct arena *a = arena_new();
    struct meaning *m = meaning_new(x, NULL, NULL);
    atomic_bool cancelled = true;
    struct deadline over = {clock_ms() - 1, NULL}, left = {clock_ms() + 60000, &cancelled};
    struct meaning_text texts[2] = {{SLICE("Rich lists"), SLICE("The wealthiest man on Earth is a carmaker.")},
                                    {SLICE("Rivers"), SLICE("The Nile is long.")}};
    float near[2];
    meaning_near(m, a, SLICE("Who is the richest person?"), texts, 2, &over, near);
    assert_true(isnan(near[0]) && isnan(near[1]));
    meaning_near(m, a, SLICE("Who is the richest person?"), texts, 2, &left, near);
    assert_true(isnan(near[0]) && isnan(near[1]));
    meaning_near(NULL, a, SLICE("Who is the richest person?"), texts, 2, NULL, near);
    assert_true(isnan(near[0]) && isnan(near[1]));
    meaning_near(m, a, SLICE("Who is the richest person?"), texts, 2, NULL, near);
    assert_true(near[0] > 0.5F && near[1] < 0.35F);
    /* What was encoded lately is known without time. */
    float again[2];
    meaning_near(m, a, SLICE("Who is the richest person?"), texts, 2, &over, again);
    assert_near((double)again[0], (double)near[0], 0.01);
    assert_near((double)again[1], (double)near[1], 0.01);
    meaning_free(m);
    arena_free(a);
    encoder_close(x);
}

static void a_passage_is_the_mean_of_its_sentences(void **state)
{
    (void)state;
    float one[ENCODE_WIDTH] = {1}, other[ENCODE_WIDTH] = {0, 1}, mean[ENCODE_WIDTH];
    const struct kept_row rows[] = {kept_row_of(one), kept_row_of(other)};
    const struct kept_row *both[] = {&rows[0], &rows[1]};
    assert_true(meaning_of_passage(both, 2, mean));
    assert_near((double)mean[0], sqrt(0.5), 0.01);
    assert_near((double)mean[1], sqrt(0.5), 0.01);
    assert_near((double)encode_cosine(mean, mean), 1, 0.001);
    assert_false(meaning_of_passage(both, 0, mean));
}

/* A copy of the weights with byte `at` changed, or cut there. */
static void damaged_copy(const char *to, size_t at, bool cut)
{
    FILE *from = fopen(weights_path, "rb"), *out = fopen(to, "wb");
    assert_non_null(from);
    assert_non_null(out);
    static char step[1 << 16];
    size_t n, done = 0;
    while ((n = fread(step, 1, sizeof step, from)) > 0 && !(cut && done >= at)) {
        if (!cut && at >= done && at < done + n)
            step[at - done] ^= 4;
        done += fwrite(step, 1, n, out);
    }
    fclose(from);
    fclose(out);
}

static void damaged_weights_are_refused(void **state)
{
    (void)state;
    static const size_t places[] = {3, 24, 64, 1000000, 23000000};
    char folder[FOLDER_BYTES], path[WEIGHTS_PATH_MOST];
    struct encoder *x = weights_open_or_skip();
    struct err e;
    encoder_close(x);
    assert_int_equal(folder_make(folder, "encoder"), 0);
    snprintf(path, sizeof path, "%s/w", folder);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        damaged_copy(path, places[i], false);
        assert_false(encoder_open(path, &x, &e));
        assert_int_equal(e.code, ERR_CORRUPT);
    }
    damaged_copy(path, 1 << 20, true);
    assert_false(encoder_open(path, &x, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
    assert_int_equal(folder_drop(folder), 0);
    assert_false(encoder_open(path, &x, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_those_of_the_original),       cmocka_unit_test(hostile_texts_are_cut),
        cmocka_unit_test(vectors_are_those_of_the_original),      cmocka_unit_test(a_deadline_leaves_the_rest),
        cmocka_unit_test(a_passage_is_the_mean_of_its_sentences), cmocka_unit_test(damaged_weights_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
