/* align.h - decides whether the evidence supports a claim, contradicts it, or does not say.
 *
 * A claim is a sentence of an answer or the value of a field. It is compared with spans of the view: single sentences,
 * and pairs of neighbouring sentences of one page. A span supports the claim if it covers enough of the claim's words
 * (weighed by idf) and agrees with each of its numbers, dates, names and negations. A span contradicts the claim if it
 * covers even more of it and exactly one value of the same kind differs. In all doubtful cases the verdict is "not
 * stated".
 *
 * A claim in other words is supported too where there is an encoder: if no span has enough of its words, one that is
 * near in meaning (the cosine of their vectors) and agrees with each number, date, name and negation supports it.
 *
 * DESIGN: nothing is understood. Without an encoder a true claim in other words comes out as "not stated", and two
 * values in one sentence are told apart only by the word nearest to each. The page's title and the sentence before
 * a span may supply its subject ("it", "the city"). They supply a value only if the span has none of that kind. One
 * claim costs a pass over all words of the view and a close look at up to ALIGN_SPANS_MAX spans. align_check.c says
 * how the thresholds were measured.
 * OWNERSHIP: results are in the arena of align_new(); spans point to sentences of the view.
 * THREADS: one at a time for each aligner. */
#ifndef EVIDENCE_ALIGN_H
#define EVIDENCE_ALIGN_H

#include "encode/meaning.h"
#include "evidence/view.h"

enum {
    ALIGN_CLAIM_BYTES_MAX = 4096, /* longer claims are "not stated": nobody writes such a sentence */
    ALIGN_TERMS_MAX = 256,        /* so are claims with more different words */
    ALIGN_SPANS_MAX = 48,         /* the spans with the best coverage get a close look */
    ALIGN_LISTED_MAX = 8,         /* length of support and against */
};

enum align_verdict { ALIGN_NOT_STATED, ALIGN_SUPPORTED, ALIGN_CONTRADICTED };

struct align_claim {
    struct slice text;  /* a sentence, "The tower is 320 m tall.", or a field's value, "320 m" */
    struct slice name;  /* the field's name as words ("height m"); empty for a sentence */
    struct slice about; /* the question. Tells what a field's value, or a text of one or two telling words, is about.
                         * Ignored for longer sentences. May be empty */
    const struct lang *lang;
};

struct align_span {
    const struct sentence *sentence;
    const struct sentence *second; /* the next sentence of the page if both are needed, else NULL */
    double score;                  /* 0 to 1: the share of the claim that the span covers */
};

struct alignment {
    enum align_verdict verdict;
    struct align_span *support; /* best first */
    size_t support_count;
    struct align_span *against; /* best first; a supported claim may have some too */
    size_t against_count;
    struct slice reason; /* for a person: "the page says 320 m, not 300 m" */
};

struct aligner;

/* Makes an aligner for any number of claims. view and pool are borrowed and must outlive it. */
struct aligner *align_new(struct arena *a, const struct view *view, const struct pool *pool);

/* Compares sentences by their meaning too, where words do not settle it. m may be NULL. Each such claim encodes itself
 * and ten spans at most until the deadline, which must outlive the aligner; spans that are not encoded by then do not
 * support. Values of fields are compared by words alone. */
void align_mean(struct aligner *al, struct meaning *m, const struct deadline *d);

/* False only if the index could not be read. */
MUST_USE bool align_claim(struct aligner *al, const struct align_claim *claim, struct alignment *out, struct err *e);

const char *align_verdict_name(enum align_verdict v);

#endif
