/* answer.h - what a session gives back besides the text that went through its sink. All in the session's arena. */
#ifndef RESEARCH_ANSWER_H
#define RESEARCH_ANSWER_H

#include "evidence/evidence.h"

enum confidence { CONFIDENCE_NONE, CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };

struct citation {
    const struct source *source;
    struct slice *excerpts; /* exact bytes of the page */
    size_t *offsets;        /* of each excerpt in the page's text, bytes */
    size_t excerpt_count;
};

struct basis {
    struct slice field; /* "output", the top-level field's name, or a path into it: "people.0.name" */
    struct citation *citations;
    size_t citation_count;
    struct slice reasoning;
    enum confidence confidence; /* CONFIDENCE_NONE: nothing was found, the reasoning says why */
    double probability;         /* that what is said is right, 0 to 1; of no meaning for CONFIDENCE_NONE */
    const double *inputs;       /* text answers: what the confidence model looked at, INPUT_COUNT numbers; else NULL */
};

struct annotation { /* one mark [n] in the text */
    const struct source *source;
    size_t start, end; /* code points of the answer's text, end exclusive */
};

struct report { /* one source of evidence that was asked */
    const char *provider;
    const char *status; /* "ok", "empty", "failed" */
    size_t results;
    int64_t ms;
};

enum finish { FINISH_STOP, FINISH_LENGTH };

struct answer {
    struct slice text; /* the whole of what the sink got */
    struct basis *basis;
    size_t basis_count;
    struct annotation *annotations;
    size_t annotation_count;
    const struct source *const *cited; /* in the order of their numbers: cited[0] is [1] */
    size_t cited_count;
    const struct evidence *evidence;
    const struct pool *pool; /* pages that were read for this answer */
    struct slice *warnings;
    size_t warning_count;
    struct report reports[24];
    size_t report_count;
    enum finish finish;
    size_t prompt_tokens, completion_tokens;
};

const char *confidence_name(enum confidence c); /* NULL for CONFIDENCE_NONE: null on the wire */

#endif
