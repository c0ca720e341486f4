/* pattern.h - the regular expressions of "pattern": ECMA-262, run by ICU under a time limit. */
#ifndef SHAPE_PATTERN_H
#define SHAPE_PATTERN_H

#include <stdint.h>

#include "base/arena.h"

struct pattern;

/* Python's forms in ECMA-262's: \A and \Z, (?P<name>...) and (?P=name), which generators such as pydantic copy into
 * schemas as they are. The text itself where it has none of them. */
struct slice pattern_of_python(struct arena *a, struct slice text);
/* NULL when the text is not a regular expression (or is over 10,000 bytes). Closed with the arena. */
struct pattern *pattern_new(struct arena *a, struct slice ecma);
/* Whether the pattern matches somewhere in text. Takes the time used off *budget_us. When the budget is used up the
 * answer is false and *budget_us is 0. One thread at a time. */
bool pattern_find(struct pattern *p, struct slice text, int64_t *budget_us);

#endif
