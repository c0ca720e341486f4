#include "tasks/task_head.h"

const char *const task_status_names[RUN_STATUS_COUNT] = {
    [RUN_QUEUED] = "queued", [RUN_RUNNING] = "running", [RUN_COMPLETED] = "completed", [RUN_FAILED] = "failed"};

struct task_head task_head_of(const struct run *run)
{
    return (struct task_head){.id = run->id,
                              .group_id = run->group_id,
                              .processor = run->processor,
                              .metadata = run->metadata,
                              .warnings = run->warnings,
                              .error = run->error,
                              .status = task_status_names[run->status],
                              .active = run_is_active(run->status),
                              .created_us = run->created_us,
                              .modified_us = run->modified_us};
}

uint64_t task_topic(int64_t run)
{
    return (uint64_t)run;
}

uint64_t task_group_topic(int64_t group)
{
    return (uint64_t)1 << 62 | (uint64_t)group;
}
