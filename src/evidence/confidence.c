#include "evidence/confidence.h"

#include <math.h>

const char *const confidence_input_names[INPUT_COUNT] = {
#define INPUT(name, weight) #name,
#define BIAS(weight)
#include "evidence/confidence.def"
#undef INPUT
#undef BIAS
};

/* Thresholds on questions over encyclopedia pages in five languages, across folds of pages: 94 % of what is "high" is right; under answer_from what is found is
 * about something else. */
const struct confidence_model confidence_shipped = {
    .weights = {
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
    .high_from = 0.88,
    .medium_from = 0.44,
    .answer_from = 0.06,
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

void confidence_inputs(const struct view *view, const struct need *need, const struct facts *facts,
                       const double *scores, const double *masses, double out[INPUT_COUNT])
{
    size_t best = 0;
    memset(out, 0, INPUT_COUNT * sizeof *out);
    if (view->sentence_count == 0 || need->term_count == 0) {
        out[INPUT_UNKNOWN_TERM] = 1;
        return;
    }
    for (size_t i = 1; i < view->sentence_count; i++)
        if (scores[i] > scores[best])
            best = i;
    const struct facts *f = &facts[best];
    of_masses(view, scores, masses, best, out);
    of_terms(view, need, facts, best, out);
    of_pages(view, need, best, out);
    out[INPUT_COVER_PASSAGE] = f->at[FEATURE_COVER_PASSAGE];
    out[INPUT_COVER] = f->cover;
    out[INPUT_COVER_CONTEXT] = f->at[FEATURE_COVER_CONTEXT];
    out[INPUT_PASSAGE_SCORE] = view->sentences[best].passage->passage->score / (2 * need->weight);
    out[INPUT_RUN] = f->at[FEATURE_RUN];
    out[INPUT_NEAR_NEWS] = f->at[FEATURE_NEAR_NEWS];
    out[INPUT_TYPE_THERE] = f->at[FEATURE_TYPE_THERE];
    out[INPUT_TYPE_MISSING] = f->at[FEATURE_TYPE_MISSING];
    out[INPUT_BM25] = f->bm25;
    out[INPUT_PREFIX] = f->at[FEATURE_PREFIX];
    out[INPUT_COVER_TITLE] = f->at[FEATURE_COVER_TITLE];
}

double confidence_probability(const struct confidence_model *m, const double inputs[INPUT_COUNT])
{
    double z = m->bias;
    for (int i = 0; i < INPUT_COUNT; i++)
        z += m->weights[i] * inputs[i];
    return 1 / (1 + exp(-z));
}
