/* lenient.h - parses JSON as language models write it.
 *
 * It accepts, beyond JSON: text around it, byte order mark, comments, trailing, missing and doubled commas, single and
 * typographic quotes, keys and values without quotes, = and => for a colon, True, None, NaN, undefined, raw line
 * breaks and unescaped quotes in strings, wrong closing brackets, and a missing end. */
#ifndef SHAPE_LENIENT_H
#define SHAPE_LENIENT_H

#include "shape/value.h"

enum {
    LENIENT_DEPTH = 100,
    LENIENT_KEEP_CUT = 64 /* bytes: a string that the end of the reply cut off is kept when it has so many. Shorter ones
                             are dropped, as is every other value that was cut: 12 may have been 1200 */
};

/* Reads the value that starts text. False when there is none, or it nests too deeply. *used: its bytes. Linear. */
MUST_USE bool lenient_parse(struct arena *a, struct slice text, struct value *out, size_t *used);

/* The reply without a byte order mark and without the reasoning before it ("<think>...</think>"). */
struct slice lenient_answer(struct slice reply);

/* Moves *at to the next bracket, where a document may begin. False: there is none. */
MUST_USE bool lenient_next(struct slice text, size_t *at);

#endif
