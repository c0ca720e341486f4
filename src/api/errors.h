/* errors.h - the error objects of the wire.
 *
 * API_ERROR_CHAT: {"error": {message, type, param, code, ref_id, detail}}. OpenAI's clients read the first four keys,
 * which are always there; Parallel's read ref_id and detail. API_ERROR_PARALLEL, for Parallel's other paths, has the
 * same object with "type": "error" beside it. API_ERROR_GROUP is that, but a 422 says {"detail": [{loc, msg, type}]},
 * as Parallel's groups of tasks do. API_ERROR_MCP is an error of JSON-RPC without an id, with the first object as its
 * data: the message was not read. */
#ifndef API_ERRORS_H
#define API_ERRORS_H

#include "base/buf.h"
#include "base/err.h"

enum api_error_form { API_ERROR_CHAT, API_ERROR_PARALLEL, API_ERROR_GROUP, API_ERROR_MCP };

/* request_id may be NULL. Fits a buffer of 8 KiB. When there is no memory to build the object, a fixed one that says so
 * is printed. */
void api_error_print(const struct err *e, enum api_error_form form, const char *request_id, struct buf *out);

#endif
