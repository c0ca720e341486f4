/* entity.h - character references of HTML ("&amp;", "&#8212;", "&#x2014;") as the character they mean.
 *
 * The one decoder of pages, of addresses in links, of snippets and of wikitext. Names are those of entity.def; they are
 * written exactly so and end with ";". Numbers are read as browsers read them (WHATWG HTML, 13.2.5.80): without ";"
 * too, 128 to 159 as in windows-1252, and U+FFFD for what is no character; but of more than seven figures none is read.
 * Pure function, any thread. */
#ifndef PAGES_ENTITY_H
#define PAGES_ENTITY_H

#include "base/slice.h"

/* The reference at the start of text: its bytes, and its character in *code. 0: it is none. The character written as
 * UTF-8 is never longer than the reference. */
size_t entity_read(struct slice text, uint32_t *code);

enum { ENTITY_BYTES_MAX = 8 };

/* The same in the text of a page, where names that mean two characters count too, and old ones without their ";"
 * ("&copy 2024"). The characters are written to out, *n bytes, which may be more than those of the reference. */
size_t entity_put(struct slice text, char out[ENTITY_BYTES_MAX], size_t *n);

/* The same where only a reference with its ";" counts: in wikitext, and in text that may have been cut inside of one.
 */
static inline size_t entity_read_closed(struct slice text, uint32_t *code)
{
    size_t n = entity_read(text, code);
    return n > 0 && text.p[n - 1] == ';' ? n : 0;
}

#endif
