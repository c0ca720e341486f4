/* work.h - a bounded work queue and its threads.
 *
 * Full means refused at once: the caller answers 429 instead of letting requests pile up. */
#ifndef BASE_WORK_H
#define BASE_WORK_H

#include "base/err.h"

struct work;

/* threads and capacity (jobs that wait, beyond those that run) are at least 1. NULL and *e when threads cannot
 * be started. */
struct work *work_new(unsigned threads, unsigned capacity, struct err *e);
/* Runs job(thing) on one of the threads. False when the queue is full or stopping; job is then never called.
 * Any thread. */
bool work_try(struct work *w, void (*job)(void *thing), void *thing);
/* Jobs that wait or run now. Any thread. */
unsigned work_load(struct work *w);
/* Refuses new jobs, lets those that wait or run come to their end, joins the threads. NULL is fine. */
void work_free(struct work *w);

#endif
