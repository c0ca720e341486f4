/* known.h - pages that a conversation already stands on: into a session, and out of an answer for the next one.
 *
 * A follow-up is answered from them without another search where they suffice, and is not answered worse because a page
 * has left the index or the web meanwhile. */
#ifndef RESEARCH_KNOWN_H
#define RESEARCH_KNOWN_H

#include "research/steps.h"

/* What is kept of a conversation's pages: a page of more bytes by the passages that were evidence, and of all pages
 * together so many bytes, cited ones first. A follow-up cuts what the index has not into words again: 256 KiB are some 50 ms. */
enum { KNOWN_PAGE_BYTES = 32 * 1024, KNOWN_BYTES = 256 * 1024 };

/* Adds the question's known pages to the pool, as far as its source policy allows them and the index has not found them,
 * as they were or in a newer version. True when there are any. */
bool known_gather(struct session *s);

/* The pages that the answer stands on, best first, and after them those that earlier answers did; in the arena. Pages of
 * the index are read from it again; one that has changed since is kept by the passages that were evidence. */
void known_of_answer(struct arena *a, const struct question *q, const struct answer *answer, struct index *index,
                     struct pool_page **out, size_t *count);

#endif
