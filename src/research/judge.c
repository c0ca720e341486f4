/* judge: what answers each part, what other pages say about that, and whether it is enough. Parts that are not, and could
 * still be, stay open for another round. */
#include "research/steps.h"
#include "evidence/trust.h"
#include "text/sentences.h"

enum { LEAD_WORDS = 80 }; /* of an answer that begins with a page's first sentence */

static size_t pick(struct session *s, struct part *p)
{
    struct choice_limits limits = quote_limits(s, MANY_PARTS_WORDS);
    size_t share = limits.max_words / s->part_count;
    limits.max_words = share ? share : 1; /* 0 would be no limit */
    if (s->part_count == 1 || s->question->output != OUTPUT_TEXT)
        return quote_pick(s, &p->ranking, p->taken);
    /* Each sub-question gets the direct answer and little more: together they are to stay readable. */
    return p->ranking.probability < s->confidence->answer_from ? 0 : rank_choose(&p->ranking, &limits, p->taken);
}

static bool agrees(const struct part *p, const struct passage *passage)
{
    const struct agreed_value *own = &p->agreement.values[0];
    for (size_t i = 0; i < own->count; i++)
        if (own->sentences[i]->passage->passage == passage)
            return own->sentences[i]->passage->source != p->taken[0]->passage->source;
    return false;
}

/* The confidence model was fitted on answers that one page has: to it a second page that says the same is a rival. So it
 * judges without those pages; what they add is trust_adjust's. */
static double alone(struct session *s, const struct part *p)
{
    struct index_hits hits = p->hits;
    hits.at = arena_array(s->arena, struct passage, p->hits.n);
    hits.n = 0;
    for (size_t i = 0; i < p->hits.n; i++)
        if (!agrees(p, &p->hits.at[i]))
            hits.at[hits.n++] = p->hits.at[i];
    if (hits.n == p->hits.n)
        return p->ranking.probability;
    const struct view *view = view_new(s->workings, s->evidence, &hits, hits.n);
    double probability = rank_sentences(s->workings, view, p->need, s->confidence).probability;
    return probability > p->ranking.probability ? probability : p->ranking.probability;
}

/* A question whose telling words are a page's title, no more and no less, asks what that thing is ("What is
 * photosynthesis?", "Where is Perth?"): by custom a page says so in its first sentence. The ranker cannot know: to it a
 * question of one word is answered by every sentence that has it. An estimate, for want of such questions to fit it. */
static const double LEAD_PROBABILITY = 0.88;

static bool is_title(const struct part *p, const struct view_passage *in)
{
    size_t telling = 0, shared = 0;
    for (size_t i = 0; i < in->title.n; i++) {
        const struct word *w = &in->title.at[i];
        bool there = false;
        for (size_t t = 0; t < p->need->term_count && !there; t++)
            there = slice_eq(p->need->terms[t].stem, w->stem);
        telling += !(w->flags & WORD_STOP);
        shared += there && !(w->flags & WORD_STOP);
    }
    return telling > 0 && shared == telling && p->need->term_count == telling;
}

static const struct sentence *lead_of(const struct part *p)
{
    for (size_t rank = 0; rank < p->view->passage_count; rank++) {
        const struct view_passage *in = &p->view->passages[rank];
        if (p->view->chosen[rank].passage->number != 0 || in->count == 0 || !is_title(p, in))
            continue;
        for (size_t i = in->first; i < in->first + in->count; i++)
            if (!sentence_is_heading(p->view->sentences[i].text))
                return &p->view->sentences[i];
    }
    return NULL;
}

/* The lead goes before what the ranker took, in the place of its last sentence where room is short. */
static void put_first(struct session *s, struct part *p, const struct sentence *lead)
{
    size_t most = s->wishes.max_sentences ? s->wishes.max_sentences : p->taken_count + 1, n = 0;
    const struct sentence **taken = arena_array(s->workings, const struct sentence *, p->taken_count + 1);
    size_t words = lead->length, room = s->wishes.max_words ? s->wishes.max_words : LEAD_WORDS;
    taken[n++] = lead;
    for (size_t i = 0; i < p->taken_count && n < most; i++) {
        words += p->taken[i]->length;
        bool same_page = p->taken[i]->passage->source == lead->passage->source;
        if (p->taken[i] != lead && same_page && words <= room)
            taken[n++] = p->taken[i];
    }
    p->taken = taken;
    p->taken_count = n;
    if (p->ranking.probability < LEAD_PROBABILITY)
        p->ranking.probability = LEAD_PROBABILITY;
}

static void judge_part(struct session *s, struct part *p)
{
    char today[11];
    clock_date(clock_unix_s(), today);
    p->taken = arena_array(s->workings, const struct sentence *, p->ranking.n);
    p->taken_count = pick(s, p);
    const struct sentence *lead = lead_of(p);
    if (lead && p->need->term_count)
        put_first(s, p, lead);
    p->agreement = (struct agreement){0};
    p->probability = p->ranking.probability;
    if (p->taken_count) {
        p->agreement = agree_read(s->workings, p->view, p->need, &p->ranking, p->taken, p->taken_count);
        p->probability = p->agreement.n ? alone(s, p) : p->ranking.probability;
        p->probability = trust_adjust(p->probability, p->need->type, &p->agreement, trust_asks_for_now(p->need->words),
                                      p->taken[0]->passage->source->date, slice_of(today));
    }
    bool resolve = p->agreement.conflict && s->question->tier->each;
    p->open = resolve || p->probability < s->confidence->high_from;
}

bool step_judge(struct session *s, struct err *e)
{
    for (size_t i = 0; i < s->part_count; i++)
        if (!s->parts[i].field.n) /* fields are judged by what was read off for them */
            judge_part(s, &s->parts[i]);
    return s->question->output == OUTPUT_TEXT || fill_judge(s, e);
}

static bool has(const struct claim *claim, const struct sentence *one)
{
    for (size_t i = 0; i < claim->support_count; i++)
        if (claim->support[i]->passage->source == one->passage->source && slice_eq(claim->support[i]->text, one->text))
            return true;
    return false;
}

void claim_join(struct session *s, struct claim *claim, const struct claim *more)
{
    bool both = claim->note.n && more->note.n;
    claim->note = arena_printf(s->arena, "%.*s%s%.*s", SLICE_ARGS(claim->note), both ? " " : "", SLICE_ARGS(more->note));
    const struct sentence **all = arena_array(s->arena, const struct sentence *, claim->support_count + more->support_count);
    if (claim->support_count)
        memcpy(all, claim->support, claim->support_count * sizeof *all);
    claim->support = all;
    for (size_t i = 0; i < more->support_count; i++)
        if (!has(claim, more->support[i]))
            all[claim->support_count++] = more->support[i];
}

void claim_agreement(struct session *s, struct claim *claim, const struct part *part)
{
    const struct agreement *agreement = &part->agreement;
    if (agreement->n == 0 || (!agreement->conflict && agreement->sites < 2))
        return;
    struct claim says = {.note = agree_reasoning(s->arena, agreement)};
    for (size_t v = 0; v < agreement->n; v++)
        says.support_count += agreement->values[v].count;
    says.support = arena_array(s->arena, const struct sentence *, says.support_count);
    for (size_t v = 0, n = 0; v < agreement->n; v++)
        for (size_t i = 0; i < agreement->values[v].count; i++)
            says.support[n++] = agreement->values[v].sentences[i];
    claim_join(s, claim, &says);
}
