/* search.c - times index_search: one question a line on standard input, the index's folder as argument. Prints JSON. */
#include "base/clock.h"
#include "index/index.h"

static int by_number(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
    struct index *index = NULL;
    struct err e;
    char line[4096];
    static double times[100000];
    size_t n = 0, hits = 0;
    if (argc != 2 || !index_open(argv[1], &index, &e)) {
        fprintf(stderr, "usage: search INDEX_FOLDER < questions\n");
        return 2;
    }
    while (n < 100000 && fgets(line, sizeof line, stdin)) {
        struct arena *arena = arena_new();
        struct index_hits found;
        struct index_query query = {.text = slice_trim(slice_of(line)), .limit = 10};
        int64_t start = clock_us();
        if (!index_search(index, &query, arena, &found, &e)) {
            fprintf(stderr, "%s\n", e.message);
            return 1;
        }
        times[n++] = (double)(clock_us() - start) / 1000;
        hits += found.n;
        arena_free(arena);
    }
    index_close(index);
    qsort(times, n, sizeof times[0], by_number);
    if (n)
        printf("{\"questions\": %zu, \"hits\": %zu, \"p50_ms\": %.3f, \"p95_ms\": %.3f}\n", n, hits, times[n / 2],
               times[n * 95 / 100]);
    return n == 0;
}
