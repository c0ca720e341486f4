/* confidence.h - how likely the best sentences hold the answer. */
#ifndef RESEARCH_CONFIDENCE_H
#define RESEARCH_CONFIDENCE_H

#include "research/features.h"

enum confidence_input {
#define INPUT(name, weight) INPUT_##name,
#define BIAS(weight)
#include "research/confidence.def"
#undef INPUT
#undef BIAS
    INPUT_COUNT
};

extern const char *const confidence_input_names[INPUT_COUNT];

/* scores and masses: of each sentence of the view; masses is the softmax of scores. */
void confidence_inputs(const struct view *view, const struct need *need, const struct facts *facts,
                       const double *scores, const double *masses, double out[INPUT_COUNT]);
double confidence_probability(const double inputs[INPUT_COUNT]);

#endif
