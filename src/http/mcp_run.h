/* mcp_run.h - answers a request of the Model Context Protocol, whatever transport it came by.
 *
 * THREADS: any; a call of a tool blocks while it researches, searches or reads. */
#ifndef HTTP_MCP_RUN_H
#define HTTP_MCP_RUN_H

#include "api/mcp_message.h"
#include "http/api_routes.h"

/* Larger than twice any tool's result, which comes as an object and as a text. */
enum { MCP_MAX_BYTES = 64 * 1024 * 1024 };

struct mcp_caller {
    struct api_world *world;      /* its world, limits and index_fails are used */
    struct slice models, domains; /* of the key (api/key_scope.h); empty: all */
    atomic_bool *cancelled;
    int64_t asked_ms; /* clock_ms at which it was asked */
    struct outcome_work *work;
    bool *given;                                    /* set to true when a tool has given a result */
    void (*notify)(void *ud, struct slice message); /* gets notifications of progress, where the request wants them */
    void *ud;
};

/* Prints the reply of a request (m->id is not NULL) and returns its HTTP status; 0 and nothing in out where it was
 * cancelled, so that nobody waits for a reply. */
int mcp_run(const struct mcp_caller *c, const struct mcp_message *m, struct buf *out);
/* Whether the request is a call of a tool, which is work; everything else is answered at once. */
bool mcp_is_work(const struct mcp_message *m);

#endif
