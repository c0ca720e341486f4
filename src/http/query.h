/* query.h - the query of a request's target: "?limit=20&metadata[kind]=test". */
#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include "base/arena.h"
#include "base/err.h"

/* Undoes percent encoding into the arena; plus: "+" is a space. False for a broken escape and for an encoded NUL, which
 * would end a C string early. */
MUST_USE bool query_decode(struct slice text, bool plus, struct arena *a, struct slice *out);
/* Takes the next pair off *rest, which begins as what stands behind "?". False at its end; a pair that is broken is
 * left out. */
MUST_USE bool query_next(struct slice *rest, struct arena *a, struct slice *name, struct slice *value);

#endif
