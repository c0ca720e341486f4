/* evidence.h - the pages that an answer may cite, and the numbers [n] of the citations.
 *
 * A session has one struct evidence for all its rounds and sub-questions. Only this module gives out numbers: a source
 * gets the next one when it is first cited, so a reader sees [1], [2], [3] in order.
 *
 * OWNERSHIP: everything is in the session's arena. Slices and passages are borrowed from the search hits.
 * THREADS: one at a time. */
#ifndef EVIDENCE_EVIDENCE_H
#define EVIDENCE_EVIDENCE_H

#include "index/index.h"

struct source { /* one page */
    struct slice url, title, site, date, sha256;
    struct slice snippet;            /* the text of the first passage that was added, usually the best one */
    unsigned number;                 /* [n]; 0 if not cited */
    const struct passage **passages; /* in the order of evidence_source() calls; a passage may occur twice */
    size_t passage_count, passage_room;
};

struct evidence {
    struct arena *arena;
    struct source **sources; /* in the order in which they were found */
    size_t source_count, source_room;
    struct source **cited; /* cited[0] has number 1 */
    size_t cited_count, cited_room;
};

struct evidence *evidence_new(struct arena *a);
/* The passage's page; added if it is new. Two versions of a page (by sha256) are two sources. The passage must outlive
 * the evidence. */
struct source *evidence_source(struct evidence *ev, const struct passage *p);
/* The source's number. Gives it the next free one if it has none. */
unsigned evidence_cite(struct evidence *ev, struct source *source);

#endif
