/* kept_nearest.c - the kept vectors that are nearest to one: a scan over their signs, then the cosines of the best.
 *
 * Whether two numbers have one sign says little, but 384 of them say how wide the angle between two vectors is, to a
 * few degrees. What that loses is won back by looking at more rows than are asked for. */
#include <stdlib.h>

#include "encode/kept_files.h"
#include "encode/lanes.h"

enum { DISTANCES = ENCODE_WIDTH + 1 };

struct nearest_scan {
    uint16_t *distances; /* of all rows, file by file */
    size_t of_distance[DISTANCES];
};

LANES static void nearest_compare(const struct kept_signs *signs, size_t n, const struct kept_signs *asked,
                                  uint16_t *distances)
{
    for (size_t i = 0; i < n; i++) {
        int apart = 0;
        for (size_t k = 0; k < KEPT_SIGN_WORDS; k++)
            apart += __builtin_popcountll(signs[i].words[k] ^ asked->words[k]);
        distances[i] = (uint16_t)apart;
    }
}

/* Returns how many rows there are. */
static size_t nearest_scan(const struct kept_view *v, const float *vector, struct nearest_scan *scan)
{
    const struct kept_row row = kept_row_of(vector);
    const struct kept_signs asked = kept_signs_of(&row);
    size_t n = 0;
    for (size_t i = 0; i < v->n; i++) {
        const struct kept_file *f = v->files[i];
        if (!f->signs)
            continue;
        nearest_compare(f->signs, f->head->count, &asked, scan->distances + n);
        n += f->head->count;
    }
    for (size_t i = 0; i < n; i++)
        scan->of_distance[scan->distances[i]]++;
    return n;
}

/* The largest distance at which no more than `most` rows are nearer; *at: how many of that distance may be taken. */
static size_t nearest_limit(const struct nearest_scan *scan, size_t most, size_t *at)
{
    size_t nearer = 0, d = 0;
    while (d + 1 < DISTANCES && nearer + scan->of_distance[d] <= most)
        nearer += scan->of_distance[d++];
    *at = most - nearer;
    return d;
}

static int nearest_first(const void *l, const void *r)
{
    const struct kept_near *a = l, *b = r;
    if (a->cosine != b->cosine)
        return a->cosine < b->cosine ? 1 : -1;
    return a->key < b->key ? -1 : a->key > b->key;
}

/* The cosines of the rows up to that distance; returns how many. */
static size_t nearest_look(const struct kept_view *v, const float *vector, const struct nearest_scan *scan, size_t most,
                           struct kept_near *out)
{
    size_t at_limit, limit = nearest_limit(scan, most, &at_limit), n = 0;
    const uint16_t *distances = scan->distances;
    for (size_t i = 0; i < v->n; i++) {
        const struct kept_file *f = v->files[i];
        for (size_t r = 0; f->signs && r < f->head->count; r++) {
            if (distances[r] > limit || (distances[r] == limit && at_limit == 0))
                continue;
            at_limit -= distances[r] == limit;
            out[n++] = (struct kept_near){f->keys[r], kept_cosine(&f->rows[r], vector)};
        }
        distances += f->signs ? f->head->count : 0;
    }
    return n;
}

size_t kept_nearest(const struct kept_view *v, const float vector[ENCODE_WIDTH], size_t most, struct kept_near *out)
{
    struct nearest_scan scan = {.distances = malloc((v->count + 1) * sizeof *scan.distances)};
    struct kept_near *looked = malloc((most * KEPT_LOOKED_AT + 1) * sizeof *looked);
    size_t n = 0, count = 0;
    if (scan.distances && looked && nearest_scan(v, vector, &scan) > 0)
        n = nearest_look(v, vector, &scan, most * KEPT_LOOKED_AT, looked);
    if (n)
        qsort(looked, n, sizeof *looked, nearest_first);
    for (size_t i = 0; i < n && count < most; i++)
        if (count == 0 || out[count - 1].key != looked[i].key) /* two files may have it while one is replaced */
            out[count++] = looked[i];
    free(scan.distances);
    free(looked);
    return count;
}
