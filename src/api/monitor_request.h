/* monitor_request.h - reads requests about monitors: Parallel's /v1/monitors.
 *
 * An event_stream monitor has a query; a snapshot monitor the id of a run, whose request is asked again. What is asked
 * each time is the request of a task run (task_request.h), made here and kept with the monitor.
 *
 * OWNERSHIP: in the arena; slices point into it. THREADS: any. No I/O. */
#ifndef API_MONITOR_REQUEST_H
#define API_MONITOR_REQUEST_H

#include "api/task_request.h"

enum { MONITOR_HOOK_BYTES = 2048 }; /* of a webhook's address */

enum monitor_tells { MONITOR_TELLS_EVENT = 1, MONITOR_TELLS_COMPLETED = 2, MONITOR_TELLS_FAILED = 4 };
extern const char *const monitor_tells_names[3]; /* by bit: "monitor.event.detected" and so on */

struct BY_NAME monitor_request {
    bool snapshot, backfill;
    struct slice frequency, processor; /* processor: lite or base */
    int64_t every_s;
    struct slice settings; /* JSON, as replies have it */
    struct slice run_id;   /* of a snapshot */
    struct slice metadata, hook;
    unsigned tells;   /* enum monitor_tells */
    struct slice run; /* the request of each run, JSON */
};

MUST_USE bool monitor_request_parse(struct arena *a, struct slice body, const struct chat_limits *limits,
                                    struct monitor_request *out, struct err *e);
/* Changes what the body names. out: as the monitor is. */
MUST_USE bool monitor_update_parse(struct arena *a, struct slice body, const struct chat_limits *limits,
                                   struct monitor_request *out, struct err *e);
/* Of a snapshot: settings and run, from the kept request of the run that it names. */
MUST_USE bool monitor_use_run(struct arena *a, struct slice kept, struct monitor_request *out, struct err *e);

#endif
