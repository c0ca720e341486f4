/* rank.c - the score of a sentence, and the choice among what is ranked.
 *
 * The score is a weighted sum of the features, and what boosted trees add to it. The sum is what holds in general and
 * in every language; the trees know what depends on something else: a short sentence is an answer at the head of the
 * right page and a caption elsewhere. training/train.py writes both and scales them, so that the softmax of the scores
 * says how likely each sentence is to answer. base/trees.h says how the trees are read.
 *
 * There are two such models. One knows words alone. The other was fitted with the cosines of the sentence encoder, on
 * questions in the language that it knows, and ranks where there are any. */
#include "evidence/rank.h"

#include <math.h>
#include <stdlib.h>

static const float words_weights[FEATURE_COUNT] = {
#define FEATURE(name, words, meaning, text) words,
#include "evidence/features.def"
#undef FEATURE
};

static const float meaning_weights[FEATURE_COUNT] = {
#define FEATURE(name, words, meaning, text) meaning,
#include "evidence/features.def"
#undef FEATURE
};

#define TREES_NAME words_trees
#define TREES_FILE "evidence/rank_words.def"
#include "base/trees_table.h"

#define TREES_NAME meaning_trees
#define TREES_FILE "evidence/rank_meaning.def"
#include "base/trees_table.h"

static const struct rank_model {
    const float *weights;
    const struct trees *trees;
} rank_words = {words_weights, &words_trees}, rank_meaning = {meaning_weights, &meaning_trees};

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

static double rank_score(const struct rank_model *model, const struct facts *facts)
{
    float values[FEATURE_COUNT], sum = 0;
    for (int f = 0; f < FEATURE_COUNT; f++) {
        values[f] = (float)facts->at[f];
        sum += model->weights[f] * values[f];
    }
    return sum + trees_sum(model->trees, values);
}

static void rank_score_all(const struct rank_model *model, const struct facts *facts, size_t n, double *scores)
{
    for (size_t i = 0; i < n; i++)
        scores[i] = rank_score(model, &facts[i]);
}

/* Compares the sentences with the question by their meaning, the likeliest by words first: there may not be time for
 * all. False: nothing is known. */
static bool rank_by_meaning(struct arena *a, const struct view *view, const struct need *need, const double *scores,
                            struct facts *facts)
{
    size_t n = view->sentence_count;
    if (!need->meaning || !need->lang->encoded || n == 0)
        return false;
    struct ranked *order = arena_array(a, struct ranked, n);
    struct meaning_text *texts = arena_array(a, struct meaning_text, n);
    float *some = arena_array(a, float, n), *near = arena_array(a, float, n);
    for (size_t i = 0; i < n; i++)
        order[i] = (struct ranked){.sentence = &view->sentences[i], .score = scores[i]};
    qsort(order, n, sizeof *order, by_score);
    for (size_t i = 0; i < n; i++)
        texts[i] = (struct meaning_text){order[i].sentence->passage->passage->title, order[i].sentence->text};
    meaning_near(need->meaning, a, need->text, texts, n, need->deadline, some);
    for (size_t i = 0; i < n; i++)
        near[view_line_of(view, order[i].sentence)] = some[i];
    return features_add_meaning(a, facts, view, near);
}

struct ranking rank_sentences(struct arena *a, const struct view *view, const struct need *need,
                              const struct confidence_model *model)
{
    size_t n = view->sentence_count;
    struct ranking out = {.arena = a, .view = view, .at = arena_array(a, struct ranked, n), .n = n};
    struct facts *facts = features_make(a, view, need);
    double *scores = arena_array(a, double, n), *masses = arena_array(a, double, n);
    double best = -INFINITY, sum = 0, *inputs = arena_array(a, double, INPUT_COUNT);
    rank_score_all(&rank_words, facts, n, scores);
    bool meant = rank_by_meaning(a, view, need, scores, facts);
    if (meant)
        rank_score_all(&rank_meaning, facts, n, scores);
    for (size_t i = 0; i < n; i++)
        best = fmax(best, scores[i]);
    for (size_t i = 0; i < n; i++)
        sum += masses[i] = exp(scores[i] - best);
    for (size_t i = 0; i < n; i++) {
        masses[i] /= sum;
        out.at[i] = (struct ranked){&view->sentences[i], scores[i], masses[i]};
    }
    confidence_inputs(view, need, &(struct scored){facts, scores, masses, meant}, inputs);
    out.probability = confidence_probability(model, inputs);
    out.inputs = inputs;
    qsort(out.at, n, sizeof *out.at, by_score);
    return out;
}

static struct line sentence_line(const struct ranking *ranking, const struct sentence *s)
{
    return view_line(ranking->arena, ranking->view, view_line_of(ranking->view, s));
}

static size_t rank_distinct(const struct line *l, const struct line *other, size_t *shared)
{
    size_t count = 0;
    *shared = 0;
    for (size_t i = 0; i < l->words.n; i++) {
        bool repeated = false, there = false;
        for (size_t j = 0; j < i && !repeated; j++)
            repeated = l->stems[j] == l->stems[i];
        for (size_t j = 0; j < other->words.n && !there; j++)
            there = other->stems[j] == l->stems[i];
        count += !repeated;
        *shared += !repeated && there;
    }
    return count;
}

static bool rank_repeats(const struct ranking *ranking, const struct sentence *s, const struct sentence **taken,
                         size_t count)
{
    const struct line one = sentence_line(ranking, s);
    for (size_t i = 0; i < count; i++) {
        const struct line other = sentence_line(ranking, taken[i]);
        size_t shared, ignored;
        size_t here = rank_distinct(&one, &other, &shared), there = rank_distinct(&other, &one, &ignored);
        if ((double)shared >= REPEATS_FROM * (double)(here < there ? here : there))
            return true;
    }
    return false;
}

static double rank_worth(const struct ranked *r)
{
    return r->mass / (double)(r->sentence->length > LEAST_LENGTH ? r->sentence->length : LEAST_LENGTH);
}

/* The likeliest that is no heading; when all are, the likeliest. */
static const struct sentence *first_sentence(const struct ranking *ranking)
{
    for (size_t i = 0; i < ranking->n; i++)
        if (!sentence_names(ranking->at[i].sentence))
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
        bool good = rank_worth(r) >= mass_per_word && r->sentence->length <= room &&
                    (!best || rank_worth(r) > rank_worth(best));
        if (good && !sentence_names(r->sentence) && !rank_repeats(ranking, r->sentence, taken, count))
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
        const struct sentence *next =
            next_sentence(ranking, out, count, limits->max_words - words, limits->mass_per_word);
        if (!next)
            break;
        out[count++] = next;
        words += next->length;
    }
    return count;
}
