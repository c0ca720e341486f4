/* features.h - what the ranker looks at in each sentence, in numbers of about 0 to 1. */
#ifndef EVIDENCE_FEATURES_H
#define EVIDENCE_FEATURES_H

#include "evidence/view.h"

enum feature {
#define FEATURE(name, weight) FEATURE_##name,
#include "evidence/features.def"
#undef FEATURE
    FEATURE_COUNT
};

extern const char *const feature_names[FEATURE_COUNT];

/* Of one sentence. Sets of the question's terms: bit i for terms[i]. */
struct facts {
    double at[FEATURE_COUNT];
    uint64_t has;     /* terms of the sentence */
    uint64_t passage; /* of its passage with the title */
    double cover, bm25; /* shares as in features.def, not relative */
};

/* One row for each sentence of the view. */
struct facts *features_make(struct arena *a, const struct view *view, const struct need *need);

/* Sum of the idf of the terms in the set. */
double features_weight(const struct need *need, uint64_t set);

#endif
