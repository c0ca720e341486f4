/* pattern.h - the regular expressions of "pattern": ECMA-262, run by ICU under a time limit. */
#ifndef SHAPE_PATTERN_H
#define SHAPE_PATTERN_H

#include <stdint.h>

#include "base/arena.h"

struct pattern;

/* NULL when the text is not a regular expression (or is over 10,000 bytes). Closed with the arena. */
struct pattern *pattern_new(struct arena *a, struct slice ecma);
/* Whether the pattern matches somewhere in text. False as well when that takes longer than budget_us, and then
 * budget_us is 0; otherwise the time used is taken off. One thread at a time, although p looks constant in a shape. */
bool pattern_find(struct pattern *p, struct slice text, int64_t *budget_us);

/* A short text that the pattern probably matches, from "^[A-Z]{2}-\d{4}$" for example "AA-0000". choice: which
 * alternative of each (a|b); more: repetitions beyond the least where there is room. False when the pattern uses what
 * this does not understand; what it gives is to be checked. */
MUST_USE bool pattern_sample(struct arena *a, struct slice ecma, unsigned choice, unsigned more, struct slice *out);

#endif
