/* answer.h - what a session gives back: the answer's text and what it rests on.
 *
 * The text also went through the session's sink, piece by piece. The rest is only here: a basis entry for each claim
 * with its citations, the annotations that tie marks in the text to pages, warnings, and the search report.
 *
 * OWNERSHIP: everything lives in the session's arena. */
#ifndef SESSION_ANSWER_H
#define SESSION_ANSWER_H

#include "evidence/evidence.h"
#include "search/status.h"

enum confidence { CONFIDENCE_NONE, CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };

struct citation {
    const struct source *source;
    struct slice *excerpts; /* sentences as the page has them, byte for byte */
    size_t *offsets;        /* where each excerpt begins in the page's text, in bytes */
    size_t excerpt_count;
};

struct basis {
    struct slice field; /* "output" for a text, else the top-level field's name or a path into it: "people.0.name" */
    struct citation *citations;
    size_t citation_count;
    struct slice reasoning;
    enum confidence confidence; /* CONFIDENCE_NONE: nothing was found; the reasoning says why */
    double probability;         /* that the statement is right, 0 to 1; meaningless with CONFIDENCE_NONE */
    const double *inputs;       /* of the confidence model, INPUT_COUNT numbers, for text answers; else NULL */
};

struct annotation { /* one mark [n] in the text */
    const struct source *source;
    size_t start, end; /* code points of the answer's text; end is exclusive */
};

struct report { /* what became of asking one source: the index, a search service, "pages" */
    const char *provider;
    enum search_status status;
    size_t results;
    int64_t ms;
    struct slice detail; /* why it failed, or what is missing, for people; may be empty */
};

struct spent {         /* what an answer cost; counted up while it is made, so it is right after a failure too */
    unsigned searches; /* wordings that search services were asked */
    unsigned pages;    /* of the web, read for this answer */
    unsigned model_calls, prompt_tokens, completion_tokens; /* of language models, as they say themselves */
};

enum finish { FINISH_STOP, FINISH_LENGTH };

struct answer {
    struct slice text; /* all that the sink got */
    struct basis *basis;
    size_t basis_count;
    struct annotation *annotations;
    size_t annotation_count;
    const struct source *const *cited; /* by number: cited[0] is [1] */
    size_t cited_count;
    const struct evidence *evidence;
    const struct pool *pool; /* the pages that were read for this answer */
    struct slice *warnings;
    size_t warning_count;
    struct report reports[24];
    size_t report_count;
    enum finish finish;
    size_t prompt_tokens, completion_tokens;
    struct spent spent;
};

/* Adds a sentence, which is in the arena or static. */
void answer_warn(struct arena *a, struct answer *answer, struct slice warning);

/* The status as replies write it: "ok", "empty", "failed" ... */
const char *report_status(const struct report *r);
const char *confidence_name(enum confidence c); /* NULL for CONFIDENCE_NONE, which replies write as null */

#endif
