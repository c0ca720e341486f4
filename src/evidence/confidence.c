#include "evidence/confidence.h"

#include <math.h>

const char *const confidence_input_names[INPUT_COUNT] = {
#define INPUT(name, weight) #name,
#define BIAS(weight)
#include "evidence/confidence.def"
#undef INPUT
#undef BIAS
};

#define TREES_NAME words_trees
#define TREES_FILE "evidence/confidence_words.def"
#include "base/trees_table.h"

#define TREES_NAME meaning_trees
#define TREES_FILE "evidence/confidence_meaning.def"
#include "base/trees_table.h"

/* TREES when there is no sentence at all: as low as the trees ever say. */
static const double NOTHING_THERE = -4;

/* The levels are fitted on short questions as people type them, on questions over encyclopedia pages in five languages
 * and on questions made of sentences by their form, across folds of pages: of what is "high" 95 % is right, of all sets
 * together; under answer_from what is found is about something else. */
const struct confidence_model confidence_shipped = {
    .weights =
        {
#define INPUT(name, weight) weight,
#define BIAS(weight)
#include "evidence/confidence.def"
#undef INPUT
#undef BIAS
        },
    .bias =
#define INPUT(name, weight)
#define BIAS(weight) weight,
#include "evidence/confidence.def"
#undef INPUT
#undef BIAS
        .high_from = CONFIDENCE_HIGH_FROM,
    .medium_from = CONFIDENCE_MEDIUM_FROM,
    .answer_from = CONFIDENCE_ANSWER_FROM,
};

/* Inputs that are a feature of the best sentence as it is. */
static const struct {
    enum confidence_input input;
    enum feature feature;
} confidence_same[] = {
    {INPUT_COVER_PASSAGE, FEATURE_COVER_PASSAGE},
    {INPUT_COVER_CONTEXT, FEATURE_COVER_CONTEXT},
    {INPUT_RUN, FEATURE_RUN},
    {INPUT_NEAR_NEWS, FEATURE_NEAR_NEWS},
    {INPUT_TYPE_THERE, FEATURE_TYPE_THERE},
    {INPUT_TYPE_MISSING, FEATURE_TYPE_MISSING},
    {INPUT_PREFIX, FEATURE_PREFIX},
    {INPUT_COVER_TITLE, FEATURE_COVER_TITLE},
    {INPUT_COVER_BESIDE_TITLE, FEATURE_COVER_BESIDE_TITLE},
    {INPUT_TITLE_ABOUT, FEATURE_TITLE_ABOUT},
    {INPUT_TITLE_ASKED, FEATURE_TITLE_ASKED},
    {INPUT_TITLE_DEFINED, FEATURE_TITLE_DEFINED},
    {INPUT_NEAR_TYPE, FEATURE_NEAR_TYPE},
    {INPUT_FORM, FEATURE_FORM},
    {INPUT_PAIRS, FEATURE_PAIRS},
    {INPUT_PAGE_LEAD, FEATURE_PAGE_LEAD},
};

static const double MARGIN_MAX = 5, SCORE_SCALE = 20;

static double largest_idf(const struct need *need, uint64_t set)
{
    double largest = 0;
    for (; set; set &= set - 1)
        largest = fmax(largest, need->terms[__builtin_ctzll(set)].idf);
    return largest;
}

static void of_masses(const struct view *view, const double *scores, const double *masses, size_t best, double *out)
{
    double second = -INFINITY, first_three[3] = {0};
    for (size_t i = 0; i < view->sentence_count; i++) {
        if (i != best && scores[i] > second)
            second = scores[i];
        if (view->sentences[i].passage->source == view->sentences[best].passage->source)
            out[INPUT_PAGE_MASS] += masses[i];
        double mass = masses[i];
        for (int k = 0; k < 3; k++)
            if (mass > first_three[k]) {
                double pushed = first_three[k];
                first_three[k] = mass;
                mass = pushed;
            }
    }
    out[INPUT_BEST_MASS] = masses[best];
    out[INPUT_THREE_MASS] = first_three[0] + first_three[1] + first_three[2];
    out[INPUT_MARGIN] = fmin(MARGIN_MAX, scores[best] - second) / MARGIN_MAX;
    out[INPUT_SCORE] = scores[best] / SCORE_SCALE;
}

static void of_terms(const struct view *view, const struct need *need, const struct facts *facts, size_t best,
                     double *out)
{
    const struct source *page = view->sentences[best].passage->source;
    size_t known = 0;
    uint64_t on_page = 0, anywhere = 0, every = 0, names = 0, numbers = 0;
    for (size_t i = 0; i < view->sentence_count; i++) {
        anywhere |= facts[i].passage;
        if (view->sentences[i].passage->source == page)
            on_page |= facts[i].passage;
    }
    for (size_t t = 0; t < need->term_count; t++) {
        uint64_t bit = (uint64_t)1 << t;
        every |= bit;
        names |= need->terms[t].capital ? bit : 0;
        numbers |= need->terms[t].number ? bit : 0;
        known += need->terms[t].known;
        out[INPUT_UNKNOWN_TERM] = fmax(out[INPUT_UNKNOWN_TERM], !need->terms[t].known);
    }
    uint64_t missing = every & ~facts[best].passage;
    double largest = largest_idf(need, every);
    out[INPUT_COVER_PAGE] = features_weight(need, on_page) / need->weight;
    out[INPUT_COVER_POOL] = features_weight(need, anywhere) / need->weight;
    out[INPUT_RAREST_MISSING] = largest > 0 ? largest_idf(need, missing) / largest : 0;
    out[INPUT_NAMES_MISSING] = features_weight(need, names & missing) / need->weight;
    out[INPUT_NUMBER_MISSING] = (numbers & missing) != 0;
    out[INPUT_TERMS] = log((double)need->term_count);
    out[INPUT_KNOWN_SHARE] = (double)known / (double)need->term_count;
}

static void of_pages(const struct view *view, const struct need *need, size_t best, double *out)
{
    const struct source *page = view->sentences[best].passage->source;
    size_t count = 0;
    for (size_t rank = 0; rank < view->passage_count; rank++)
        count += view->chosen[rank].source == page;
    out[INPUT_PAGE_SHARE] = (double)count / (double)view->passage_count;
    out[INPUT_WORDS] = log((double)need->words.n);
    out[INPUT_UNSPACED] = need->lang->cjk;
}

void confidence_describe(const struct view *view, const struct need *need, const struct scored *scored, size_t best,
                         double out[INPUT_COUNT])
{
    const struct facts *f = &scored->facts[best];
    memset(out, 0, INPUT_COUNT * sizeof *out);
    of_masses(view, scored->scores, scored->masses, best, out);
    of_terms(view, need, scored->facts, best, out);
    of_pages(view, need, best, out);
    out[INPUT_COVER] = f->cover;
    out[INPUT_BM25] = f->bm25;
    out[INPUT_PASSAGE_SCORE] = view->sentences[best].passage->passage->score / (2 * need->weight);
    for (size_t i = 0; i < COUNT_OF(confidence_same); i++)
        out[confidence_same[i].input] = f->at[confidence_same[i].feature];
}

/* What the trees look at: the inputs, then the features of the best sentence, then for each feature the largest value
 * and the mean by probability. A page that has the answer may have it elsewhere than in the best sentence, and where
 * no sentence has the property that is asked for, none answers. */
enum { TREES_BEST = INPUT_COUNT, TREES_MOST = TREES_BEST + FEATURE_COUNT, TREES_MEAN = TREES_MOST + FEATURE_COUNT };
enum { TREES_COLUMNS = TREES_MEAN + FEATURE_COUNT };
_Static_assert(TREES_COLUMNS <= UINT8_MAX + 1, "tree_node.feature holds the number of a column");

static double confidence_by_trees(const struct view *view, const struct scored *scored, size_t best,
                                  const double inputs[INPUT_COUNT])
{
    float columns[TREES_COLUMNS];
    for (size_t i = 0; i < INPUT_COUNT; i++)
        columns[i] = (float)inputs[i];
    for (size_t f = 0; f < FEATURE_COUNT; f++) {
        double most = -INFINITY, mean = 0;
        for (size_t i = 0; i < view->sentence_count; i++) {
            most = fmax(most, scored->facts[i].at[f]);
            mean += scored->masses[i] * scored->facts[i].at[f];
        }
        columns[TREES_BEST + f] = (float)scored->facts[best].at[f];
        columns[TREES_MOST + f] = (float)most;
        columns[TREES_MEAN + f] = (float)mean;
    }
    return (double)trees_sum(scored->meant ? &meaning_trees : &words_trees, columns);
}

void confidence_inputs(const struct view *view, const struct need *need, const struct scored *scored,
                       double out[INPUT_COUNT])
{
    size_t best = 0;
    memset(out, 0, INPUT_COUNT * sizeof *out);
    if (view->sentence_count == 0 || need->term_count == 0) {
        out[INPUT_UNKNOWN_TERM] = 1;
        out[INPUT_TREES] = NOTHING_THERE;
        return;
    }
    for (size_t i = 1; i < view->sentence_count; i++)
        if (scored->scores[i] > scored->scores[best])
            best = i;
    confidence_describe(view, need, scored, best, out);
    out[INPUT_TREES] = confidence_by_trees(view, scored, best, out);
}

double confidence_probability(const struct confidence_model *m, const double inputs[INPUT_COUNT])
{
    double z = m->bias;
    for (int i = 0; i < INPUT_COUNT; i++)
        z += m->weights[i] * inputs[i];
    return 1 / (1 + exp(-z));
}
