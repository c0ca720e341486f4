/* asks.h - a question as it is typed into search services. */
#ifndef RESEARCH_ASKS_H
#define RESEARCH_ASKS_H

#include "text/words.h"

enum { ASKS_MAX = 3 };

/* The question itself, then with fewer words each time: without stop words, then only names and numbers. Many services,
 * wikis among them, find only pages that have every word; whoever asks goes on while nothing is found. Texts that would
 * repeat the one before or be empty are left out, so at least one and at most ASKS_MAX come. */
size_t asks_make(struct arena *a, struct slice question, const struct lang *lang, struct slice out[ASKS_MAX]);

#endif
