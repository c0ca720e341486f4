/* cite_quote.h - finds the ends of a quotation, and checks whether a text has its words. */
#ifndef CITE_CITE_QUOTE_H
#define CITE_CITE_QUOTE_H

#include "base/arena.h"
#include "cite/cite_peek.h"

struct cite_quotes;

/* The texts are borrowed. */
struct cite_quotes *cite_quotes_new(struct arena *a, const struct slice *texts, size_t n);
/* Whether one of the texts has these words in this order, by the rules of cite_guard.h. A call walks over all texts.
 * After CITE_QUOTE_CHECKS calls the answer is always no. */
bool cite_quotes_have(struct cite_quotes *q, struct slice words);

/* Counts words as a reader does. In scripts without spaces two characters are one word. */
size_t cite_count_words(struct slice text);
/* The closing mark for an opening one; 0 if c opens nothing. */
uint32_t cite_closing_mark(uint32_t c);
/* Finds the closing mark of a quotation. text starts with its opening mark. CITE_YES: *inside is the quoted text.
 * CITE_NO: the quotation does not close within CITE_QUOTE_BYTES or its paragraph; *inside is the text up to there. */
enum cite_reading cite_read_quote(struct slice text, bool final, struct slice *inside);

#endif
