/* features_meaning.c - the features that the sentence encoder gives. */
#include <math.h>
#include <stdlib.h>

#include "evidence/features.h"

/* What there was no time to encode counts as the least of the rest: the likeliest by words are encoded first. NAN when
 * none is known. */
static double meaning_least(const struct view *view, const float *near)
{
    double least = NAN;
    for (size_t i = 0; i < view->sentence_count; i++)
        least = fmin(least, (double)near[i]); /* of a number and NAN, fmin() gives the number */
    return least;
}

/* The largest cosine of all passages of the page. */
static double meaning_of_page(const struct facts *facts, const struct view *view, const struct source *page)
{
    double best = -1;
    for (size_t rank = 0; rank < view->passage_count; rank++)
        if (view->chosen[rank].source == page)
            for (size_t i = 0; i < view->passages[rank].count; i++)
                best = fmax(best, facts[view->passages[rank].first + i].at[FEATURE_MEANING]);
    return best;
}

static int meaning_falling(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? 1 : a > b ? -1 : 0;
}

static size_t meaning_nearer(const double *sorted, size_t n, double than)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] > than)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool features_add_meaning(struct arena *a, struct facts *facts, const struct view *view, const float *near)
{
    size_t n = view->sentence_count;
    double least = meaning_least(view, near), *sorted = arena_array(a, double, n);
    if (isnan(least))
        return false;
    for (size_t i = 0; i < n; i++)
        sorted[i] = facts[i].at[FEATURE_MEANING] = isnan(near[i]) ? least : (double)near[i];
    qsort(sorted, n, sizeof *sorted, meaning_falling);
    for (size_t rank = 0; rank < view->passage_count; rank++) {
        const struct view_passage *cut = &view->passages[rank];
        double page = meaning_of_page(facts, view, view->chosen[rank].source);
        for (size_t i = cut->first; i < cut->first + cut->count; i++) {
            double *at = facts[i].at;
            at[FEATURE_MEANING_BEST] = sorted[0] - at[FEATURE_MEANING];
            at[FEATURE_MEANING_RANK] = 1 / (1 + (double)meaning_nearer(sorted, n, at[FEATURE_MEANING]));
            at[FEATURE_MEANING_PAGE] = sorted[0] - page;
        }
    }
    return true;
}
