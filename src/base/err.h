/* err.h - the one error idiom: MUST_USE bool verb(..., struct err *e).
 *
 * True leaves *e untouched. False means that *e was set once, where the cause was known best. Codes, HTTP statuses,
 * OpenAI error types and default sentences come from the table below and from nowhere else. Callers tell errors apart
 * by code, never by text.
 *
 * A page that could not be read is not an error: it is a fact about the evidence (see evidence/evidence.h). */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/slice.h"

/*  name, HTTP status, OpenAI error type, wire code, default sentence */
#define ERR_TABLE(X)                                                                                                   \
    X(OK, 200, "", "", "")                                                                                             \
    X(BAD_REQUEST, 400, "invalid_request_error", "bad_request", "The request cannot be read.")                         \
    X(BAD_JSON, 400, "invalid_request_error", "invalid_json", "The request body is not valid JSON.")                   \
    X(UNSUPPORTED_CONTENT, 400, "invalid_request_error", "unsupported_content", "Only text content can be read.")      \
    X(UNSUPPORTED_VALUE, 400, "invalid_request_error", "unsupported_value", "This value is not supported.")            \
    X(NO_KEY, 401, "authentication_error", "missing_api_key",                                                          \
      "No API key was given. Send 'Authorization: Bearer KEY' or 'x-api-key: KEY'.")                                   \
    X(BAD_KEY, 401, "authentication_error", "invalid_api_key", "The API key is not known here, or was revoked.")       \
    X(QUOTA, 429, "insufficient_quota", "insufficient_quota", "The quota of this API key is used up.")                 \
    X(FORBIDDEN_MODEL, 403, "permission_error", "model_not_allowed", "This API key may not use this model.")           \
    X(FORBIDDEN, 403, "permission_error", "not_allowed", "This API key may not do this.")                              \
    X(FORBIDDEN_HOST, 403, "permission_error", "host_not_allowed", "This server is not called by this name.")          \
    X(FORBIDDEN_ORIGIN, 403, "permission_error", "origin_not_allowed",                                                 \
      "Pages of this origin may not use this server.")                                                                 \
    X(NOT_FOUND, 404, "not_found_error", "not_found", "There is nothing at this path.")                                \
    X(MODEL_NOT_FOUND, 404, "not_found_error", "model_not_found", "There is no such model.")                           \
    X(INTERACTION_NOT_FOUND, 404, "not_found_error", "interaction_not_found", "There is no such interaction.")         \
    X(COMPLETION_NOT_FOUND, 404, "not_found_error", "completion_not_found", "There is no such stored completion.")     \
    X(RESPONSE_NOT_FOUND, 404, "not_found_error", "response_not_found", "There is no such response.")                  \
    X(RUN_NOT_FOUND, 404, "not_found_error", "run_not_found", "There is no task run of this id and key.")              \
    X(RUN_FAILED, 404, "not_found_error", "run_failed", "The task run has failed.")                                    \
    X(GROUP_NOT_FOUND, 404, "not_found_error", "task_group_not_found", "There is no task group of this id and key.")   \
    X(MONITOR_NOT_FOUND, 404, "not_found_error", "monitor_not_found", "There is no monitor of this id and key.")       \
    X(RUN_ACTIVE, 408, "invalid_request_error", "run_active",                                                          \
      "The task run has not ended yet. Ask again, or with a longer timeout.")                                          \
    X(REPEAT_RUNNING, 409, "invalid_request_error", "idempotency_key_in_use",                                          \
      "A request with this Idempotency-Key is still being answered.")                                                  \
    X(METHOD, 405, "invalid_request_error", "method_not_allowed", "This method is not allowed here.")                  \
    X(TOO_SLOW, 408, "invalid_request_error", "request_timeout", "The request took too long to arrive.")               \
    X(TOO_LARGE, 413, "invalid_request_error", "body_too_large", "The request body is too large.")                     \
    X(URI_TOO_LONG, 414, "invalid_request_error", "uri_too_long", "The first line of the request is too long.")        \
    X(MEDIA_TYPE, 415, "invalid_request_error", "unsupported_media_type", "Send the request as application/json.")     \
    X(BAD_VALUE, 422, "invalid_request_error", "invalid_value", "A field has a wrong type or value.")                  \
    X(REPEAT_OTHER, 422, "invalid_request_error", "idempotency_key_reused",                                            \
      "This Idempotency-Key was used for another request.")                                                            \
    X(MISSING_FIELD, 422, "invalid_request_error", "missing_field", "A required field is missing.")                    \
    X(INPUT_TOO_LONG, 422, "invalid_request_error", "context_length_exceeded", "The input is too long.")               \
    X(UNSUPPORTED_SCHEMA, 422, "invalid_request_error", "unsupported_schema",                                          \
      "The JSON Schema uses something that is not supported.")                                                         \
    X(HEAD_TOO_LARGE, 431, "invalid_request_error", "head_too_large",                                                  \
      "The headers of the request are larger than the 8 KiB that are read.")                                           \
    X(RATE_LIMIT, 429, "rate_limit_error", "rate_limit_exceeded", "Too many requests for this API key.")               \
    X(BUSY, 429, "rate_limit_error", "server_busy", "The server is working at its limit.")                             \
    X(INTERNAL, 500, "server_error", "internal_error", "Something failed inside of the server.")                       \
    X(NO_MEMORY, 503, "server_error", "no_memory", "There is not enough memory for this request now.")                 \
    X(NOT_IMPLEMENTED, 501, "invalid_request_error", "not_implemented", "This part of HTTP is not supported.")         \
    X(HTTP_VERSION, 505, "invalid_request_error", "http_version_not_supported",                                        \
      "This server speaks HTTP/1.1 and HTTP/1.0.")                                                                     \
    X(BAD_UPSTREAM, 502, "server_error", "bad_upstream", "Every source of evidence gave a broken reply.")              \
    X(UNAVAILABLE, 503, "server_error", "unavailable", "No source of evidence can be reached.")                        \
    X(STOPPING, 503, "server_error", "stopping", "The server is stopping.")                                            \
    X(DEADLINE, 504, "server_error", "deadline", "The time was over before there was any evidence.")                   \
    X(CANCELLED, 499, "server_error", "cancelled", "The client has left.")                                             \
    /* Outside of HTTP: commands and files. */                                                                         \
    X(USAGE, 400, "invalid_request_error", "usage", "The command was not understood.")                                 \
    X(IO, 500, "server_error", "io_error", "A file could not be read or written.")                                     \
    X(CORRUPT, 500, "server_error", "corrupt", "A file is damaged.")                                                   \
    X(EXISTS, 409, "invalid_request_error", "exists", "This exists already.")

enum err_code {
#define X(name, status, type, code, sentence) ERR_##name,
    ERR_TABLE(X)
#undef X
        ERR_COUNT
};

struct err {
    enum err_code code;
    unsigned retry_after_ms; /* 0: not said */
    char param[160];         /* path of the field at fault ("messages[1].role"), or "" */
    char message[512];       /* a sentence for a person; says what to do where that is known */
};

/* Both set *e and return false, so that a caller can write `return err_set(e, ERR_IO, ...);`. A NULL fmt means
 * the table's sentence. The text is cut to fit; bytes that are not UTF-8 become '?'. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
bool err_set_param(struct err *e, enum err_code code, const char *param, const char *fmt, ...) PRINTF_LIKE(4, 5);

int err_status(enum err_code code);
const char *err_type(enum err_code code);
const char *err_wire_code(enum err_code code);

#endif
