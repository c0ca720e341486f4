/* cite_quote.h - quotations: where they begin and end, and whether a source has those words. */
#ifndef CITE_QUOTE_H
#define CITE_QUOTE_H

#include "base/arena.h"
#include "cite/cite_peek.h"

struct cite_quotes;

/* The texts are borrowed. */
struct cite_quotes *cite_quotes_new(struct arena *a, const struct slice *texts, size_t n);
/* Whether a text has these words in this order, as cite_guard.h defines it. Every call costs a walk over the texts; after
 * CITE_QUOTE_CHECKS calls the answer is no. */
bool cite_quotes_have(struct cite_quotes *q, struct slice words);

/* Words as a reader counts them; of scripts without spaces two characters are one. */
size_t cite_count_words(struct slice text);
/* The closing mark for an opening one, 0 when c opens nothing. */
uint32_t cite_closing_mark(uint32_t c);
/* Finds the closing mark of the quotation that starts text (with its opening mark). CITE_YES: *inside is what it
 * quotes. CITE_NO: none within CITE_QUOTE_BYTES or the paragraph; *inside is what stands there instead. */
enum cite_reading cite_read_quote(struct slice text, bool final, struct slice *inside);

#endif
