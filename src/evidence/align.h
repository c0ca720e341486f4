/* align.h - does the evidence support a claim? A sentence of an answer, or a field's value, against the sentences of
 * the view.
 *
 * A span (one sentence, or two neighbours of one page) supports a claim when it covers enough of the claim's telling
 * words, weighed by idf, and every number, date, name and negation agrees. Title and the sentence before may stand in
 * for a subject ("it", "the city"), never for a value. A span contradicts a claim when it has its subject and its
 * words, and one value of the same kind says something else; where that is not sure the verdict is "not stated".
 *
 * It compares words, it does not understand: synonyms are not seen (a true claim in other words may be "not stated"),
 * and two values of one sentence are told apart only by the nearest word. The work for one claim is a pass over the
 * words of the view and a close look at ALIGN_SPANS_MAX spans. One thread; everything lives in the arena. */
#ifndef EVIDENCE_ALIGN_H
#define EVIDENCE_ALIGN_H

#include "evidence/view.h"

enum {
    ALIGN_CLAIM_BYTES_MAX = 4096, /* a longer claim is not stated: nobody writes such a sentence */
    ALIGN_TERMS_MAX = 256,        /* nor one of more different words */
    ALIGN_SPANS_MAX = 48,         /* looked at closely, by coverage */
    ALIGN_LISTED_MAX = 8,         /* of each list of an alignment */
};

enum align_verdict { ALIGN_NOT_STATED, ALIGN_SUPPORTED, ALIGN_CONTRADICTED };

struct align_claim {
    struct slice text;  /* what is said: "The tower is 320 m tall.", or a field's value "320 m" */
    struct slice name;  /* of the field, as words ("height m"); empty for a sentence */
    struct slice about; /* the question: what a field's value, or an answer of one or two telling words, is about; not
                         * looked at for a sentence. May be empty */
    const struct lang *lang;
};

struct align_span {
    const struct sentence *sentence;
    const struct sentence *second; /* the next one of the page when both are needed, else NULL */
    double score;                  /* 0 to 1: the share of the claim that is covered */
};

struct alignment {
    enum align_verdict verdict;
    struct align_span *support; /* best first */
    size_t support_count;
    struct align_span *against; /* best first; there may be some beside support */
    size_t against_count;
    struct slice reason; /* for a person: "the page says 320 m, not 300 m" */
};

struct aligner;

/* For all claims of a session. view and pool stay the caller's and must live as long. */
struct aligner *align_new(struct arena *a, const struct view *view, const struct pool *pool);

/* False only when the index could not be read. */
MUST_USE bool align_claim(struct aligner *al, const struct align_claim *claim, struct alignment *out, struct err *e);

const char *align_verdict_name(enum align_verdict v);

#endif
