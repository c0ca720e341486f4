/* search.c - times index_search as a server that has been running for a while: one question a line on standard input,
 * the index's folder as argument; all are asked twice and the second time counts. Prints JSON. */
#include "base/clock.h"
#include "index/index.h"

static int by_number(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

enum { QUESTIONS_MAX = 10000 };

/* Milliseconds, or -1 on failure. */
static double time_one(struct index *index, const char *text, size_t *hits)
{
    struct arena *arena = arena_new();
    struct index_hits found;
    struct err e;
    const struct index_query query = {.text = slice_of(text), .limit = 10};
    int64_t start = clock_us();
    bool ok = index_search(index, &query, arena, &found, &e);
    double took = (double)(clock_us() - start) / 1000;
    if (!ok)
        fprintf(stderr, "%s\n", e.message);
    else
        *hits += found.n;
    arena_free(arena);
    return ok ? took : -1;
}

int main(int argc, char **argv)
{
    struct index *index = NULL;
    struct arena *arena = arena_new();
    struct err e;
    char line[4096];
    static const char *questions[QUESTIONS_MAX];
    static double times[QUESTIONS_MAX];
    size_t n = 0, hits = 0;
    if (argc != 2 || !index_open(argv[1], &index, &e)) {
        fprintf(stderr, "usage: search INDEX_FOLDER < questions\n");
        return 2;
    }
    while (n < QUESTIONS_MAX && fgets(line, sizeof line, stdin))
        questions[n++] = arena_dup(arena, slice_trim(slice_of(line))).p;
    for (int round = 0; round < 2; round++) {
        hits = 0;
        for (size_t i = 0; i < n; i++)
            if ((times[i] = time_one(index, questions[i], &hits)) < 0)
                return 1;
    }
    index_close(index);
    arena_free(arena);
    qsort(times, n, sizeof times[0], by_number);
    if (n)
        printf("{\"questions\": %zu, \"hits\": %zu, \"p50_ms\": %.3f, \"p95_ms\": %.3f}\n", n, hits, times[n / 2],
               times[n * 95 / 100]);
    return n == 0;
}
