/* step_choose.c - the choose step: passages -> ranked sentences.
 *
 * The gather step has merged and ranked the passages. A document is filled from one view, so the best passages of its
 * fields' own searches join those of the question here. */
#include "research/step.h"

/* How many passages of a field's own search join: its best page, and some that confirm it. */
enum { PASSAGES_OF_FIELD = 5 };

/* The scores of two searches are scaled by the score that the best possible passage of each would have. */
static void choose_join(struct session *s, struct index_hits *into, const struct index_hits *from)
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
                choose_join(s, &whole->hits, &s->parts[i].hits);
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
