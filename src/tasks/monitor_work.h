/* monitor_work.h - monitors (state/monitors.h): asks those that are due, and says what the end of such a run means. */
#ifndef TASKS_MONITOR_WORK_H
#define TASKS_MONITOR_WORK_H

#include "state/monitors.h"

/* Queues the runs of monitors that are due. False: none was. */
bool monitor_work_ask(struct runs *runs);
/* What has changed with this run, as an event and a message, in the arena. run: with status, output and error. *found
 * false: the monitor is not there any more. */
MUST_USE bool monitor_work_news(struct runs *runs, const struct run *run, struct arena *a, struct monitor_news *out,
                                bool *found, struct err *e);

#endif
