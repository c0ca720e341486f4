/* asks.h - the wordings in which search services are asked a question.
 *
 * Many services, wikis among them, find only pages that have every word of a query. So there is the whole question, and
 * then shorter wordings for when nothing was found. */
#ifndef SESSION_ASKS_H
#define SESSION_ASKS_H

#include "text/words.h"

enum { ASKS_MAX = 3 };

/* Fills `out`: first the question itself, then without its stop words, then only its names and numbers. A wording that
 * is empty or repeats the one before is left out. Returns how many there are, 1 to ASKS_MAX; only the question itself
 * for text in Chinese, Japanese or Korean, whose words cannot be put together again. */
size_t asks_make(struct arena *a, struct slice question, const struct lang *lang, struct slice out[ASKS_MAX]);

#endif
