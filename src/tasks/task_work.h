/* task_work.h - one run: from the kept request through a session to its output. Blocking, for the threads of
 * tasks/runner.h. */
#ifndef TASKS_TASK_WORK_H
#define TASKS_TASK_WORK_H

#include "tasks/runner.h"

/* Sets status, warnings, and output or error of the run, in the arena. False: it was cancelled and has to be begun
 * again; nothing is set. */
MUST_USE bool task_work(const struct runner_options *o, struct run *run, atomic_bool *cancelled, struct arena *a);

#endif
