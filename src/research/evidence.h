/* evidence.h - the passages that were chosen, the pages they are from, and the numbers [n] of citations.
 *
 * Evidence alone owns the numbers: a source gets the next one when it is cited for the first time, so that a reader
 * sees [1], [2], [3] in order. Everything lives in the session's arena. */
#ifndef RESEARCH_EVIDENCE_H
#define RESEARCH_EVIDENCE_H

#include "index/index.h"

struct source { /* one page */
    struct slice url, title, site, date, sha256;
    struct slice snippet;  /* its best passage */
    unsigned number;       /* [n]; 0: not cited */
};

struct evidence_passage {
    const struct passage *passage;
    struct source *source;
};

struct evidence {
    struct evidence_passage *passages; /* best first */
    size_t passage_count;
    struct source **sources; /* pages, best first */
    size_t source_count;
    struct source **cited; /* by number */
    size_t cited_count;
    double query_weight;
};

/* Takes the hits of a search, best first. */
struct evidence *evidence_new(struct arena *a, const struct index_hits *hits, size_t max_passages);
/* The source's number; gives it the next one when it has none. */
unsigned evidence_cite(struct evidence *ev, struct source *source);

#endif
