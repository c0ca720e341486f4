/* edges.h - the first and the last character of a text, and white space as people see it: no-break, ideographic and
 * zero-width spaces are white, too. Any thread. */
#ifndef TEXT_EDGES_H
#define TEXT_EDGES_H

#include <stdint.h>

#include "base/slice.h"

bool edge_is_space(uint32_t c);
/* Reads the character that ends at `at` into *c, 0 at the start of text. Returns the offset of its first byte. */
size_t edge_back(struct slice text, size_t at, uint32_t *c);
uint32_t edge_first(struct slice text); /* 0 for an empty text */
struct slice edge_trim(struct slice s); /* without white space at its ends */

#endif
