/* choose: passages → evidence, cut into sentences. The index and the pool already merged, collapsed and ranked. */
#include "research/reorder.h"

/* Passages of a field's own search that join those of the question: its best page and what confirms it. */
enum { PASSAGES_OF_FIELD = 5 };

bool part_rank(struct session *s, struct part *p, struct err *e)
{
    if (p->view)
        return true;
    reorder_passages(s, p);
    p->view = view_new(s->workings, s->evidence, &p->hits, p->hits.n);
    p->need = arena_array(s->workings, struct need, 1);
    if (!need_make(s->workings, p->text, s->lang, s->pool, NEED_ANY, p->need, e))
        return false;
    p->ranking = rank_sentences(s->workings, p->view, p->need, s->confidence);
    reorder_sentences(s, p);
    return true;
}

bool hits_have(const struct index_hits *hits, const struct passage *p)
{
    for (size_t i = 0; i < hits->n; i++)
        if (hits->at[i].page_id == p->page_id && hits->at[i].number == p->number)
            return true;
    return false;
}

/* Scores of two searches are made comparable by what the best possible passage of each would have. */
static void join(struct session *s, struct index_hits *into, const struct index_hits *from)
{
    struct passage *all = arena_array(s->arena, struct passage, into->n + PASSAGES_OF_FIELD);
    double scale = into->query_weight > 0 && from->query_weight > 0 ? into->query_weight / from->query_weight : 1;
    size_t joined = 0;
    if (into->n)
        memcpy(all, into->at, into->n * sizeof *all);
    for (size_t i = 0; i < from->n && joined < PASSAGES_OF_FIELD; i++) {
        if (hits_have(into, &from->at[i]))
            continue;
        all[into->n + joined] = from->at[i];
        all[into->n + joined++].score *= scale;
    }
    into->at = all;
    into->n += joined;
}

bool step_choose(struct session *s, struct err *e)
{
    (void)e;
    struct part *whole = &s->parts[0];
    if (s->question->output != OUTPUT_TEXT)
        for (size_t i = 1; i < s->part_count; i++)
            if (s->parts[i].hits.n) {
                join(s, &whole->hits, &s->parts[i].hits);
                whole->view = NULL;
            }
    for (size_t i = 0; i < s->part_count && s->question->output == OUTPUT_TEXT; i++)
        if (!part_rank(s, &s->parts[i], e))
            return false;
    if (!part_rank(s, whole, e))
        return false;
    s->view = whole->view;
    return true;
}
