/* errors.h - the error object of the wire: {"error": {message, type, param, code}} and Parallel's `detail`. */
#ifndef API_ERRORS_H
#define API_ERRORS_H

#include "base/buf.h"
#include "base/err.h"

/* request_id may be NULL. Always fits a buffer of 8 KiB. */
void api_error_print(const struct err *e, const char *request_id, struct buf *out);

#endif
