/* known.h - the pages that earlier answers of a conversation rest on.
 *
 * They are taken from an answer, kept by the caller, and given to the session of the next question. Where they suffice,
 * a follow-up needs no other search. And it gets no worse when a page has left the index or the web meanwhile. */
#ifndef RESEARCH_KNOWN_H
#define RESEARCH_KNOWN_H

#include "session/session.h"

/* Of a page with more than KNOWN_PAGE_BYTES only the passages that were evidence are kept. All pages together have at
 * most KNOWN_BYTES, cited ones first: a follow-up splits these texts into words again, which takes some 50 ms for 256
 * KiB. */
enum { KNOWN_PAGE_BYTES = 32 * 1024, KNOWN_BYTES = 256 * 1024 };

/* Adds the question's known pages to the session's pool. Pages that its source policy excludes are left out, and so are
 * those that the index has found again, in any version, or has as they were. True when the pool has pages. */
bool known_gather(struct session *s);

/* The pages that the answer rests on, best first, then those of earlier answers. Pages of the index are read from it
 * again; of one that has changed since, the passages that were evidence are kept. *out lives in the arena. */
void known_of_answer(struct arena *a, const struct question *q, const struct answer *answer, struct index *index,
                     const struct page_copy **out, size_t *count);

#endif
