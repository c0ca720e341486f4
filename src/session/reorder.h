/* reorder.h - puts passages and sentences in the order of a reranking model, where one is set up.
 *
 * ERRORS: without a model, or when it fails or is late, nothing changes. */
#ifndef SESSION_REORDER_H
#define SESSION_REORDER_H

#include "session/session.h"

enum { REORDER_SENTENCES = 32 }; /* of a part: only so many of the best ones by words are put in the model's order */

/* Reorders the passages of the part's hits; call it before the part's view is made. The list of scores stays the same:
 * the model's best passage gets the highest score, and so on. So the ranker's features and the confidence model, which
 * were fitted on these scores, still hold. */
void reorder_passages(struct session *s, struct part *p);
/* The same for the best REORDER_SENTENCES sentences of the part's ranking. */
void reorder_sentences(struct session *s, struct part *p);

#endif
