/* reorder.h - passages and sentences put in the order that a reranking model gives them, where there is one. */
#ifndef RESEARCH_REORDER_H
#define RESEARCH_REORDER_H

#include "research/steps.h"

enum { REORDER_SENTENCES = 32 }; /* of a part: the best ones by words; a model's order counts among these */

/* The passages of the part's hits, before its view is cut. Their scores stay what they are and change hands: the passage
 * that the model likes best gets the highest, so that features and confidence read on. Without a model, or when it fails
 * or is late, nothing changes. */
void reorder_passages(struct session *s, struct part *p);
/* The same for the best sentences of the part's ranking. */
void reorder_sentences(struct session *s, struct part *p);

#endif
