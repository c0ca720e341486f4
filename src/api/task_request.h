/* task_request.h - reads requests for task runs: Parallel's Tasks, one by one and in groups.
 *
 * A request is read twice: when it comes, to tell the client what is wrong with it, and when its run begins, from the
 * text that was kept of it.
 *
 * DESIGN: what a run cannot do here (servers of MCP, a location, memory) is a warning of the run, and so is an output
 * schema that cannot be used; such a run is taken, and fails with the reason, as Parallel's clients expect.
 * OWNERSHIP: in the arena; slices point into it. THREADS: any. No I/O. */
#ifndef API_TASK_REQUEST_H
#define API_TASK_REQUEST_H

#include "api/chat_request.h"
#include "api/processors.h"

enum {
    TASK_GROUP_RUNS = 1000,
    TASK_METADATA_MOST = 50, /* members of metadata; of a monitor's, too */
    TASK_METADATA_NAME = 16,
    TASK_METADATA_CHARS = 512,
    TASK_MCP_SERVERS = 10,
    TASK_MEMORY_CHARS = 128
};

enum task_output { TASK_AUTO, TASK_TEXT, TASK_JSON };

struct task_warning {
    const char *type; /* one of Parallel's three */
    struct slice message;
};

struct BY_NAME task_request {
    struct question question; /* with everything but the earlier turns of `previous` */
    const struct processor *processor;
    enum task_output output;
    struct slice previous; /* id of an interaction to go on from; empty: none */
    struct slice hook;     /* address of the webhook; empty: none */
    struct slice metadata; /* JSON; empty: none */
    struct slice kept;     /* the request as it is kept, JSON */
    bool traced;
    bool unusable; /* the output schema: then why says what is wrong with it */
    struct err why;
    struct task_warning *warnings;
    size_t warning_count, warning_room;
};

/* Errors name the member as in fields.h: ERR_BAD_JSON, ERR_BAD_VALUE, ERR_MISSING_FIELD, ERR_INPUT_TOO_LONG,
 * ERR_FORBIDDEN_MODEL (no such processor). */
MUST_USE bool task_request_parse(struct arena *a, struct slice body, const struct chat_limits *limits,
                                 struct task_request *out, struct err *e);
/* The body that adds runs to a group; at most TASK_GROUP_RUNS. */
MUST_USE bool task_group_parse(struct arena *a, struct slice body, const struct chat_limits *limits,
                               struct task_request **out, size_t *n, struct err *e);
/* The body that makes a group; an empty one is fine. *metadata: JSON; empty: none. */
MUST_USE bool task_group_metadata(struct arena *a, struct slice body, struct slice *metadata, struct err *e);
void task_warn(struct arena *a, struct task_request *r, const char *type, struct slice message);

extern const char task_auto_schema[]; /* of the output of a run without a schema */

#endif
