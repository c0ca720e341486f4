/* task_head.h - a stored run as replies and messages name it. */
#ifndef TASKS_TASK_HEAD_H
#define TASKS_TASK_HEAD_H

#include "api/task_reply.h"
#include "state/runs.h"

extern const char *const task_status_names[RUN_STATUS_COUNT];

struct task_head task_head_of(const struct run *run);

/* What those wait for who wait for a run, or for any run of a group (http/waiting.h). */
uint64_t task_topic(int64_t run);
uint64_t task_group_topic(int64_t group);

#endif
