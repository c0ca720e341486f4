/* task_shared.h - what the routes of runs and of groups share. */
#ifndef HTTP_TASK_SHARED_H
#define HTTP_TASK_SHARED_H

#include "http/api_routes.h"
#include "tasks/task_head.h"

#define TASK_STREAM "text/event-stream; charset=utf-8"
#define TASK_BEAT ": ping\n\n" /* a comment: Parallel's client can read no other event without data */

enum { TASK_REPLY_BYTES = 32 * 1024 * 1024 };

/* Sends what was printed, and releases it. */
void task_send(struct exchange *x, int status, struct buf *body);
/* The value of a member of the query, in the arena; empty when there is none. */
struct slice task_query(const struct exchange *x, struct arena *a, const char *name);
/* Seconds, as `timeout` of the query says, at most `most`; usual where it says nothing. Less where the client gives up
 * before. ERR_BAD_VALUE. */
MUST_USE bool task_timeout(const struct exchange *x, struct arena *a, int64_t usual_s, int64_t most_s, int64_t *ms,
                           struct err *e);
/* Until when to wait for a run before looking again: until_ms, or sooner where another process answers the runs, which
 * wakes nobody here. */
int64_t task_wait_until(struct api_world *w, int64_t until_ms);
/* false, true, 0 and 1. */
MUST_USE bool task_flag(const struct exchange *x, struct arena *a, const char *name, bool *out, struct err *e);
/* Whether the key may use the processor; makes the run of a request, without its id. */
MUST_USE bool task_make(const struct exchange *x, const struct task_request *t, struct arena *a, struct run *run,
                        struct err *e);
/* ERR_RUN_NOT_FOUND: this key has no such run. */
MUST_USE bool task_find(const struct exchange *x, struct api_world *w, struct slice id, unsigned parts, struct arena *a,
                        struct run *run, struct err *e);

#endif
