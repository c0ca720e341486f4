/* claim.h - one thing that an answer says, with the sentences that support it.
 *
 * A text answer makes one claim, a document one for each field. The write step collects them (session_claim); the
 * verify step turns each into an entry of the answer's basis. */
#ifndef SESSION_CLAIM_H
#define SESSION_CLAIM_H

#include "session/part.h"

struct claim {
    struct slice field; /* "output" for a text; else a field's name or path */
    const struct sentence **support;
    size_t support_count;
    double probability;   /* that it is right, 0 to 1 */
    const double *inputs; /* of the confidence model, INPUT_COUNT numbers; NULL where it was not asked */
    struct slice note;    /* opens the reasoning: why there is nothing, or what was read off; may be empty */
    bool written; /* true: a language model wrote it, and it was compared with the sentences; false: taken from them */
};

/* Where other pages confirm or contradict the part's answer, adds their sentences to the claim, so that they are cited,
 * and a note on who states what. */
void claim_agreement(struct session *s, struct claim *claim, const struct part *part);
/* Adds the note and the sentences of `more` to `claim`. A sentence that both have is kept once. */
void claim_join(struct session *s, struct claim *claim, const struct claim *more);
/* The level of the claim's probability; CONFIDENCE_NONE for a claim without support. */
enum confidence claim_level(const struct session *s, const struct claim *claim);

#endif
