/* admission.h - how many requests are in the hands of the workers, and whether the server still lets new ones in.
 *
 * A server that stops closes its admission first and then waits until it is empty.
 *
 * THREADS: any. One private lock, taken alone and never held while a caller's code runs. */
#ifndef HTTP_ADMISSION_H
#define HTTP_ADMISSION_H

#include <pthread.h>

#include "base/err.h"

struct admission {
    pthread_mutex_t lock;
    pthread_cond_t fewer;
    unsigned inside;
    bool closed;
};

void admission_init(struct admission *a);
void admission_release(struct admission *a);

/* False once it is closed. After true the caller owes one admission_leave. */
MUST_USE bool admission_enter(struct admission *a);
void admission_leave(struct admission *a);

unsigned admission_inside(struct admission *a);

/* Calling it twice is safe. */
void admission_close(struct admission *a);
bool admission_is_closed(struct admission *a);
/* Waits for at most wait_ms; true when nothing is inside. */
bool admission_wait_empty(struct admission *a, unsigned wait_ms);

#endif
