/* closest.h - which of several short texts fits a question best: the tools that a client offers, say.
 *
 * Words are compared by stem, stop words aside. A word that many of the texts share tells little, so each word counts
 * by how few have it. THREADS: any; a pure function. */
#ifndef SESSION_CLOSEST_H
#define SESSION_CLOSEST_H

#include "base/arena.h"

/* Words beyond so many of the question, and of each text, are not compared. */
enum { CLOSEST_WORDS = 200 };

/* The place in texts; the first of those that fit as well, and 0 where none has a word of the question. n > 0. */
size_t closest_text(struct arena *a, struct slice question, const struct slice *texts, size_t n);

#endif
