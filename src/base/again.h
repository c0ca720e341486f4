/* again.h - system calls that a signal cuts short, made again until they are done.
 *
 * Any handler without SA_RESTART, and for some calls a mere stop and continue, makes a waiting call fail with EINTR. A
 * caller that has to notice a signal looks at its own flag: see ingest/stream.h. Any thread. */
#ifndef BASE_AGAIN_H
#define BASE_AGAIN_H

#include <sys/types.h>

#include "base/slice.h"

/* As read(2), but never EINTR. */
ssize_t again_read(int fd, void *out, size_t n);
/* Writes all of it. False: errno says why, and some of it may be written. Not for descriptors that do not block. */
bool again_write(int fd, struct slice bytes);
/* Waits until the child has ended and reaps it. False: errno says why. status may be NULL. */
bool again_wait(pid_t child, int *status);

#endif
