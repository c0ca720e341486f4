#include "cli/task_access.h"

enum { DAY_S = 24 * 3600, HOUR_S = 3600 };

bool task_access_open(const struct config *c, struct task_access *t, struct api_world *world, struct err *e)
{
    *t = (struct task_access){NULL};
    if (!signer_new(slice_of(c->webhook_secret), &t->signer, e) ||
        !runs_open(c->data,
                   &(struct runs_options){.max_bytes = (uint64_t)c->task_bytes,
                                          .keep_s = c->task_days * DAY_S,
                                          .most_queued = (uint64_t)c->task_queue},
                   &world->runs, e))
        return false;
    world->most_monitors = (uint64_t)c->monitors;
    t->waiting = waiting_new();
    return t->waiting || err_set(e, ERR_NO_MEMORY, NULL);
}

static void task_access_changed(void *waiting, uint64_t topic)
{
    waiting_wake(waiting, topic);
}

bool task_access_start(const struct config *c, struct task_access *t, struct api_world *world,
                       struct http_client *client, struct err *e)
{
    const struct hooks_options hooks = {.runs = world->runs,
                                        .client = client,
                                        .signer = t->signer,
                                        .timeout_ms = (unsigned)c->webhook_timeout_ms,
                                        .retry_s = c->webhook_retry_s,
                                        .give_up_s = c->webhook_hours * HOUR_S};
    if (!hooks_start(&hooks, &t->hooks, e))
        return false;
    return runner_start(&(struct runner_options){.world = &world->world,
                                                 .runs = world->runs,
                                                 .hooks = t->hooks,
                                                 .interactions = world->interactions,
                                                 .interaction_s = world->interaction_s,
                                                 .state = world->state,
                                                 .usage = world->usage,
                                                 .limits = world->limits,
                                                 .workers = (unsigned)c->task_workers,
                                                 .changed = task_access_changed,
                                                 .changed_ud = t->waiting},
                        &world->runner, e);
}

void task_access_stop(struct task_access *t, struct api_world *world, unsigned grace_ms)
{
    runner_stop(world->runner, grace_ms);
    hooks_stop(t->hooks);
    world->runner = NULL;
    t->hooks = NULL;
}

void task_access_close(struct task_access *t, struct api_world *world)
{
    waiting_free(t->waiting);
    runs_close(world->runs);
    signer_free(t->signer);
    *t = (struct task_access){NULL};
}
