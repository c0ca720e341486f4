/* confidence.h - how likely the best sentences hold the answer: a logistic model over named inputs, as data.
 *
 * The shipped model is compiled in (confidence.def), so that the program needs no file; cli/confidence_file.h reads
 * another one, which `footnote eval --calibrate` fits on the operator's own questions. */
#ifndef EVIDENCE_CONFIDENCE_H
#define EVIDENCE_CONFIDENCE_H

#include "evidence/features.h"

enum confidence_input {
#define INPUT(name, weight) INPUT_##name,
#define BIAS(weight)
#include "evidence/confidence.def"
#undef INPUT
#undef BIAS
    INPUT_COUNT
};

extern const char *const confidence_input_names[INPUT_COUNT];

struct confidence_model {
    double weights[INPUT_COUNT];
    double bias;
    /* Levels are probabilities that the answer is right, answer_from <= medium_from <= high_from. */
    double high_from;   /* "high": our own pages suffice, and no further round is made */
    double medium_from; /* "medium"; under it "low", which still shows what was found, as a lead to follow */
    double answer_from; /* under it the quote writer says that nothing was found */
};

/* The shipped levels. training/train.py writes the numbers, and the help of the settings prints them. */
#define CONFIDENCE_HIGH_FROM 0.96
#define CONFIDENCE_MEDIUM_FROM 0.54
#define CONFIDENCE_ANSWER_FROM 0.06

extern const struct confidence_model confidence_shipped;

struct scored { /* each sentence of a view, as the ranker sees it */
    const struct facts *facts;
    const double *scores, *masses; /* masses is the softmax of scores */
    bool meant;                    /* the facts and scores know the sentences' meaning */
};

void confidence_inputs(const struct view *view, const struct need *need, const struct scored *scored,
                       double out[INPUT_COUNT]);
/* The same, all but TREES, for the sentence `best`: training/dump.c prints them. */
void confidence_describe(const struct view *view, const struct need *need, const struct scored *scored, size_t best,
                         double out[INPUT_COUNT]);
double confidence_probability(const struct confidence_model *m, const double inputs[INPUT_COUNT]);

#endif
