/* step_judge.c - the judge step: which sentences answer each part, what other pages say about it, and whether that is
 * enough. Where it is not, the part stays open for another round. */
#include "research/step.h"
#include "fill/fill.h"
#include "evidence/relation.h"
#include "evidence/trust.h"
#include "research/gather.h"

enum { SENTENCE_BYTES_MAX = 16 * 1024 }; /* what is longer without an end is no sentence to quote */
enum { LEAD_WORDS = 80 };                /* at most, of an answer that begins with a page's first sentence */

static size_t judge_pick(struct session *s, struct part *p)
{
    struct choice_limits limits = part_limits(s, MANY_PARTS_WORDS);
    size_t share = limits.max_words / s->part_count;
    limits.max_words = share ? share : 1; /* 0 would be no limit */
    if (s->part_count == 1 || s->question->output != OUTPUT_TEXT)
        return part_pick(s, &p->ranking, p->taken);
    /* Each sub-question gets its direct answer and little more, so that all together stay readable. */
    return p->ranking.probability < s->confidence->answer_from ? 0 : rank_choose(&p->ranking, &limits, p->taken);
}

static bool judge_agrees(const struct part *p, const struct passage *passage)
{
    const struct agreed_value *own = &p->agreement.values[0];
    for (size_t i = 0; i < own->count; i++)
        if (own->sentences[i]->passage->passage == passage)
            return own->sentences[i]->passage->source != p->taken[0]->passage->source;
    return false;
}

/* The probability without the pages that agree. The confidence model was fitted on answers that a single page has, so
 * it takes a second page that says the same for a rival. What agreement adds is left to trust_adjust. */
static double judge_alone(struct session *s, const struct part *p)
{
    struct index_hits hits = p->hits;
    hits.at = arena_array(s->arena, struct passage, p->hits.n);
    hits.n = 0;
    for (size_t i = 0; i < p->hits.n; i++)
        if (!judge_agrees(p, &p->hits.at[i]))
            hits.at[hits.n++] = p->hits.at[i];
    if (hits.n == p->hits.n)
        return p->ranking.probability;
    const struct view *view = view_new(s->workings, s->evidence, &hits, hits.n);
    double probability = rank_sentences(s->workings, view, p->need, s->confidence).probability;
    return probability > p->ranking.probability ? probability : p->ranking.probability;
}

/* A question whose telling words are exactly a page's title asks what that thing is ("What is photosynthesis?", "Where
 * is Perth?"), and by custom a page says so in its first sentence. The ranker cannot know: to it, every sentence with
 * the one word answers the question. The number is an estimate, since no set has such questions to fit it. */
static const double LEAD_PROBABILITY = 0.94;

static bool is_title(const struct part *p, struct words title)
{
    size_t telling = 0, shared = 0;
    for (size_t i = 0; i < title.n; i++) {
        const struct word *w = &title.at[i];
        bool there = false;
        for (size_t t = 0; t < p->need->term_count && !there; t++)
            there = slice_eq(p->need->terms[t].stem, w->stem);
        telling += !(w->flags & WORD_STOP);
        shared += there && !(w->flags & WORD_STOP);
    }
    return telling > 0 && shared == telling && p->need->term_count == telling;
}

static const struct sentence *lead_of(struct arena *a, const struct part *p)
{
    for (size_t rank = 0; rank < p->view->passage_count; rank++) {
        const struct view_passage *in = &p->view->passages[rank];
        if (p->view->chosen[rank].passage->number != 0 || in->count == 0 ||
            !is_title(p, view_line(a, p->view, view_title_line(p->view, rank)).words))
            continue;
        for (size_t i = in->first; i < in->first + in->count; i++)
            if (!sentence_names(&p->view->sentences[i]))
                return &p->view->sentences[i];
    }
    return NULL;
}

/* Puts the lead before the ranker's sentences. Of these, only those of the same page stay, as far as there is room.
 * Where nothing particular is asked, the page's own next sentences follow instead. */
static void put_first(struct session *s, struct part *p, const struct sentence *lead)
{
    size_t most = s->wishes.max_sentences ? s->wishes.max_sentences : SIZE_MAX, n = 0;
    const struct sentence **taken =
        arena_array(s->workings, const struct sentence *, p->view->sentence_count + p->taken_count + 1);
    size_t words = lead->length, room = s->wishes.max_words ? s->wishes.max_words : LEAD_WORDS;
    taken[n++] = lead;
    const struct sentence *end = p->view->sentences + p->view->sentence_count;
    for (const struct sentence *next = lead + 1; s->overview && next < end && n < most; next++) {
        words += next->length;
        if (next->passage != lead->passage || words > room)
            break;
        taken[n++] = next;
    }
    for (size_t i = 0; i < p->taken_count && n < most && !s->overview; i++) {
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

/* Sentences of one page come together, pages in the order of their best sentence: behind another page's sentence "he"
 * would be somebody else. */
static void judge_by_page(struct session *s, struct part *p)
{
    const struct sentence **out = arena_array(s->workings, const struct sentence *, p->taken_count);
    bool *done = arena_array(s->workings, bool, p->taken_count);
    size_t n = 0;
    for (size_t i = 0; i < p->taken_count; i++)
        for (size_t k = i; k < p->taken_count; k++)
            if (!done[k] && p->taken[k]->text.n <= SENTENCE_BYTES_MAX &&
                p->taken[k]->passage->source == p->taken[i]->passage->source) {
                done[k] = true;
                out[n++] = p->taken[k];
            }
    p->taken = out;
    p->taken_count = n;
}

static void judge_part(struct session *s, struct part *p)
{
    char today[11];
    clock_date(clock_unix_s(), today);
    p->taken = arena_array(s->workings, const struct sentence *, p->ranking.n);
    p->taken_count = judge_pick(s, p);
    const struct sentence *lead = lead_of(s->workings, p);
    if (lead && p->need->term_count)
        put_first(s, p, lead);
    judge_by_page(s, p);
    p->agreement = (struct agreement){0};
    p->probability = p->ranking.probability;
    if (p->taken_count) {
        p->agreement = agree_read(s->workings, p->view, p->need, &p->ranking, p->taken, p->taken_count);
        p->probability = p->agreement.n ? judge_alone(s, p) : p->ranking.probability;
        p->probability = trust_adjust(p->probability, p->need->type, &p->agreement,
                                      trust_asks_for_now(p->need->words, p->need->lang),
                                      p->taken[0]->passage->source->date, slice_of(today));
        p->probability = relation_adjust(s->workings, p->view, p->need, p->taken, p->taken_count, p->probability);
    }
    bool resolve = p->agreement.conflict && s->question->tier->each;
    p->open = resolve || p->probability < s->confidence->high_from;
}

bool step_judge(struct session *s, struct err *e)
{
    for (size_t i = 0; i < s->part_count; i++)
        if (!s->parts[i].field.n) /* fields are judged by fill_judge */
            judge_part(s, &s->parts[i]);
    return s->question->output == OUTPUT_TEXT || fill_judge(s, e);
}

bool judge_whole(struct session *s, struct err *e)
{
    double all = 1;
    for (size_t i = 0; i < s->part_count; i++)
        all *= s->parts[i].taken_count ? s->parts[i].probability : s->confidence->answer_from;
    if (s->question->output != OUTPUT_TEXT || s->part_count < 2 || all >= s->confidence->medium_from)
        return true;
    struct part whole, *parts = s->parts;
    size_t count = s->part_count;
    if (!gather_whole(s, &whole, e) || !part_rank(s, &whole, e))
        return false;
    s->part_count = 1;
    judge_part(s, &whole);
    if (whole.probability < s->confidence->medium_from) {
        s->part_count = count;
        return true;
    }
    parts[0] = whole;
    s->view = whole.view;
    return true;
}
