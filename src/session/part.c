#include "session/part.h"

#include <string.h>

#include "session/reorder.h"

void part_ask_first(struct session *s, struct part *p, const struct slice *queries, size_t n)
{
    struct slice *all = arena_array(s->arena, struct slice, n + p->ask_count);
    memcpy(all, queries, n * sizeof *all);
    memcpy(all + n, p->asks, p->ask_count * sizeof *all);
    p->asks = all;
    p->ask_count += n;
    p->first_asks = n;
}

/* Sentences whose vectors are not kept are encoded for so long, the likeliest first: about 14 of them on two cores, as
 * the last batch is finished. Those are where answers are; the rest is ranked by words. A tier that comes back for more
 * has more time. */
enum { ENCODE_MS = 25, ENCODE_ROUNDS_MS = 300 };

static struct deadline *part_encode_until(struct session *s)
{
    struct deadline *soon = arena_array(s->workings, struct deadline, 1);
    int64_t left = deadline_left_ms(&s->deadline), most = s->question->tier->rounds > 1 ? ENCODE_ROUNDS_MS : ENCODE_MS;
    *soon = s->deadline;
    soon->at_ms -= left > most ? left - most : 0;
    return soon;
}

bool part_rank(struct session *s, struct part *p, struct err *e)
{
    if (p->view)
        return true;
    reorder_passages(s, p);
    p->view = view_new(s->workings, s->evidence, &p->hits, p->hits.n);
    p->need = arena_array(s->workings, struct need, 1);
    if (!need_make(s->workings, p->text, s->lang, s->pool, NEED_ANY, p->need, e))
        return false;
    p->need->meaning = s->world->meaning;
    p->need->deadline = part_encode_until(s);
    p->ranking = rank_sentences(s->workings, p->view, p->need, s->confidence);
    reorder_sentences(s, p);
    return true;
}

struct choice_limits part_limits(const struct session *s, size_t usual)
{
    return (struct choice_limits){.max_words = s->wishes.max_words ? s->wishes.max_words : usual,
                                  .max_sentences = s->wishes.max_sentences,
                                  .mass_per_word = (double)s->question->tier->word_ppm / 1e6};
}

size_t part_pick(struct session *s, const struct ranking *ranking, const struct sentence **taken)
{
    const struct choice_limits limits = part_limits(s, (size_t)s->question->tier->words);
    return ranking->probability < s->confidence->answer_from ? 0 : rank_choose(ranking, &limits, taken);
}

bool hits_have(const struct index_hits *hits, const struct passage *p)
{
    for (size_t i = 0; i < hits->n; i++)
        if (hits->at[i].page_id == p->page_id && hits->at[i].number == p->number)
            return true;
    return false;
}
