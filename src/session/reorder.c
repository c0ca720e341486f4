#include "session/reorder.h"

#include <stdlib.h>

#include "llm/rerank.h"

struct place { /* one text and its new score */
    size_t was;
    double score;
};

static int by_score(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return a->was < b->was ? -1 : a->was > b->was;
}

/* The texts in the model's order, best first; NULL: there is no model, or it did not answer. */
static const struct place *order_of(struct session *s, struct slice query, const struct slice *texts, size_t n)
{
    if (!s->world->reranker || n < 2)
        return NULL;
    double *scores = arena_array(s->arena, double, n);
    struct place *order = arena_array(s->arena, struct place, n);
    if (!rerank_scores(s->world->reranker, s->arena, query, texts, n, &s->deadline, scores))
        return NULL;
    for (size_t i = 0; i < n; i++)
        order[i] = (struct place){i, scores[i]};
    qsort(order, n, sizeof *order, by_score);
    return order;
}

void reorder_passages(struct session *s, struct part *p)
{
    size_t n = p->hits.n;
    struct slice *texts = arena_array(s->arena, struct slice, n);
    for (size_t i = 0; i < n; i++)
        texts[i] = p->hits.at[i].text;
    const struct place *order = order_of(s, p->text, texts, n);
    if (!order)
        return;
    struct passage *all = arena_array(s->arena, struct passage, n);
    for (size_t i = 0; i < n; i++) {
        all[i] = p->hits.at[order[i].was];
        all[i].score = p->hits.at[i].score; /* hits come best first */
    }
    p->hits.at = all;
}

void reorder_sentences(struct session *s, struct part *p)
{
    size_t n = p->ranking.n < REORDER_SENTENCES ? p->ranking.n : REORDER_SENTENCES;
    struct slice texts[REORDER_SENTENCES] = {{"", 0}};
    struct ranked before[REORDER_SENTENCES];
    for (size_t i = 0; i < n; i++) {
        before[i] = p->ranking.at[i];
        texts[i] = before[i].sentence->text;
    }
    const struct place *order = order_of(s, p->text, texts, n);
    for (size_t i = 0; order && i < n; i++)
        p->ranking.at[i].sentence = before[order[i].was].sentence;
}
