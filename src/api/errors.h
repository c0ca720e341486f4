/* errors.h - the error object of the wire: {"error": {message, type, param, code, detail}}.
 *
 * OpenAI's clients read the first four keys, which are always there; Parallel's read ref_id and detail. */
#ifndef API_ERRORS_H
#define API_ERRORS_H

#include "base/buf.h"
#include "base/err.h"

/* request_id may be NULL. Fits a buffer of 8 KiB. */
void api_error_print(const struct err *e, const char *request_id, struct buf *out);

#endif
