/* mcp_message.h - messages of the Model Context Protocol: JSON-RPC requests as structs, and replies as JSON.
 *
 * There are two eras. In the modern one (2026-07-28) each request says in params._meta which version it speaks, and
 * there is no session. In the legacy one (2024-11-05 to 2025-11-25) a handshake comes first. Here both are answered
 * without a session: a request is modern when it says so. Pure functions.
 *
 * OWNERSHIP: everything is in the arena. */
#ifndef API_MCP_MESSAGE_H
#define API_MCP_MESSAGE_H

#include "api/fields.h"
#include "base/buf.h"

#define MCP_MODERN "2026-07-28"
#define MCP_NEWEST_LEGACY "2025-11-25"

enum mcp_code { /* of JSON-RPC, and of MCP */
                MCP_PARSE = -32700,
                MCP_INVALID = -32600,
                MCP_NO_METHOD = -32601,
                MCP_PARAMS = -32602,
                MCP_INTERNAL = -32603,
                MCP_HEADER_MISMATCH = -32020,
                MCP_VERSION = -32022,
};

struct mcp_error {
    enum mcp_code code;
    int status;           /* of HTTP */
    struct slice message; /* a sentence */
    struct slice data;    /* JSON; empty: none */
};

struct mcp_message {
    struct arena *arena;
    const struct value *id; /* NULL: a notification, or a reply, which nobody here waits for */
    struct slice method;
    struct fields params;         /* an empty object where there are none */
    const struct value *progress; /* the token of params._meta; NULL: nobody wants to hear of progress */
    struct slice version;         /* of params._meta; empty: it has none */
    bool modern;
};

/* asked_modern: the transport says that the message is modern (a header). False: *e says what is wrong, and out->id is
 * as far as it could be read. */
MUST_USE bool mcp_message_parse(struct arena *a, struct slice text, bool asked_modern, struct mcp_message *out,
                                struct mcp_error *e);
/* Whether a version is one of the legacy era. */
bool mcp_is_legacy(struct slice version);

bool mcp_fail(struct arena *a, struct mcp_error *e, enum mcp_code code, int status, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

/* Whole messages. id may be NULL in an error. result: the members of the result without its braces, as JSON. */
void mcp_print_error(const struct value *id, const struct mcp_error *e, struct buf *out);
void mcp_print_result(const struct mcp_message *m, struct slice members, struct buf *out);
void mcp_print_progress(const struct mcp_message *m, unsigned progress, struct slice message, struct buf *out);

/* Results that need no work: server/discover, initialize, ping, tools/list. False: the method is another one. */
MUST_USE bool mcp_answer_plain(const struct mcp_message *m, struct buf *out);

/* A header's value as it is compared: "=?base64?...?=" is decoded into the arena. False: it is broken. */
MUST_USE bool mcp_header_value(struct arena *a, struct slice value, struct slice *out);

#endif
