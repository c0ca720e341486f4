/* task_reply.h - prints task runs, their results, groups and events as Parallel's clients read them.
 *
 * What the store keeps of a run as JSON (state/runs.h) is made here, and put into replies as it is.
 * ERRORS: each function appends to out; a full buffer shows in out->over. */
#ifndef API_TASK_REPLY_H
#define API_TASK_REPLY_H

#include "api/task_request.h"
#include "base/buf.h"
#include "session/answer.h"
#include "session/sink.h"

enum { TASK_ID_BYTES = 64 };
/* "trun_" and 32 hexadecimal digits; "tgrp_" and "whevent_" likewise. */
void task_id(const char *prefix, char out[TASK_ID_BYTES]);

/* A string of RFC 3339 with microseconds; us: since 1970. */
void task_time_print(int64_t us, struct buf *out);

/* One run. Texts that are JSON: metadata, warnings, error; empty: null. */
struct BY_NAME task_head {
    struct slice id, group_id, processor, metadata, warnings, error;
    const char *status;
    bool active;
    int64_t created_us, modified_us; /* since 1970 */
};

void task_run_print(const struct task_head *h, struct buf *out);
/* output: of task_output_print. */
void task_result_print(const struct task_head *h, struct slice output, struct buf *out);

struct BY_NAME task_group_head {
    struct slice id, metadata;
    int64_t created_us, modified_us;
    uint64_t runs;
    bool active;
    const char *const *statuses; /* with their counts */
    const uint64_t *counts;
    size_t status_count;
};
void task_group_print(const struct task_group_head *g, struct buf *out);
/* The reply to runs that were added. Cursors empty: null. */
void task_group_added_print(const struct task_group_head *g, const struct slice *ids, size_t n, struct slice run_cursor,
                            struct slice event_cursor, struct buf *out);

/* What a run gives: text or document, with its basis. */
void task_output_print(const struct answer *answer, enum task_output kind, struct buf *out);
/* An array of those that were printed `before` (or empty), of the request's from number `from` on, and of the answer's.
 * NULL: there is no answer. Nothing is printed when there are none. */
void task_warnings_print(struct slice before, const struct task_request *r, size_t from, const struct answer *answer,
                         struct buf *out);
/* Why a run failed. */
void task_error_print(const struct err *e, const char *ref_id, struct buf *out);
/* {"timestamp", "type", "data"}: what a webhook gets. data is JSON. */
void task_message_print(const char *type, int64_t now_us, struct slice data, struct buf *out);

/* Server-sent events: "event: TYPE", "data: {...}" and an empty line. Without ids, which Parallel's client cannot read.
 * event_id, input, output may be empty; output: JSON, left out when empty. */
void task_event_state(const struct task_head *h, struct slice event_id, struct slice input, struct slice output,
                      struct buf *out);
void task_event_group(const struct task_group_head *g, struct slice event_id, struct buf *out);
void task_event_error(const struct err *e, const char *request_id, struct buf *out);
/* What a session says of its progress: a message and figures, as such events. */
void task_event_headway(const struct headway *p, unsigned rounds, int64_t now_us, struct buf *out);

#endif
