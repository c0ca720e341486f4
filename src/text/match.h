/* match.h - reduces text to a form in which two spellings of one answer are equal.
 *
 * Letters become lower case (Unicode's full mapping, without rules of single languages). Letters, numbers and "_" stay.
 * All other characters, combining marks too, become word boundaries. One space separates words; there is none at the
 * ends. Python's re.sub(r"\W+", " ", text.lower()) does the same; scripts of question-answering benchmarks use it.
 * Any thread. */
#ifndef TEXT_MATCH_H
#define TEXT_MATCH_H

#include "base/arena.h"

/* The reduced text, in the arena. text: valid UTF-8; it is cut after 2^30 bytes. */
struct slice match_key(struct arena *a, struct slice text);
/* Whether text has characters of kana or Han, which are written without spaces. */
bool match_is_unspaced(struct slice text);

#endif
