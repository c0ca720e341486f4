/* sentences.h - text cut into sentences (ICU boundaries, UAX #29, with a table of abbreviations on top), and
 * pages into passages of whole sentences.
 *
 * The slices point into the text that was given, in its order. A sentence has no white space at its ends and never
 * crosses a blank line (paragraph) or a line that is a heading or a list item ("- ", "* ", "1. "). Any thread. */
#ifndef TEXT_SENTENCES_H
#define TEXT_SENTENCES_H

#include "base/arena.h"
#include "text/lang.h"

struct sentences {
    struct slice *at;
    size_t n;
};

struct sentences sentences_split(struct arena *a, struct slice text, const struct lang *lang);

/* "## History": one of those sentences that says what follows is about, and nothing itself. */
bool sentence_is_heading(struct slice sentence);

/* Passages of about target_words (words_count) made of whole sentences: at least half and at most one and a half
 * times as many where the sentences allow it, ends preferred at paragraph ends. They follow each other without
 * overlap; white space between them belongs to none. A sentence of more than 2 * target_words is cut at a word end. */
struct sentences passages_cut(struct arena *a, struct slice text, const struct lang *lang, size_t target_words);

#endif
