#include "evidence/rank.h"

#include <math.h>

#include "text/sentences.h"

static const double weights[FEATURE_COUNT] = {
#define FEATURE(name, weight) weight,
#include "evidence/features.def"
#undef FEATURE
};

/* Of one answer. Shorter sentences than LEAST_LENGTH are not better for it. */
enum { MAX_SENTENCES = 6, LEAST_LENGTH = 4 };
/* Two sentences that share this much of the shorter one's stems say the same. */
static const double REPEATS_FROM = 0.8;

static int by_score(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return a->sentence < b->sentence ? -1 : a->sentence > b->sentence;
}

struct ranking rank_sentences(struct arena *a, const struct view *view, const struct need *need,
                              const struct confidence_model *model)
{
    size_t n = view->sentence_count;
    struct ranking out = {arena_array(a, struct ranked, n), n, 0, NULL};
    struct facts *facts = features_make(a, view, need);
    double *scores = arena_array(a, double, n), *masses = arena_array(a, double, n);
    double best = -INFINITY, sum = 0, *inputs = arena_array(a, double, INPUT_COUNT);
    for (size_t i = 0; i < n; i++) {
        for (int f = 0; f < FEATURE_COUNT; f++)
            scores[i] += weights[f] * facts[i].at[f];
        best = fmax(best, scores[i]);
    }
    for (size_t i = 0; i < n; i++)
        sum += masses[i] = exp(scores[i] - best);
    for (size_t i = 0; i < n; i++) {
        masses[i] /= sum;
        out.at[i] = (struct ranked){&view->sentences[i], scores[i], masses[i]};
    }
    confidence_inputs(view, need, facts, scores, masses, inputs);
    out.probability = confidence_probability(model, inputs);
    out.inputs = inputs;
    qsort(out.at, n, sizeof *out.at, by_score);
    return out;
}

static size_t distinct(const struct sentence *s, const struct sentence *other, size_t *shared)
{
    size_t count = 0;
    *shared = 0;
    for (size_t i = 0; i < s->words.n; i++) {
        bool repeated = false, there = false;
        for (size_t j = 0; j < i && !repeated; j++)
            repeated = s->stems[j] == s->stems[i];
        for (size_t j = 0; j < other->words.n && !there; j++)
            there = other->stems[j] == s->stems[i];
        count += !repeated;
        *shared += !repeated && there;
    }
    return count;
}

static bool repeats(const struct sentence *s, const struct sentence **taken, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t shared, ignored;
        size_t here = distinct(s, taken[i], &shared), there = distinct(taken[i], s, &ignored);
        if ((double)shared >= REPEATS_FROM * (double)(here < there ? here : there))
            return true;
    }
    return false;
}

static double worth(const struct ranked *r)
{
    return r->mass / (double)(r->sentence->length > LEAST_LENGTH ? r->sentence->length : LEAST_LENGTH);
}

/* The likeliest that is no heading; when all are, the likeliest. */
static const struct sentence *first_sentence(const struct ranking *ranking)
{
    for (size_t i = 0; i < ranking->n; i++)
        if (!sentence_is_heading(ranking->at[i].sentence->text))
            return ranking->at[i].sentence;
    return ranking->at[0].sentence;
}

/* The likeliest a word among those not taken that are worth it and fit; NULL when there is none. */
static const struct sentence *next_sentence(const struct ranking *ranking, const struct sentence **taken, size_t count,
                                            size_t room, double mass_per_word)
{
    const struct ranked *best = NULL;
    for (size_t i = 0; i < ranking->n; i++) {
        const struct ranked *r = &ranking->at[i];
        bool good = worth(r) >= mass_per_word && r->sentence->length <= room && (!best || worth(r) > worth(best));
        if (good && !sentence_is_heading(r->sentence->text) && !repeats(r->sentence, taken, count))
            best = r;
    }
    return best ? best->sentence : NULL;
}

size_t rank_choose(const struct ranking *ranking, const struct choice_limits *limits, const struct sentence **out)
{
    size_t max_sentences = limits->max_sentences ? limits->max_sentences : MAX_SENTENCES;
    size_t count = 0, words = 0;
    if (ranking->n == 0)
        return 0;
    out[count++] = first_sentence(ranking);
    words = out[0]->length;
    while (count < max_sentences && words < limits->max_words) {
        const struct sentence *next = next_sentence(ranking, out, count, limits->max_words - words, limits->mass_per_word);
        if (!next)
            break;
        out[count++] = next;
        words += next->length;
    }
    return count;
}
