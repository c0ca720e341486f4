/* unpack.h - unpacks a request body that was sent with Content-Encoding: gzip (RFC 1952), as it arrives.
 *
 * Several members behind each other are one body. The unpacked bytes have the limit of the buffer that they go to, and
 * the packed ones the same limit, since a member may be empty: so neither a bomb nor an endless body of nothing gets
 * further than a plain body does. A step costs time in proportion to what it takes and gives.
 *
 * THREADS: one. MEMORY: 40 KB from the first byte to unpack_free. */
#ifndef HTTP_UNPACK_H
#define HTTP_UNPACK_H

#include "base/buf.h"
#include "base/err.h"

struct unpack;

/* Whether a body with this Content-Encoding can be read: gzip or x-gzip. */
bool unpack_knows(struct slice coding);

/* Appends what this piece of the body unpacks to. *u: NULL for the first piece; made here. ERR_TOO_LARGE,
 * ERR_BAD_REQUEST (it is no gzip), ERR_NO_MEMORY. After an error, only unpack_free. */
MUST_USE bool unpack_add(struct unpack **u, struct slice piece, struct buf *out, struct err *e);
/* The body has arrived. ERR_BAD_REQUEST: it ends too early. u NULL: it was empty. */
MUST_USE bool unpack_end(const struct unpack *u, struct err *e);
void unpack_free(struct unpack *u); /* NULL is fine */

#endif
