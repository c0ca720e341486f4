/* match.h - text reduced to what two ways of writing the same have in common, for comparing answers.
 *
 * Lower case (Unicode's full mapping, no language's own rules); letters, numbers and "_" stay, every other character,
 * combining marks too, becomes a word boundary. Words are kept apart by one space, none at the ends. This is what
 * re.sub(r"\W+", " ", text.lower()) gives in Python, which scripts of question-answering benchmarks use. */
#ifndef TEXT_MATCH_H
#define TEXT_MATCH_H

#include "base/arena.h"

/* text: valid UTF-8 of less than 2^30 bytes (longer ones are cut). In the arena. */
struct slice match_key(struct arena *a, struct slice text);
/* Whether text has a character from U+3040 to U+9FFF: kana and Han, written without spaces. */
bool match_is_unspaced(struct slice text);

#endif
