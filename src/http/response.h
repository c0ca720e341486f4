/* response.h - the headers that every reply has, and replies that no handler makes.
 *
 * ERRORS: NULL when there is no memory.
 * THREADS: any that may read the exchange. */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <microhttpd.h>

#include "base/buf.h"
#include "base/err.h"

struct exchange;

enum { ERROR_BODY_BYTES = 8 * 1024 };

typedef void add_header(void *to, const char *name, const char *value);
/* Calls add for every header that this reply has beside its content's; e: NULL, or why it failed. */
void response_headers(const struct exchange *x, const struct err *e, add_header *add, void *to);
void response_add(void *response, const char *name, const char *value); /* an add_header for struct MHD_Response */

struct MHD_Response *response_of_bytes(const struct exchange *x, const char *content_type, struct slice body);
struct MHD_Response *response_of_error(const struct exchange *x, const struct err *e, size_t *body_bytes);
struct MHD_Response *response_of_preflight(const struct exchange *x);
/* A whole error reply as it goes over the wire, for when libmicrohttpd takes no reply any more. */
void response_print_error(const struct exchange *x, const struct err *e, struct buf *out);

#endif
