#include "research/rank.h"

#include <stdlib.h>

static bool holds(struct words words, struct slice stem)
{
    for (size_t i = 0; i < words.n; i++)
        if (slice_eq(words.at[i].stem, stem))
            return true;
    return false;
}

static int by_score(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return a->sentence < b->sentence ? -1 : a->sentence > b->sentence;
}

struct ranking rank_sentences(struct arena *a, const struct view *view, const struct need *need)
{
    struct ranking out = {arena_array(a, struct ranked, view->sentence_count), view->sentence_count, 0};
    double best = view->evidence->passage_count ? view->evidence->passages[0].passage->score : 1;
    for (size_t i = 0; i < out.n; i++) {
        const struct sentence *s = &view->sentences[i];
        double got = 0, all = 1e-9;
        for (size_t w = 0; w < need->words.n; w++) {
            if (need->words.at[w].flags & WORD_STOP)
                continue;
            all += need->idf[w];
            got += holds(s->words, need->words.at[w].stem) ? need->idf[w] : 0;
        }
        out.at[i] = (struct ranked){s, got / all + s->passage->passage->score / best};
        if (got / all > out.probability)
            out.probability = got / all;
    }
    qsort(out.at, out.n, sizeof *out.at, by_score);
    return out;
}
