/* model_check.h - sentences that alignment cannot settle are put to the model, with the spans that come nearest. */
#ifndef RESEARCH_MODEL_CHECK_H
#define RESEARCH_MODEL_CHECK_H

#include "research/scribe.h"

/* One call for all sentences of the draft that claim something and carry no mark. Where the model says "supported" and its
 * quotation stands word for word in the evidence, in a sentence that has the statement's figures, the sentence gets the mark
 * of that page; a verdict without such a quotation counts for nothing. When the model fails the draft stays as it is. */
void model_check(struct session *s, struct scribe *draft);

#endif
