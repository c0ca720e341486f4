/* lenient.h - JSON as language models write it.
 *
 * Accepts, beyond JSON: text around it, byte order mark, comments, trailing, missing and doubled commas, single and
 * typographic quotes, keys and values without quotes, = and => for a colon, True, None, NaN, undefined, raw line breaks
 * and unescaped quotes in strings, wrong closing brackets, and an end that is missing. */
#ifndef SHAPE_LENIENT_H
#define SHAPE_LENIENT_H

#include "shape/value.h"

enum {
    LENIENT_DEPTH = 100,
    LENIENT_KEEP_CUT = 64 /* bytes from which on a text that the end cut off is kept; shorter ones are dropped, as is
                             everything else that is only half there: 12 may have been 1200 */
};

/* Reads the value that starts text. False when there is none, or it nests too deeply. *used: its bytes. Linear. */
MUST_USE bool lenient_parse(struct arena *a, struct slice text, struct value *out, size_t *used);

/* The text behind the reasoning ("<think>...</think>") and without a byte order mark. */
struct slice lenient_answer(struct slice reply);

/* The next place from *at on where a document may begin: a bracket. False: none. */
MUST_USE bool lenient_next(struct slice text, size_t *at);

#endif
