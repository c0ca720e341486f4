/* relation.h - whether the sentences of an answer state what is asked of the thing that is asked about.
 *
 * A question names a thing ("Barack Obama") and asks for a relation of it ("wife"). The ranker finds sentences about
 * the thing and is sure of them, whether or not they say anything of the relation. So this module compares: the words
 * of the question that are in no title are its relation. They, or words that stand for them (LANG_ALSO, LANG_STATED_BY,
 * LANG_SYNONYMS), have to be on the page, and years, superlatives and measures of the question in the answer's
 * sentences. relation.def has the inputs and their weights.
 *
 * DESIGN: a correction behind the confidence model and no input of it. That model was fitted on questions whose
 * relation is nearly always stated, so that it cannot learn what a missing one means. A language without LANG_STATED_BY
 * has too few words to tell, and a missing word proves nothing there.
 * THREADS: any; the arena is the caller's. */
#ifndef EVIDENCE_RELATION_H
#define EVIDENCE_RELATION_H

#include "evidence/rank.h"

enum relation_input {
#define RELATION(name, weight) RELATION_##name,
#include "evidence/relation.def"
#undef RELATION
    RELATION_COUNT
};

/* said: the sentences of the answer, best first, all of the view. */
void relation_read(struct arena *a, const struct view *view, const struct need *need,
                   const struct sentence *const *said, size_t n, double out[RELATION_COUNT]);

/* The probability that they answer, when what relation_read() found is considered. 0 and 1 come back unchanged. */
double relation_adjust(struct arena *a, const struct view *view, const struct need *need,
                       const struct sentence *const *said, size_t n, double probability);

#endif
