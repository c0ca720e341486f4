/* evidence.h - the pages that an answer can stand on, and the numbers [n] of citations.
 *
 * Evidence alone owns the numbers: a source gets the next one when it is cited for the first time, so that a reader
 * sees [1], [2], [3] in order. One for a session, however many rounds and sub-questions it has; everything lives in the
 * session's arena. */
#ifndef EVIDENCE_EVIDENCE_H
#define EVIDENCE_EVIDENCE_H

#include "index/index.h"

struct source { /* one page */
    struct slice url, title, site, date, sha256;
    struct slice snippet;  /* its best passage */
    unsigned number;       /* [n]; 0: not cited */
    const struct passage **passages; /* of it, as they were met; one may be there twice */
    size_t passage_count, passage_room;
};

struct evidence {
    struct arena *arena;
    struct source **sources; /* pages, in the order in which they were found */
    size_t source_count, source_room;
    struct source **cited; /* by number */
    size_t cited_count, cited_room;
};

struct evidence *evidence_new(struct arena *a);
/* The page of this passage, in this version; added when it is new. The passage must live as long as the evidence. */
struct source *evidence_source(struct evidence *ev, const struct passage *p);
/* The source's number; gives it the next one when it has none. */
unsigned evidence_cite(struct evidence *ev, struct source *source);

#endif
