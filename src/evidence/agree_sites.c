/* agree_sites.c - decides which sentences come from independent sites.
 *
 * Hosts of one owner are one site. Or each page is one, since pages of one site can contradict each other. Pages with
 * copies of one text are one site too. Two texts are copies if they share most of their runs of four words (shingles;
 * Broder, "On the resemblance and containment of documents", 1997). */
#include <stdlib.h>

#include "evidence/agree_inner.h"
#include "net/site.h"

/* The words of a run, and of a sentence that two authors do not write alike. Set by hand. */
enum { SHINGLE = 4, LONG_SENTENCE_WORDS = 12 };
static const double COPY_FROM = 0.8; /* share of the shorter text's runs; set by hand */

struct shingles {
    uint32_t *at; /* sorted, distinct */
    size_t n;
};

static int by_value(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

/* A text of fewer than SHINGLE words is a single run. */
static struct shingles shingles_of(struct arena *a, const uint32_t *stems, size_t n)
{
    size_t size = n < SHINGLE ? n : SHINGLE, count = n ? n - size + 1 : 0;
    struct shingles out = {arena_array(a, uint32_t, count), 0};
    for (size_t i = 0; i < count; i++) {
        uint32_t h = 2166136261u; /* FNV-1a over numbers */
        for (size_t k = 0; k < size; k++)
            h = (h ^ stems[i + k]) * 16777619u;
        out.at[i] = h;
    }
    qsort(out.at, count, sizeof *out.at, by_value);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || out.at[i] != out.at[i - 1])
            out.at[out.n++] = out.at[i];
    return out;
}

static bool sites_copies(const struct shingles *one, const struct shingles *other)
{
    size_t i = 0, k = 0, shared = 0, least = one->n < other->n ? one->n : other->n;
    while (i < one->n && k < other->n) {
        shared += one->at[i] == other->at[k];
        bool left = one->at[i] <= other->at[k], right = other->at[k] <= one->at[i];
        i += left;
        k += right;
    }
    return least > 0 && (double)shared >= COPY_FROM * (double)least;
}

static struct shingles of_passage(struct arena *a, const struct view *view, size_t rank)
{
    const struct view_passage *in = &view->passages[rank];
    size_t n = 0;
    for (size_t i = in->first; i < in->first + in->count; i++)
        n += view_word_count(view, i);
    uint32_t *stems = arena_array(a, uint32_t, n);
    n = 0;
    for (size_t i = in->first; i < in->first + in->count; i++)
        for (size_t k = 0; k < view_word_count(view, i); k++)
            stems[n++] = view_word(view, i, k).stem;
    return shingles_of(a, stems, n);
}

static size_t sites_root(size_t *parents, size_t i)
{
    while (parents[i] != i)
        i = parents[i] = parents[parents[i]];
    return i;
}

void sites_number(struct arena *a, const struct view *view, const struct sentence *const *sentences, size_t n,
                  enum sites_by by, size_t *numbers)
{
    struct shingles *passages = arena_array(a, struct shingles, n), *own = arena_array(a, struct shingles, n);
    struct slice *owners = arena_array(a, struct slice, n);
    for (size_t i = 0; i < n; i++) {
        numbers[i] = i;
        const struct slice url = sentences[i]->passage->source->url;
        owners[i] = by == SITES_BY_OWNER ? site_owner_of_page(a, url) : url;
        passages[i] = of_passage(a, view, sentences[i]->passage_rank);
        const struct line line = view_line(a, view, view_line_of(view, sentences[i]));
        own[i] = shingles_of(a, line.stems, line.words.n);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++) {
            /* Two authors do not write the same long sentence: one copied it, even if the text around it differs. */
            bool is_long = own[i].n >= LONG_SENTENCE_WORDS - SHINGLE && own[k].n >= LONG_SENTENCE_WORDS - SHINGLE;
            if (slice_eq(owners[i], owners[k]) || sites_copies(&passages[i], &passages[k]) ||
                (is_long && sites_copies(&own[i], &own[k])))
                numbers[sites_root(numbers, i)] = sites_root(numbers, k);
        }
    for (size_t i = 0; i < n; i++)
        numbers[i] = sites_root(numbers, i);
}
