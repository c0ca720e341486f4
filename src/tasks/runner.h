/* runner.h - answers task runs in the background, from the queue that the store is (state/runs.h).
 *
 * Few threads of their own take runs one after the other and answer them as sessions (research/research.h), so that no
 * question of a chat waits behind them. A run belongs to its key until its end: what the key may do then counts, and
 * the runs of a revoked key fail.
 *
 * When the server stops, runs that do not end in time are broken off and stay in the queue; the next process begins
 * them again, as it does after a crash. A run that was begun TASK_TRIES_MOST times without coming to an end fails.
 *
 * THREADS: runner_start, runner_close and runner_stop are one thread's; runner_nudge is any thread's. */
#ifndef TASKS_RUNNER_H
#define TASKS_RUNNER_H

#include <stdatomic.h>

#include "api/chat_request.h"
#include "session/world.h"
#include "state/interactions.h"
#include "state/runs.h"
#include "state/state.h"
#include "state/usage.h"
#include "tasks/hooks.h"

struct runner;

enum { TASK_TRIES_MOST = 40 };

struct BY_NAME runner_options {
    const struct world *world;
    struct runs *runs;
    struct hooks *hooks;               /* is told of new messages; NULL: nobody is */
    struct interactions *interactions; /* that runs go on from, and are kept in */
    int64_t interaction_s;             /* 0: none is */
    struct state *state;               /* what keys may do */
    struct usage *usage;
    struct chat_limits limits;
    unsigned workers;
    void (*changed)(void *ud, uint64_t topic); /* a run or a group has changed (tasks/task_head.h); any thread */
    void *changed_ud;
};

MUST_USE bool runner_start(const struct runner_options *o, struct runner **out, struct err *e);
/* There are new runs. */
void runner_nudge(struct runner *r);
/* No run is taken up any more. NULL is fine. */
void runner_close(struct runner *r);
/* Waits for at most grace_ms for those that run, breaks off what is left, and frees. NULL is fine. */
void runner_stop(struct runner *r, unsigned grace_ms);

#endif
