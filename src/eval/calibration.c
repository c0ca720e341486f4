#include "eval/calibration.h"

#include <math.h>
#include <stdlib.h>

static int by_probability(const void *left, const void *right)
{
    double a = ((const struct forecast *)left)->probability, b = ((const struct forecast *)right)->probability;
    return a < b ? -1 : a > b;
}

static struct calibration_bin bin_of(const struct forecast *at, size_t n)
{
    struct calibration_bin bin = {.from = at[0].probability, .to = at[n - 1].probability, .n = n};
    for (size_t i = 0; i < n; i++) {
        bin.mean += at[i].probability / (double)n;
        bin.right += (double)at[i].right / (double)n;
    }
    return bin;
}

struct calibration calibration_make(struct arena *a, const struct forecast *forecasts, size_t n)
{
    struct calibration out = {.ece = n ? 0 : NAN};
    struct forecast *sorted = arena_array(a, struct forecast, n);
    if (n)
        memcpy(sorted, forecasts, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_probability);
    size_t start = 0;
    for (size_t k = 1; k <= CALIBRATION_BINS; k++) {
        size_t end = n * k / CALIBRATION_BINS;
        while (end > start && end < n && sorted[end].probability <= sorted[end - 1].probability)
            end++;
        if (end <= start)
            continue;
        struct calibration_bin bin = bin_of(sorted + start, end - start);
        out.bins[out.bin_count++] = bin;
        out.ece += fabs(bin.mean - bin.right) * (double)bin.n / (double)n;
        start = end;
    }
    return out;
}

double calibration_brier(const struct forecast *forecasts, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double miss = forecasts[i].probability - (double)forecasts[i].right;
        sum += miss * miss;
    }
    return n ? sum / (double)n : NAN;
}
