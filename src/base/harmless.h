/* harmless.h - what strangers' texts and addresses may do to whoever shows them.
 *
 * Control characters command terminals, direction characters turn the writing around, and a link of a scheme such as
 * javascript: is a program. Pages, titles and addresses pass through here on their way in, and whatever is printed for
 * a person on its way out. */
#ifndef BASE_HARMLESS_H
#define BASE_HARMLESS_H

#include "base/arena.h"

/* The text without what is not utf8_harmless (base/utf8.h): a carriage return becomes a line end (with one behind it,
 * nothing), a control character a space, a direction character nothing. Text that is harmless already is returned as it
 * is. text: valid UTF-8. */
struct slice harmless_text(struct arena *a, struct slice text);
/* Whether an address may be a link: http, https, ftp, file, urn or doi, or without any scheme; no white space and no
 * control character in it, since browsers skip those. */
bool harmless_link(struct slice url);

#endif
