/* align_meaning.c - looks for spans that say what a claim says in other words, when words alone found none.
 *
 * DESIGN: the cosine of two sentences says that they are about the same, not that they say the same: "opened in 1912"
 * and "opened in 1921" are as near as can be. So it only takes the place of most of the claim's words; the checks of
 * names, numbers, dates and negation stay, and align_check_said.c adds those of words that change what is said and pass
 * for near: "north" for "south", "all" for "most", "A followed B" for "B followed A". */
#include "evidence/align_inner.h"

/* What is encoded for a claim, beside the claim: some 3 ms a span where no vector is kept. */
enum { MEANT_SINGLES = 8, MEANT_PAIRS = 2 };

/* A span that is further from the claim than the nearest one by this much cannot support it: where the nearest says
 * something else, the rest agree only because they do not speak of it. */
static const double MEANT_ASIDE = 0.05;

static struct slice meant_text(struct aligner *al, const struct span *s)
{
    struct slice first = al->view->sentences[s->first].text;
    return s->second == NOWHERE ? first
                                : ARENA_JOIN(al->scratch, first, SLICE(" "), al->view->sentences[s->second].text);
}

/* The spans that share most with the claim: the singles first, since their vectors may be kept. */
static size_t meant_choose(struct span *spans, size_t n, struct span **out)
{
    size_t count = 0, room = MEANT_SINGLES;
    for (int pairs = 0; pairs < 2; pairs++) {
        for (size_t i = 0; i < n && room > 0; i++)
            if ((spans[i].second != NOWHERE) == pairs) {
                out[count++] = &spans[i];
                room--;
            }
        room = MEANT_PAIRS;
    }
    return count;
}

static double meant_nearest(const float *near, size_t n)
{
    double best = 0;
    for (size_t i = 0; i < n; i++)
        best = near[i] > best ? (double)near[i] : best; /* false for NAN */
    return best;
}

void align_by_meaning(struct aligner *al, const struct claimed *c, struct span *spans, size_t n,
                      struct align_span *found, size_t *found_count)
{
    if (!compares_meaning(al, c) || n == 0)
        return;
    struct span *chosen[MEANT_SINGLES + MEANT_PAIRS] = {NULL};
    struct meaning_text texts[MEANT_SINGLES + MEANT_PAIRS] = {{.title = {NULL, 0}}};
    float near[MEANT_SINGLES + MEANT_PAIRS];
    size_t count = meant_choose(spans, n, chosen);
    for (size_t i = 0; i < count; i++)
        texts[i] = (struct meaning_text){al->view->sentences[chosen[i]->first].passage->passage->title,
                                         meant_text(al, chosen[i])};
    meaning_near(al->meaning, al->scratch, c->text, texts, count, al->deadline, near);
    double nearest = meant_nearest(near, count);
    for (size_t i = 0; i < count; i++) {
        double score;
        if (!((double)near[i] >= nearest - MEANT_ASIDE))
            continue;
        if (span_meant(al, c, chosen[i], (double)near[i], &score))
            found[(*found_count)++] = (struct align_span){
                &al->view->sentences[chosen[i]->first],
                chosen[i]->second == NOWHERE ? NULL : &al->view->sentences[chosen[i]->second], score};
    }
}
