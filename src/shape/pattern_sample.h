/* pattern_sample.h - a text that a regular expression probably matches. Pure. */
#ifndef SHAPE_PATTERN_SAMPLE_H
#define SHAPE_PATTERN_SAMPLE_H

#include "base/arena.h"

/* From "^[A-Z]{2}-\d{4}$" for example "AA-0000". choice: which alternative of each (a|b); more: repetitions beyond the
 * least where there is room. The caller checks the result with pattern_find. False when the pattern uses something that
 * this reader does not understand. */
MUST_USE bool pattern_sample(struct arena *a, struct slice ecma, unsigned choice, unsigned more, struct slice *out);

#endif
