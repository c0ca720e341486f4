/* mime.h - inside of pages/: messages as RFC 5322 and MIME (RFC 2045 to 2047) write them, taken apart.
 *
 * DESIGN: only what a reader needs: headers with their encoded words, the parts that are no multipart, their bytes
 * without base64 and quoted-printable. Nothing is an error: what is broken is read as far as it goes. A message's bytes
 * are looked at once for each level of parts in parts, of which MIME_DEPTH_MAX are read. Libraries that do this
 * (libgmime, libetpan) do far more; see docs/decisions/22-documents.md. Any thread. */
#ifndef PAGES_MIME_H
#define PAGES_MIME_H

#include "base/arena.h"

enum { MIME_DEPTH_MAX = 8, MIME_PARTS_MAX = 500, MIME_HEADER_BYTES_MAX = 64 << 10, MIME_FIELD_BYTES_MAX = 4000 };

struct mime_part {
    struct slice head;         /* its header lines */
    struct slice content_type; /* the header's value on one line; "text/plain" where there is none */
    struct slice name;         /* of a file that is attached, decoded */
    struct slice body;         /* as sent; mime_body() decodes it */
    unsigned depth;            /* of multiparts and messages around it */
    bool attached;
};

/* Whether text begins as a message does: header lines, and among them those that messages have. */
bool mime_is_message(struct slice text);
/* A header's value on one line, as UTF-8, at most MIME_FIELD_BYTES_MAX. Empty: there is none. head: header lines. */
struct slice mime_field(struct arena *a, struct slice head, const char *name);
/* Parts it into header lines and what follows the blank line. */
void mime_split(struct slice message, struct slice *head, struct slice *body);
/* The parts of a message that are no multipart themselves, in order. A message within is a part of type message/rfc822
 * without a body, its own parts follow. */
struct mime_part *mime_parts(struct arena *a, struct slice message, size_t *count);
/* The bytes that a part stands for, in its own character set. */
struct slice mime_body(struct arena *a, const struct mime_part *part);
bool mime_is(const struct mime_part *part,
             const char *type); /* "text/html"; a type alone, "text/", matches all of it */

#endif
