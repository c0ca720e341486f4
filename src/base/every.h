/* every.h - a thread that does one small thing again and again, until it is told to stop.
 *
 * THREADS: every_start and every_stop are for one thread; run is called on the thread's own, with no lock held. */
#ifndef BASE_EVERY_H
#define BASE_EVERY_H

#include <stdint.h>

struct every;

/* Calls run(ud) at once, and again every_ms after it has returned. NULL: there is no memory, or no thread. */
struct every *every_start(int64_t every_ms, void (*run)(void *ud), void *ud);
/* Waits for a call that runs; there is none afterwards. NULL is fine. */
void every_stop(struct every *t);

#endif
