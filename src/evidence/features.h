/* features.h - what the ranker looks at in each sentence, in numbers of about 0 to 1.
 *
 * features.c has what words say, features_asked.c what is said about the property that is asked for, features_meaning.c
 * what the encoder says, features_words.c what they share. */
#ifndef EVIDENCE_FEATURES_H
#define EVIDENCE_FEATURES_H

#include "evidence/view.h"

enum feature {
#define FEATURE(name, words, meaning, text) FEATURE_##name,
#include "evidence/features.def"
#undef FEATURE
    FEATURE_COUNT
};

/* Of one sentence. Sets of the question's terms: bit i for terms[i]. */
struct facts {
    double at[FEATURE_COUNT];
    uint64_t has;       /* terms of the sentence */
    uint64_t passage;   /* of its passage with the title */
    double cover, bm25; /* shares as in features.def, not relative */
};

/* One row for each sentence of the view. */
struct facts *features_make(struct arena *a, const struct view *view, const struct need *need);

/* Adds what the encoder says: near[i] is the cosine of the question and sentence i, NAN where it is not known. False,
 * and nothing is changed, when none is known. */
bool features_add_meaning(struct arena *a, struct facts *facts, const struct view *view, const float *near);

/* Sum of the idf of the terms in the set. */
double features_weight(const struct need *need, uint64_t set);

#endif
