/* nearest.c - times kept_nearest() over vectors made at random around some hundred centres: nearest FOLDER COUNT.
 * Prints JSON: the median time, and how many of the true nearest 24 are found. */
#include <math.h>

#include "base/clock.h"
#include "encode/kept.h"
#include "encode/kept_writer.h"

enum { CENTRES = 300, QUERIES = 100, MOST = 24, MODEL = 1 };

static uint64_t chance = 88172645463325252U;

/* Uniform in [-1, 1]: Marsaglia's xorshift. */
static float nearest_chance(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (float)(chance >> 40) / (float)(1 << 23) - 1;
}

static void nearest_vector(const float *centre, float *out)
{
    float square = 0;
    for (size_t i = 0; i < ENCODE_WIDTH; i++) {
        out[i] = centre[i] + nearest_chance();
        square += out[i] * out[i];
    }
    for (size_t i = 0; i < ENCODE_WIDTH; i++)
        out[i] /= sqrtf(square);
}

static int by_size(const void *l, const void *r)
{
    const int64_t *one = l, *other = r;
    return (*one > *other) - (*one < *other);
}

static int falling(const void *l, const void *r)
{
    const float *one = l, *other = r;
    return (*one < *other) - (*one > *other);
}

int main(int argc, char **argv)
{
    static float centres[CENTRES][ENCODE_WIDTH];
    struct kept_writer *w;
    struct err e;
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, found = 0;
    if (count < MOST || !kept_writer_open(argv[1], MODEL, true, &w, &e)) {
        fputs("usage: nearest FOLDER COUNT\n", stderr);
        return 1;
    }
    for (size_t c = 0; c < CENTRES; c++)
        for (size_t i = 0; i < ENCODE_WIDTH; i++)
            centres[c][i] = nearest_chance();
    for (size_t n = 0; n < count; n++) {
        float vector[ENCODE_WIDTH];
        nearest_vector(centres[n % CENTRES], vector);
        kept_put(w, n + 1, vector);
    }
    if (!kept_commit(w, (uint32_t)count, &e))
        return 1;
    kept_writer_close(w);
    struct kept *k = kept_open(argv[1], MODEL);
    struct kept_view *v = kept_take(k);
    int64_t took[QUERIES];
    float *cosines = malloc(count * sizeof *cosines);
    for (size_t q = 0; cosines && q < QUERIES; q++) {
        float asked[ENCODE_WIDTH];
        struct kept_near near[MOST];
        nearest_vector(centres[q], asked);
        int64_t began = clock_us();
        size_t n = kept_nearest(v, asked, MOST, near);
        took[q] = clock_us() - began;
        for (size_t i = 0; i < count; i++)
            cosines[i] = kept_cosine(kept_find(v, i + 1), asked);
        qsort(cosines, count, sizeof *cosines, falling);
        for (size_t i = 0; i < n; i++)
            found += near[i].cosine >= cosines[MOST - 1];
    }
    free(cosines);
    kept_give(k, v);
    kept_close(k);
    qsort(took, QUERIES, sizeof *took, by_size);
    printf("{\"p50_ms\": %.3f, \"recall\": %.3f}\n", (double)took[QUERIES / 2] / 1000,
           (double)found / (QUERIES * MOST));
    return 0;
}
