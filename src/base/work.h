/* work.h - a bounded work queue and its threads, shared fairly by those who bring work.
 *
 * Full means refused at once: the caller answers 429 instead of letting requests pile up.
 *
 * DESIGN: each job has an owner (a key or, without keys, an address). A free thread takes a job of the owner for whom
 * the fewest run; among equals, the one that has waited longest. An owner's cheap jobs go before its dear ones. A
 * quarter of the threads is out of reach of each single owner, and of all dear jobs together, so that a cheap job of
 * somebody else never waits for dear ones to end. One owner can have half of the waiting places. Jobs without an owner
 * share all of it as they come. A job whose time is over while it waits is run on a thread of its own, since it ends at
 * once.
 * THREADS: any, but for work_new and work_free; one private lock, never held while a job runs. */
#ifndef BASE_WORK_H
#define BASE_WORK_H

#include <stdint.h>

#include "base/err.h"

struct work;

struct work_job {
    void (*run)(void *thing);
    void *thing;
    int64_t owner;       /* 0: nobody in particular */
    bool dear;           /* it may take minutes */
    int64_t due_ms;      /* clock_ms when it is too late to begin it in earnest; 0: never */
    unsigned owner_most; /* of this owner's jobs at a time, waiting ones included; 0: as work_new said */
};

/* capacity: jobs that wait, beyond those that run. Both numbers are at least 1. owner_most: jobs of one owner, waiting
 * ones included; 0: as above. NULL and *e when the threads cannot be started. */
struct work *work_new(unsigned threads, unsigned capacity, unsigned owner_most, struct err *e);
/* Runs the job on one of the threads. False when the queue is full, for this owner or at all, or stopping; job is then
 * never called. */
bool work_try(struct work *w, const struct work_job *job);
/* Refuses new jobs, waits for all that wait or run, and joins the threads. NULL is fine. */
void work_free(struct work *w);
/* Jobs of this owner that wait or run. */
unsigned work_of(struct work *w, int64_t owner);
/* Milliseconds since a job was last taken up, while one waits; 0 when none waits. */
int64_t work_stuck_ms(struct work *w);

enum { WORK_CHEAP, WORK_DEAR, WORK_LANES };
struct work_counts {
    unsigned waiting[WORK_LANES], running[WORK_LANES], threads;
};
struct work_counts work_count(struct work *w);
const char *work_lane_name(int lane); /* "cheap", "dear": as meters call them */

#endif
