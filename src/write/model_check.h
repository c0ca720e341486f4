/* model_check.h - asks the model about sentences of a draft that no page states word for word.
 *
 * Alignment compares words (evidence/align.h), so it misses what a page says in other words. The model gets these
 * sentences, and the first 3,000 tokens of the briefing's passages, in one call. Its verdict alone counts for nothing:
 * it has to quote the page. */
#ifndef WRITE_MODEL_CHECK_H
#define WRITE_MODEL_CHECK_H

#include "write/scribe.h"

/* Checks the sentences of the draft that claim something and have no mark, at most 16 of them. A sentence gets a page's
 * mark when the model says "supported", its quotation is in a sentence of that page word for word, and that sentence
 * has all figures of the statement. Sentences that alignment calls contradicted never get one. When the model fails,
 * the draft stays as it is. */
void model_check(struct session *s, struct scribe *draft);

#endif
