/* sentences.h - cuts a text into sentences.
 *
 * ICU finds the boundaries (UAX #29); rules for abbreviations remove false ones. The slices point into the given text,
 * in its order. A sentence has no white space at its ends. It never crosses the end of a block (text/blocks.h): a
 * heading, an item, a row and a term are sentences of their own. Code is one sentence, or a few where it is long; its
 * fences belong to none. Any thread. */
#ifndef TEXT_SENTENCES_H
#define TEXT_SENTENCES_H

#include "base/arena.h"
#include "lang/lang.h"
#include "text/blocks.h"

struct sentences {
    struct slice *at;
    size_t n;
};

struct sentences sentences_split(struct arena *a, struct slice text, const struct lang *lang);
struct sentences sentences_of_block(struct arena *a, const struct block *block, const struct lang *lang);

#endif
