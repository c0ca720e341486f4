/* mcp_tools.h - the arguments of MCP's tools, and what the tools give, as JSON. prompts/mcp_tools.json describes both
 * to clients; what stands there has to be read here. Pure functions.
 *
 * OWNERSHIP: what is read lives in the arena of the arguments. ERRORS: a wrong argument names itself (e->param). */
#ifndef API_MCP_TOOLS_H
#define API_MCP_TOOLS_H

#include "api/chat_request.h"
#include "api/find_reply.h"
#include "api/fields.h"
#include "session/answer.h"

/* research: a question as Chat asks it. */
MUST_USE bool mcp_read_research(const struct fields *args, const struct chat_limits *limits, struct chat_request *out,
                                struct err *e);
/* The others as the bodies of Search and Extract (api/find_request.h). */
MUST_USE bool mcp_read_search(const struct fields *args, struct buf *body, struct err *e);
MUST_USE bool mcp_read_fetch(const struct fields *args, struct buf *body, struct err *e);
MUST_USE bool mcp_read_web_search(const struct fields *args, struct buf *body, struct err *e);
MUST_USE bool mcp_read_web_fetch(const struct fields *args, struct buf *body, struct err *e);

/* web_search and web_fetch give what Search and Extract do (api/find_reply.h). */
void mcp_print_research(struct arena *a, const struct chat_request *r, const struct answer *answer, struct buf *out);
void mcp_print_search(const struct find_reply *r, struct buf *out);
/* ERR_UNAVAILABLE: the page could not be read, and why. */
MUST_USE bool mcp_print_fetch(const struct find_reply *r, struct buf *out, struct err *e);

#endif
