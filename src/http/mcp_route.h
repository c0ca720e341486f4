/* mcp_route.h - POST /mcp: the Model Context Protocol over Streamable HTTP, without sessions (api/mcp_message.h). */
#ifndef HTTP_MCP_ROUTE_H
#define HTTP_MCP_ROUTE_H

struct exchange;
struct work_job;

/* A handler (struct route) on workers; world is a struct api_world. A call of a tool that asks for progress is answered
 * as a stream of events, everything else as JSON. When the client leaves, the work is cancelled. */
void mcp_handle(struct exchange *x, void *world);
/* A call that may read many pages, or may be one of base or core, is dear. */
void mcp_cost(const struct exchange *x, struct work_job *job);

#endif
