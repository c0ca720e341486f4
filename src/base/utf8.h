/* utf8.h - UTF-8 by RFC 3629 (no surrogates, no overlong forms, nothing above U+10FFFF). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdint.h>

#include "base/slice.h"

/* Bytes of the character that starts text, 1 to 4; 0 when it is not valid or text is empty.
 * *code gets the code point; it may be NULL. */
size_t utf8_next(struct slice text, uint32_t *code);
/* Offset in bytes of the first invalid byte, or text.n when all is valid. */
size_t utf8_check(struct slice text);
/* Number of code points of valid text; an invalid byte counts as one. */
size_t utf8_count(struct slice text);
/* The longest prefix of at most max_bytes that does not cut a character. */
struct slice utf8_cut(struct slice text, size_t max_bytes);
/* The first `chars` code points; a byte that is none counts as one. */
struct slice utf8_head(struct slice text, size_t chars);
/* Writes one code point to out (room for 4 bytes); returns the bytes written. */
size_t utf8_put(char *out, uint32_t code);
/* No control character (C0, DEL, C1) but line end and tab, and none that sets the direction of text. */
bool utf8_harmless(uint32_t code);
/* Replaces in place by '?' each byte that is not part of valid UTF-8, of a control character (C0, DEL, C1), or of one
 * that sets the direction of text. */
void utf8_scrub(char *text, size_t n);

#endif
